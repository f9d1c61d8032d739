"""A member's answer joins the model answers when they and a lead agree, and leaves again."""

from __future__ import annotations

import pytest

from handlers.actions import Action, ActionKind
from handlers.bank.index import INDEX_TEAM, TeamIndexer, indexed_teams
from handlers.message import Message, Response
from handlers.offers.record import Offer, OfferState
from handlers.offers.rule import MOST_ACCEPTED
from handlers.records import Answer, Occurrence
from handlers.teams.membership import join
from questions.ports import RelatedAnswer
from questions.question import Verdict
from questions.role import Role
from tests.handlers.conftest import World, a_caller, buttons_of
from tests.handlers.fakes import a_judgement

ADA = a_caller("Ada")
MIA = a_caller("Mia", leads=True)
STRONG = "First I look at the queue, then at the index, and I measure how late each of them is."


def buttons(message: Message) -> dict[ActionKind, Action]:
    """The actions of a message's buttons, by kind."""
    return {button.action.kind: button.action for button in buttons_of(message)}


async def answered(
    world: World, text: str = STRONG, *, by: str = "Ada"
) -> tuple[Answer, Occurrence]:
    """Have a question answered, and graded."""
    asked = await world.newest() or await world.ask()
    answer = await world.answered(asked, text, by=by)
    return answer, asked


async def offered(
    world: World, text: str = STRONG, *, by: str = "Ada", named: bool = True
) -> Offer:
    answer, _ = await answered(world, text, by=by)
    kind = ActionKind.OFFER_NAMED if named else ActionKind.OFFER_UNNAMED
    told = await world.told_after_click(Action(kind, answer.id), by=a_caller(by))
    assert "Thank you" in told
    return (await offers_of(world, answer))[-1]


async def accepted(
    world: World, text: str = STRONG, *, by: str = "Ada", named: bool = True
) -> Offer:
    offer = await offered(world, text, by=by, named=named)
    told = await world.told_after_click(Action(ActionKind.OFFER_ACCEPT, offer.id), by=MIA)
    assert "model answers now" in told
    await world.jobs.settle()
    return offer


async def offers_of(world: World, answer: Answer) -> list[Offer]:
    async with world.storage(read_only=True) as work:
        return await work.offers.of_answer(answer.id)


async def state(world: World, offer: Offer) -> OfferState:
    async with world.storage(read_only=True) as work:
        stored = await work.offers.get(offer.id)
    assert stored is not None
    return stored.state


def held(world: World, offer: Offer) -> list[str]:
    """The answers that the team's index holds."""
    return world.index.held.get(offer.team_id, [])


async def test_the_button_stands_under_grades_of_the_highest_band_alone(world: World) -> None:
    await answered(world)
    assert ActionKind.OFFER in buttons(world.slack.said[-1].message)
    asked = await world.newest()
    assert asked is not None
    async with world.storage(read_only=True) as work:
        question = await work.questions.get("", asked.question_id or "")
    assert question is not None
    weak = a_judgement(question, Verdict.PARTIAL, quote="I would look at")
    world.grader.script.append(weak)
    answer, _ = await answered(world, "I would look at the queue before all else.", by="Ben")
    assert ActionKind.OFFER not in buttons(world.slack.said[-1].message)
    told = await world.told_after_click(Action(ActionKind.OFFER, answer.id), by=a_caller("Ben"))
    assert "4.5" in told


async def test_only_its_author_can_offer_an_answer(world: World) -> None:
    answer, _ = await answered(world)
    for kind in (ActionKind.OFFER, ActionKind.OFFER_NAMED, ActionKind.OFFER_UNNAMED):
        told = await world.told_after_click(Action(kind, answer.id), by=a_caller("Ben"))
        assert "Only its author" in told
    assert await offers_of(world, answer) == []


