"""Wording a turn: a model proposes, code checks; what fails twice is said in our own words."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from handlers.metering.budget import Payer
from handlers.practice import wording
from handlers.practice.flow import MAX_REPLIES
from handlers.practice.metered import MeteredInterviewer
from handlers.practice.ports import Proposal, TurnRequest
from handlers.practice.record import (
    PracticeSession,
    PracticeTurn,
    TurnKind,
    TurnSource,
    said_to,
)
from handlers.practice.turn_check import Fault, TurnRules, check_turn
from questions.ports import GraderUnavailable
from questions.question import Question, Verdict

_LOG = logging.getLogger(__name__)
_MAX_LEAD_IN: Final = 240
_TRIES: Final = 2
_SLIPPED_IN: Final = frozenset({Fault.CODE, Fault.PLACEHOLDER, Fault.MACHINE})
_NOT_QUOTED: Final = "its quote does not stand word for word in the answer"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A turn with what surrounds it.

    Attributes:
        turns: the whole session's, this one included, in order.
        question: the bank's question that the turn is about.
    """

    session: PracticeSession
    turn: PracticeTurn
    turns: tuple[PracticeTurn, ...]
    question: Question | None = None

    @property
    def earlier(self) -> tuple[PracticeTurn, ...]:
        """The turns before it."""
        return tuple(turn for turn in self.turns if turn.number < self.turn.number)

    @property
    def asked(self) -> tuple[str, ...]:
        """What was asked before."""
        return tuple(turn.text for turn in self.earlier if turn.text)

    @property
    def last_answer(self) -> str:
        """What the person said last."""
        return self.earlier[-1].answer if self.earlier else ""

    @property
    def replies(self) -> int:
        """Which of the replies it is, from 1; 0 for any other turn."""
        if self.turn.kind is not TurnKind.REPLY:
            return 0
        return sum(turn.kind is TurnKind.REPLY for turn in self.earlier) + 1

    @property
    def question_number(self) -> int:
        """Which of the technical questions it belongs to, from 1."""
        earlier = sum(turn.kind is TurnKind.QUESTION for turn in self.earlier)
        return earlier + (self.turn.kind is TurnKind.QUESTION)


@dataclass(frozen=True, kw_only=True)
class Worded:
    """What is said in a turn; see `PracticeTurn`."""

    text: str
    source: TurnSource
    probes: str = ""


class TurnWriter:
    """Words turns.

    Args:
        interviewer: what proposes words, within the budget; ``None`` where there is no model.
    """

    def __init__(self, interviewer: MeteredInterviewer | None) -> None:
        self._interviewer = interviewer

    async def word(self, scene: Scene) -> Worded:
        """Return what is said; never raises for want of a model."""
        match scene.turn.kind:
            case TurnKind.OPENING:
                return await self._ask(scene, _rules(scene, 1)) or _by_code(
                    wording.opening(scene.session)
                )
            case TurnKind.QUESTION:
                rules = _rules(scene, 0, max_characters=_MAX_LEAD_IN)
                return await self._ask(scene, rules) or _by_code(
                    wording.lead_in(scene.question_number)
                )
            case TurnKind.FOLLOW_UP:
                return await self._ask(scene, _rules(scene, 1)) or _own_follow_up(scene)
            case TurnKind.REPLY:
                return await self._reply(scene)
            case TurnKind.INVITATION:
                has_background = bool(scene.session.background)
                return _by_code(wording.INVITATION if has_background else wording.BARE_INVITATION)
            case TurnKind.CLOSE:
                return _by_code(wording.CLOSE)

    async def _ask(self, scene: Scene, rules: TurnRules) -> Worded | None:
        """Have a model word it, twice at most; ``None`` where nothing it said will do."""
        request = _request(scene)
        for _ in range(_TRIES):
            proposal = await self._propose(scene, request)
            if proposal is None:
                return None
            worded = _compose(scene, proposal)
            # By itself as well: the person's own words in front of it would speak for it.
            texts = (proposal.text,) if worded is None else (proposal.text, worded.text)
            found = [fault.value for text in texts for fault in check_turn(text, rules)]
            faults = list(dict.fromkeys(found))
            if worded is not None and not faults:
                return worded
            faults += [] if worded is not None else [_NOT_QUOTED]
            _LOG.info("a turn of %s was not said: %s", scene.session.id, "; ".join(faults))
            request = replace(request, rejected=proposal.text, faults=tuple(faults))
        return None

    async def _reply(self, scene: Scene) -> Worded:
        """Answer from the background, in its own words; what is not there is not known."""
        background, asked = scene.session.background, scene.last_answer
        quote: str | None = None
        source = TurnSource.CODE
        proposal = await self._propose(scene, _request(scene)) if background else None
        if proposal is not None and proposal.quote:
            quote, source = wording.short_quote(proposal.quote, background), TurnSource.MODEL
        elif proposal is None and background:
            found = wording.find_in_background(asked, background)
            quote = found and wording.short_quote(found, background)
        # A description is somebody's text, too: what it slips in is not said.
        if quote is not None and _SLIPPED_IN & set(_faults_of(quote)):
            quote = None
        text = wording.reply(
            quote,
            has_background=bool(background),
            was_unknown=scene.replies > 1 and not scene.earlier[-1].probes,
            invites=scene.replies < MAX_REPLIES,
        )
        return Worded(text=text, source=source if quote else TurnSource.CODE, probes=quote or "")

    async def _propose(self, scene: Scene, request: TurnRequest) -> Proposal | None:
        if self._interviewer is None:
            return None
        turn = scene.turn
        payer = Payer(team_id=turn.team_id, member_id=turn.member_id, key=f"practice-say:{turn.id}")
        try:
            return await self._interviewer.propose(request, payer)
        except GraderUnavailable as error:
            _LOG.warning("a turn is said in our own words: %s", error.reason)
            return None


