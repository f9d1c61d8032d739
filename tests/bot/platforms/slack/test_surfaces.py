"""The Home tab and the assistant pane, over the wire."""

from __future__ import annotations

import pytest

from bot.platforms.slack.client import SlackPlatform
from handlers.actions import Action, ActionKind
from handlers.assistant.prompt import GREETING, PROMPTS
from handlers.message import Button, Buttons, Heading, Message, OpenForm, TextField, say
from handlers.ports import HomeScreen, Reaction
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.fake_slack import Failure, FakeSlack
from tests.wire.slack_blocks import read_blocks
from tests.wire.slack_payloads import event_envelope
from tests.wire.slack_visits import open_home, open_pane, press_on_home

ANSWER = Action(ActionKind.ANSWER, "o1")
PAGE = Message(blocks=(Heading("Today"), Buttons((Button("Answer", ANSWER),))))
ADA = UserRef(platform=Platform.SLACK, realm="T1", id="U1")
D1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="D1")


@pytest.mark.usefixtures("app")
class TestHome:
    async def test_whoever_opens_the_home_tab_sees_their_page(
        self, slack: FakeSlack, dispatcher: FakeDispatcher
    ) -> None:
        dispatcher.page = PAGE

        await (await open_home(slack)).wait_for_ack()

        [view] = await slack.wait_for(lambda: slack.workspace.surfaces.homes.get("U1"))
        assert read_blocks(view["blocks"]).split() == ["Today", "Answer"]
        [visitor] = dispatcher.seen_visitors
        assert (visitor.user, visitor.channel, visitor.display_name) == (ADA, D1, "Ada")
        assert visitor.is_direct

    async def test_a_page_that_slack_refuses_is_acknowledged_all_the_same(
        self, slack: FakeSlack
    ) -> None:
        slack.script_failure("views.publish", Failure(error="not_enabled"))
        await (await open_home(slack)).wait_for_ack()

        await (await open_home(slack)).wait_for_ack()

        await slack.wait_for(lambda: slack.workspace.surfaces.homes.get("U1"))

    async def test_a_button_on_the_page_opens_its_form_and_is_answered_directly(
        self, slack: FakeSlack, dispatcher: FakeDispatcher
    ) -> None:
        dispatcher.page = PAGE
        await open_home(slack)
        await slack.wait_for(lambda: slack.workspace.surfaces.homes.get("U1"))
        field = TextField(name="answer", label="Answer")
        dispatcher.outcome = OpenForm(
            title="Your answer", intro=say("Why?"), fields=(field,), action=ANSWER
        )

        await press_on_home(slack, "Answer")
        await slack.submit(await slack.wait_for_view(), {"answer": "Because."})

        said = await slack.wait_for_post()
        assert (said.via, said.channel) == ("chat.postMessage", "D1")
        [sent] = dispatcher.seen_forms
        assert (sent.caller.user, sent.caller.is_direct) == (ADA, True)
        assert [click.action for click in dispatcher.seen_actions] == [ANSWER]

    async def test_the_messages_tab_suggests_what_to_ask(
        self, slack: FakeSlack, dispatcher: FakeDispatcher
    ) -> None:
        await (await open_home(slack, tab="messages")).wait_for_ack()

        prompts = await slack.wait_for(lambda: slack.workspace.surfaces.prompts.get(("D1", "")))
        assert len(prompts) == len(PROMPTS)
        assert not dispatcher.seen_visitors


async def test_a_page_can_be_shown_anew_at_any_time(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    screen: HomeScreen = platform

    await screen.show_home(ADA, PAGE)
    slack.script_failure("views.publish", Failure(drop="before"))
    await screen.show_home(ADA, say("lost"))

    assert len(slack.workspace.surfaces.homes["U1"]) == 1


@pytest.mark.usefixtures("app")
class TestPane:
    async def test_whoever_opens_the_pane_is_greeted_once_and_gets_suggestions(
        self, slack: FakeSlack
    ) -> None:
        delivery, thread_ts = await open_pane(slack)
        again = await slack.redeliver(delivery)
        await again.wait_for_ack()

        prompts = await slack.wait_for(
            lambda: slack.workspace.surfaces.prompts.get(("D1", thread_ts))
        )
        assert [p["message"] for p in prompts] == [p.message for p in PROMPTS]
        [greeting] = slack.posts
        assert greeting.plain.strip() == GREETING.plain_text
        assert (greeting.channel, greeting.thread_ts) == ("D1", thread_ts)

    async def test_without_the_scope_of_the_pane_the_greeting_stands(
        self, slack: FakeSlack
    ) -> None:
        slack.workspace.scopes.remove("assistant:write")

        delivery, _ = await open_pane(slack)
        await delivery.wait_for_ack()

        await slack.wait_for_post()
        assert not slack.workspace.surfaces.prompts

    async def test_what_is_written_in_the_pane_is_a_direct_reply_in_its_thread(
        self, slack: FakeSlack, dispatcher: FakeDispatcher
    ) -> None:
        _, thread_ts = await open_pane(slack)

        await (await slack.say("D1", "U1", "my answer", thread_ts=thread_ts)).wait_for_ack()

        [reply] = dispatcher.seen_replies
        assert reply.caller.is_direct
        assert reply.message.thread == ThreadRef(channel=D1, id=thread_ts)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("kind", ["assistant_thread_context_changed", "team_join", ""])
async def test_what_needs_no_answer_is_acknowledged(slack: FakeSlack, kind: str) -> None:
    thread = {"user_id": "U1", "channel_id": "D1", "thread_ts": "1700000000.000100"}
    event = {"type": kind, "assistant_thread": thread, "extra": [1, {"new": None}]}

    await (await slack.deliver(event_envelope(event))).wait_for_ack()

    assert not slack.posts


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_home_opened"},
        {"type": "app_home_opened", "user": ["U1"], "tab": 7},
        {"type": "assistant_thread_started"},
        {"type": "assistant_thread_started", "assistant_thread": "odd"},
        {"type": "message", "subtype": "message_changed"},
        {"type": "message", "subtype": "message_deleted", "deleted_ts": 5},
    ],
)
async def test_an_event_of_an_odd_shape_is_acknowledged(
    slack: FakeSlack, dispatcher: FakeDispatcher, event: dict[str, object]
) -> None:
    await (await slack.deliver(event_envelope(event))).wait_for_ack()

    assert not dispatcher.seen_visitors
    assert not slack.posts


async def test_the_pane_says_that_an_answer_is_being_read(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    thread_ts, alone = "1700000000.000100", "1700000000.000300"
    in_channel = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")
    for message in (
        MessageRef(channel=D1, id="1700000000.000200", thread_id=thread_ts),
        MessageRef(channel=D1, id=alone),
        MessageRef(channel=in_channel, id="1700000000.000400", thread_id=thread_ts),
    ):
        await platform.react(message, Reaction.RECEIVED)
        await platform.react(message, Reaction.GRADED)

    reading, *rest = slack.workspace.surfaces.statuses
    assert reading[:2] == ("D1", thread_ts)
    assert "reading" in reading[2]
    # In a thread, Slack ends it when the grade is posted there.
    assert rest == [("D1", alone, reading[2]), ("D1", alone, "")]