async def test_the_author_is_asked_about_their_name_and_offers_once(world: World) -> None:
    answer, _ = await answered(world)
    outcome = await world.click(Action(ActionKind.OFFER, answer.id), by=ADA)
    assert isinstance(outcome, Response)
    asked = buttons(outcome.message)
    assert {ActionKind.OFFER_NAMED, ActionKind.OFFER_UNNAMED} == set(asked)
    await world.click(asked[ActionKind.OFFER_UNNAMED], by=ADA)
    assert "already" in await world.told_after_click(asked[ActionKind.OFFER_NAMED], by=ADA)
    (offer,) = await offers_of(world, answer)
    assert (offer.named, offer.by, offer.text) == (False, "a teammate", STRONG)


async def test_a_lead_sees_text_question_and_grade_and_takes_it_up(world: World) -> None:
    offer = await offered(world)
    listed = await world.told("drafts", by=MIA, action="offers")
    for part in ("1 answer is offered", STRONG, "5.0/5", "Ada", "Say what you would look at"):
        assert part in listed
    told = await world.told("drafts", by=MIA, action="accept", draft=offer.id[:8])
    assert "model answers now" in told
    await world.jobs.settle()
    assert await state(world, offer) is OfferState.ACCEPTED
    notice = await world.slack.wait_for("one of your team's model answers")
    assert notice.to.id == "D-ada"
    assert held(world, offer) == [STRONG]
    assert "No answer is offered" in await world.told("drafts", by=MIA, action="offers")


async def test_who_is_no_lead_decides_on_nothing(world: World) -> None:
    offer = await offered(world)
    for kind in (ActionKind.OFFER_ACCEPT, ActionKind.OFFER_DECLINE):
        told = await world.told_after_click(Action(kind, offer.id), by=a_caller("Ben"))
        assert "/prep managers" in told
    assert "/prep managers" in await world.told("drafts", by=a_caller("Ben"), action="offers")
    stranger = a_caller("Zoe", workspace_id="T2", leads=True)
    accept = Action(ActionKind.OFFER_ACCEPT, offer.id)
    assert "can't find" in await world.told_after_click(accept, by=stranger)
    assert await state(world, offer) is OfferState.WAITING


async def test_nobody_takes_up_an_answer_of_their_own(world: World) -> None:
    offer = await offered(world, by="Mia")
    told = await world.told_after_click(Action(ActionKind.OFFER_ACCEPT, offer.id), by=MIA)
    assert "your own" in told
    assert await state(world, offer) is OfferState.WAITING


async def test_a_declined_answer_is_told_and_not_offered_again(world: World) -> None:
    offer = await offered(world)
    await world.click(Action(ActionKind.OFFER_DECLINE, offer.id), by=MIA)
    await world.jobs.settle()
    await world.slack.wait_for("is not taken up")
    again = Action(ActionKind.OFFER_NAMED, offer.answer_id)
    assert "left it out" in await world.told_after_click(again, by=ADA)
    late = Action(ActionKind.OFFER_ACCEPT, offer.id)
    assert "decided already" in await world.told_after_click(late, by=MIA)


async def test_its_author_takes_it_back_and_may_offer_it_again(world: World) -> None:
    offer = await accepted(world)
    notice = await world.slack.wait_for("one of your team's model answers")
    taken_back = buttons(notice.message)[ActionKind.OFFER_WITHDRAW]
    assert "Done" in await world.told_after_click(taken_back, by=ADA)
    await world.jobs.settle()
    assert held(world, offer) == []
    assert "decided already" in await world.told_after_click(taken_back, by=ADA)
    again = Action(ActionKind.OFFER_UNNAMED, offer.answer_id)
    assert "Thank you" in await world.told_after_click(again, by=ADA)
    async with world.storage(read_only=True) as work:
        history = await work.offers.history(offer.id)
    assert [step.state for step in history] == [
        OfferState.WAITING,
        OfferState.ACCEPTED,
        OfferState.WITHDRAWN,
    ]


async def test_a_lead_takes_it_out_and_its_author_is_told(world: World) -> None:
    offer = await accepted(world)
    ben = await world.told("questions", by=a_caller("Ben"), action="withdraw", question=offer.id)
    assert "Only its author" in ben
    listed = await world.command("questions", by=MIA, action="answers")
    assert isinstance(listed, Response)
    await world.click(buttons(listed.message)[ActionKind.OFFER_WITHDRAW], by=MIA)
    await world.jobs.settle()
    await world.slack.wait_for("not among your team's model answers any more")
    assert held(world, offer) == []


