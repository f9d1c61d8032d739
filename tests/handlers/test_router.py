"""The dispatcher: everything finds its handler, and everything that goes wrong becomes words."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Sequence

import pytest

from handlers.actions import Action, ActionKind
from handlers.command import Choice, Command, Lookup
from handlers.dispatch import NotStored
from handlers.feature import Feature
from handlers.help import GROUPS, Help
from handlers.invocation import (
    ActionInvocation,
    Caller,
    FormSubmission,
    IncomingDeletion,
    IncomingEdit,
    Typing,
)
from handlers.message import OpenForm, Outcome, Response, say
from handlers.refs import MessageRef
from handlers.router import LookUp, Router
from handlers.storage import StorageUnavailable
from tests.factory import CHANNEL
from tests.handlers.conftest import REPLY, World, a_caller, in_direct_message

AN_EDIT = IncomingEdit(
    caller=a_caller(), message=MessageRef(channel=CHANNEL, id="1", thread_id="0"), text=REPLY
)
AN_ACTION = Action(ActionKind.ANSWER, "1")
NUMBER = re.compile(r"\b[0-9a-f]{8}\b")


async def test_every_command_is_listed_under_a_heading(world: World) -> None:
    listed = [name for _, names in GROUPS for name in names]
    assert [command.name for command in world.app.router.commands] == [*listed, "help"]


async def test_an_unknown_command_is_answered_with_the_nearest(world: World) -> None:
    assert await world.told("leaderbord") == (
        "There is no command “leaderbord”. Did you mean leaderboard?"
    )
    assert "Choose from: today, answer" in await world.told("xyzzy")


async def test_an_option_that_is_no_choice_is_answered_with_the_choices(world: World) -> None:
    assert "Did you mean ai-engineer" in await world.told("today", role="ai-enginer")


@pytest.mark.parametrize("spelling", ["ml-engineer", "ML Engineer", "ML_ENGINEER"])
async def test_a_choice_may_be_spelled_by_its_label_or_alias(world: World, spelling: str) -> None:
    await world.told("today", role=spelling)
    await world.jobs.settle()
    assert world.slack.texts()[0].startswith("About ml-")


async def test_a_command_without_a_database_says_try_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await world.ask()
    world.storage.fuse = 0
    words = "I can't reach my database just now, so nothing was stored. Please try again."
    for name in ("today", "answer", "leaderboard"):
        assert await world.told(name) == words
    assert await world.manage() == words
    action = Action(ActionKind.ANSWER, asked.id)
    assert await world.told_after_click(action) == words
    sent = await world.send_form(action, {"answer": REPLY}, id_="f1")
    assert (sent.message.plain_text, sent.accepted) == (words, False)
    assert "the disk is full" in caplog.text
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 6


async def test_help_needs_no_database(world: World) -> None:
    world.storage.fuse = 0
    assert "What I can do" in await world.told("help")


async def test_a_form_that_was_not_stored_is_stored_when_it_is_sent_again(world: World) -> None:
    action = Action(ActionKind.ANSWER, (await world.ask()).id)
    world.storage.fuse = 1
    assert not (await world.send_form(action, {"answer": REPLY}, id_="f1")).accepted
    world.storage.fuse = None
    assert (await world.send_form(action, {"answer": REPLY}, id_="f1")).accepted
    await world.jobs.settle()
    assert world.grader.judged == [REPLY]


async def test_a_reply_without_a_database_must_be_delivered_again(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    world.storage.fuse = 0
    with pytest.raises(NotStored):
        await world.receive(reply)
    world.storage.fuse = None
    assert (await world.receive(reply)).stored
    await world.jobs.settle()
    assert world.grader.judged == [REPLY]


async def _explode(_: object) -> Response:
    raise ZeroDivisionError("secret detail")


async def _open_form(_: object) -> OpenForm:
    return OpenForm(title="A form", intro=say("Fill it in"), fields=(), action=AN_ACTION)


async def _not_stored(_: object) -> Response:
    raise NotStored


async def _out_of_reach(_: object) -> Response:
    raise StorageUnavailable("the disk is full")


async def _allow(_: Caller) -> bool:
    return True


async def _find_nothing(_: Lookup, __: Typing, ___: Sequence[Command]) -> list[Choice]:
    return []


def a_router(
    handle: Callable[[object], Awaitable[Outcome]],
    *,
    features: int = 0,
    click: ActionKind = ActionKind.ANSWER,
    look_up: LookUp | None = None,
) -> Router:
    """A router that hands everything to ``handle``."""
    help_ = Help([]).feature
    return Router(
        features=[Feature(help_.command, handle)][:features],
        clicks={click: handle},
        forms={ActionKind.ANSWER: handle},  # type: ignore[dict-item]  # no form opens another
        show_home=handle,  # type: ignore[arg-type]  # it never returns
        take_reply=handle,  # type: ignore[arg-type]
        take_edit=handle,  # type: ignore[arg-type]
        take_deletion=handle,  # type: ignore[arg-type]
        may_manage=_allow,
        look_up=look_up or _find_nothing,
    )


@pytest.fixture
def broken() -> Router:
    """A router whose every handler fails in a way that nobody foresaw."""
    return a_router(_explode, features=1)


@pytest.mark.parametrize("what", ["command", "action", "form", "reply"])
async def test_the_unforeseen_is_a_number_in_the_answer_and_a_traceback_in_the_log(
    world: World, broken: Router, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    action = Action(ActionKind.ANSWER, "1")
    answers: dict[str, Callable[[], Awaitable[object]]] = {
        "command": lambda: broken.command(world.a_command("help")),
        "action": lambda: broken.action(ActionInvocation(caller=a_caller(), action=action)),
        "form": lambda: broken.form(
            FormSubmission(caller=a_caller(), action=action, values={}, id="f1")
        ),
        "reply": lambda: broken.reply(world.direct_message(REPLY, by=in_direct_message())),
    }
    outcome = await answers[what]()
    assert not getattr(outcome, "stored", False)
    message = getattr(outcome, "message", None)
    assert message is not None
    number = NUMBER.search(message.plain_text)
    assert number is not None
    assert "secret detail" not in message.plain_text
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert number[0] in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
    assert "_explode" in caplog.text


@pytest.mark.parametrize("what", ["command", "action"])
async def test_only_what_declares_a_form_opens_one(
    world: World, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    router = a_router(_open_form, features=1, click=ActionKind.HINT)
    action = Action(ActionKind.HINT, "1")
    if what == "command":
        outcome = await router.command(world.a_command("help"))
    else:
        outcome = await router.action(ActionInvocation(caller=a_caller(), action=action))

    assert isinstance(outcome, Response)
    assert "Something went wrong" in outcome.message.plain_text
    assert "declares no form" in caplog.text


async def test_not_stored_passes_through_without_a_word(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    router = a_router(_not_stored)
    with pytest.raises(NotStored):
        await router.reply(world.direct_message(REPLY, by=in_direct_message()))
    with pytest.raises(NotStored):
        await router.edited(AN_EDIT)
    assert caplog.records == []


async def test_a_change_that_can_not_be_stored_is_delivered_again() -> None:
    router = a_router(_out_of_reach)
    with pytest.raises(NotStored):
        await router.edited(AN_EDIT)
    with pytest.raises(NotStored):
        await router.deleted(IncomingDeletion(message=AN_EDIT.message))


async def test_a_change_that_goes_wrong_is_logged_and_not_delivered_again(
    broken: Router, caplog: pytest.LogCaptureFixture
) -> None:
    await broken.edited(AN_EDIT)
    await broken.deleted(IncomingDeletion(message=AN_EDIT.message))
    assert [record.exc_info is not None for record in caplog.records] == [True, True]


async def test_a_button_that_nothing_handles_any_more_says_so() -> None:
    router = a_router(_explode)
    action = Action(ActionKind.APPEAL, "1")
    clicked = await router.action(ActionInvocation(caller=a_caller(), action=action))
    sent = await router.form(FormSubmission(caller=a_caller(), action=action, values={}, id="f1"))
    words = say("That button comes from another release of mine and does nothing now.")
    assert clicked == Response(message=words)
    assert sent == Response(message=words, accepted=False)


async def test_only_settings_and_appeals_ask_who_manages_or_leads(world: World) -> None:
    caller = a_caller("Bob", channel=CHANNEL, may_manage=False)
    refused = [
        command.name
        for command in world.app.router.commands
        if "Only people who " in str(await world.command(command.name, by=caller))
    ]
    assert refused == ["schedule", "settings", "managers", "drafts", "appeals"]
