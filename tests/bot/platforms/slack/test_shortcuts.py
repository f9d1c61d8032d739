"""Shortcuts, feedback buttons and people in commands, over the wire."""

from __future__ import annotations

import pytest

from handlers.actions import Action, ActionKind
from handlers.command import Command, Option, OptionKind, Person
from handlers.message import (
    Feedback,
    Message,
    OpenForm,
    Response,
    SelectField,
    Text,
    TextField,
    Visibility,
    line,
    say,
)
from handlers.refs import ChannelRef, MessageRef, Platform, UserRef
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.fake_slack import BOT_ID, BOT_USER, FakeSlack
from tests.wire.slack_blocks import check_view, read_blocks
from tests.wire.slack_visits import point_at, press_thumb, use_shortcut

pytestmark = pytest.mark.usefixtures("app")

ROOT = "1700000000.000100"
REPLY = "1700000001.000100"
C1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")
ADA = UserRef(platform=Platform.SLACK, realm="T1", id="U1")
FORM = OpenForm(
    title="Your answer",
    intro=say("Pick one."),
    fields=(
        SelectField(name="question", label="Which?", options=(("o1", "One"), ("o2", "Two"))),
        TextField(name="answer", label="Answer"),
    ),
    action=Action(ActionKind.PICK),
)


