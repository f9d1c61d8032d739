"""Where a grade is shown, and in which words."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.audience import Audience, audience_of, is_held, may_see
from handlers.answers.grade_message import format_score, grade_message, ungraded_message
from handlers.delivery import Deliverer
from handlers.invocation import ActionInvocation
from handlers.leaderboard.board import points_for
from handlers.message import (
    Block,
    Button,
    Buttons,
    Context,
    Message,
    Outcome,
    Response,
    Text,
    bold,
    line,
    say,
)
from handlers.notices.words import where
from handlers.ports import Reaction, TargetGone
from handlers.records import Answer, AnswerState, Member, Occurrence
from handlers.refs import Place
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from questions.grading import Grade
from questions.question import Question

_LOG = logging.getLogger(__name__)
_REGRADED: Final = Context(
    line("Graded once more after your edit; this counts, and the earlier grade is kept.")
)
_NOT_YOURS: Final = say("Only its author sees that grade.")
_HELD: Final = say("The grades of this question stay hidden until its reveal.")
_GONE: Final = say("I can't find that grade any more.")


class GradeShower:
    """Shows grades to those who may see them, each once."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, deliverer: Deliverer) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer

    async def show(self, answer: Answer, question: Question) -> None:
        """Show an answer's grade, or why it has none; a grade that is held is not shown yet.

        Raises:
            TargetGone: the place is lost to us.
            DeliveryFailed: anything else; trying again may help.
        """
        occurrence = await self._occurrence(answer)
        try:
            await self._deliver(answer, question, occurrence)
        except TargetGone as error:
            if occurrence is None or audience_of(occurrence) is Audience.EVERYBODY:
                raise
            await self._say_unreachable(answer, occurrence, error)
        graded = answer.state is AnswerState.GRADED
        await self.react(answer, Reaction.GRADED if graded else Reaction.UNGRADED)

    async def place(self, answer: Answer) -> Place | None:
        """Return where the author is told of their answer; ``None`` while that is held.

        Raises:
            TargetGone: the author can't be written to.
            DeliveryFailed: anything else; trying again may help.
        """
        return await self._place(answer, await self._occurrence(answer))

    async def react(self, answer: Answer, reaction: Reaction) -> None:
        """Put a sign on the message that holds an answer, where there is one."""
        platform = self._deliverer.platform(answer.show_in)
        if platform is not None and answer.message is not None:
            await platform.react(answer.message, reaction)

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Show a grade to its author, who could not be written to."""
        async with self._unit_of_work(read_only=True) as work:
            answer = await work.answers.get(invocation.action.subject)
            if answer is None or answer.state not in {AnswerState.GRADED, AnswerState.UNGRADED}:
                return Response(message=_GONE)
            member = await work.teams.member(answer.team_id, invocation.caller.user)
            occurrence = await work.occurrences.get(answer.occurrence_id)
            question = await work.questions.get(
                answer.team_id, answer.question_id, answer.question_version
            )
        if occurrence is None or question is None:
            return Response(message=_GONE)
        if member is None or not _is_for(member, answer, occurrence):
            return Response(message=_HELD if is_held(occurrence) else _NOT_YOURS)
        return Response(message=await self._message(answer, question, occurrence))

    async def _occurrence(self, answer: Answer) -> Occurrence | None:
        async with self._unit_of_work(read_only=True) as work:
            return await work.occurrences.get(answer.occurrence_id)

    async def _deliver(
        self, answer: Answer, question: Question, occurrence: Occurrence | None
    ) -> None:
        to = await self._place(answer, occurrence)
        if to is not None:
            await self._deliverer.deliver(
                to,
                await self._message(answer, question, occurrence),
                team_id=answer.team_id,
                key=grade_key("grade", answer),
            )

    async def _place(self, answer: Answer, occurrence: Occurrence | None) -> Place | None:
        """Return where to show; a private place is remembered, so that what follows goes there."""
        if occurrence is None or answer.author is None:
            return answer.show_in
        audience = audience_of(occurrence)
        if audience is Audience.NOBODY and answer.state is not AnswerState.UNGRADED:
            return None
        public = {occurrence.channel, occurrence.thread}
        if audience is Audience.EVERYBODY or answer.show_in not in public:
            return answer.show_in
        direct = await self._deliverer.direct(answer.author)
        async with self._unit_of_work() as work:
            stored = await work.answers.locked(answer.id)
            if stored is not None:
                await work.answers.update(replace(stored, show_in=direct))
        return direct

    async def _message(
        self, answer: Answer, question: Question, occurrence: Occurrence | None
    ) -> Message:
        async with self._unit_of_work(read_only=True) as work:
            name = await work.answers.member_name(answer)
            grade = await work.answers.grade(answer.id)
            number = await work.answers.grades(answer.id)
            titles = {} if grade is None else await _titles(work, answer, grade)
        if answer.state is not AnswerState.GRADED or grade is None:
            message = ungraded_message(answer, name=name)
        elif answer.detail is not None:
            message = _kept(answer, grade, name)
        else:
            message = grade_message(
                grade,
                question,
                answer,
                name=name,
                points=points_for(grade.score, question.difficulty),
                titles=titles,
                number=number,
            )
            if answer.round > 1:
                message = _with(message, _REGRADED)
        if occurrence is None or audience_of(occurrence) is Audience.EVERYBODY:
            return message
        return _with(message, where(question, await self._deliverer.link(occurrence.message)))

    async def _say_unreachable(
        self, answer: Answer, occurrence: Occurrence, error: TargetGone
    ) -> None:
        """Tell somebody in the thread, without their grade, that they can't be written to."""
        _LOG.warning("the author of %s can't be written to: %s", answer.id, error.reason)
        async with self._unit_of_work(read_only=True) as work:
            name = await work.answers.member_name(answer)
        await self._deliverer.deliver(
            occurrence.thread or occurrence.channel,
            _unreachable(name, answer),
            team_id=answer.team_id,
            key=grade_key("unreachable", answer),
        )


