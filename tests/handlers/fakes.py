"""Stand-ins for what the handlers reach outside: they keep what was asked of them and can fail."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.jobs.memory import MemoryJobs
from bot.storage.unit_of_work import SqlUnitOfWork, SqlUnitOfWorkFactory
from handlers.invocation import Attachment
from handlers.message import Message, say
from handlers.ports import (
    Again,
    DeliveryFailed,
    GaveUp,
    Job,
    JobHandler,
    OutgoingFile,
    Posted,
    Reaction,
    TargetGone,
)
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef
from handlers.report.content import Content
from handlers.storage import StorageUnavailable, UnitOfWork
from questions.grading import CriterionVerdict, Judgement, Ungraded
from questions.ports import RelatedAnswer, RetrievalUnavailable
from questions.question import Question, Verdict

PATIENCE = 20.0


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message that people see."""

    to: ChannelRef | ThreadRef
    message: Message
    key: str
    posted: Posted
    thread_title: str | None

    @property
    def text(self) -> str:
        return self.message.plain_text


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Files that people have."""

    to: ChannelRef | ThreadRef
    files: tuple[OutgoingFile, ...]
    text: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A call of `FakePlatform.post`, whatever became of it."""

    to: ChannelRef | ThreadRef
    key: str
    maybe_sent: bool


@dataclass
class _Fault:
    key: str
    error: DeliveryFailed
    accepted: bool


