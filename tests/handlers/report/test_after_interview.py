"""From an interview to its report, as its owner lives it."""

from __future__ import annotations

import pytest

from handlers.invocation import Attachment
from handlers.practice.ports import Transcript, Unreadable
from handlers.practice.record import TurnKind
from handlers.report.evidence import Record, unsupported
from handlers.voice.ports import SpeechToText
from tests.handlers.conftest import BANK, World
from tests.handlers.practice.interview import ADA, ANSWER, Interview
from tests.handlers.report.test_report_job import report_of, reports

CLIP = Attachment(name="clip.m4a", media_type="audio/mp4", size=5, url="https://files.test/clip")


class FakeSpeech:
    """Hears the same answer in every recording, spoken in ten seconds."""

    async def write_down(self, recording: Attachment, content: bytes) -> Transcript | Unreadable:
        assert content == b"sound"
        return Transcript(text=f"Um, you know, {ANSWER}", seconds=10.0)


@pytest.fixture
def speech() -> SpeechToText:
    return FakeSpeech()


async def finish(interview: Interview) -> None:
    await interview.answer_until(TurnKind.INVITATION)
    await interview.write("No, thank you.")


async def test_a_real_interview_ends_in_a_report_and_tells_no_grade_before(world: World) -> None:
    interview = Interview(world)
    await interview.begin(mode="real", length="2")
    await interview.answer_until(TurnKind.INVITATION)
    before = len(world.slack.said)
    assert not any("/5" in said.text for said in world.slack.said)
    assert "still open" in await world.told("report", by=ADA)

    await interview.write("No, thank you.")
    [said] = reports(world)
    assert world.slack.said.index(said) >= before
    assert "5.0/5" in said.text
    assert len(world.slack.shared) == 1


async def test_every_claim_of_the_report_stands_in_the_interview(world: World) -> None:
    interview = Interview(world)
    await interview.begin(mode="real", length="2")
    await finish(interview)

    session = await interview.session()
    content = (await report_of(world, session.id)).content
    assert content is not None
    record = Record(await interview.turns(), {question.id: question for question in BANK})
    assert content.claims
    assert unsupported(content, record) == []


async def test_an_interview_that_is_given_up_early_is_reported_as_far_as_it_went(
    world: World,
) -> None:
    interview = Interview(world)
    await interview.begin(length="3")
    await interview.answer_until(TurnKind.QUESTION)
    await interview.write(ANSWER)
    await interview.write("quit")

    [said] = reports(world)
    assert "Recommendation: none" in said.text


async def test_a_spoken_answer_is_graded_and_its_delivery_measured(world: World) -> None:
    world.slack.files[CLIP.url] = b"sound"
    interview = Interview(world)
    await interview.begin(length="1")
    await interview.answer_until(TurnKind.QUESTION)
    await interview.write("", CLIP)
    await finish(interview)

    session = await interview.session()
    content = (await report_of(world, session.id)).content
    assert content is not None
    assert content.questions[0].score is not None
    measures = {measure.name: measure.value for measure in content.communication.measures}
    assert measures["Pace"] == "162 words a minute"
    assert any("fillers" in remark.text for remark in content.communication.remarks)


async def test_a_recording_that_is_gone_is_told_and_can_be_sent_again(world: World) -> None:
    interview = Interview(world)
    await interview.begin(length="1")
    await interview.write("", CLIP)

    assert "could not fetch that recording" in interview.last()
    world.slack.files[CLIP.url] = b"sound"
    await interview.write("", CLIP)
    assert (await interview.turns())[0].answer.endswith(ANSWER)
