from __future__ import annotations

import contextlib
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.actions import MAX_PACKED, Action, ActionKind, ActionTooLong, UnknownAction
from handlers.answers.talk import is_talk
from handlers.command import UsageError
from handlers.daily.timetable import format_days, parse_days, parse_time, parse_zone
from handlers.markdown import from_markdown
from handlers.message import Bullets, CodeBlock, Heading, Message, Quote, Text, bold, code, line
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef, WorkspaceRef
from handlers.retry import MAX_ASKED, delay_before
from handlers.roles import parse_roles
from questions.role import Role

names = st.text(min_size=1, max_size=20)
channels = st.builds(ChannelRef, platform=st.sampled_from(Platform), workspace_id=names, id=names)


@given(channels, names, st.none() | names)
def test_addresses_survive_being_stored(channel: ChannelRef, id_: str, thread: str | None) -> None:
    message = MessageRef(channel=channel, id=id_, thread_id=thread)
    assert ChannelRef.unpack(channel.pack()) == channel
    assert MessageRef.unpack(message.pack()) == message
    if message.thread is not None:
        assert ThreadRef.unpack(message.thread.pack()) == message.thread


@given(st.sampled_from(Platform), names, names)
def test_accounts_and_workspaces_survive_being_stored(
    platform: Platform, realm: str, id_: str
) -> None:
    user = UserRef(platform=platform, realm=realm, id=id_)
    workspace = WorkspaceRef(platform=platform, id=id_)
    assert UserRef.unpack(user.pack()) == user
    assert WorkspaceRef.unpack(workspace.pack()) == workspace


@pytest.mark.parametrize("text", ["", "slack", "slack/T1", "irc/T1/C1", "slack//C1", "a/b/c/d"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|valid Platform"):
        ChannelRef.unpack(text)


@given(st.sampled_from(ActionKind), st.from_regex(r"\A[A-Za-z0-9_-]{0,60}\Z"))
def test_payloads_survive_and_fit(kind: ActionKind, subject: str) -> None:
    action = Action(kind, subject)
    assert len(action.pack()) <= MAX_PACKED
    assert Action.unpack(action.pack()) == action


def test_a_payload_that_would_not_fit_is_refused_when_built() -> None:
    with pytest.raises(ActionTooLong):
        Action(ActionKind.ANSWER, "x" * 100)
    with pytest.raises(ValueError, match="can't hold"):
        Action(ActionKind.ANSWER, "a:b")


@given(st.text(max_size=120))
def test_any_text_is_a_payload_or_an_unknown_one(text: str) -> None:
    with contextlib.suppress(UnknownAction):
        assert Action.unpack(text).pack() == text


@pytest.mark.parametrize("text", ["pb:answer:2:x", "pb:dance:1:x", "zz:answer:1:x", "pb:answer:1"])
def test_other_releases_payloads_are_unknown(text: str) -> None:
    with pytest.raises(UnknownAction):
        Action.unpack(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("9:00", time(9)), ("09:30", time(9, 30)), ("9am", time(9)), ("9:30 pm", time(21, 30)),
     ("12am", time(0)), ("12pm", time(12)), ("17", time(17)), ("09.15", time(9, 15))],
)  # fmt: skip
def test_times_as_people_write_them(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "25:00", "9:60", "noon", "13pm", "9", "0am"])
def test_what_is_no_time_says_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="09:00"):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "expected", "shown"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}, "Mon–Fri"),
        ("Monday, wed", {0, 2}, "Mon, Wed"),
        ("fri-mon", {4, 5, 6, 0}, "Mon, Fri, Sat, Sun"),
        ("daily", set(range(7)), "every day"),
        ("weekdays", set(range(5)), "Mon–Fri"),
    ],
)
def test_days_as_people_write_them(text: str, expected: set[int], shown: str) -> None:
    assert parse_days(text) == expected
    assert format_days(parse_days(text)) == shown


@pytest.mark.parametrize("text", ["", "someday", "m", "mon-"])
def test_what_names_no_days_says_how_to(text: str) -> None:
    with pytest.raises(UsageError, match="mon-fri"):
        parse_days(text)


def test_zones_are_found_by_name_in_any_case_and_by_city() -> None:
    assert parse_zone("europe/berlin") == "Europe/Berlin"
    assert parse_zone("Berlin") == "Europe/Berlin"
    assert parse_zone("new york") == "America/New_York"
    assert parse_zone("utc") == "UTC"


def test_an_unknown_zone_is_offered_near_ones() -> None:
    with pytest.raises(UsageError, match="Europe/Berlin"):
        parse_zone("Europe/Berln")
    with pytest.raises(UsageError, match="Europe/Berlin or America/New_York"):
        parse_zone("qqqq")


def test_roles_come_by_slug_title_or_all() -> None:
    assert parse_roles("ai-engineer, ML Engineer") == (Role.AI_ENGINEER, Role.ML_ENGINEER)
    assert parse_roles("all") == tuple(Role)
    with pytest.raises(UsageError, match="Did you mean ml-engineer"):
        parse_roles("ai-engineer,ml-enginer")
    with pytest.raises(UsageError, match="at least one"):
        parse_roles(" , ")


def test_markdown_becomes_blocks() -> None:
    text = "# Head\n\nFirst *line*\nwith `code`.\n\n- **one**\n- two\n\n> said\n\n```py\nx = 1\n```"
    blocks = from_markdown(text)
    assert [type(block) for block in blocks] == [Heading, Text, Bullets, Quote, CodeBlock]
    assert blocks[2] == Bullets((line(bold("one")), line("two")))
    assert code("code") in blocks[1].content  # type: ignore[union-attr]


@given(st.text(max_size=300))
def test_any_text_becomes_blocks(text: str) -> None:
    assert isinstance(Message(blocks=from_markdown(text)).plain_text, str)


@given(st.text(max_size=200))
def test_a_first_message_is_an_answer_whatever_it_says(text: str) -> None:
    assert not is_talk(text, has_answered=False)


def test_thanks_after_an_answer_is_talk_and_a_second_attempt_is_not() -> None:
    assert is_talk("thanks, that helps!", has_answered=True)
    assert not is_talk("word " * 12, has_answered=True)


@given(st.integers(1, 10), st.none() | st.floats(0, 1e6))
def test_waits_are_bounded_and_honour_what_was_asked(attempt: int, asked: float | None) -> None:
    delays = (5.0, 20.0, 60.0)
    delay = delay_before(attempt, delays, asked)
    if attempt > len(delays):
        assert delay is None
    else:
        assert delay is not None
        assert delays[attempt - 1] <= delay <= MAX_ASKED
        assert asked is None or delay >= min(asked, MAX_ASKED)