async def test_a_message_is_pointed_at_with_its_author_and_text(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    await slack.say("C1", "U1", "a < b", thread_ts=ROOT, ts=REPLY, deliver=False)

    delivery = await point_at(slack, "C1", REPLY, "grade_answer")
    await delivery.wait_for_ack()

    said = await slack.wait_for_post()
    assert (said.plain.strip(), said.to_user) == ("done", "U1")
    [seen] = dispatcher.seen_actions
    assert seen.action == Action(ActionKind.GRADE_THIS)
    assert seen.about is not None
    assert seen.about.message == MessageRef(channel=C1, id=REPLY, thread_id=ROOT)
    assert (seen.about.author, seen.about.text) == (ADA, "a < b")
    assert seen.caller.thread == seen.about.message.thread


async def test_what_a_bot_wrote_has_no_author(slack: FakeSlack, dispatcher: FakeDispatcher) -> None:
    await slack.say("C1", BOT_USER, "me", ts=REPLY, bot_id=BOT_ID, deliver=False)

    await (await point_at(slack, "C1", REPLY, "grade_answer")).wait_for_ack()

    [seen] = dispatcher.seen_actions
    assert seen.about is not None
    assert seen.about.author is None
    assert seen.about.message.thread is None


async def test_a_global_shortcut_opens_a_form_with_a_choice(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = FORM
    await (await use_shortcut(slack, "answer_today")).wait_for_ack()
    view = await slack.wait_for_view()

    await slack.submit(view, {"question": "o2", "answer": "Because."})

    said = await slack.wait_for_post()
    assert (said.channel, said.plain.strip()) == ("D1", "received")
    [seen] = dispatcher.seen_actions
    assert (seen.action, seen.about) == (Action(ActionKind.ANSWER_TODAY), None)
    [sent] = dispatcher.seen_forms
    assert sent.values == {"question": "o2", "answer": "Because."}


async def test_what_is_wrong_with_a_form_stands_under_the_text_that_was_typed(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = FORM
    await use_shortcut(slack, "answer_today")
    view = await slack.wait_for_view()
    dispatcher.response = Response(message=say("Write a little more."), accepted=False)

    ack = await (await slack.submit(view, {"question": "o1", "answer": "x"})).wait_for_ack()

    assert ack.payload is not None
    assert ack.payload["errors"] == {"answer": "Write a little more."}


@pytest.mark.parametrize(
    ("field", "shown_under"), [("question", "question"), ("answer", "answer"), ("else", "answer")]
)
async def test_what_is_wrong_with_one_field_stands_under_that_field(
    slack: FakeSlack, dispatcher: FakeDispatcher, field: str, shown_under: str
) -> None:
    dispatcher.outcome = FORM
    await use_shortcut(slack, "answer_today")
    view = await slack.wait_for_view()
    dispatcher.response = Response(message=say("Not this."), accepted=False, field=field)

    ack = await (await slack.submit(view, {"question": "o1", "answer": "x"})).wait_for_ack()

    assert ack.payload is not None
    assert ack.payload["errors"] == {shown_under: "Not this."}


async def test_a_form_that_names_no_field_is_replaced_by_the_reason(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = FORM
    await use_shortcut(slack, "answer_today")
    view = await slack.wait_for_view() | {"blocks": []}
    dispatcher.response = Response(message=say("Not this."), accepted=False)

    ack = await (await slack.submit(view, {})).wait_for_ack()

    assert ack.payload is not None
    assert ack.payload["response_action"] == "update"
    check_view(ack.payload["view"])
    assert "Not this." in read_blocks(ack.payload["view"]["blocks"])


async def test_a_global_shortcut_is_answered_directly(slack: FakeSlack) -> None:
    await use_shortcut(slack, "answer_today", user="U2")

    said = await slack.wait_for_post()
    assert (said.via, said.channel) == ("chat.postMessage", "D2")


async def test_a_shortcut_of_another_release_says_so(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    await (await use_shortcut(slack, "no_longer_there")).wait_for_ack()

    await slack.wait_for_post(lambda post: "another version" in post.plain)
    assert not dispatcher.seen_actions


@pytest.mark.parametrize("helpful", [True, False])
async def test_a_thumb_is_a_click_like_any_other(
    slack: FakeSlack, dispatcher: FakeDispatcher, *, helpful: bool
) -> None:
    up, down = Action(ActionKind.HELPFUL, "a1-1"), Action(ActionKind.UNHELPFUL, "a1-1")
    message = Message(blocks=(Text(line("Ada: 3/5")), Feedback(up, down)))
    dispatcher.outcome = Response(message=message, visibility=Visibility.EVERYONE)
    await slack.command("today")
    grade = await slack.wait_for_post()
    dispatcher.outcome = Response(message=say("noted"))

    await press_thumb(slack, grade, helpful=helpful, user="U2")

    said = await slack.wait_for_post(lambda post: "noted" in post.plain)
    assert said.to_user == "U2"
    assert [seen.action for seen in dispatcher.seen_actions] == [up if helpful else down]


async def test_a_person_in_a_command_keeps_their_id_and_text_reads_as_typed(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.commands = (
        Command(
            name="managers",
            description="Name people",
            options=(
                Option(name="who", description="The person", kind=OptionKind.PERSON),
                Option(name="why", description="The reason", takes_rest=True),
            ),
        ),
    )

    await (await slack.command("managers <@U2|grace> knows &lt;@U1&gt; &amp; me")).wait_for_ack()

    [seen] = dispatcher.seen_commands
    grace = UserRef(platform=Platform.SLACK, realm="T1", id="U2")
    assert Person.unpack(seen.options["who"]) == Person(user=grace, name="grace")
    assert seen.options["why"] == "knows <@U1> & me"


async def test_a_name_that_is_no_mention_is_explained(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    option = Option(name="who", description="The person", kind=OptionKind.PERSON)
    dispatcher.commands = (Command(name="managers", description="Name", options=(option,)),)

    await slack.command("managers grace")

    assert "pick the person" in (await slack.wait_for_post()).plain
    assert not dispatcher.seen_commands


@pytest.mark.parametrize(
    ("typed", "usages"),
    [
        ("todya", ["/prep today [role]"]),
        ("xyzzy", ["/prep today [role]", "/prep answer [text]", "/prep help"]),
        ("ans", ["/prep answer [text]"]),
        ("today ml-engineeer", ["/prep today [role]"]),
    ],
)
async def test_a_mistyped_command_shows_how_the_nearest_are_used(
    slack: FakeSlack, typed: str, usages: list[str]
) -> None:
    await slack.command(typed)

    said = await slack.wait_for_post()
    shown = [u for u in ("today [role]", "answer [text]", "help") if f"/prep {u}" in said.plain]
    # The last line names /prep help in any case.
    assert set(usages) | {"/prep help"} == {f"/prep {u}" for u in shown}
    assert said.to_user == "U1"
