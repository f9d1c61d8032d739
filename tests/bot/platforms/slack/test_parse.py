from __future__ import annotations

import pytest

from bot.platforms.slack.form import Origin, pack_metadata
from bot.platforms.slack.parse import parse_click, parse_click_place, parse_form, parse_reply
from handlers.actions import Action, ActionKind, UnknownAction
from handlers.refs import ThreadRef

ROOT = "1700000000.000100"
EVENT: dict[str, object] = {
    "type": "message",
    "channel": "C1",
    "channel_type": "channel",
    "user": "U1",
    "text": "hi",
    "ts": "1700000001.000100",
    "thread_ts": ROOT,
}


@pytest.mark.parametrize(
    "change",
    [
        {"user": "UBOT"},
        {"user": None},
        {"user": "USLACKBOT"},
        {"bot_id": "B2"},
        {"subtype": "message_changed", "hidden": True},
        {"subtype": "bot_message"},
        {"subtype": "thread_broadcast", "bot_id": "B2"},
        {"thread_ts": None},
        {"thread_ts": "1700000001.000100"},
        {"ts": None},
        {"channel": None},
        {"user": ["U1"]},
    ],
)
def test_what_is_no_reply(change: dict[str, object]) -> None:
    assert parse_reply(EVENT | change, "T1", "UBOT") is None


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"subtype": "thread_broadcast"},
        {"subtype": "file_share"},
        {"subtype": "me_message"},
        {"thread_ts": None, "channel": "D1", "channel_type": "im"},
        {"thread_ts": None, "channel": "D1", "channel_type": None},
    ],
)
def test_what_is_a_reply(change: dict[str, object]) -> None:
    reply = parse_reply(EVENT | change, "T1", "UBOT")

    assert reply is not None
    assert reply.text == "hi"
    assert reply.caller.user.pack() == "slack/T1/U1"
    assert reply.caller.is_direct == ((EVENT | change)["channel"] == "D1")


def test_a_message_of_a_channels_history_is_told_its_channel() -> None:
    message = {key: value for key, value in EVENT.items() if not key.startswith("channel")}

    reply = parse_reply(message, "T1", "UBOT", channel_id="C7")

    assert reply is not None
    assert reply.message.pack() == "slack/T1/C7/1700000000.000100/1700000001.000100"


def test_a_click_in_a_thread_knows_the_thread() -> None:
    body = {
        "type": "block_actions",
        "team": None,
        "user": {"id": "U1", "username": "ada", "team_id": "T1"},
        "container": {"channel_id": "C1", "thread_ts": ROOT},
        "actions": [{"value": "pb:answer:1:q1"}],
        "trigger_id": "t",
        "response_url": "https://r",
    }

    click, place = parse_click(body), parse_click_place(body)

    assert click.caller.thread == ThreadRef(channel=click.caller.channel, id=ROOT)
    assert click.caller.channel.pack() == "slack/T1/C1"
    assert click.caller.display_name == "ada"
    assert (place.thread_ts, place.response_url) == (ROOT, "https://r")


@pytest.mark.parametrize("body", [{}, {"actions": []}, {"actions": "x"}, {"actions": [{}]}])
def test_a_click_on_nothing_of_ours_is_an_unknown_action(body: dict[str, object]) -> None:
    with pytest.raises(UnknownAction):
        parse_click(body)


@pytest.mark.parametrize("body", [{}, {"view": "x"}, {"view": {"private_metadata": "{"}}])
def test_a_form_that_is_none_of_ours_is_an_unknown_action(body: dict[str, object]) -> None:
    with pytest.raises(UnknownAction):
        parse_form(body)


def test_a_form_belongs_where_it_was_opened_though_it_only_names_the_organisation() -> None:
    origin = Origin(channel_id="C1", thread_ts=ROOT, workspace_id="T1")
    body = {
        "type": "view_submission",
        "team": {"id": "E1"},
        "user": {"id": "U1", "team_id": "E1"},
        "view": {
            "id": "V1",
            "private_metadata": pack_metadata(Action(ActionKind.ANSWER, "o1"), origin),
        },
    }

    submission, place = parse_form(body)

    assert submission.caller.channel.pack() == "slack/T1/C1"
    assert submission.caller.user.realm == "T1"
    assert place.workspace_id == "T1"


def test_files_come_along_and_a_clip_is_a_recording() -> None:
    clip = {
        "name": "audio_message.mp4",
        "mimetype": "video/mp4",
        "subtype": "slack_audio",
        "size": 1234,
        "url_private_download": "https://files.slack.com/clip",
    }
    job = {"title": "job.pdf", "mimetype": "application/pdf", "url_private": "https://x/job"}
    reply = parse_reply(EVENT | {"subtype": "file_share", "files": [clip, job]}, "T1", "UBOT")
    assert reply is not None
    recording, document = reply.attachments
    assert recording.is_audio
    assert (recording.size, recording.url) == (1234, "https://files.slack.com/clip")
    assert (document.name, document.is_audio, document.url) == ("job.pdf", False, "https://x/job")