def _request(scene: Scene) -> TurnRequest:
    session, question = scene.session, scene.question
    return TurnRequest(
        kind=scene.turn.kind,
        role=session.role,
        level=session.level,
        background=session.background,
        prompt=question.prompt if question is not None else "",
        answer=scene.last_answer,
        gaps=_gaps(scene),
        asked=scene.asked,
    )


def _gaps(scene: Scene) -> tuple[str, ...]:
    """Return what the question still asks for, by its criteria's names."""
    graded = scene.earlier[-1].grade if scene.earlier else None
    if scene.turn.kind is not TurnKind.FOLLOW_UP or graded is None or scene.question is None:
        return ()
    open_ = {c.id for c in graded.criteria if c.verdict is not Verdict.MET}
    return tuple(c.text for c in scene.question.rubric.criteria if c.id in open_)


def _compose(scene: Scene, proposal: Proposal) -> Worded | None:
    """Return a proposal as it would be said; ``None`` where its quote is made up."""
    text = " ".join(proposal.text.split())
    if scene.turn.kind is not TurnKind.FOLLOW_UP:
        return Worded(text=text, source=TurnSource.MODEL)
    quote = wording.short_quote(proposal.quote, scene.last_answer)
    if quote is None or _SLIPPED_IN & set(_faults_of(quote)):
        return None
    return Worded(text=wording.quoting(quote, text), source=TurnSource.MODEL, probes=quote)


def _faults_of(quote: str) -> tuple[Fault, ...]:
    return check_turn(quote, TurnRules(questions=0))


def _own_follow_up(scene: Scene) -> Worded:
    asked = scene.asked
    follow_ups = () if scene.question is None else scene.question.follow_ups
    text = wording.bank_follow_up(follow_ups, asked)
    if text is not None:
        return Worded(text=text, source=TurnSource.BANK)
    text, quote = wording.probe(scene.last_answer, asked)
    if _SLIPPED_IN & set(_faults_of(quote)):
        text, quote = wording.probe("", asked)
    return Worded(text=text, source=TurnSource.CODE, probes=quote)


def _by_code(text: str) -> Worded:
    return Worded(text=text, source=TurnSource.CODE)


def _rules(scene: Scene, questions: int, *, max_characters: int | None = None) -> TurnRules:
    question = scene.question
    rules = TurnRules(
        questions=questions,
        asked=(*scene.asked, *_prompts(scene)),
        secrets=_secrets(question),
        known=_known(scene),
    )
    return rules if max_characters is None else replace(rules, max_characters=max_characters)


def _prompts(scene: Scene) -> Sequence[str]:
    return () if scene.question is None else (scene.question.prompt,)


def _secrets(question: Question | None) -> tuple[str, ...]:
    if question is None:
        return ()
    sentences = re.split(r"(?<=[.!?])\s+|\n+", question.model_answer)
    points = (text for c in question.rubric.criteria for text in (c.met, c.partial))
    return tuple(filter(None, (*points, *sentences)))


def _known(scene: Scene) -> tuple[str, ...]:
    question = scene.question
    if question is None:
        return (scene.session.background,)
    answers = said_to(scene.turns, question.id, scene.turn.number)
    earlier = (turn.text for turn in scene.earlier if turn.question_id == question.id)
    return (question.prompt, question.title, answers, scene.session.background, *earlier)
