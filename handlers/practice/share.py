"""Telling the team that one has practised: exactly what was shown before, and only on request."""

from __future__ import annotations

from typing import Final

from handlers.actions import Action, ActionKind
from handlers.delivery import Deliverer
from handlers.invocation import ActionInvocation
from handlers.message import (
    Button,
    Buttons,
    ButtonStyle,
    Message,
    Outcome,
    Quote,
    Response,
    Text,
    line,
    say,
)
from handlers.ports import DeliveryFailed
from handlers.practice.record import PracticeSession, PracticeTurn, SessionState, TurnKind
from handlers.refs import ChannelRef, UserRef
from handlers.storage import UnitOfWork, UnitOfWorkFactory

_NOT_YOURS: Final = say("I can't find that interview among yours.")
_NO_CHANNEL: Final = say(
    "I don't know a channel of your team's to tell it in. Call /prep practice in one next time."
)
_SHARED: Final = say("Shared, in exactly these words.")
_FAILED: Final = say("I couldn't post it there. Please try once more.")


class ShareSession:
    """Handles the share button under a finished interview, and the one under its preview.

    Args:
        unit_of_work: opens transactions.
        deliverer: posts it, once.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, deliverer: Deliverer) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer

    async def preview(self, invocation: ActionInvocation) -> Outcome:
        """Show the owner what would be posted, and where."""
        found = await self._read(invocation.action.subject, invocation.caller.user)
        if isinstance(found, Message):
            return Response(message=found)
        session, text, _ = found
        return Response(
            message=Message(
                blocks=(
                    Text(line("This is all that the channel would read:")),
                    Quote(text),
                    Buttons(
                        (
                            Button(
                                "Post it",
                                Action(ActionKind.PRACTICE_POST, session.id),
                                ButtonStyle.PRIMARY,
                            ),
                        )
                    ),
                )
            )
        )

    async def post(self, invocation: ActionInvocation) -> Outcome:
        """Post what the owner was shown."""
        found = await self._read(invocation.action.subject, invocation.caller.user)
        if isinstance(found, Message):
            return Response(message=found)
        session, text, channel = found
        try:
            await self._deliverer.deliver(
                channel, say(text), team_id=session.team_id, key=f"practice-share:{session.id}"
            )
        except DeliveryFailed:
            return Response(message=_FAILED)
        return Response(message=_SHARED)

    async def _read(
        self, session_id: str, user: UserRef
    ) -> tuple[PracticeSession, str, ChannelRef] | Message:
        async with self._unit_of_work(read_only=True) as work:
            session = await work.practice.get(session_id)
            if session is None or session.user != user or not session.state.is_ended:
                return _NOT_YOURS
            member = await work.teams.member(session.team_id, user)
            channel = await _channel(work, session)
            turns = await work.practice.turns(session.id)
        if member is None:
            return _NOT_YOURS
        if channel is None:
            return _NO_CHANNEL
        return session, share_text(session, turns, member.name), channel


def share_text(session: PracticeSession, turns: list[PracticeTurn], name: str) -> str:
    """Return what a channel reads of a session: no answer, no question and no grade."""
    asked = sum(t.kind is TurnKind.QUESTION and bool(t.answer) for t in turns)
    count = "one question" if asked == 1 else f"{asked} questions"
    whole = "went through" if session.state is SessionState.COMPLETED else "practised"
    return f"{name} {whole} a mock interview for {session.role.title}: {count} answered."


async def _channel(work: UnitOfWork, session: PracticeSession) -> ChannelRef | None:
    """Return where to share: where it was asked for, else the team's first scheduled channel."""
    if session.origin is not None:
        return session.origin
    schedules = await work.home.schedules(session.team_id)
    channels = (s.channel for s in schedules if s.channel.platform is session.user.platform)
    return next((channel for channel in channels if not channel.is_direct), None)