class FakePlatform:
    """A chat platform that only looks for an earlier message when told that there may be one."""

    def __init__(self, platform: Platform = Platform.SLACK) -> None:
        self._platform = platform
        self.said: list[Said] = []
        self.shared: list[Shared] = []
        self.files: dict[str, bytes] = {}
        self.homes: defaultdict[str, list[Message]] = defaultdict(list)
        self.attempts: list[Attempt] = []
        self.reactions: defaultdict[MessageRef, list[Reaction]] = defaultdict(list)
        self.gone: dict[ChannelRef, str] = {}
        self.hidden: set[tuple[str, ChannelRef]] = set()
        self.unwritable: dict[UserRef, str] = {}
        self.bugs: dict[str, Exception] = {}
        self.when_accepted: Callable[[Said], None] = lambda _: None
        self.answering = asyncio.Event()
        self.answering.set()
        self._faults: deque[_Fault] = deque()
        self._changed = asyncio.Condition()

    @property
    def platform(self) -> Platform:
        return self._platform

    def fail(
        self, key: str, *, times: int = 1, accepted: bool = False, retry_after: float | None = None
    ) -> None:
        """Refuse the next posts whose key begins with ``key``; ``accepted``: show them first."""
        for _ in range(times):
            error = DeliveryFailed("the platform did not answer", retry_after=retry_after)
            self._faults.append(_Fault(key, error, accepted))

    async def post(
        self,
        to: ChannelRef | ThreadRef,
        message: Message,
        *,
        key: str,
        maybe_sent: bool = False,
        thread_title: str | None = None,
    ) -> Posted:
        self.attempts.append(Attempt(to=to, key=key, maybe_sent=maybe_sent))
        channel = to.channel if isinstance(to, ThreadRef) else to
        if channel in self.gone:
            raise TargetGone(self.gone[channel])
        for prefix, bug in self.bugs.items():
            if key.startswith(prefix):
                raise bug
        fault = next((f for f in self._faults if key.startswith(f.key)), None)
        if fault is not None:
            self._faults.remove(fault)
            if not fault.accepted:
                raise fault.error
        earlier = (
            next((said for said in self.said if said.key == key), None) if maybe_sent else None
        )
        said = earlier or await self._show(to, message, key, thread_title)
        self.when_accepted(said)
        await asyncio.wait_for(self.answering.wait(), PATIENCE)
        if fault is not None:
            raise fault.error
        return said.posted

    async def share(
        self,
        to: ChannelRef | ThreadRef,
        files: Sequence[OutgoingFile],
        *,
        text: str,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        known = [shared.key for shared in self.shared] if maybe_sent else []
        posted = await self.post(to, say(text), key=key, maybe_sent=maybe_sent)
        if key not in known:
            self.shared.append(Shared(to=to, files=tuple(files), text=text, key=key))
        return posted

    async def fetch(self, file: Attachment, owner: UserRef, *, limit: int) -> bytes:
        if file.url not in self.files:
            raise TargetGone("that file is gone")
        return self.files[file.url][:limit]

    async def direct(self, user: UserRef) -> ChannelRef:
        if user in self.unwritable:
            raise TargetGone(self.unwritable[user])
        return ChannelRef(platform=user.platform, workspace_id=user.realm, id=f"D-{user.id}")

    async def link(self, to: MessageRef) -> str:
        return f"https://chat.test/{to.id}"

    async def react(self, to: MessageRef, reaction: Reaction) -> None:
        self.reactions[to].append(reaction)

    async def sees(self, user: UserRef, channels: Collection[ChannelRef]) -> frozenset[ChannelRef]:
        return frozenset(each for each in channels if (user.id, each) not in self.hidden)

    async def show_home(self, user: UserRef, page: Message) -> None:
        self.homes[user.id].append(page)
        async with self._changed:
            self._changed.notify_all()

    async def wait_for_home(self, user_id: str, text: str) -> Message:
        """Wait until somebody's own page contains ``text``, and return it."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(
                lambda: any(text in page.plain_text for page in self.homes[user_id])
            )
        return next(page for page in self.homes[user_id] if text in page.plain_text)

    async def wait_for(self, text: str) -> Said:
        """Wait until a message that contains ``text`` is seen, and return it."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: any(text in said.text for said in self.said))
        return next(said for said in self.said if text in said.text)

    def texts(self, key: str = "") -> list[str]:
        """What people see whose key begins with ``key``, in order."""
        return [said.text for said in self.said if said.key.startswith(key)]

    def said_to(self, to: ChannelRef | ThreadRef, key: str = "") -> list[Said]:
        """What stands in a place, in order."""
        return [said for said in self.said if said.to == to and said.key.startswith(key)]

    def tries(self, key: str) -> list[bool]:
        """The ``maybe_sent`` of each call whose key begins with ``key``, in order."""
        return [attempt.maybe_sent for attempt in self.attempts if attempt.key.startswith(key)]

    async def _show(
        self, to: ChannelRef | ThreadRef, message: Message, key: str, title: str | None
    ) -> Said:
        channel = to.channel if isinstance(to, ThreadRef) else to
        id_ = f"post-{len(self.said) + 1}"
        ref = MessageRef(
            channel=channel, id=id_, thread_id=to.id if isinstance(to, ThreadRef) else None
        )
        # A direct message has no thread of its own, nor has what stands in one.
        opens_thread = title is not None and not channel.id.startswith("D")
        opens_thread = opens_thread and not isinstance(to, ThreadRef)
        thread = ThreadRef(channel=channel, id=id_) if opens_thread else None
        said = Said(
            to=to,
            message=message,
            key=key,
            posted=Posted(message=ref, thread=thread),
            thread_title=title,
        )
        self.said.append(said)
        async with self._changed:
            self._changed.notify_all()
        return said


def a_judgement(question: Question, *verdicts: Verdict, quote: str) -> Judgement:
    """Judge a question's criteria in order; those beyond ``verdicts`` are met."""
    padded = [*verdicts, *[Verdict.MET] * (len(question.rubric.ids) - len(verdicts))]
    return Judgement(
        verdicts=tuple(
            CriterionVerdict(criterion_id=id_, verdict=verdict, quote=quote)
            for id_, verdict in zip(question.rubric.ids, padded, strict=True)
        )
    )


class FakeGrader:
    """Does what its script says, then finds everything met; `thinking` holds it up."""

    name = "fake"

    def __init__(self) -> None:
        self.is_estimate = False
        self.script: deque[Judgement | Ungraded | Exception] = deque()
        self.judged: list[str] = []
        self.related: list[tuple[RelatedAnswer, ...]] = []
        self.busy = asyncio.Event()
        self.thinking = asyncio.Event()
        self.thinking.set()

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement | Ungraded:
        self.judged.append(reply)
        self.busy.set()
        self.related.append(tuple(related))
        await asyncio.wait_for(self.thinking.wait(), PATIENCE)
        outcome = self.script.popleft() if self.script else None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or a_judgement(question, quote=reply[:40])


class FakePress:
    """Prints a report's heading."""

    async def print(self, content: Content, *, name: str) -> Sequence[OutgoingFile]:
        text = f"{content.role}, {content.level}".encode()
        return [
            OutgoingFile(name=f"{name}.txt", media_type="text/plain", title="Report", content=text)
        ]


class FakeRetriever:
    """Finds `answers`, or raises `error`."""

    def __init__(self) -> None:
        self.answers: tuple[RelatedAnswer, ...] = ()
        self.error: Exception | None = None
        self.teams: list[str | None] = []

    async def related(
        self, question: Question, text: str, *, limit: int, team: str | None = None
    ) -> tuple[RelatedAnswer, ...]:
        self.teams.append(team)
        if self.error is not None:
            raise self.error
        return self.answers[:limit]


class FakeTeamIndex:
    """Keeps what it is given, team by team, and every update; or is out of reach."""

    def __init__(self) -> None:
        self.held: dict[str, list[str]] = {}
        self.updated: list[str] = []
        self.is_lost = False

    async def index(self, questions: Sequence[Question], *, team: str) -> int:
        if self.is_lost:
            raise RetrievalUnavailable("another process owns it")
        self.held[team] = [question.model_answer for question in questions]
        self.updated.append(team)
        return len(questions)

    async def refresh(self, read: Callable[[], Awaitable[Sequence[Question]]], *, team: str) -> int:
        return await self.index(await read(), team=team)


class StumblingStorage(SqlUnitOfWorkFactory):
    """The real storage, which is out of reach after ``fuse`` more units of work (never if None).

    Where it `recovers`, that is so for one unit of work only.

    Jobs are handed on after the commit: `MemoryJobs.enqueue` goes by SQLAlchemy's commit event,
    which comes before the database has committed, so that a job could miss its own row.
    """

    def __init__(self, engine: AsyncEngine, jobs: MemoryJobs) -> None:
        super().__init__(engine, jobs.enqueue)
        self._jobs = jobs
        self.fuse: int | None = None
        self.recovers = False

    @property
    def urgent(self) -> StumblingStorage:
        """Itself: a copy would have a fuse of its own."""
        return self

    def __call__(self, *, read_only: bool = False) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._stumbling(read_only=read_only)

    @asynccontextmanager
    async def _stumbling(self, *, read_only: bool) -> AsyncIterator[UnitOfWork]:
        if self.fuse is not None:
            if self.fuse == 0:
                self.fuse = None if self.recovers else 0
                raise StorageUnavailable("the disk is full")
            self.fuse -= 1
        written: list[Job] = []
        async with super().__call__(read_only=read_only) as work:
            assert isinstance(work, SqlUnitOfWork)
            work._enqueue = lambda _, job: written.append(job)
            yield work
        for job in written:
            self._jobs.add(job)


class WatchedJobs(MemoryJobs):
    """Jobs that never wait: they note the delays asked for. Handlers can be called by hand."""

    def __init__(self) -> None:
        super().__init__(sleep=self._note)
        self.delays: list[float] = []
        self.handlers: dict[str, JobHandler] = {}
        self.broken: set[str] = set()

    def register(self, kind: str, handler: JobHandler, gave_up: GaveUp | None = None) -> None:
        async def run(subject: str, attempt: int) -> Again | None:
            if kind in self.broken:
                raise RuntimeError("a bug")
            return await handler(subject, attempt)

        super().register(kind, run, gave_up)
        self.handlers[kind] = handler

    @property
    def waiting(self) -> list[Job]:
        """Jobs that are not finished, in the order in which they came."""
        return [later.turn.job for later in self._unfinished.values()]

    async def settle(self) -> None:
        """Work until nothing is left to do."""
        assert await self.drain(PATIENCE), self.waiting

    async def _note(self, seconds: float) -> None:
        if seconds:
            self.delays.append(seconds)
        await asyncio.sleep(0)
