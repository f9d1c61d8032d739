"""A draft as a pack file to edit, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from questions.importers.approve import NotReady, free_id, question_of
from questions.importers.confidence import EDITED
from questions.importers.draft import Draft
from questions.importers.propose import slug_of
from questions.packs import parse_pack, write_pack
from questions.question import Criterion, Question, SpeakingBlueprint
from questions.role import Role

_WRITE: Final = "TODO: write this."


def write_sheet(draft: Draft) -> str:
    """Return a draft as the text of a pack file; what is missing says so."""
    try:
        return write_pack(question_of(draft))
    except NotReady:
        return write_pack(_completed(draft))


def read_sheet(draft: Draft, text: str) -> Draft:
    """Return the draft as somebody has edited it.

    Raises:
        PackError: the text is no pack file; names the line.
    """
    question = parse_pack(text, Path("draft"))
    return edited(draft, question)


def edited(draft: Draft, question: Question) -> Draft:
    """Return a draft that is, from now on, the question that a lead wrote."""
    return draft.model_copy(
        update={
            "edited": question,
            "role": question.role,
            "topic": question.topic,
            "title": question.title,
            "kind": question.kind,
            "difficulty": question.difficulty,
            "tests": question.tests,
            "prompt": question.prompt,
            "model_answer": question.model_answer,
            "criteria": question.rubric.criteria,
            "blueprint": question.blueprint,
            "proposed": (),
            "remarks": (),
            "confidence": EDITED,
        }
    )


def _completed(draft: Draft) -> Question:
    """Return a question in which whatever the draft lacks is to be written."""
    criteria = draft.criteria or tuple(
        Criterion(id=f"point-{n}", weight=n, text=_WRITE, met=_WRITE, partial=_WRITE)
        for n in range(1, 5)
    )
    full = draft.model_copy(
        update={
            "role": draft.role or Role.AI_ENGINEER,
            "title": draft.title or _WRITE,
            "topic": draft.topic or slug_of(draft.title),
            "tests": draft.tests or _WRITE,
            "prompt": draft.prompt or _WRITE,
            "model_answer": draft.model_answer or _WRITE,
            "criteria": criteria,
            "blueprint": draft.blueprint
            or SpeakingBlueprint(hook=_WRITE, core=(_WRITE,), punchline=_WRITE),
        }
    )
    return question_of(full, free_id(full, ()))
