from __future__ import annotations

import pytest

from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
from handlers.message import Message, Quote, say
from handlers.ports import ChatPlatform, DeliveryFailed, Reaction, TargetGone
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef
from tests.wire.fake_slack import BOT_ID, BOT_USER, Failure, FakeSlack

ROOT = "1700000000.000100"
C1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")
THREAD = ThreadRef(channel=C1, id=ROOT)
HELLO = say("Hello")


async def test_it_is_a_chat_platform(platform: SlackPlatform) -> None:
    spoken: ChatPlatform = platform
    assert spoken.platform is Platform.SLACK


async def test_a_post_with_a_title_opens_its_own_thread(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    posted = await platform.post(C1, HELLO, key="k1", thread_title="Question 1")

    [post] = slack.posts
    assert posted.message == MessageRef(channel=C1, id=post.ts)
    assert posted.thread == ThreadRef(channel=C1, id=post.ts)
    assert post.metadata == {"event_type": "prepbot_post", "event_payload": {"key": "k1"}}
    assert (post.text, post.plain.strip()) == ("Hello", "Hello")


async def test_a_post_without_a_title_has_no_thread(platform: SlackPlatform) -> None:
    assert (await platform.post(C1, HELLO, key="k1")).thread is None


async def test_a_post_to_a_thread_stands_in_it(slack: FakeSlack, platform: SlackPlatform) -> None:
    posted = await platform.post(THREAD, HELLO, key="k1")

    [post] = slack.posts
    assert post.thread_ts == ROOT
    assert posted.message == MessageRef(channel=C1, id=post.ts, thread_id=ROOT)


async def test_nothing_unfurls_or_links_names(slack: FakeSlack, platform: SlackPlatform) -> None:
    await platform.post(C1, say("see https://example.org #general @channel"), key="k1")

    arguments = slack.calls[-1].arguments
    assert (arguments["unfurl_links"], arguments["unfurl_media"]) == (False, False)
    assert (arguments["link_names"], arguments["parse"]) == (False, "none")


@pytest.mark.parametrize("to", [C1, THREAD])
async def test_a_post_whose_answer_was_lost_stands_once(
    slack: FakeSlack, platform: SlackPlatform, to: ChannelRef | ThreadRef
) -> None:
    await slack.say("C1", "U1", "the thread's start", ts=ROOT, deliver=False)
    slack.script_failure("chat.postMessage", Failure(drop="after"))
    with pytest.raises(DeliveryFailed) as caught:
        await platform.post(to, HELLO, key="k1")
    assert not isinstance(caught.value, TargetGone)

    posted = await platform.post(to, HELLO, key="k1", maybe_sent=True, thread_title="Q")

    [post] = slack.posts
    assert posted.message.id == post.ts
    assert posted.thread == (THREAD if to is THREAD else ThreadRef(channel=C1, id=post.ts))


async def test_a_lost_post_is_found_on_a_later_page(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    first = await platform.post(THREAD, HELLO, key="k1")
    for _ in range(450):
        await slack.say("C1", "U1", "chatter", thread_ts=ROOT, deliver=False)
    last = await platform.post(THREAD, HELLO, key="k2")

    assert await platform.post(THREAD, HELLO, key="k1", maybe_sent=True) == first
    assert await platform.post(THREAD, HELLO, key="k2", maybe_sent=True) == last


async def test_what_was_never_sent_is_sent(slack: FakeSlack, platform: SlackPlatform) -> None:
    slack.script_failure("chat.postMessage", Failure(drop="before"))
    with pytest.raises(DeliveryFailed):
        await platform.post(C1, HELLO, key="k1")
    await platform.post(C1, HELLO, key="other")

    await platform.post(C1, HELLO, key="k1", maybe_sent=True)

    assert [post.metadata and post.metadata["event_payload"]["key"] for post in slack.posts] == [
        "other",
        "k1",
    ]


async def test_nothing_is_sent_again_while_it_cannot_be_looked_up(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    slack.workspace.scopes.remove("channels:history")

    with pytest.raises(DeliveryFailed, match="channels:history"):
        await platform.post(C1, HELLO, key="k1", maybe_sent=True)

    assert not slack.posts


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (Failure(drop="before"), "did not answer"),
        (Failure(status=500, body="<html>"), "having trouble"),
        (Failure(status=200, body="all is well"), "did not answer"),
        (Failure(status=503, error="service_unavailable"), "service_unavailable"),
        (Failure(error="msg_too_long"), "msg_too_long"),
        (Failure(error="<b>odd</b>"), "having trouble"),
        (Failure(error="missing_scope", extra={"needed": "chat:write"}), "chat:write"),
    ],
)
async def test_what_may_pass_is_worth_another_try(
    slack: FakeSlack, platform: SlackPlatform, failure: Failure, reason: str
) -> None:
    slack.script_failure("chat.postMessage", failure)

    with pytest.raises(DeliveryFailed) as caught:
        await platform.post(C1, HELLO, key="k1")

    assert not isinstance(caught.value, TargetGone)
    assert reason in caught.value.reason
    assert [call.method for call in slack.calls] == ["chat.postMessage"]


async def test_a_rate_limit_says_how_long_to_wait(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    slack.script_failure("chat.postMessage", Failure(retry_after=7))

    with pytest.raises(DeliveryFailed) as caught:
        await platform.post(C1, HELLO, key="k1")

    assert caught.value.retry_after == 7


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked", "invalid_auth"])
async def test_a_lost_token_is_for_good(
    slack: FakeSlack, platform: SlackPlatform, code: str
) -> None:
    slack.script_failure("chat.postMessage", Failure(error=code))

    with pytest.raises(TargetGone, match="install the app again"):
        await platform.post(C1, HELLO, key="k1")


async def test_a_channel_without_us_says_how_to_invite_us(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    slack.workspace.channels["C1"].is_member = False

    with pytest.raises(TargetGone, match="/invite @Prepbot"):
        await platform.post(C1, HELLO, key="k1")


async def test_an_archived_and_a_deleted_channel_are_gone(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    slack.workspace.channels["C1"].is_archived = True
    gone = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C404")

    with pytest.raises(TargetGone, match="archived"):
        await platform.post(C1, HELLO, key="k1")
    with pytest.raises(TargetGone, match="can't find that channel"):
        await platform.post(gone, HELLO, key="k1")


LONG = Message(blocks=(Quote(" ".join(f"word{n}" for n in range(3000))),))


async def test_a_long_message_goes_on_in_its_thread_and_loses_nothing(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    posted = await platform.post(C1, LONG, key="k1", thread_title="Q")

    first, *rest = slack.posts
    assert rest
    assert posted.message.id == first.ts
    assert posted.thread == ThreadRef(channel=C1, id=first.ts)
    assert {post.thread_ts for post in rest} == {first.ts}
    words = " ".join(post.plain.replace("\n", "") for post in slack.posts).split()
    assert words == [f"word{n}" for n in range(3000)]


async def test_a_long_message_whose_answers_were_lost_is_completed(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    for maybe_sent in (False, True):
        slack.script_failure("chat.postMessage", Failure(drop="after"))
        with pytest.raises(DeliveryFailed):
            await platform.post(C1, LONG, key="k1", maybe_sent=maybe_sent)

    posted = await platform.post(C1, LONG, key="k1", maybe_sent=True)

    keys = [post.metadata and post.metadata["event_payload"]["key"] for post in slack.posts]
    assert keys == ["k1", "k1:2", "k1:3"]
    assert posted.message.id == slack.posts[0].ts


async def test_what_no_number_of_messages_holds_is_folded_visibly(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    await platform.post(C1, Message(blocks=(Quote("word <&> " * 8000),)), key="k1")

    assert len(slack.posts) == 4
    assert "too long" in slack.posts[-1].plain


async def test_where_slack_refuses_the_blocks_the_words_stand_without_them(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    slack.script_failure("chat.postMessage", Failure(error="invalid_blocks"))

    await platform.post(C1, say("Hello <all>"), key="k1")

    [post] = slack.posts
    assert (post.text, post.blocks) == ("Hello &lt;all&gt;", [])
    assert post.metadata == {"event_type": "prepbot_post", "event_payload": {"key": "k1"}}


async def test_a_sign_takes_the_place_of_the_earlier_one(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    await slack.say("C1", "U1", "answer", ts=ROOT, deliver=False)
    message = MessageRef(channel=C1, id=ROOT)

    signs = []
    for reaction in (Reaction.RECEIVED, Reaction.UNGRADED, Reaction.GRADED, Reaction.GRADED):
        await platform.react(message, reaction)
        signs.append(set(slack.workspace.reactions["C1", ROOT]))

    assert signs == [{"eyes"}, {"warning"}, {"white_check_mark"}, {"white_check_mark"}]


@pytest.mark.parametrize(
    "failure", [Failure(drop="before"), Failure(retry_after=9), Failure(status=500, body="x")]
)
async def test_a_sign_that_fails_raises_nothing_and_leaves_the_earlier_one(
    slack: FakeSlack, platform: SlackPlatform, failure: Failure
) -> None:
    await slack.say("C1", "U1", "answer", ts=ROOT, deliver=False)
    message = MessageRef(channel=C1, id=ROOT)
    await platform.react(message, Reaction.RECEIVED)
    slack.script_failure("reactions.add", failure)

    await platform.react(message, Reaction.GRADED)

    assert slack.workspace.reactions["C1", ROOT] == {"eyes"}


async def test_the_bot_knows_who_it_is(platform: SlackPlatform) -> None:
    identity = await platform.identify()

    assert (identity.workspace_id, identity.user_id, identity.bot_id) == ("T1", BOT_USER, BOT_ID)


def test_the_settings_do_not_print_their_tokens() -> None:
    config = SlackConfig(bot_token="xoxb-secret", app_token="xapp-secret")

    assert "secret" not in repr(config)
