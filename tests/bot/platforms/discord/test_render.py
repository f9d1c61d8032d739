"""Messages and forms as Discord shows them: exact pictures, and no limit ever broken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.platforms.discord.form import form_values, render_form
from bot.platforms.discord.markdown import escape, render_line
from bot.platforms.discord.render import render
from handlers.actions import Action, ActionKind
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
    Line,
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
    say,
)
from tests.wire.fake_discord_rules import check_message

ANSWER = Action(ActionKind.ANSWER, "q1")


def payload(message: Message) -> dict[str, Any]:
    """Return what would be sent."""
    rendered = render(message)
    return {
        "content": rendered.content,
        "embeds": [embed.to_dict() for embed in rendered.embeds],
        "components": rendered.view().to_components(),
    }


def description(*blocks: Block) -> str:
    embeds = payload(Message(blocks=blocks))["embeds"]
    assert len(embeds) == 1
    text: str = embeds[0]["description"]
    return text


def test_a_question_looks_like_this() -> None:
    message = Message(
        summary="Today's question: What is drift?",
        blocks=(
            Heading("What is drift?"),
            Text(line("Explain ", bold("data drift"), " and ", italic("concept drift"), ".")),
            Bullets((line("one cause"), line("one remedy, such as ", code("PSI"))), numbered=True),
            Quote("It moves.\nAlways."),
            CodeBlock("print('hi')"),
            Fields((("Role", "ML Engineer"), ("Difficulty", "3"))),
            Context(line("Reply in the thread")),
            Buttons(
                (
                    Button("Answer", ANSWER, ButtonStyle.PRIMARY),
                    Button("Board", Action(ActionKind.LEADERBOARD)),
                )
            ),
        ),
    )

    assert payload(message) == {
        "content": "Today's question: What is drift?",
        "embeds": [
            {
                "type": "rich",
                "description": (
                    "### What is drift?\n\n"
                    "Explain **data drift** and *concept drift*.\n\n"
                    "1. one cause\n2. one remedy, such as `PSI`\n\n"
                    "> It moves.\n> Always.\n\n"
                    "```\nprint('hi')\n```"
                ),
                "fields": [
                    {"name": "Role", "value": "ML Engineer", "inline": True},
                    {"name": "Difficulty", "value": "3", "inline": True},
                ],
                "flags": 0,
            },
            {"type": "rich", "description": "-# Reply in the thread", "flags": 0},
        ],
        "components": [
            {
                "type": 1,
                "components": [
                    {
                        "type": 2,
                        "label": "Answer",
                        "style": 1,
                        "disabled": False,
                        "custom_id": "pb:answer:1:q1",
                    },
                    {
                        "type": 2,
                        "label": "Board",
                        "style": 2,
                        "disabled": False,
                        "custom_id": "pb:board:1:",
                    },
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2 * 3 * 4", r"2 \* 3 \* 4"),
        ("snake_case_name", r"snake\_case\_name"),
        ("`code` ~~no~~ ||spoiler||", r"\`code\` \~\~no\~\~ \|\|spoiler\|\|"),
        ("# no heading\n> no quote\n- no list", "\\# no heading\n\\> no quote\n\\- no list"),
        ("1. no list\n2) nor this", "1\\. no list\n2\\) nor this"),
        ("[a](https://example.com)", r"\[a\](https://example.com)"),
        ("see https://example.com/a_b_c*d", "see https://example.com/a_b_c*d"),
        ("<@1> <#2> <@&3> <t:1>", r"\<@1> \<#2> \<@&3> \<t:1>"),
        ("@everyone and @here", "@\u200beveryone and @\u200bhere"),
        ("back\\slash", "back\\\\slash"),
        ("a\x00b\x07c", "abc"),
        ("lone \ud800 half", "lone \ufffd half"),
    ],
)
def test_what_people_type_stays_what_they_typed(typed: str, shown: str) -> None:
    assert escape(typed) == shown


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (line(bold(" wide ")), " **wide** "),
        (line(bold("a"), italic("b")), "**a**\u200b*b*"),
        (line(bold("2*3")), r"**2\*3**"),
        (line(bold(""), "x"), "x"),
        (line(code("a`b\nc")), "`aˋb c`"),
    ],
)
def test_styles_hold(content: Line, shown: str) -> None:
    assert render_line(content) == shown


def test_a_fence_inside_code_does_not_end_it() -> None:
    text = description(CodeBlock("a\n```\nb"))

    assert text.count("```") == 2


def test_a_block_that_is_too_long_ends_with_an_ellipsis() -> None:
    text = description(Text(line("word " * 2000)))

    assert 4000 < len(text) <= 4096
    assert text.endswith("…")


def test_a_second_long_block_goes_into_a_second_embed() -> None:
    embeds = payload(Message(blocks=(Text(line("a" * 2500)), Text(line("b" * 2500)))))["embeds"]

    assert [len(embed["description"]) for embed in embeds] == [2500, 2500]


def test_what_exceeds_the_sum_is_cut_visibly_and_the_buttons_stay() -> None:
    message = Message(
        blocks=(
            *(Text(line(letter * 2500)) for letter in "abc"),
            Text(line("never seen")),
            Buttons((Button("Answer", ANSWER),)),
        )
    )

    shown = payload(message)

    check_message(shown)
    last = shown["embeds"][-1]["description"]
    assert last.endswith("c…")
    assert "never seen" not in json.dumps(shown)
    assert len(shown["components"]) == 1


def test_more_embeds_than_discord_takes_end_with_an_ellipsis() -> None:
    pair = (Fields((("Role", "ML"),)), Text(line("text")))

    shown = payload(Message(blocks=pair * 12))

    check_message(shown)
    assert shown["embeds"][-1]["description"].endswith("…")


def test_buttons_that_do_not_fit_are_counted() -> None:
    buttons = tuple(Button(f"B{n}", Action(ActionKind.ANSWER, f"q{n}")) for n in range(28))

    shown = payload(Message(blocks=(Text(line("Pick")), Buttons(buttons))))

    assert [len(row["components"]) for row in shown["components"]] == [5] * 5
    assert shown["embeds"][0]["description"] == "Pick\n\n-# … 3 more buttons do not fit here"


def test_there_is_room_for_the_last_line_where_the_text_takes_all() -> None:
    buttons = tuple(Button(f"B{n}", Action(ActionKind.ANSWER, f"q{n}")) for n in range(28))
    full = (Text(line("a" * 4000)), Text(line("b" * 4000)))

    shown = payload(Message(blocks=(*full, Buttons(buttons))))

    check_message(shown)
    assert shown["embeds"][-1]["description"].endswith("b…\n\n-# … 3 more buttons do not fit here")


def test_an_action_is_offered_once() -> None:
    twice = Buttons((Button("Answer", ANSWER), Button("Answer!", ANSWER)))

    (row,) = payload(Message(blocks=(Text(line("Pick")), twice, twice)))["components"]

    assert [button["label"] for button in row["components"]] == ["Answer"]


def test_a_form_looks_like_this() -> None:
    form = OpenForm(
        title="Your answer to the question of today, which is long",
        intro=say("What is ", bold("drift"), "?"),
        fields=(TextField(name="answer", label="Answer", placeholder="A few sentences"),),
        action=ANSWER,
    )

    modal = render_form(form).to_dict()

    assert modal == {
        "custom_id": "pb:answer:1:q1",
        "title": "Your answer to the question of today, which…",
        "components": [
            {"type": 10, "content": "What is **drift**?"},
            {
                "type": 18,
                "label": "Answer",
                "component": {
                    "type": 4,
                    "style": 2,
                    "label": None,
                    "custom_id": "answer",
                    "required": True,
                    "max_length": 4000,
                    "placeholder": "A few sentences",
                },
            },
        ],
    }


def test_a_form_without_fields_or_with_too_many_is_refused() -> None:
    field = TextField(name="a", label="A")
    for count in (0, 6):
        with pytest.raises(ValueError, match="1 to 5 fields"):
            render_form(OpenForm(title="T", intro=say("x"), fields=(field,) * count, action=ANSWER))


def test_values_come_back_from_labels_and_rows() -> None:
    text = {"type": 4, "custom_id": "a", "value": "one"}
    row = {"type": 1, "components": [{"type": 4, "custom_id": "b", "value": "two"}]}

    assert form_values([{"type": 18, "component": text}, row, {"type": 10}]) == {
        "a": "one",
        "b": "two",
    }


def test_a_detail_stands_in_its_place_and_thumbs_are_two_small_buttons() -> None:
    up, down = Action(ActionKind.HELPFUL, "a1-1"), Action(ActionKind.UNHELPFUL, "a1-1")
    detail = Detail((Bullets((line("one"),)), Text(line("two"))))

    shown = payload(Message(blocks=(Heading("Ada"), detail, Feedback(up, down))))

    assert shown["embeds"][0]["description"] == "### Ada\n\n- one\n\ntwo"
    [row] = shown["components"]
    buttons = [(button["label"], button["custom_id"]) for button in row["components"]]
    assert buttons == [("👍", up.pack()), ("👎", down.pack())]


def test_a_choice_in_a_form_is_a_menu_and_comes_back_by_its_value() -> None:
    field = SelectField(
        name="question",
        label="Which?",
        options=(("o1", "One"), ("o2", "Two" * 50)),
        placeholder="Pick",
        initial="o2",
    )
    form = OpenForm(title="T", intro=say("Pick."), fields=(field,), action=ANSWER)

    [_, label] = render_form(form).to_dict()["components"]

    menu: Any = label["component"]
    assert (menu["type"], menu["custom_id"], menu["placeholder"]) == (3, "question", "Pick")
    assert [option["value"] for option in menu["options"]] == ["o1", "o2"]
    assert [option["default"] for option in menu["options"]] == [False, True]
    assert len(menu["options"][1]["label"]) == 100
    picked = {"type": 3, "custom_id": "question", "values": ["o1"]}
    assert form_values([{"type": 18, "component": picked}]) == {"question": "o1"}
