from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from bot.platforms.slack import limits
from bot.platforms.slack.body import render_body
from bot.platforms.slack.form import Origin, read_values, render_view, unpack_metadata
from bot.platforms.slack.payload import JsonObject
from bot.platforms.slack.render import render_blocks, render_text
from handlers.actions import Action, ActionKind, UnknownAction
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    ButtonStyle,
    CodeBlock,
    Context,
    Detail,
    Feedback,
    Fields,
    Heading,
    Message,
    OpenForm,
    Quote,
    SelectField,
    Text,
    TextField,
    bold,
    code,
    italic,
    line,
)
from tests.wire.slack_blocks import read_blocks

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


def test_a_detail_is_one_section_that_slack_folds() -> None:
    detail = Detail(
        (
            Bullets((line(bold("Met: "), "Names it.\n", italic("“the queue's age”")),)),
            Heading("Next"),
            Bullets((line("one"), line("two & three")), numbered=True),
            Quote("said"),
            Fields((("Role", "ML"), ("Level", "2"))),
        )
    )

    assert render_blocks(Message(blocks=(detail,))) == [
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": (
                    "• *Met:* Names it.\n_“the queue's age”_\n\n*Next*\n\n"
                    "1. one\n2. two &amp; three\n\n“said”\n\n*Role:* ML\n*Level:* 2"
                ),
                "verbatim": True,
            },
            "expand": False,
        }
    ]


@pytest.mark.parametrize(
    "words", ["a *b* c", "snake_case", "~no~", "`code`", "> quoted", "fine :smile:", "x\n > y"]
)
def test_words_that_would_format_make_their_detail_literal(words: str) -> None:
    [block] = render_blocks(Message(blocks=(Detail((Text(line(bold("Met: "), words)),)),)))

    assert block["text"] == {"type": "plain_text", "text": f"Met: {words}", "emoji": False}


def test_a_long_detail_goes_on_in_further_sections_and_loses_nothing() -> None:
    text = " ".join(f"word{n}" for n in range(1000))

    blocks = render_blocks(Message(blocks=(Detail((Text(line(text)),)),)))

    assert len(blocks) == 3
    assert "".join(block["text"]["text"] for block in blocks) == text  # type: ignore[index]


def test_feedback_has_slacks_own_buttons() -> None:
    up, down = Action(ActionKind.HELPFUL, "a1-2"), Action(ActionKind.UNHELPFUL, "a1-2")

    assert render_blocks(Message(blocks=(Feedback(up, down),))) == [
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "prepbot-feedback",
                    "positive_button": {
                        "text": {"type": "plain_text", "text": "👍"},
                        "accessibility_label": "Helpful",
                        "value": "pb:helpful:1:a1-2",
                    },
                    "negative_button": {
                        "text": {"type": "plain_text", "text": "👎"},
                        "accessibility_label": "Not helpful",
                        "value": "pb:unhelpful:1:a1-2",
                    },
                }
            ],
        }
    ]


def test_a_choice_in_a_form_looks_like_this() -> None:
    field = SelectField(
        name="question",
        label="Which?",
        options=(("o1", "One " * 30), ("o2", "Two")),
        placeholder="Pick",
        initial="o2",
    )
    form = OpenForm(title="T", intro=Message(blocks=()), fields=(field,), action=ANSWER)

    [block] = cast("list[dict[str, Any]]", render_view(form, ORIGIN)["blocks"])

    two = {"text": {"type": "plain_text", "text": "Two"}, "value": "o2"}
    assert block["element"]["options"][1] == block["element"]["initial_option"] == two
    assert len(block["element"]["options"][0]["text"]["text"]) == limits.OPTION_TEXT
    assert block["element"]["placeholder"]["text"] == "Pick"


def test_what_was_picked_comes_back_by_its_value() -> None:
    picked = {"question": {"input": {"type": "static_select", "selected_option": {"value": "o2"}}}}
    left_open = {"other": {"input": {"type": "static_select", "selected_option": None}}}

    assert read_values({"state": {"values": picked | left_open}}) == {"question": "o2", "other": ""}


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"action": "pb:gone:1:x"}'])
def test_metadata_of_another_release_is_an_unknown_action(text: str) -> None:
    with pytest.raises(UnknownAction):
        unpack_metadata(text)


@pytest.mark.parametrize("view", [None, {}, {"state": {"values": []}}])
def test_a_view_without_values_has_none(view: object) -> None:
    assert read_values(view) == {}


def literals(blocks: list[JsonObject]) -> Iterator[str]:
    for block in blocks:
        for part in block["elements"]:  # type: ignore[attr-defined]
            for element in part["elements"]:
                yield element["text"]


def rich(kind: str, *elements: JsonObject) -> JsonObject:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def section(*elements: JsonObject) -> JsonObject:
    return {"type": "rich_text_section", "elements": list(elements)}