def grade_key(kind: str, answer: Answer) -> str:
    """Return an idempotency key for something said or paid in an answer's round."""
    return f"{kind}:{answer.id}" if answer.round == 1 else f"{kind}:{answer.id}.{answer.round}"


def _is_for(member: Member, answer: Answer, occurrence: Occurrence) -> bool:
    """Return whether a member may read what became of an answer just now.

    Why there is no grade gives nothing away that is held.
    """
    is_failure = answer.state is AnswerState.UNGRADED and answer.member_id == member.id
    return is_failure or may_see(answer, occurrence, member.id)


async def _titles(work: UnitOfWork, answer: Answer, grade: Grade) -> dict[str, str]:
    """Return the titles of the questions whose model answers the grader drew on, by id."""
    found = [await work.questions.get(answer.team_id, id_) for id_ in grade.related]
    return {question.id: question.title for question in found if question is not None}


def _with(message: Message, block: Block) -> Message:
    """Return a message with a remark under it, above its buttons."""
    blocks = message.blocks
    at = next((i for i, b in enumerate(blocks) if isinstance(b, Buttons)), len(blocks))
    return replace(message, blocks=(*blocks[:at], block, *blocks[at:]))


def _kept(answer: Answer, grade: Grade, name: str) -> Message:
    """Return that an edited answer has no grade of its own, so that the earlier one stands."""
    return Message(
        blocks=(
            Text(
                line(
                    bold(f"{name}: your first grade stands, {format_score(grade.score)}. "),
                    f"I could not grade your edited answer. {answer.detail or ''}".rstrip(),
                )
            ),
        ),
    )


def _unreachable(name: str, answer: Answer) -> Message:
    return Message(
        blocks=(
            Text(
                line(
                    f"{name}, I have something about your answer for you alone, but I can't write "
                    "to you. Allow direct messages from me, or press the button."
                )
            ),
            Buttons((Button("Show me", Action(ActionKind.SHOW_GRADE, answer.id)),)),
        ),
    )
