"""Spoken answers: fetched within limits, written down, and told plainly where that can't be."""

from __future__ import annotations

import pytest

from handlers.invocation import Attachment
from handlers.ports import DeliveryFailed, TargetGone
from handlers.practice.ports import Transcript, Unreadable
from handlers.refs import Platform, UserRef
from handlers.voice.ports import FileTooLarge
from handlers.voice.transcribe import MAX_BYTES, MAX_SECONDS, RecordingTranscriber
from questions.ports import GraderUnavailable
from tests.handlers.fakes import FakePlatform

ADA = UserRef(platform=Platform.SLACK, realm="T1", id="ada")
CLIP = Attachment(name="clip.m4a", media_type="audio/mp4", size=5, url="https://files.test/clip")


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


async def said(
    speech: FakeSpeech, platform: FakePlatform, clip: Attachment = CLIP
) -> Transcript | Unreadable:
    transcriber = RecordingTranscriber({Platform.SLACK: platform}, speech)
    return await transcriber.transcribe(clip, ADA)


async def test_what_is_said_is_written_down() -> None:
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
async def test_what_cannot_be_used_is_told(speech: FakeSpeech, told: str) -> None:
    outcome = await said(speech, FetchingPlatform())

    assert isinstance(outcome, Unreadable)
    assert told in outcome.detail


async def test_a_recording_that_is_too_large_is_not_fetched() -> None:
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
async def test_what_cannot_be_fetched_is_told(trouble: Exception, told: str) -> None:
    platform = FetchingPlatform()
    platform.trouble = trouble

    outcome = await said(spoken(), platform)
    assert isinstance(outcome, Unreadable)
    assert told in outcome.detail


async def test_a_platform_that_is_down_is_tried_again_later() -> None:
    platform = FetchingPlatform()
    platform.trouble = DeliveryFailed("Slack did not answer", retry_after=7)

    with pytest.raises(GraderUnavailable) as failed:
        await said(spoken(), platform)
    assert failed.value.retry_after == 7


async def test_where_nothing_can_be_fetched_that_is_told() -> None:
    outcome = await RecordingTranscriber({}, spoken()).transcribe(CLIP, ADA)

    assert isinstance(outcome, Unreadable)
    assert "can't fetch recordings here" in outcome.detail
