from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.slack import limits
from bot.platforms.slack.client import render_body
from bot.platforms.slack.form import Origin, read_values, render_view, unpack_metadata
from bot.platforms.slack.render import JsonObject, render_blocks, render_text
from handlers.actions import Action, ActionKind, UnknownAction
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    ButtonStyle,
    CodeBlock,
    Context,
    Fields,
    Heading,
    Message,
    OpenForm,
    Quote,
    Span,
    Style,
    Text,
    TextField,
    bold,
    code,
    line,
)
from tests.wire.slack_blocks import check_message, check_view, read_blocks

ANSWER = Action(ActionKind.ANSWER, "q1")
ORIGIN = Origin(channel_id="C1", thread_ts="1700000000.000100")


def test_a_message_with_everything_looks_like_this() -> None:
    message = Message(
        summary="Question 1 & more",
        blocks=(
            Heading("Drift & decay"),
            Text(line("Why does ", bold("accuracy"), " fall? See https://a.b/c_d.")),
            Bullets((line("first"), line(code("x < 1"))), numbered=True),
            Quote("<!channel> I *think*"),
            CodeBlock("if a < b:\n    pass"),
            Fields((("Role", "ML & AI"), ("Level", "2"))),
            Context(line("Type ", code("/prep help"), " & see")),
            Buttons((Button("Answer", ANSWER, ButtonStyle.PRIMARY), Button("Board", ANSWER))),
        ),
    )

    assert render_text(message) == "Question 1 &amp; more"
    assert render_blocks(message) == [
        {"type": "header", "text": {"type": "plain_text", "text": "Drift & decay"}},
        rich(
            "rich_text_section",
            {"type": "text", "text": "Why does "},
            {"type": "text", "text": "accuracy", "style": {"bold": True}},
            {"type": "text", "text": " fall? See "},
            {"type": "link", "url": "https://a.b/c_d"},
            {"type": "text", "text": "."},
        ),
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": [
                        section({"type": "text", "text": "first"}),
                        section({"type": "text", "text": "x < 1", "style": {"code": True}}),
                    ],
                }
            ],
        },
        rich("rich_text_quote", {"type": "text", "text": "<!channel> I *think*"}),
        rich("rich_text_preformatted", {"type": "text", "text": "if a < b:\n    pass"}),
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": "*Role*\nML &amp; AI", "verbatim": True},
                {"type": "mrkdwn", "text": "*Level*\n2", "verbatim": True},
            ],
        },
        {
            "type": "context",
            "elements": [
                {"type": "mrkdwn", "text": "Type `/prep help` &amp; see", "verbatim": True}
            ],
        },
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "button-0",
                    "text": {"type": "plain_text", "text": "Answer"},
                    "value": "pb:answer:1:q1",
                    "style": "primary",
                },
                {
                    "type": "button",
                    "action_id": "button-1",
                    "text": {"type": "plain_text", "text": "Board"},
                    "value": "pb:answer:1:q1",
                },
            ],
        },
    ]


def test_long_text_goes_on_in_further_blocks_and_loses_nothing() -> None:
    text = " ".join(f"word{n}" for n in range(1000))

    blocks = render_blocks(Message(blocks=(Quote(text),)))

    assert len(blocks) == 3
    assert "".join(literals(blocks)) == text


def test_a_long_numbered_list_counts_on() -> None:
    items = tuple(line(f"{n} " + "x" * 900) for n in range(5))

    blocks = render_blocks(Message(blocks=(Bullets(items, numbered=True),)))

    lists = [block["elements"][0] for block in blocks]  # type: ignore[index]
    assert [part.get("offset") for part in lists] == [None, 3]


def test_a_heading_too_long_for_a_header_becomes_bold_text() -> None:
    [block] = render_blocks(Message(blocks=(Heading("h" * 151),)))

    assert block == rich(
        "rich_text_section", {"type": "text", "text": "h" * 151, "style": {"bold": True}}
    )


def test_a_field_too_long_for_a_field_becomes_text() -> None:
    message = Message(blocks=(Fields((("a", "1"), ("long", "v" * 2500), ("b", "2"))),))

    kinds = [block["type"] for block in render_blocks(message)]

    assert kinds == ["section", "rich_text", "section"]


@pytest.mark.parametrize("text", [Quote("q" * 900), Text(line("short"))])
def test_what_is_too_much_is_folded_visibly_and_the_buttons_stay(text: Block) -> None:
    answer = Buttons((Button("Answer", ANSWER),))
    message = Message(blocks=(answer, *[text] * 80, answer))

    blocks = render_blocks(message)

    assert [blocks[n]["type"] for n in (0, -2, -1)] == ["actions", "context", "actions"]
    assert "…" in read_blocks([blocks[-2]])
    assert len(blocks) <= limits.MESSAGE_BLOCKS


