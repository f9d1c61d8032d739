"""Any message at all fits into Slack, and mentions nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.slack import limits
from bot.platforms.slack.body import plain_body, render_bodies, render_body
from bot.platforms.slack.form import Origin, render_view
from bot.platforms.slack.home import render_home
from handlers.actions import Action, ActionKind
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    ButtonStyle,
    CodeBlock,
    Content,
    Context,
    Detail,
    Feedback,
    Field,
    Fields,
    Heading,
    Message,
    OpenForm,
    Quote,
    SelectField,
    Span,
    Style,
    Text,
    TextField,
)
from tests.wire.slack_blocks import check_home, check_message, check_view

ANSWER = Action(ActionKind.ANSWER, "q1")
TRICKS = set("\u202a\u202e\u2066\u2069\x00\x1b\ud800")
# An address in angle brackets is a link, and nothing else.
LINK = re.compile(r"<https?://[^<>|\s]+>")
ORIGIN = Origin(channel_id="C1", thread_ts="1700000000.000100")

hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["<!channel>", "<@U1> & <#C1>", "@here", "https://a.b?c=d&e|<f>", "*_`~", " ", ""]
    ),
    st.sampled_from(["\u202egnihtemos", "\u2066\u2069", "a\x00b\x1b[2J", "\ud800", "\u200b"]),
    st.builds(lambda text, n: text * n, st.text(min_size=1, max_size=9), st.integers(0, 900)),
)
contents = st.lists(st.builds(Span, hostile, st.sampled_from(Style)), max_size=4).map(tuple)
buttons = st.lists(
    st.builds(Button, hostile, st.just(ANSWER), st.sampled_from(ButtonStyle)), max_size=30
)
plain_blocks: st.SearchStrategy[Content] = st.one_of(
    st.builds(Heading, hostile),
    st.builds(Text, contents),
    st.builds(Bullets, st.lists(contents, max_size=8).map(tuple), st.booleans()),
    st.builds(Quote, hostile),
    st.builds(CodeBlock, hostile),
    st.builds(Fields, st.lists(st.tuples(hostile, hostile), max_size=12).map(tuple)),
    st.builds(Context, contents),
)
blocks_of_any_kind: st.SearchStrategy[Block] = st.one_of(
    plain_blocks,
    st.builds(Buttons, buttons.map(tuple)),
    st.builds(Detail, st.lists(plain_blocks, max_size=6).map(tuple)),
    st.just(Feedback(Action(ActionKind.HELPFUL, "a-1"), Action(ActionKind.UNHELPFUL, "a-1"))),
)
options = st.lists(st.tuples(st.uuids().map(str), hostile), min_size=1, max_size=25).map(tuple)
form_fields = st.one_of(
    st.builds(TextField, name=st.just(""), label=hostile, placeholder=hostile, initial=hostile),
    st.builds(SelectField, name=st.just(""), label=hostile, placeholder=hostile, options=options),
)
messages = st.builds(
    Message,
    blocks=st.one_of(
        st.lists(blocks_of_any_kind, max_size=6).map(tuple),
        st.builds(lambda block, n: (block,) * n, blocks_of_any_kind, st.integers(1, 70)),
    ),
    summary=hostile,
)


@settings(deadline=None)
@given(messages)
def test_slack_takes_any_message_and_nobody_is_mentioned(message: Message) -> None:
    body = render_body(message)

    check_message(body)
    assert not list(mentions(body))
    assert not set("".join(strings(body))) & TRICKS
    assert len(str(body["text"])) <= limits.FALLBACK_TEXT + 1


@settings(deadline=None)
@given(messages)
def test_slack_takes_every_part_of_any_message_and_nobody_is_mentioned(message: Message) -> None:
    bodies = render_bodies(message)

    assert 1 <= len(bodies) <= 4
    for body in bodies:
        check_message(body)
        assert not list(mentions(body))


@settings(deadline=None)
@given(messages)
def test_slack_takes_any_message_without_its_blocks(message: Message) -> None:
    body = plain_body(message)

    check_message(body)
    assert not list(mentions(body))


@settings(deadline=None)
@given(messages)
def test_slack_publishes_any_page_and_nobody_is_mentioned(message: Message) -> None:
    view = render_home(message)

    check_home(view)
    assert not list(mentions(view))


@settings(deadline=None)
@given(messages, hostile, st.lists(form_fields, max_size=5))
def test_slack_opens_any_form(message: Message, title: str, fields: list[Field]) -> None:
    named = tuple(replace(field, name=f"f{n}") for n, field in enumerate(fields))
    form = OpenForm(title=title, intro=message, fields=named, action=ANSWER, submit_label=title)

    view = render_view(form, ORIGIN)

    check_view(view)
    assert not list(mentions(view))


def strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, list | dict):
        for value in node.values() if isinstance(node, dict) else node:
            yield from strings(value)


def mentions(node: object) -> Iterator[object]:
    """Yield whatever Slack would read as a mention: markup in mrkdwn, or an element of its own."""
    if isinstance(node, list):
        for item in node:
            yield from mentions(item)
    elif isinstance(node, dict):
        if node.get("type") in {"user", "usergroup", "broadcast", "channel"}:
            yield node
        is_markup = node.get("type") == "mrkdwn" or "parse" in node
        if is_markup and set(LINK.sub("", str(node["text"]))) & set("<>"):
            yield node
        for value in node.values():
            yield from mentions(value)
