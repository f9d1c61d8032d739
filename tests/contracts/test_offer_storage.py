"""Answers offered as model answers, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.linking.record import Link, LinkKind
from handlers.offers.record import Offer, OfferEvent, OfferState
from handlers.records import AnswerState, Member, OccurrenceState, Team
from handlers.refs import Platform, UserRef, WorkspaceRef
from handlers.storage import SHIPPED_TEAM
from tests.contracts.conftest import NOW, USER, Store
from tests.contracts.record import an_answer, an_occurrence
from tests.factory import a_question

OTHER = Link(
    id="l1",
    kind=LinkKind.TEAM,
    team_id="other",
    kept_id="other",
    other_id="team",
    made_by=USER,
    made_at=NOW,
)


def an_offer(id_: str = "f1", **changes: object) -> Offer:
    fresh = Offer(
        id=id_,
        team_id="team",
        answer_id="id-a1",
        member_id="ada",
        author=USER,
        question_id="q1",
        question_version=2,
        text="First I look at the queue.",
        score=4.6,
        is_estimate=True,
        named=True,
        created_at=NOW,
        name="Ada",
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


async def prepare(store: Store) -> None:
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence(state=OccurrenceState.POSTED))
        await work.answers.add(an_answer())


async def test_an_offer_is_stored_once_and_read_with_its_author_s_name(store: Store) -> None:
    await prepare(store)
    async with store.open() as work:
        assert await work.offers.add(an_offer())
        assert not await work.offers.add(an_offer(text="Something else."))

    async with store.open(read_only=True) as work:
        assert await work.offers.get("f1") == an_offer()
        assert await work.offers.get("f2") is None
        assert await work.offers.of_answer("id-a1") == [an_offer()]
        assert len(await work.offers.history("f1")) == 1


async def test_a_step_is_taken_from_the_state_it_expects_and_every_one_is_kept(
    store: Store,
) -> None:
    await prepare(store)
    taken = an_offer(state=OfferState.ACCEPTED)
    gone = an_offer(state=OfferState.WITHDRAWN)
    later = NOW + timedelta(hours=1)
    async with store.open() as work:
        await work.offers.add(an_offer())
        assert await work.offers.advance(taken, since=OfferState.WAITING, by="ada", at=later)
        assert not await work.offers.advance(gone, since=OfferState.WAITING, by="ada", at=later)
        assert await work.offers.advance(gone, since=OfferState.ACCEPTED, by=None, at=later)

    async with store.open(read_only=True) as work:
        assert await work.offers.get("f1") == gone
        assert await work.offers.history("f1") == [
            OfferEvent(offer_id="f1", state=OfferState.WAITING, member_id="ada", at=NOW),
            OfferEvent(offer_id="f1", state=OfferState.ACCEPTED, member_id="ada", at=later),
            OfferEvent(offer_id="f1", state=OfferState.WITHDRAWN, member_id=None, at=later),
        ]


async def test_a_team_s_offers_come_oldest_first_by_state_and_question(store: Store) -> None:
    await prepare(store)
    older = an_offer("f2", created_at=NOW - timedelta(hours=1), question_id="q2")
    async with store.open() as work:
        for offer in (an_offer(), older, an_offer("f3", state=OfferState.ACCEPTED)):
            await work.offers.add(offer)

    async with store.open(read_only=True) as work:
        offers = work.offers
        waiting = await offers.of_team("team", OfferState.WAITING)
        assert [offer.id for offer in waiting] == ["f2", "f1"]
        assert await offers.of_team("team", OfferState.WAITING, "q2") == [older]
        assert await offers.of_team("other", OfferState.WAITING) == []
        assert await offers.teams() == ["team"]


async def test_a_member_s_graded_answers_to_a_question_come_newest_first(store: Store) -> None:
    await prepare(store)
    first = an_answer()
    async with store.open() as work:
        await work.answers.update(replace(first, state=AnswerState.GRADED))
        newer = replace(
            first,
            id="id-a2",
            key="a2",
            message=None,
            state=AnswerState.GRADED,
            created_at=first.created_at + timedelta(hours=1),
        )
        pending = replace(newer, id="id-a3", key="a3", state=AnswerState.PENDING)
        await work.answers.add(newer)
        await work.answers.add(pending)

    async with store.open(read_only=True) as work:
        found = await work.offers.answers_to("team", first.member_id, first.question_id)
        assert found == ["id-a2", "id-a1"]
        assert await work.offers.answers_to("team", first.member_id, "another") == []


async def test_offers_go_with_their_team_and_come_back(store: Store) -> None:
    await prepare(store)
    async with store.open() as work:
        server = WorkspaceRef(platform=Platform.DISCORD, id="G1")
        await work.teams.add(Team(id="other", name="Other", zone="UTC"), server)
        ben = UserRef(platform=Platform.DISCORD, realm="global", id="9")
        await work.teams.add_member(Member(id="ben", team_id="other", name="Ben"), ben)
        await work.offers.add(an_offer(state=OfferState.ACCEPTED))
        await work.links.join(OTHER)

    async with store.open() as work:
        (moved,) = await work.offers.of_team("other", OfferState.ACCEPTED)
        assert (moved.id, moved.name) == ("f1", "Ada")
        assert await work.offers.of_team("team", OfferState.ACCEPTED) == []
        await work.links.part(OTHER)

    async with store.open(read_only=True) as work:
        assert await work.offers.of_team("team", OfferState.ACCEPTED) == [
            an_offer(state=OfferState.ACCEPTED)
        ]
        assert await work.offers.of_team("other", OfferState.ACCEPTED) == []


async def test_teams_with_questions_of_their_own_are_known_even_if_all_are_retired(
    store: Store,
) -> None:
    async with store.open() as work:
        await work.questions.sync(SHIPPED_TEAM, [a_question("shipped")])
        assert await work.questions.owners() == []
        await work.questions.add("team", a_question("own"))
        await work.questions.retire("team", "own")
        assert await work.questions.owners() == ["team"]
