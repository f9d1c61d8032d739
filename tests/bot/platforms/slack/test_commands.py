from __future__ import annotations

import pytest

from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.form import Origin, render_view
from handlers.actions import Action, ActionKind
from handlers.message import (
    Button,
    Buttons,
    Message,
    OpenForm,
    Response,
    Text,
    TextField,
    Visibility,
    line,
    say,
)
from handlers.refs import ChannelRef, Platform, UserRef
from tests.bot.platforms.fake_dispatcher import FakeDispatcher, SlowDispatcher
from tests.wire.fake_slack import Failure, FakeSlack

pytestmark = pytest.mark.usefixtures("app")

ANSWER = Action(ActionKind.ANSWER, "q1")
FORM = OpenForm(
    title="Your answer",
    intro=say("Why is the sky blue?"),
    fields=(TextField(name="answer", label="Answer", placeholder="A few sentences"),),
    action=ANSWER,
)
QUESTION = Message(blocks=(Text(line("A question")), Buttons((Button("Answer", ANSWER),))))


async def test_a_command_is_acknowledged_and_answered_to_its_caller_alone(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = Response(message=say("Here is today's question"))

    delivery = await slack.command("today ml-engineer")
    post = await slack.wait_for_post()
    await delivery.wait_for_ack()

    assert (post.channel, post.to_user, post.plain.strip()) == (
        "C1",
        "U1",
        "Here is today's question",
    )
    [seen] = dispatcher.seen_commands
    assert seen.name == "today"
    assert seen.id == delivery.envelope["payload"]["trigger_id"]
    assert seen.caller.user == UserRef(platform=Platform.SLACK, realm="T1", id="U1")
    assert seen.caller.channel == ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")
    assert seen.caller.display_name == "Ada"
    assert not seen.caller.may_manage
    assert not seen.caller.is_direct


async def test_a_command_can_answer_everyone(slack: FakeSlack, dispatcher: FakeDispatcher) -> None:
    dispatcher.outcome = Response(message=say("Board"), visibility=Visibility.EVERYONE)

    await slack.command("help")

    assert not (await slack.wait_for_post()).is_ephemeral


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("todya", "Did you mean today?"),
        ("today --rule ml-engineer", "Did you mean --role?"),
        ("today ml-engineeer", "Did you mean ml-engineer"),
    ],
)
async def test_a_wrong_command_is_told_the_nearest_right_one(
    slack: FakeSlack, dispatcher: FakeDispatcher, typed: str, said: str
) -> None:
    delivery = await slack.command(typed)
    post = await slack.wait_for_post()
    await delivery.wait_for_ack()

    assert said in post.plain
    assert post.to_user == "U1"
    assert not dispatcher.seen_commands


