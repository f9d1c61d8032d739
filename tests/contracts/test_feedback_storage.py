"""Presses on feedback buttons, and the reads of somebody's own page, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.feedback.record import Press
from handlers.home.record import OwnAnswer
from handlers.records import AnswerState, Member, OccurrenceState, ScoreEntry, Team
from handlers.refs import Platform, UserRef, WorkspaceRef
from questions.grading import Grade
from tests.contracts.conftest import NOW, Store
from tests.contracts.record import an_answer, an_occurrence
from tests.factory import CHANNEL, a_schedule

POSTED = OccurrenceState.POSTED
GRADE = Grade(score=2.5, criteria=(), grader="first")


async def prepare(store: Store) -> None:
    """Store an answer of Ada's with two grades."""
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence(state=POSTED))
        await work.answers.add(an_answer())
        for grader in ("first", "second"):
            await work.answers.add_grade(an_answer(), GRADE.model_copy(update={"grader": grader}))


def a_press(**changes: object) -> Press:
    fresh = Press(
        team_id="team",
        answer_id="id-a1",
        number=1,
        member_id="ada",
        prompt_version="v1",
        helpful=True,
        pressed_at=NOW,
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


async def test_the_last_press_on_a_grade_stays(store: Store) -> None:
    await prepare(store)
    later = a_press(helpful=False, pressed_at=NOW + timedelta(seconds=9))
    other = a_press(number=2, pressed_at=NOW + timedelta(seconds=5))
    async with store.open() as work:
        for press in (a_press(), other, later, later):
            await work.feedback.put(press)

    async with store.open(read_only=True) as work:
        assert await work.feedback.of_answer("id-a1") == [other, later]
        assert await work.feedback.of_answer("none") == []


async def test_grades_are_found_by_their_number(store: Store) -> None:
    await prepare(store)

    async with store.open(read_only=True) as work:
        found = [await work.feedback.grade("id-a1", number) for number in range(-1, 4)]

    assert [grade and grade.grader for grade in found] == [None, None, "first", "second", None]


async def test_a_page_reads_a_teams_posted_questions(store: Store) -> None:
    first = an_occurrence(state=POSTED)
    second = an_occurrence("k2", state=POSTED, created_at=NOW + timedelta(hours=1))
    async with store.open() as work:
        await work.occurrences.claim(first)
        await work.occurrences.claim(an_occurrence("k3", created_at=NOW + timedelta(hours=1)))
        await work.occurrences.claim(second)

    async with store.open(read_only=True) as work:
        assert await work.home.questions("team", NOW) == [first, second]
        assert await work.home.questions("team", NOW + timedelta(seconds=1)) == [second]
        assert await work.home.questions("other", NOW) == []


async def test_a_page_reads_ones_own_answers_with_their_scores(store: Store) -> None:
    await prepare(store)
    late = NOW + timedelta(hours=1)
    pending = an_answer("a2", created_at=late)
    async with store.open() as work:
        await work.answers.add(pending)
        await work.scores.put(
            ScoreEntry(
                answer_id="id-a1",
                team_id="team",
                member_id="ada",
                member_name="Ada",
                question_id="q1",
                score=2.5,
                points=18,
                earned_at=NOW,
                earned_on=NOW.date(),
            )
        )

    scored = OwnAnswer(occurrence_id="id-k1", state=AnswerState.PENDING, created_at=NOW, score=2.5)
    fresh = replace(scored, created_at=late, score=None)
    async with store.open(read_only=True) as work:
        assert await work.home.answers("ada", NOW) == [scored, fresh]
        assert await work.home.answers("ada", late) == [fresh]
        assert await work.home.answers("bob", NOW) == []


async def test_only_channels_one_answers_in_ask_one_something(store: Store) -> None:
    await prepare(store)
    elsewhere = replace(CHANNEL, id="C2")
    async with store.open() as work:
        for number, channel in enumerate((CHANNEL, elsewhere), 2):
            at = NOW + timedelta(days=number)
            claimed = an_occurrence(f"k{number}", channel=channel, created_at=at, state=POSTED)
            await work.occurrences.claim(claimed)

    async with store.open(read_only=True) as work:
        assert await work.home.asked("ada", NOW) == [NOW, NOW + timedelta(days=2)]
        assert await work.home.asked("bob", NOW) == []


async def test_a_page_reads_a_teams_schedules_by_their_time(store: Store) -> None:
    other = WorkspaceRef(platform=Platform.SLACK, id="T2")
    user = UserRef(platform=Platform.SLACK, realm="T2", id="U9")
    early = a_schedule(id_="s2", channel=replace(CHANNEL, id="C2"), at=a_schedule().at.replace(7))
    paused = replace(a_schedule(), paused="for now")
    async with store.open() as work:
        await work.teams.add(Team(id="others", name="Others", zone="UTC"), other)
        await work.teams.add_member(Member(id="eve", team_id="others", name="Eve"), user)
        foreign = a_schedule(id_="s3", channel=replace(CHANNEL, id="C3"), team_id="others")
        for schedule in (paused, early, foreign):
            await work.schedules.put(schedule)

    async with store.open(read_only=True) as work:
        assert await work.home.schedules("team") == [early, paused]
