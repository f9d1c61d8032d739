"""Every number of the table of limits, reached and passed by one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.platforms.slack import limits
from bot.platforms.slack.body import render_bodies, render_body
from bot.platforms.slack.form import Origin, render_view
from bot.platforms.slack.home import render_home
from bot.platforms.slack.render import render_blocks
from handlers.actions import MAX_PACKED, Action, ActionKind
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
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
    line,
    say,
)
from tests.wire.slack_blocks import check_home, check_message, check_view, read_blocks

ACTION = Action(ActionKind.ANSWER, "x" * (MAX_PACKED - len("pb:answer:1:")))
ORIGIN = Origin(channel_id="C" * 20, thread_ts="1700000000.000100", workspace_id="T" * 20)
# Escaped, each takes five characters, which is what Slack counts.
WIDE = "&"


def rendered(*blocks: Block) -> list[Any]:
    """What is rendered, as JSON to look into."""
    return list(render_blocks(Message(blocks=blocks)))


def parts(*blocks: Block) -> list[Any]:
    """The posts that a message becomes."""
    return list(render_bodies(Message(blocks=blocks)))


def words(length: int) -> str:
    return ("word " * length)[: length - 1] + "."


TEXTS: dict[str, tuple[Callable[[str], Block], int]] = {
    "heading": (Heading, limits.HEADER),
    "paragraph": (lambda text: Text(line(text)), limits.RICH_TEXT),
    "list item": (lambda text: Bullets((line(text),)), limits.RICH_TEXT),
    "numbered item": (lambda text: Bullets((line(text),), numbered=True), limits.RICH_TEXT),
    "quote": (Quote, limits.RICH_TEXT),
    "code": (CodeBlock, limits.RICH_TEXT),
    "field": (lambda text: Fields((("L", text),)), limits.FIELD_TEXT),
    "label": (lambda text: Fields(((text, "v"),)), limits.FIELD_TEXT),
    "remark": (lambda text: Context(line(text)), limits.CONTEXT_TEXT),
    "detail": (lambda text: Detail((Text(line(text)),)), limits.SECTION_TEXT),
    "quote in detail": (lambda text: Detail((Quote(text),)), limits.SECTION_TEXT),
}


@pytest.mark.parametrize("over", [-10, 0, 1, 500])
@pytest.mark.parametrize("kind", TEXTS)
def test_text_of_any_length_is_shown_whole(kind: str, over: int) -> None:
    build, limit = TEXTS[kind]
    text = words(limit + over)

    bodies = parts(build(text))

    for body in bodies:
        check_message(body)
    shown = " ".join(read_blocks(body["blocks"]) for body in bodies)
    assert shown.count("word") == text.count("word")


@pytest.mark.parametrize("kind", TEXTS)
def test_what_grows_by_escaping_fits(kind: str) -> None:
    build, limit = TEXTS[kind]

    for body in render_bodies(Message(blocks=(build(WIDE * limit),))):
        check_message(body)


def buttons(count: int, label: str = "Go") -> Buttons:
    return Buttons(tuple(Button(label, ACTION) for _ in range(count)))


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (25, 1), (26, 2), (40, 2)])
def test_buttons_stand_in_rows(count: int, rows: int) -> None:
    blocks = rendered(buttons(count))

    check_message({"text": "x", "blocks": blocks})
    assert len(blocks) == rows
    assert sum(len(row["elements"]) for row in blocks) == count


@pytest.mark.parametrize(("length", "is_cut"), [(75, False), (76, True), (500, True)])
def test_a_buttons_label_is_cut_visibly(length: int, *, is_cut: bool) -> None:
    [row] = rendered(buttons(1, "L" * length))

    shown = row["elements"][0]["text"]["text"]
    assert len(shown) == min(length, limits.BUTTON_TEXT)
    assert shown.endswith("…") == is_cut
    assert len(row["elements"][0]["value"]) == MAX_PACKED


@pytest.mark.parametrize(("count", "sections"), [(1, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_fields_stand_in_sections_of_ten(count: int, sections: int) -> None:
    pairs = tuple((f"L{n}", f"v{n}") for n in range(count))

    blocks = rendered(Fields(pairs))

    assert [len(block["fields"]) for block in blocks][:-1] == [limits.FIELDS] * (sections - 1)
    assert sum(len(block["fields"]) for block in blocks) == count


@pytest.mark.parametrize("count", [limits.MESSAGE_BLOCKS - 1, limits.MESSAGE_BLOCKS])
def test_as_many_blocks_as_fit_are_one_message(count: int) -> None:
    [body] = parts(*(Heading("H"),) * count)

    check_message(body)
    assert len(body["blocks"]) == count


def test_one_block_more_goes_on_in_a_second_message() -> None:
    bodies = parts(*(Heading("H"),) * (limits.MESSAGE_BLOCKS + 1))

    assert [len(body["blocks"]) for body in bodies] == [limits.MESSAGE_BLOCKS, 1]


@pytest.mark.parametrize("characters", range(11_000, 14_000, 250))
def test_all_blocks_together_stay_below_what_slack_takes(characters: int) -> None:
    texts = tuple(Text(line(words(500))) for _ in range(characters // 500))
    message = Message(blocks=(*texts, Text(line(words(characters % 500 + 2))), buttons(5)))

    for body in parts(*message.blocks):
        check_message(body)
        assert len(json.dumps(body["blocks"], ensure_ascii=False)) < 13_200
    folded: Any = render_body(message)
    check_message(folded)
    assert folded["blocks"][-1]["type"] == "actions"


def test_what_a_home_tab_cannot_hold_is_folded_and_the_buttons_stay() -> None:
    page = Message(blocks=(*(Heading("H"),) * 150, buttons(1)))

    view: Any = render_home(page)

    check_home(view)
    assert len(view["blocks"]) == limits.HOME_BLOCKS
    assert view["blocks"][-1]["type"] == "actions"


def test_a_home_tab_has_no_feedback_buttons() -> None:
    asked = Feedback(Action(ActionKind.HELPFUL, "a-1"), Action(ActionKind.UNHELPFUL, "a-1"))

    view: Any = render_home(Message(blocks=(Heading("H"), asked)))

    check_home(view)
    assert [block["type"] for block in view["blocks"]] == ["header"]


@pytest.mark.parametrize("over", [0, 1, 400])
def test_a_form_of_any_size_opens(over: int) -> None:
    form = OpenForm(
        title="T" * (limits.MODAL_TITLE + over),
        intro=Message(blocks=(Heading("H"),) * (limits.MODAL_BLOCKS + over)),
        fields=(
            TextField(
                name="answer",
                label="L" * (limits.INPUT_LABEL + over),
                placeholder="P" * (limits.INPUT_PLACEHOLDER + over),
                initial="I" * (limits.INPUT_TEXT + over),
            ),
            SelectField(
                name="question",
                label="L",
                options=tuple(
                    (f"{n:032}", "O" * (limits.OPTION_TEXT + over))
                    for n in range(min(limits.OPTIONS, 25))
                ),
                initial=f"{3:032}",
            ),
        ),
        action=ACTION,
        submit_label="S" * (limits.MODAL_SUBMIT + over),
    )

    view: Any = render_view(form, ORIGIN)

    check_view(view)
    assert len(view["blocks"]) == limits.MODAL_BLOCKS
    typed, picked = (block["element"] for block in view["blocks"][-2:])
    assert len(typed["initial_value"]) == limits.INPUT_TEXT
    assert typed["initial_value"].endswith("…") == (over > 0)
    assert picked["initial_option"]["value"] == f"{3:032}"


@pytest.mark.parametrize(
    ("words_", "kind"),
    [("plain words", "mrkdwn"), ("*bold* move", "plain_text"), (":tada: done", "plain_text")],
)
def test_a_remark_that_would_be_formatted_is_literal(words_: str, kind: str) -> None:
    remark, fields = rendered(Context(line(words_)), Fields((("Name", words_),)))

    assert remark["elements"][0]["type"] == kind
    assert fields["fields"][0]["type"] == kind
    assert words_ in remark["elements"][0]["text"]


def test_an_address_in_a_remark_can_be_pressed_and_mentions_nobody() -> None:
    said = "The question: a_b. https://x.y/p?a_b=1&c=<!here> or <@U1>"

    [remark] = rendered(Context(line(said)))

    assert remark["elements"][0]["text"] == (
        "The question: a_b. <https://x.y/p?a_b=1&amp;c=>&lt;!here&gt; or &lt;@U1&gt;"
    )


def test_nothing_said_is_said_visibly() -> None:
    for message in (say(""), say(" \n"), Message(blocks=()), Message(blocks=(Heading(" "),))):
        body = render_body(message)
        check_message(body)
        assert body["text"] == "…"