async def test_the_name_of_the_payload_stands_in_where_slack_tells_none(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    slack.workspace.scopes.remove("users:read")

    await slack.command("help")
    await slack.wait_for_post()
    await slack.command("help")
    await slack.wait_for(lambda: len(slack.posts) == 2)

    assert [seen.caller.display_name for seen in dispatcher.seen_commands] == ["u1", "u1"]
    assert [call.method for call in slack.calls].count("users.info") == 1


class TestSlowly:
    @pytest.fixture
    def dispatcher(self) -> SlowDispatcher:
        return SlowDispatcher()

    async def test_a_form_is_acknowledged_only_after_it_is_handled(
        self, slack: FakeSlack, dispatcher: SlowDispatcher
    ) -> None:
        view = render_view(FORM, Origin(channel_id="C1")) | {"id": "V1"}
        delivery = await slack.submit(view, {"answer": "x"})
        await (await slack.say("C1", "U1", "not a reply")).wait_for_ack()
        assert delivery.ack is None

        dispatcher.finish.set()

        await delivery.wait_for_ack()
        assert dispatcher.seen_forms[0].id == "view:V1"

    async def test_a_command_is_acknowledged_in_time_and_answered_later(
        self, slack: FakeSlack, dispatcher: SlowDispatcher
    ) -> None:
        await (await slack.command("help")).wait_for_ack(timeout=3)
        assert not slack.posts

        dispatcher.finish.set()

        assert "done" in (await slack.wait_for_post()).plain


async def test_an_answer_that_the_response_url_refuses_goes_to_the_channel_instead(
    slack: FakeSlack,
) -> None:
    slack.script_failure("response_url", Failure(status=500, body="oops"))

    await slack.command("help")

    post = await slack.wait_for_post()
    assert (post.via, post.to_user) == ("chat.postEphemeral", "U1")


async def test_an_answer_that_the_channel_refuses_goes_to_the_person(slack: FakeSlack) -> None:
    slack.script_failure("response_url", Failure(drop="before"))
    slack.workspace.channels["C1"].is_member = False

    await slack.command("help")

    assert (await slack.wait_for_post()).channel == "D1"


async def test_a_form_opens_is_sent_and_answered_where_it_was_opened(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = FORM
    dispatcher.response = Response(message=say("Got it"))
    await slack.command("answer")
    view = await slack.wait_for_view()

    delivery = await slack.submit(view, {"answer": "Rayleigh <scattering> & such"})
    await delivery.wait_for_ack()
    post = await slack.wait_for_post()

    assert (post.plain.strip(), post.channel, post.to_user) == ("Got it", "C1", "U1")
    [sent] = dispatcher.seen_forms
    assert sent.values == {"answer": "Rayleigh <scattering> & such"}
    assert (sent.action, sent.id) == (ANSWER, f"view:{view['id']}")
    assert sent.caller.channel.id == "C1"
    assert sent.caller.user.id == "U1"


async def test_a_form_sent_twice_carries_the_same_id(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = FORM
    await slack.command("answer")
    view = await slack.wait_for_view()

    for _ in range(2):
        await (await slack.submit(view, {"answer": "same"})).wait_for_ack()

    assert len(dispatcher.seen_forms) == 2
    assert len({sent.id for sent in dispatcher.seen_forms}) == 1


async def test_a_form_in_a_direct_message_is_answered_by_a_lasting_message(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = FORM
    await slack.command("answer", channel="D1")

    await slack.submit(await slack.wait_for_view(), {"answer": "x"})

    assert (await slack.wait_for_post()).via == "chat.postMessage"
    assert dispatcher.seen_forms[0].caller.is_direct


async def test_a_form_of_another_release_keeps_its_text_on_screen(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = FORM
    await slack.command("answer")
    view = await slack.wait_for_view()
    old = {**view, "private_metadata": '{"action": "pb:gone:1:q1", "channel": "C1"}'}

    ack = await (await slack.submit(old, {"answer": "x"})).wait_for_ack()

    assert ack.payload is not None
    assert ack.payload["response_action"] == "errors"
    assert "another version" in ack.payload["errors"]["answer"]
    assert not dispatcher.seen_forms


async def test_a_form_that_was_not_taken_stays_open_with_the_reason(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = FORM
    await slack.command("answer")
    view = await slack.wait_for_view()
    dispatcher.response = Response(message=say("I can't reach my database."), accepted=False)

    ack = await (await slack.submit(view, {"answer": "long"})).wait_for_ack()

    assert ack.payload is not None
    assert ack.payload["response_action"] == "errors"
    assert "database" in ack.payload["errors"]["answer"]


async def test_a_form_that_does_not_open_is_explained(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = FORM
    slack.script_failure("views.open", Failure(error="expired_trigger_id"))

    await slack.command("answer")

    assert "couldn't open the form" in (await slack.wait_for_post()).plain


async def test_a_click_reaches_the_dispatcher_and_is_answered_to_who_clicked(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = Response(message=QUESTION, visibility=Visibility.EVERYONE)
    await slack.command("today")
    question = await slack.wait_for_post()
    dispatcher.outcome = Response(message=say("clicked"))

    delivery = await slack.click(question, "Answer", user="U2")
    await delivery.wait_for_ack()
    post = await slack.wait_for_post(lambda post: "clicked" in post.plain)

    assert post.to_user == "U2"
    [seen] = dispatcher.seen_actions
    assert (seen.action, seen.caller.display_name) == (ANSWER, "Grace")


async def test_a_click_can_open_a_form(slack: FakeSlack, dispatcher: FakeDispatcher) -> None:
    dispatcher.outcome = Response(message=QUESTION)
    await slack.command("today")
    question = await slack.wait_for_post()
    dispatcher.outcome = FORM

    await slack.click(question, "Answer")

    view = await slack.wait_for_view()
    assert view["title"]["text"] == "Your answer"
    assert view["blocks"][-1]["block_id"] == "answer"


async def test_a_button_of_another_release_says_so(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = Response(message=QUESTION)
    await slack.command("today")
    question = await slack.wait_for_post()
    question.blocks[-1]["elements"][0]["value"] = "pb:answer:9:q1"

    await (await slack.click(question, "Answer")).wait_for_ack()

    await slack.wait_for_post(lambda post: "another version" in post.plain)
    assert not dispatcher.seen_actions


async def test_what_nobody_handles_is_acknowledged(slack: FakeSlack, app: SlackApp) -> None:
    delivery = await slack.command("help")
    payload = {"type": "shortcut", "team": {"id": "T1"}, "user": {"id": "U1"}}
    unknown = {**delivery.envelope, "envelope_id": "E-unknown", "payload": payload}

    ack = await (await slack.deliver(unknown)).wait_for_ack()

    assert ack.payload is None


async def test_admins_of_the_workspace_manage_and_lead_and_others_do_not(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    for user in ("U1", "U2"):
        await (await slack.command("today", user=user)).wait_for_ack()

    callers = [seen.caller for seen in dispatcher.seen_commands]
    assert {c.user.id: (c.may_manage, c.leads) for c in callers} == {
        "U1": (False, False),
        "U2": (True, True),
    }


async def test_a_persons_days_end_in_their_own_zone(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    slack.workspace.zones["U1"] = "Europe/Berlin"

    await (await slack.command("today")).wait_for_ack()

    assert [seen.caller.zone for seen in dispatcher.seen_commands] == ["Europe/Berlin"]
