"""What a feature brings into the application, and what it may build on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core import Database
from handlers.actions import ActionKind
from handlers.daily.tick import Tick
from handlers.delivery import Deliverer
from handlers.dispatch import Reception
from handlers.feature import Feature
from handlers.home.command import Home
from handlers.invocation import (
    FormSubmission,
    IncomingDeletion,
    IncomingEdit,
    IncomingReply,
)
from handlers.message import Response
from handlers.metering.budget import Budget
from handlers.metering.metered import MeteredGrader
from handlers.ports import ChatPlatform, Clock, GaveUp, JobHandler
from handlers.refs import Platform
from handlers.router import Click

Sent = Callable[[FormSubmission], Awaitable[Response]]
TakeReply = Callable[[IncomingReply], Awaitable[Reception | None]]
"""Takes in a reply; ``None`` where it is not this feature's."""
TakeEdit = Callable[[IncomingEdit], Awaitable[bool]]
"""Takes in a changed message; ``False`` where it is not this feature's."""
TakeDeletion = Callable[[IncomingDeletion], Awaitable[bool]]
"""Takes in that a message is gone; ``False`` where it is not this feature's."""


@dataclass(frozen=True, kw_only=True)
class House:
    """What every feature may build on.

    Attributes:
        database: where rows are.
        deliverer: says something once.
        platforms: what speaks on each platform that runs.
        clock: what tells the time.
        grader: what grades one reply, within the budget.
        budget: what grading may cost.
        home: people's own pages, to be shown anew when something on them changes.
    """

    database: Database
    deliverer: Deliverer
    platforms: Mapping[Platform, ChatPlatform]
    clock: Clock
    grader: MeteredGrader
    budget: Budget
    home: Home


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of job, what runs it, and what is done about one that is given up on."""

    name: str
    handler: JobHandler
    gave_up: GaveUp | None = None


@dataclass(frozen=True, kw_only=True)
class Room:
    """A feature, wired.

    Attributes:
        features: its commands.
        clicks: what its buttons do.
        forms: what its forms do.
        jobs: its kinds of job.
        replies: who may take a reply, asked before it is taken for an answer to a question.
        edits: the same for changed messages.
        deletions: the same for deleted ones.
        ticks: what looks for work of its own whenever the daily questions are looked at.
    """

    features: Sequence[Feature] = ()
    clicks: Mapping[ActionKind, Click] = field(default_factory=dict)
    forms: Mapping[ActionKind, Sent] = field(default_factory=dict)
    jobs: Sequence[JobKind] = ()
    replies: Sequence[TakeReply] = ()
    edits: Sequence[TakeEdit] = ()
    deletions: Sequence[TakeDeletion] = ()
    ticks: Sequence[Tick] = ()


def together(rooms: Sequence[Room]) -> Room:
    """Return one room with everything that ``rooms`` hold.

    Raises:
        ValueError: two of them declare the same command, button or form.
    """
    clicks: dict[ActionKind, Click] = {}
    forms: dict[ActionKind, Sent] = {}
    names: set[str] = set()
    for room in rooms:
        twice = [kind.value for kind in room.clicks if kind in clicks]
        twice += [kind.value for kind in room.forms if kind in forms]
        twice += [one.command.name for one in room.features if one.command.name in names]
        if twice:
            raise ValueError(f"declared twice: {', '.join(twice)}")
        clicks |= room.clicks
        forms |= room.forms
        names |= {feature.command.name for feature in room.features}
    return Room(
        features=[feature for room in rooms for feature in room.features],
        clicks=clicks,
        forms=forms,
        jobs=[job for room in rooms for job in room.jobs],
        replies=[take for room in rooms for take in room.replies],
        edits=[take for room in rooms for take in room.edits],
        deletions=[take for room in rooms for take in room.deletions],
        ticks=[tick for room in rooms for tick in room.ticks],
    )
