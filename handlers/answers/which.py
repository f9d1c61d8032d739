"""Which question a message or a command is meant for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from handlers.invocation import Caller, IncomingReply
from handlers.records import Occurrence
from handlers.refs import ChannelRef
from handlers.storage import UnitOfWork
from handlers.teams.membership import known_team


async def hidden_places(work: UnitOfWork, caller: Caller, now: datetime) -> set[ChannelRef]:
    """Return the channels in which blind questions of the caller's team are open."""
    team = await known_team(work, caller)
    if team is None:
        return set()
    return {each.channel for each in await work.occurrences.hidden_of_team(team.id, now)}


async def hidden_for(
    work: UnitOfWork,
    caller: Caller,
    own: Occurrence | None,
    now: datetime,
    visible: Collection[ChannelRef],
) -> list[Occurrence]:
    """Return the team's blind questions that a direct message may be meant for.

    Those that the caller has not answered yet come before all others; a question that the
    conversation was asked itself comes before older ones.

    Args:
        work: the open unit of work.
        caller: who wrote the message.
        own: what their conversation was asked itself.
        now: this instant.
        visible: the channels that they see; what is asked in others is not for them.
    """
    team = await known_team(work, caller)
    if team is None:
        return []
    hidden = await work.occurrences.hidden_of_team(team.id, now)
    open_ = [each for each in hidden if each.channel in visible]
    newer = [o for o in open_ if own is None or o.created_at > own.created_at]
    member = await work.teams.member(team.id, caller.user)
    if member is None:
        return newer
    fresh = [o for o in newer if not await work.answers.has_answered(member.id, o.id)]
    return fresh or (newer if own is None else [])


async def open_question(work: UnitOfWork, caller: Caller) -> Occurrence | None:
    """Return the question that a command without an address is meant for.

    It is the one of the caller's thread, or else the newest in their channel.
    """
    if caller.thread is not None:
        found = await work.occurrences.of_thread(caller.thread)
        if found is not None:
            return found
    return await work.occurrences.newest_posted(caller.channel)


async def replied_to(work: UnitOfWork, reply: IncomingReply) -> Occurrence | None:
    """Return the question that a message stands under, or that its conversation was asked."""
    thread = reply.message.thread
    if thread is not None:
        found = await work.occurrences.of_thread(thread)
        if found is not None or not reply.caller.is_direct:
            return found
    if not reply.caller.is_direct:
        return None
    return await work.occurrences.newest_posted(reply.caller.channel)