async def test_what_stands_is_listed_without_names_that_were_not_agreed_to(world: World) -> None:
    await accepted(world, named=False)
    outcome = await world.command("questions", by=a_caller("Ben"), action="answers")
    assert isinstance(outcome, Response)
    told = outcome.message.plain_text
    assert "a teammate" in told
    assert "Ada" not in told
    assert buttons(outcome.message) == {}


@pytest.mark.parametrize("late", [False, True], ids=["graded-again", "too-late-to-count"])
async def test_an_answer_that_says_something_else_leaves(world: World, late: bool) -> None:
    asked = await world.ask()
    reply = world.message(asked, STRONG)
    await world.receive(reply)
    await world.jobs.settle()
    answer = await world.answer_to(reply)
    assert answer is not None
    await world.click(Action(ActionKind.OFFER_NAMED, answer.id), by=ADA)
    (offer,) = await offers_of(world, answer)
    await world.click(Action(ActionKind.OFFER_ACCEPT, offer.id), by=MIA)
    await world.edit(reply, STRONG.upper())
    assert await state(world, offer) is OfferState.ACCEPTED
    world.clock.move(seconds=3600 if late else 60)
    await world.edit(reply, "I would rather ask somebody else about the whole thing.")
    assert await state(world, offer) is OfferState.WITHDRAWN


async def test_a_deleted_answer_leaves(world: World) -> None:
    asked = await world.ask()
    reply = world.message(asked, STRONG)
    await world.receive(reply)
    await world.jobs.settle()
    answer = await world.answer_to(reply)
    assert answer is not None
    await world.click(Action(ActionKind.OFFER_NAMED, answer.id), by=ADA)
    await world.delete(reply)
    (offer,) = await offers_of(world, answer)
    assert await state(world, offer) is OfferState.WITHDRAWN
    await world.slack.wait_for("not among your team's model answers any more")


@pytest.mark.parametrize(
    ("score", "left"), [("4.0", OfferState.WITHDRAWN), ("4.6", OfferState.ACCEPTED)]
)
async def test_an_override_below_the_band_takes_it_out(
    world: World, score: str, left: OfferState
) -> None:
    offer = await accepted(world)
    why = {"reason": "One criterion was read wrongly."}
    await world.send_form(Action(ActionKind.APPEAL, offer.answer_id), why, id_="f1", by=ADA)
    await world.jobs.settle()
    async with world.storage(read_only=True) as work:
        (appeal,) = await work.appeals.undecided(offer.team_id)
    override = {"score": score, "reason": "The second point is missing."}
    sent = await world.send_form(Action(ActionKind.OVERRIDE, appeal.id), override, id_="f2", by=MIA)
    assert sent.accepted
    await world.jobs.settle()
    assert await state(world, offer) is left


async def test_a_question_takes_up_only_so_many(world: World) -> None:
    for number in range(MOST_ACCEPTED):
        await accepted(world, f"{STRONG} Then number {number}.", by=f"Person{number}")
    extra = await offered(world, by="Ada")
    told = await world.told_after_click(Action(ActionKind.OFFER_ACCEPT, extra.id), by=MIA)
    assert "as many as it may" in told
    assert await state(world, extra) is OfferState.WAITING


async def test_places_without_buttons_offer_the_best_answer_by_command(world: World) -> None:
    answer, asked = await answered(world)
    question_id = asked.question_id or ""
    nothing = await world.told("questions", by=ADA, action="offer", question="unheard-of")
    assert "no graded answer" in nothing
    told = await world.told("questions", by=ADA, action="offer", question=question_id, named="yes")
    assert "with your name" in told
    (offer,) = await offers_of(world, answer)
    listed = await world.told("questions", by=ADA, action="answers")
    assert "waits for a lead" in listed
    done = await world.told("questions", by=ADA, action="withdraw", question=offer.id[:6])
    assert "Done" in done


async def test_an_estimate_may_be_offered_and_says_so(world: World) -> None:
    world.grader.is_estimate = True
    await offered(world)
    assert "(estimate)" in await world.told("drafts", by=MIA, action="offers")


