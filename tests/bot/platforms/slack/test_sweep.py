"""What was changed or deleted while nobody was told of it is found by reading again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from bot.platforms.known import Known
from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.client import SlackPlatform
from handlers.dispatch import NotStored
from handlers.invocation import IncomingDeletion
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.fake_slack import BOT_ID, BOT_USER, Failure, FakeSlack
from tests.wire.slack_visits import delete, edit

ROOT = "1700000000.000100"
C1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")
D1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="D1")
THREAD = ThreadRef(channel=C1, id=ROOT)
KEPT, GONE = "1700000001.000100", "1700000002.000100"

Sweeping = Callable[..., Awaitable[None]]


def in_thread(ts: str) -> MessageRef:
    return MessageRef(channel=C1, id=ts, thread_id=ROOT)


@pytest.fixture
async def sweeping(
    slack: FakeSlack, platform: SlackPlatform, dispatcher: FakeDispatcher
) -> AsyncIterator[Sweeping]:
    """Connect and wait until everything was re-read."""
    running: list[SlackApp] = []
    await slack.say("C1", BOT_USER, "question", ts=ROOT, bot_id=BOT_ID, deliver=False)
    for ts, text in ((KEPT, "kept"), (GONE, "gone soon")):
        await slack.say("C1", "U1", text, thread_ts=ROOT, ts=ts, deliver=False)

    async def sweep(
        *places: ThreadRef | ChannelRef,
        waiting: Sequence[MessageRef] = (),
        question: MessageRef | None = None,
    ) -> None:
        async def missed() -> Sequence[ThreadRef | ChannelRef]:
            return places

        async def waits(channel: ChannelRef) -> Sequence[MessageRef]:
            return [message for message in waiting if message.channel == channel]

        async def newest(_: ChannelRef) -> MessageRef | None:
            return question

        known = Known(waiting=waits, question=newest)
        app = SlackApp(
            platform, dispatcher, missed=missed, known=known, sweep_pauses=(0.0, 0.01, 0.01)
        )
        running.append(app)
        await app.start()
        await app._background.finish(seconds=5.0)

    yield sweep
    for app in running:
        await app.stop()


async def test_an_edit_is_handed_on_after_its_message(
    slack: FakeSlack, dispatcher: FakeDispatcher, sweeping: Sweeping
) -> None:
    await edit(slack, "C1", KEPT, "kept &amp; better", deliver=False)

    await sweeping(THREAD)

    assert [reply.text for reply in dispatcher.seen_replies] == ["kept & better", "gone soon"]
    [seen] = dispatcher.seen_edits
    assert (seen.message, seen.text, seen.found) == (in_thread(KEPT), "kept & better", True)
    assert seen.caller.display_name == "Ada"
    assert seen.edited_at is not None


async def test_a_message_that_waits_for_its_grade_and_is_not_there_was_deleted(
    slack: FakeSlack, dispatcher: FakeDispatcher, sweeping: Sweeping
) -> None:
    await delete(slack, "C1", GONE, deliver=False)

    await sweeping(THREAD, waiting=[in_thread(KEPT), in_thread(GONE)])

    assert dispatcher.seen_deletions == [IncomingDeletion(message=in_thread(GONE))]


async def test_what_is_not_known_to_wait_was_not_deleted(
    slack: FakeSlack, dispatcher: FakeDispatcher, sweeping: Sweeping
) -> None:
    await delete(slack, "C1", GONE, deliver=False)
    elsewhere = MessageRef(channel=C1, id=GONE, thread_id="1699999999.000100")

    await sweeping(THREAD, waiting=[elsewhere, MessageRef(channel=C1, id=GONE)])

    assert not dispatcher.seen_deletions


async def test_a_tombstone_is_a_deletion(
    slack: FakeSlack, dispatcher: FakeDispatcher, sweeping: Sweeping
) -> None:
    message = slack.workspace.channel("C1").find(GONE)
    message |= {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted."}

    await sweeping(THREAD, waiting=[in_thread(GONE)])

    assert [seen.message for seen in dispatcher.seen_deletions] == [in_thread(GONE)]


async def test_a_message_on_no_page_is_looked_for_by_itself_before_it_is_given_up(
    slack: FakeSlack, dispatcher: FakeDispatcher, sweeping: Sweeping
) -> None:
    for number in range(2100):
        ts = f"1700000003.{number:06d}"
        await slack.say("C1", "U2", "chatter", thread_ts=ROOT, ts=ts, bot_id="B2", deliver=False)
    late = "1700000009.000100"
    await slack.say("C1", "U1", "late", thread_ts=ROOT, ts=late, deliver=False)

    await sweeping(THREAD, waiting=[in_thread(late)])

    assert not dispatcher.seen_deletions
    looked = slack.calls[-1].arguments
    assert (looked["oldest"], looked["latest"]) == (late, late)


@pytest.mark.parametrize(
    "failure", [Failure(retry_after=1), Failure(error="internal_error"), Failure(drop="before")]
)
async def test_what_cannot_be_looked_for_is_not_taken_back(
    slack: FakeSlack, dispatcher: FakeDispatcher, sweeping: Sweeping, failure: Failure
) -> None:
    await delete(slack, "C1", GONE, deliver=False)
    slack.script_failure("conversations.replies", failure, times=10)

    await sweeping(THREAD, waiting=[in_thread(GONE)])

    assert not dispatcher.seen_deletions


async def test_a_thread_that_is_gone_takes_nothing_back(
    slack: FakeSlack, dispatcher: FakeDispatcher, sweeping: Sweeping
) -> None:
    slack.workspace.channel("C1").messages.clear()

    await sweeping(THREAD, waiting=[in_thread(GONE)])

    assert not dispatcher.seen_deletions


class ForgetfulDispatcher(FakeDispatcher):
    """Can't store the first deletion."""

    async def deleted(self, deletion: IncomingDeletion) -> None:
        self.storage_is_down, was_down = False, self.storage_is_down
        if was_down:
            raise NotStored
        await super().deleted(deletion)

    async def reply(self, reply):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        self.seen_replies.append(reply)
        return self.reception


