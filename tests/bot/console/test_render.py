"""How a message looks in a terminal and in a pipe."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.platforms.console.render import _TYPED_INSTEAD, clean, render
from bot.platforms.console.screen import Screen
from handlers.actions import Action, ActionKind
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
    Quote,
    Text,
    bold,
    code,
    italic,
    line,
    say,
)

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")


def piped(*blocks: Block) -> str:
    file = io.StringIO()
    Screen(file).show(render(Message(blocks=blocks)))
    return file.getvalue()


def in_terminal(*blocks: Block) -> str:
    file = FakeTerminal()
    Screen(file).show(render(Message(blocks=blocks)))
    return COLOURS.sub("", file.getvalue())


def test_a_message_of_every_kind_of_block(narrow: None) -> None:
    shown = in_terminal(
        Heading("A title"),
        Text(line("Some words that are ", bold("too long"), " for one line of ", code("forty"))),
        Bullets((line("short"), line("an item that goes on and on until it has to wrap"))),
        Bullets(tuple(line(str(n)) for n in range(1, 11)), numbered=True),
        Quote("first\nsecond line that is too long for one line"),
        CodeBlock("if x:\n\treturn"),
        Fields((("Role", "AI Engineer"), ("Level", "3"))),
        Context(line("A remark.")),
        Buttons(
            (
                Button("Answer", Action(ActionKind.ANSWER, "o1")),
                Button("Board", Action(ActionKind.LEADERBOARD)),
            )
        ),
    )
    assert "\n".join(part.rstrip() for part in shown.splitlines()) == (
        "A title\n"
        "Some words that are too long for one\n"
        "line of forty\n"
        "\n"
        "• short\n"
        "• an item that goes on and on until it\n"
        "  has to wrap\n"
        "\n"
        " 1. 1\n 2. 2\n 3. 3\n 4. 4\n 5. 5\n 6. 6\n 7. 7\n 8. 8\n 9. 9\n10. 10\n"
        "\n"
        "│ first\n"
        "│ second line that is too long for one\n"
        "│ line\n"
        "\n"
        "    if x:\n"
        "        return\n"
        "\n"
        "Role: AI Engineer\n"
        "Level: 3\n"
        "\n"
        "A remark.\n"
        "Answer: type it and press Enter  ·\n"
        "Board: /prep leaderboard\n"
    )


def test_what_a_list_item_quotes_stands_on_its_own_line() -> None:
    item = line(bold("Met: "), "Splits the cost", " ", italic("“I would split”"), " That is it.")
    assert piped(Bullets((item,))) == (
        "• Met: Splits the cost\n  “I would split”\n  That is it.\n\n"
    )


def test_a_wide_terminal_is_not_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    shown = in_terminal(Text(line("word " * 100)))
    assert max(map(len, shown.splitlines())) <= 88


def test_a_pipe_gets_whole_lines_without_colours() -> None:
    text = "word " * 2000 + "end"
    assert piped(Heading("Title"), Text(line(bold(text)))) == f"Title\n{text}\n\n"


def test_a_terminal_folds_nothing_and_asks_for_no_thumbs() -> None:
    up, down = Action(ActionKind.HELPFUL, "a1-1"), Action(ActionKind.UNHELPFUL, "a1-1")
    detail = Detail((Bullets((line("one"),)), Text(line("two"))))
    assert piped(Heading("Ada"), detail, Feedback(up, down)) == "Ada\n• one\n\ntwo\n\n"


def test_every_button_says_what_to_type() -> None:
    assert set(_TYPED_INSTEAD) == set(ActionKind)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("\x1b[2J\x1b[1;31mred\x07", "[2J[1;31mred"),
        ("\x9b31mC1 too", "31mC1 too"),
        ("one\r\ntwo\bx", "one\ntwox"),
        ("abc\u202ecba", "abccba"),
        ("a\tb", "a    b"),
        ("می\u200cخواهم 👩\u200d🔬", "می\u200cخواهم 👩\u200d🔬"),
        ("\ud800lone", "lone"),
    ],
)
def test_nothing_that_people_write_reaches_the_terminal_as_a_command(
    typed: str, shown: str
) -> None:
    assert clean(typed) == shown


@given(st.text(max_size=300))
def test_hostile_text_is_shown_harmlessly_in_every_block(text: str) -> None:
    blocks: list[Block] = [
        Heading(text),
        Text(line(bold(text), italic(text), code(text))),
        Bullets((line(text), line(italic(text)))),
        Quote(text),
        CodeBlock(text),
        Fields(((text, text),)),
        Context(line(text)),
        Buttons((Button(text, Action(ActionKind.ANSWER, "o1")),)),
    ]
    file = FakeTerminal()
    Screen(file).show(render(Message(blocks=tuple(blocks))))
    shown = COLOURS.sub("", file.getvalue())
    assert all(ch == "\n" or clean(ch) == ch for ch in shown)
    # A character of two cells may stand in a line's last one.
    assert all(cell_len(part.rstrip()) <= 89 for part in shown.split("\n"))
    letters = "".join(clean(text).split())
    assert "".join(shown.split()).count(letters) >= (8 if letters else 0)


def test_what_is_shown_goes_above_the_prompt() -> None:
    file = FakeTerminal()
    screen = Screen(file)
    screen.ask()
    screen.show(render(say("news")))
    assert file.getvalue() == "> \r\x1b[Knews\n\n> "
    screen.heard(is_end=True)
    screen.show(render(say("more")))
    assert file.getvalue().endswith("> \nmore\n\n")