async def test_a_lost_index_is_survived_and_caught_up_with(world: World) -> None:
    world.index.is_lost = True
    offer = await accepted(world)
    assert held(world, offer) == []
    world.index.is_lost = False
    assert await world.run(INDEX_TEAM, f"{offer.team_id}.later") is None
    assert held(world, offer) == [STRONG]


async def test_without_an_index_nothing_is_indexed(world: World) -> None:
    offer = await accepted(world)
    assert await TeamIndexer(world.storage, None)(f"{offer.team_id}.later", 1) is None
    assert world.index.updated == [offer.team_id]


async def test_own_questions_are_indexed_whenever_they_change(world: World) -> None:
    written = {"role": "ai-engineer", "prompt": "Why does the cache lie?", "difficulty": "3"}
    written |= {"model_answer": f"{STRONG} Compare what it holds with the truth. Expire early."}
    added = await world.send_form(Action(ActionKind.BANK_ADD), written, id_="f1", by=MIA)
    assert added.accepted, added.message.plain_text
    await world.jobs.settle()
    ((team_id, texts),) = world.index.held.items()
    assert texts == [written["model_answer"]]
    async with world.storage(read_only=True) as work:
        (own,) = await work.questions.all(team_id)
    edit = Action(ActionKind.BANK_EDIT, own.id)
    changed = written | {"prompt": "Why does the cache lie to us?"}
    for form in ("f2", "f3"):
        assert (await world.send_form(edit, changed, id_=form, by=MIA)).accepted
    await world.told("questions", by=MIA, action="retire", question=own.id)
    await world.jobs.settle()
    # The second edit changed nothing.
    assert world.index.updated == [team_id] * 3
    assert world.index.held == {team_id: []}
    async with world.storage(read_only=True) as work:
        assert await indexed_teams(work) == [team_id]


async def test_a_retired_question_takes_its_answers_out_of_the_index(world: World) -> None:
    async with world.storage() as work:
        team_id = (await join(work, MIA)).team.id
        shipped = await work.questions.get(team_id, "ai-1")
        assert shipped is not None
        own = shipped.model_copy(update={"id": "ours", "title": "Ours"})
        await work.questions.add(team_id, own)
    asked_for = await world.command("today", by=MIA, question="ours")
    assert isinstance(asked_for, Response)
    await world.jobs.settle()
    offer = await accepted(world)
    assert offer.question_id == "ours"
    assert sorted(held(world, offer)) == sorted([own.model_answer, STRONG])
    await world.told("questions", by=MIA, action="retire", question="ours")
    await world.jobs.settle()
    assert held(world, offer) == []


async def test_grading_looks_at_the_teams_own_answers(world: World) -> None:
    answer, _ = await answered(world)
    assert world.retriever.teams == [answer.team_id]


async def test_blind_grades_are_not_offered_before_the_reveal_which_shows_them(
    world: World,
) -> None:
    first = await accepted(world)
    await world.settings(grades="blind", reveal="17:00")
    world.clock.move(seconds=86_400)
    told = await world.told("today", by=MIA, question=first.question_id)
    assert "can't" not in told
    await world.jobs.settle()
    asked = await world.newest()
    assert asked is not None
    assert asked.question_id == first.question_id
    assert asked.reveal_at is not None
    world.at(asked.reveal_at)
    await world.tick()
    revealed = await world.slack.wait_for("Revealed")
    assert "Ada's answer, taken up as a model answer" in revealed.text
    assert STRONG in revealed.text


async def test_a_grade_names_the_own_question_that_it_drew_on(world: World) -> None:
    async with world.storage() as work:
        team_id = (await join(work, MIA)).team.id
        shipped = await work.questions.get(team_id, "ai-1")
        assert shipped is not None
        own = shipped.model_copy(update={"id": "ours", "title": "Our very own"})
        await work.questions.add(team_id, own)
    world.retriever.answers = (
        RelatedAnswer(question_id="ours", prompt=own.prompt, text=STRONG, similarity=0.9),
    )
    await world.ask(role=Role.ML_ENGINEER)
    await answered(world)
    await world.slack.wait_for("“Our very own”")