class TestStorageIsAway:
    @pytest.fixture
    def dispatcher(self) -> ForgetfulDispatcher:
        return ForgetfulDispatcher()

    async def test_a_deletion_that_is_not_stored_is_found_again(
        self, slack: FakeSlack, dispatcher: ForgetfulDispatcher, sweeping: Sweeping
    ) -> None:
        await delete(slack, "C1", GONE, deliver=False)
        dispatcher.storage_is_down = True

        await sweeping(THREAD, waiting=[in_thread(GONE)])

        assert [seen.message for seen in dispatcher.seen_deletions] == [in_thread(GONE)]
        assert len(dispatcher.seen_replies) == 2


async def test_in_a_direct_message_only_what_follows_the_question_answers_it(
    slack: FakeSlack, dispatcher: FakeDispatcher, sweeping: Sweeping
) -> None:
    asked = MessageRef(channel=D1, id="1700000005.000100")
    for ts, text in (("1700000004.000100", "hello"), ("1700000006.000100", "my answer")):
        await slack.say("D1", "U1", text, ts=ts, deliver=False)
    await slack.say("D1", BOT_USER, "question", ts=asked.id, bot_id=BOT_ID, deliver=False)
    await slack.say(
        "D1", "U1", "in its thread", thread_ts=asked.id, ts="1700000007.000100", deliver=False
    )
    waiting = [MessageRef(channel=D1, id="1700000008.000100")]

    await sweeping(ThreadRef(channel=D1, id=asked.id), waiting=waiting, question=asked)

    assert {reply.text for reply in dispatcher.seen_replies} == {"my answer", "in its thread"}
    assert [seen.message for seen in dispatcher.seen_deletions] == waiting