def test_a_message_of_nothing_still_has_a_text() -> None:
    body = render_body(Message(blocks=(Text(()), Heading(" "), Bullets(()))))

    assert body["text"] == "…"
    assert "blocks" not in body


def test_a_form_looks_like_this() -> None:
    form = OpenForm(
        title="Your answer to a question that is long",
        intro=Message(blocks=(Quote("Why?"), Buttons((Button("Answer", ANSWER),)))),
        fields=(TextField(name="answer", label="Answer", placeholder="A few", initial="So"),),
        action=ANSWER,
    )

    view = render_view(form, ORIGIN)

    assert unpack_metadata(str(view.pop("private_metadata"))) == (ANSWER, ORIGIN)
    assert view == {
        "type": "modal",
        "callback_id": "prepbot-form",
        "title": {"type": "plain_text", "text": "Your answer to a questi…"},
        "submit": {"type": "plain_text", "text": "Send"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [
            rich("rich_text_quote", {"type": "text", "text": "Why?"}),
            {
                "type": "input",
                "block_id": "answer",
                "label": {"type": "plain_text", "text": "Answer"},
                "element": {
                    "type": "plain_text_input",
                    "action_id": "input",
                    "multiline": True,
                    "max_length": 3000,
                    "placeholder": {"type": "plain_text", "text": "A few"},
                    "initial_value": "So",
                },
            },
        ],
    }


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"action": "pb:gone:1:x"}'])
def test_metadata_of_another_release_is_an_unknown_action(text: str) -> None:
    with pytest.raises(UnknownAction):
        unpack_metadata(text)


@pytest.mark.parametrize("view", [None, {}, {"state": {"values": []}}])
def test_a_view_without_values_has_none(view: object) -> None:
    assert read_values(view) == {}


# Any message at all

hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["<!channel>", "<@U1> & <#C1>", "@here", "https://a.b", "*_`~", " ", ""]),
    st.builds(lambda text, n: text * n, st.text(min_size=1, max_size=9), st.integers(0, 900)),
)
contents = st.lists(st.builds(Span, hostile, st.sampled_from(Style)), max_size=4).map(tuple)
buttons = st.lists(
    st.builds(Button, hostile, st.just(ANSWER), st.sampled_from(ButtonStyle)), max_size=30
)
blocks_of_any_kind: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, hostile),
    st.builds(Text, contents),
    st.builds(Bullets, st.lists(contents, max_size=8).map(tuple), st.booleans()),
    st.builds(Quote, hostile),
    st.builds(CodeBlock, hostile),
    st.builds(Fields, st.lists(st.tuples(hostile, hostile), max_size=12).map(tuple)),
    st.builds(Context, contents),
    st.builds(Buttons, buttons.map(tuple)),
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
    assert len(str(body["text"])) <= limits.FALLBACK_TEXT + 1


@settings(deadline=None)
@given(
    messages,
    hostile,
    st.lists(
        st.builds(TextField, name=st.just(""), label=hostile, placeholder=hostile, initial=hostile),
        max_size=5,
    ),
)
def test_slack_opens_any_form(message: Message, title: str, fields: list[TextField]) -> None:
    named = tuple(
        TextField(name=f"f{n}", label=f.label, placeholder=f.placeholder, initial=f.initial)
        for n, f in enumerate(fields)
    )
    form = OpenForm(title=title, intro=message, fields=named, action=ANSWER, submit_label=title)

    view = render_view(form, ORIGIN)

    check_view(view)
    assert not list(mentions(view))


def mentions(node: object) -> Iterator[object]:
    """Yield whatever Slack would read as a mention: markup in mrkdwn, or an element of its own."""
    if isinstance(node, list):
        for item in node:
            yield from mentions(item)
    elif isinstance(node, dict):
        if node.get("type") in {"user", "usergroup", "broadcast", "channel"}:
            yield node
        is_markup = node.get("type") == "mrkdwn" or "parse" in node
        if is_markup and set(json.dumps(node["text"], ensure_ascii=False)) & set("<>"):
            yield node
        for value in node.values():
            yield from mentions(value)


def literals(blocks: list[JsonObject]) -> Iterator[str]:
    for block in blocks:
        for part in block["elements"]:  # type: ignore[attr-defined]
            for element in part["elements"]:
                yield element["text"]


def rich(kind: str, *elements: JsonObject) -> JsonObject:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def section(*elements: JsonObject) -> JsonObject:
    return {"type": "rich_text_section", "elements": list(elements)}
