"""A draft after a lead has changed some of it."""

from __future__ import annotations

from dataclasses import dataclass

from questions.importers.card import Footing
from questions.importers.draft import Draft, Remark
from questions.importers.finish import look_at
from questions.importers.propose import blueprint_of, criteria_of, kind_of, tests_of
from questions.role import Role


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What a lead has typed; ``None`` leaves a part as it is.

    Attributes:
        difficulty: 1 to 5.
    """

    role: Role | None = None
    prompt: str | None = None
    model_answer: str | None = None
    tests: str | None = None
    difficulty: int | None = None


def revise(draft: Draft, revision: Revision) -> Draft:
    """Return the draft with the revision; what was proposed from a changed answer is made anew."""
    given = {
        "role": revision.role,
        "prompt": revision.prompt,
        "model_answer": revision.model_answer,
        "tests": revision.tests,
        "difficulty": revision.difficulty,
    }
    changes: dict[str, object] = {
        name: value
        for name, value in given.items()
        if value is not None and value != getattr(draft, name)
    }
    if draft.edited is not None:
        edited = draft.edited.model_copy(update=changes)
        return draft.model_copy(update={**changes, "edited": edited})
    proposed = [name for name in draft.proposed if name.replace(" ", "_") not in changes]
    if "prompt" in changes:
        changes |= {"prompt_footing": Footing.STATED, "kind": kind_of(str(changes["prompt"]))}
    if "role" in changes:
        changes["role_footing"] = Footing.STATED
    if "model_answer" in changes:
        answer = str(changes["model_answer"])
        criteria = draft.criteria
        if "criteria" in proposed or not criteria:
            criteria = criteria_of(answer)
            changes["criteria"] = criteria
            proposed = [*dict.fromkeys([*proposed, "criteria"])]
        if "blueprint" in proposed or draft.blueprint is None:
            changes["blueprint"] = blueprint_of(answer, criteria)
            proposed = [*dict.fromkeys([*proposed, "blueprint"])]
        if not draft.tests and "tests" not in changes:
            changes["tests"] = tests_of(criteria, draft.topic)
            proposed = [*proposed, "tests"]
    revised = draft.model_copy(update={**changes, "proposed": tuple(proposed)})
    # What was said of the source still holds.
    kept = tuple(remark for remark in draft.remarks if remark.place == "source")
    remarks: tuple[Remark, ...] = (*kept, *look_at(revised))
    return revised.model_copy(update={"remarks": remarks})
