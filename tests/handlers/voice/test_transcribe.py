"""Spoken answers: fetched within limits, written down, and told plainly where that can't be."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

import pytest

from handlers.invocation import Attachment
from handlers.metering.account import Account
from handlers.metering.budget import UNLIMITED, Amount, Budget, Limits, Payer, Tariff, Use
from handlers.ports import DeliveryFailed, TargetGone
from handlers.practice.ports import Transcript, Unreadable
from handlers.records import Member, Team
from handlers.refs import Platform, UserRef
from handlers.voice.cost import estimate, used
from handlers.voice.ports import FileTooLarge, SpeechToText
from handlers.voice.transcribe import MAX_BYTES, MAX_SECONDS, RecordingTranscriber
from questions.ports import GraderUnavailable
from tests.handlers.conftest import WORKSPACE, World
from tests.handlers.fakes import FakePlatform

ADA = UserRef(platform=Platform.SLACK, realm="T1", id="ada")
CLIP = Attachment(name="clip.m4a", media_type="audio/mp4", size=5, url="https://files.test/clip")


PAYER = Payer(team_id="team", member_id="ada", key="voice:t")
PRICED = Tariff(usd_per_spoken_minute=0.006)


class FetchingPlatform(FakePlatform):
    """Has one file, or `trouble`."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble: Exception | None = None

    async def fetch(self, file: Attachment, owner: UserRef, *, limit: int) -> bytes:
        assert (file, owner, limit) == (CLIP, ADA, MAX_BYTES)
        if self.trouble is not None:
            raise self.trouble
        return b"sound"


class FakeSpeech:
    """Hears what `says` says."""

    def __init__(self, says: Transcript | Unreadable) -> None:
        self.says = says
        self.heard: list[bytes] = []

    async def write_down(self, recording: Attachment, content: bytes) -> Transcript | Unreadable:
        self.heard.append(content)
        return self.says


def spoken(text: str = "I would measure.", seconds: float = 4.0) -> FakeSpeech:
    return FakeSpeech(Transcript(text=text, seconds=seconds))


Say = Callable[..., Coroutine[Any, Any, Transcript | Unreadable]]


@pytest.fixture
async def accounts(world: World) -> World:
    async with world.storage() as work:
        await work.teams.add(Team(id="team", name="Team", zone="UTC"), WORKSPACE)
        await work.teams.add_member(Member(id="ada", team_id="team", name="Ada"), ADA)
    return world


@pytest.fixture
def said(accounts: World) -> Say:
    """Have a clip written down on Ada's account."""

    async def say(
        speech: SpeechToText,
        platform: FakePlatform | None = None,
        clip: Attachment = CLIP,
        budget: Budget = UNLIMITED,
    ) -> Transcript | Unreadable:
        platforms = {} if platform is None else {Platform.SLACK: platform}
        account = Account(accounts.storage, accounts.clock, budget)
        return await RecordingTranscriber(platforms, speech, account).transcribe(clip, ADA, PAYER)

    return say


async def test_what_is_said_is_written_down(said: Say) -> None:
    speech = spoken()

    assert await said(speech, FetchingPlatform()) == Transcript(text="I would measure.", seconds=4)
    assert speech.heard == [b"sound"]


@pytest.mark.parametrize(
    ("speech", "told"),
    [
        (spoken(seconds=MAX_SECONDS + 1), "longer than ten minutes"),
        (spoken("… .", 3), "not make out a word"),
        (FakeSpeech(Unreadable(detail="I can't listen here.")), "can't listen here"),
    ],
)
async def test_what_cannot_be_used_is_told(said: Say, speech: FakeSpeech, told: str) -> None:
    outcome = await said(speech, FetchingPlatform())

    assert isinstance(outcome, Unreadable)
    assert told in outcome.detail


async def test_a_recording_that_is_too_large_is_not_fetched(said: Say) -> None:
    speech, platform = spoken(), FetchingPlatform()
    platform.trouble = AssertionError("fetched")
    large = Attachment(name="l", media_type="audio/mp4", size=MAX_BYTES + 1, url="")

    outcome = await said(speech, platform, large)
    assert isinstance(outcome, Unreadable)
    assert "larger than 25 MB" in outcome.detail


