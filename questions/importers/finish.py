"""Cards become drafts: roles found, gaps filled with proposals, everything doubtful remarked on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from questions.importers.approve import NotReady, question_of
from questions.importers.card import Card, Footing, Sample
from questions.importers.confidence import confidence_of
from questions.importers.draft import Draft, Remark, ScoredSample, digest_of
from questions.importers.limits import LIMITS, Limits
from questions.importers.naming import named_role, nearest_role, read_level
from questions.importers.propose import (
    blueprint_of,
    criteria_of,
    kind_of,
    tests_of,
    title_of,
)
from questions.importers.repair import REPLACEMENT
from questions.importers.role_guess import RoleGuess
from questions.importers.wording import bullets
from questions.lint import lint_question
from questions.question import MAX_SCORE, Kind, SpeakingBlueprint
from questions.role import Role

CUT: Final = "cut at {most:,} characters; {rest:,} more stand in the source"


@dataclass(frozen=True, kw_only=True)
class Finisher:
    """Turns cards into drafts.

    Attributes:
        guess: tells a role by a question's words.
        role: the role of everything that is imported, where the importer says it.
        limits: the caps.
    """

    guess: RoleGuess
    role: Role | None = None
    limits: Limits = LIMITS

    def finish(self, card: Card, *, lost: int = 0, read_by_model: float = 1.0) -> Draft:
        """Return the draft of a card.

        Args:
            card: what the source says.
            lost: characters of the source that were lost or guessed, for its confidence.
            read_by_model: what a model's reading counts; 1 where there was none.
        """
        remarks = [Remark(place="source", message=message) for message in card.remarks]
        proposed: list[str] = []
        prompt = self._cut("prompt", card.prompt, remarks)
        answer = self._cut("model answer", card.answer, remarks)
        role, footing = self._role(card, remarks)
        level = read_level(card.level) if card.level else None
        kind = _kind(card)
        criteria = criteria_of(answer or _best_sample(card), card.criteria)
        if criteria and len(card.criteria) < len(criteria):
            proposed.append("criteria")
        blueprint = _blueprint(card)
        if blueprint is None:
            blueprint = blueprint_of(answer or _best_sample(card), criteria)
            proposed += ["blueprint"] if blueprint is not None else []
        if level is None:
            proposed.append("difficulty")
        tests = " ".join(_sentence(text) for text in card.tests)
        if not tests:
            tests = tests_of(criteria, card.topic)
            proposed += ["tests"] if tests else []
        if card.prompt_footing is Footing.PROPOSED:
            proposed.append("prompt")
        if not answer and _best_sample(card):
            proposed.append("model answer")
        draft = Draft(
            digest=digest_of(card.prompt, card.answer, tuple(s.text for s in card.samples)),
            origin=card.origin,
            line=card.line,
            role=role,
            role_named=card.role,
            role_footing=footing or Footing.PROPOSED,
            topic=card.topic,
            title=title_of(card.title or card.topic, prompt),
            kind=kind or kind_of(prompt),
            difficulty=level or (4 if kind_of(prompt) is Kind.SYSTEM_DESIGN else 3),
            skills=tuple(card.skills),
            tests=tests,
            overview=card.overview,
            prompt=prompt,
            prompt_footing=card.prompt_footing,
            model_answer=answer or _best_sample(card),
            criteria=criteria,
            blueprint=blueprint,
            follow_ups=tuple(card.follow_ups),
            common_mistakes=tuple(card.mistakes),
            samples=tuple(_scored(sample) for sample in card.samples),
            reading=tuple(card.reading),
            notes=tuple(card.notes),
            proposed=tuple(proposed),
            confidence=confidence_of(
                card,
                role_footing=footing,
                has_level=level is not None,
                lost=lost,
                read_by_model=read_by_model,
            ),
        )
        return draft.model_copy(update={"remarks": (*remarks, *look_at(draft))})

    def _role(self, card: Card, remarks: list[Remark]) -> tuple[Role | None, Footing | None]:
        if self.role is not None:
            return self.role, Footing.STATED
        if card.role:
            if (role := named_role(card.role)) is not None:
                return role, Footing.STATED
            if (role := nearest_role(card.role)) is not None:
                remarks.append(
                    Remark(place="role", message=f"“{card.role}” is nearest to {role.title}")
                )
                return role, Footing.SHAPED
        answer = card.answer or _best_sample(card)
        asked = " ".join((card.topic, card.prompt, card.overview, card.hook, card.punchline))
        guessed = self.guess.of(asked, answer)
        if guessed is None:
            remarks.append(Remark(place="role", message="nothing tells whose question it is"))
            return None, None
        named = f"Prepbot has no role “{card.role}”; " if card.role else ""
        remarks.append(
            Remark(place="role", message=f"{named}{guessed.title} was guessed from its words")
        )
        return guessed, Footing.PROPOSED

    def _cut(self, place: str, text: str, remarks: list[Remark]) -> str:
        most = self.limits.field
        if len(text) <= most:
            return text
        message = CUT.format(most=most, rest=len(text) - most)
        remarks.append(Remark(place=place, message=message))
        return text[:most]


def look_at(draft: Draft) -> list[Remark]:
    """Return what a lead should look at: missing, proposed, damaged, or not as in the bank."""
    found = []
    if not draft.prompt.strip():
        found.append(Remark(place="prompt", message="it is missing"))
    if not draft.model_answer.strip():
        found.append(Remark(place="model answer", message="it is missing: write one to approve it"))
    if "criteria" in draft.proposed:
        found.append(Remark(place="rubric", message="proposed from the answer"))
    if "model answer" in draft.proposed:
        found.append(Remark(place="model answer", message="a candidate's answer stands in for it"))
    if "blueprint" in draft.proposed:
        found.append(Remark(place="speaking blueprint", message="proposed from the answer"))
    found += _losses(draft)
    try:
        question = question_of(draft)
    except NotReady:
        return found
    seen = {remark.place for remark in found}
    for place, message in lint_question(question):
        if place not in {c.id for c in draft.criteria} and place.lower() not in seen:
            found.append(Remark(place=place.lower(), message=message))
    return found


def _losses(draft: Draft) -> list[Remark]:
    found = []
    for place, text in (("prompt", draft.prompt), ("model answer", draft.model_answer)):
        if (lost := text.count(REPLACEMENT)) > 0:
            places = "1 character" if lost == 1 else f"{lost} characters"
            found.append(
                Remark(
                    place=place,
                    message=f"{places} were lost before it came here, see {REPLACEMENT}",
                )
            )
    return found


def _kind(card: Card) -> Kind | None:
    slug = re.sub(r"[^a-z]+", "-", card.kind.casefold()).strip("-")
    spelt = {"behavioral": "behavioural", "tradeoff": "trade-off", "design": "system-design"}
    try:
        return Kind(spelt.get(slug, slug))
    except ValueError:
        return None


def _blueprint(card: Card) -> SpeakingBlueprint | None:
    if not (card.hook.strip() and card.core.strip() and card.punchline.strip()):
        return None
    core = (
        tuple(re.split(r"\n\s*\n", card.core)) if "\n\n" in card.core else tuple(bullets(card.core))
    )
    return SpeakingBlueprint(
        hook=card.hook, core=tuple(filter(str.strip, core)), punchline=card.punchline
    )


def _best_sample(card: Card) -> str:
    """Return the sample with the best score, if it got four fifths of it or more."""
    scored = [s for s in card.samples if s.score is not None and s.score >= 0.8 * s.scale]
    return max(scored, key=lambda s: (s.score or 0) / s.scale).text if scored else ""


def _scored(sample: Sample) -> ScoredSample:
    if sample.score is None:
        return ScoredSample(text=sample.text, remark=sample.remark)
    return ScoredSample(
        text=sample.text,
        score=min(MAX_SCORE, max(0.0, round(MAX_SCORE * sample.score / sample.scale, 2))),
        stated=f"{sample.score:g}/{sample.scale:g}",
        remark=sample.remark,
    )


def _sentence(text: str) -> str:
    bare = text.strip()
    return bare if bare[-1:] in ".!?" else f"{bare}."