@pytest.mark.parametrize(
    ("trouble", "told"),
    [(FileTooLarge(), "larger than 25 MB"), (TargetGone("gone"), "could not fetch")],
)
async def test_what_cannot_be_fetched_is_told(said: Say, trouble: Exception, told: str) -> None:
    platform = FetchingPlatform()
    platform.trouble = trouble

    outcome = await said(spoken(), platform)
    assert isinstance(outcome, Unreadable)
    assert told in outcome.detail


async def test_a_platform_that_is_down_is_tried_again_later(said: Say) -> None:
    platform = FetchingPlatform()
    platform.trouble = DeliveryFailed("Slack did not answer", retry_after=7)

    with pytest.raises(GraderUnavailable) as failed:
        await said(spoken(), platform)
    assert failed.value.retry_after == 7


async def test_where_nothing_can_be_fetched_that_is_told(said: Say) -> None:
    outcome = await said(spoken())

    assert isinstance(outcome, Unreadable)
    assert "can't fetch recordings here" in outcome.detail


async def spent(world: World) -> Use:
    day = world.clock.now().date()
    assert isinstance(day, date)
    async with world.storage() as work:
        return (await work.spending.used("team", "ada", day)).person


class LostSpeech:
    """A server that is down, and looks at the account meanwhile."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.held = Use()

    async def write_down(self, recording: Attachment, content: bytes) -> Transcript | Unreadable:
        self.held = await spent(self._world)
        raise GraderUnavailable("the endpoint is down")


async def test_it_is_paid_for_by_length(said: Say, accounts: World) -> None:
    await said(spoken(seconds=60.0), FetchingPlatform(), budget=Budget(tariff=PRICED))
    assert await spent(accounts) == Use(spent=Amount(604, 6_000))


async def test_what_is_of_no_use_was_paid_for_all_the_same(said: Say, accounts: World) -> None:
    speech = spoken("… .", seconds=30.0)
    assert isinstance(await said(speech, FetchingPlatform()), Unreadable)
    assert (await spent(accounts)).spent.tokens >= 300


async def test_what_the_server_does_not_take_costs_nothing(said: Say, accounts: World) -> None:
    await said(FakeSpeech(Unreadable(detail="No.")), FetchingPlatform())
    assert await spent(accounts) == Use()


async def test_it_is_reserved_before_and_given_back_where_the_server_is_lost(
    said: Say, accounts: World
) -> None:
    budget = Budget(limits=Limits(person_tokens=1_000), tariff=PRICED)
    speech = LostSpeech(accounts)
    with pytest.raises(GraderUnavailable):
        await said(speech, FetchingPlatform(), budget=budget)
    assert speech.held == Use(reserved=estimate(len(b"sound"), PRICED))
    assert await spent(accounts) == Use()


@pytest.mark.parametrize("limits", [Limits(person_tokens=13), Limits(team_usd=0.00001)])
async def test_over_the_budget_nothing_is_heard_and_an_answer_can_be_written(
    said: Say, accounts: World, limits: Limits
) -> None:
    speech = spoken()
    outcome = await said(speech, FetchingPlatform(), budget=Budget(limits=limits, tariff=PRICED))
    assert isinstance(outcome, Unreadable)
    assert "Write your answer instead" in outcome.detail
    assert speech.heard == []
    assert await spent(accounts) == Use()


@pytest.mark.parametrize(
    ("heard", "cost"),
    [
        (Transcript(text="word " * 4, seconds=10.0), Amount(105, 1_000)),
        (Transcript(text="word", seconds=10.0, tokens=77), Amount(77, 1_000)),
        (Transcript(text="word", seconds=0.0, tokens=77), Amount(77, 22)),
        (Transcript(text="word", seconds=0.0), Amount(11, 22)),
    ],
)
def test_the_servers_own_count_comes_first(heard: Transcript, cost: Amount) -> None:
    assert used(heard, Amount(11, 22), PRICED) == cost


def test_a_recording_of_ten_minutes_is_estimated_on_the_high_side() -> None:
    held = estimate(600 * 4_000, PRICED)
    assert held.micro_usd == 60_000
    assert held.tokens >= used(Transcript(text="w " * 1_800, seconds=600), held, PRICED).tokens
