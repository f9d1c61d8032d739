"""Lines become commands, answers and forms."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.platforms.console.app import ConsoleApp
from bot.platforms.console.client import CHANNEL, ConsolePlatform
from handlers.actions import Action, ActionKind
from handlers.dispatch import Reception
from handlers.message import OpenForm, TextField, say
from tests.bot.platforms.fake_dispatcher import FakeDispatcher

FORM = OpenForm(
    title="Your answer",
    intro=say("The question."),
    fields=(TextField(name="answer", label="Answer"),),
    action=Action(ActionKind.ANSWER, "o1"),
)


class Console:
    """A console whose input is given whole, over a fake dispatcher."""

    def __init__(self, folder: Path) -> None:
        self.dispatcher = FakeDispatcher()
        self.out = io.StringIO()
        self.drained = 0
        self._platform = ConsolePlatform(folder, self.out)

    async def type(self, lines: bytes) -> str:
        """Pipe in ``lines``; return what was shown."""
        app = ConsoleApp(
            self._platform,
            self.dispatcher,
            name="Ada",
            drain=self._drain,
            source=io.BytesIO(lines),
        )
        await app.run()
        return self.out.getvalue()

    async def _drain(self) -> None:
        self.drained += 1


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path)


async def test_a_command_with_its_options(console: Console) -> None:
    assert await console.type(b"/prep today --role ai-engineer\n") == "done\n\n"
    (call,) = console.dispatcher.seen_commands
    assert (call.name, call.options) == ("today", {"role": "ai-engineer"})
    assert (call.caller.display_name, call.caller.channel) == ("Ada", CHANNEL)
    assert call.caller.is_direct
    assert call.caller.may_manage


@pytest.mark.parametrize(
    ("typed", "name"),
    [(b"/prep\n", "help"), (b"  /PREP today\r\n", "today"), (b"/prep\ttoday", "today")],
)
async def test_a_command_however_it_is_typed(console: Console, typed: bytes, name: str) -> None:
    await console.type(typed)
    assert [call.name for call in console.dispatcher.seen_commands] == [name]


async def test_a_plain_line_is_an_answer(console: Console) -> None:
    await console.type(
        b"\xef\xbb\xbffirst\r\n\n  \nsecond /prep today\n/prepare for it\n" + b"x" * 100_000
    )
    replies = console.dispatcher.seen_replies
    assert [reply.text for reply in replies] == [
        "first",
        "second /prep today",
        "/prepare for it",
        "x" * 100_000,
    ]
    assert len({reply.message.pack() for reply in replies}) == 4
    assert console.out.getvalue() == ""


async def test_every_line_waits_for_the_one_before(console: Console) -> None:
    await console.type(b"one answer\n/prep today\nanother answer\n")
    assert console.drained >= 4


async def test_a_refused_answer_says_why(console: Console) -> None:
    console.dispatcher.reception = Reception(stored=False, message=say("Too short."))
    assert await console.type(b"yes\n") == "Too short.\n\n"


async def test_an_answer_that_was_not_stored_is_asked_for_again(console: Console) -> None:
    console.dispatcher.storage_is_down = True
    assert "Please send that again." in await console.type(b"my answer\n")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (b"\xff\xfe\x00\n", "That line is not text. Send your answer as plain text.\n\n"),
        (b"/prep tody\n", "I don't know “/prep tody”. Did you mean today?\n\n"),
        (
            b"/prep today --role ai-enginer\n",
            "There is no role “ai-enginer”. Did you mean ai-engineer or ml-engineer?\n\n",
        ),
    ],
)
async def test_what_is_no_use_is_told_and_the_rest_goes_on(
    console: Console, typed: bytes, said: str
) -> None:
    assert await console.type(typed + b"/prep help\n") == f"{said}done\n\n"
    assert len(console.dispatcher.seen_commands) == 1
    assert console.dispatcher.seen_replies == []


async def test_a_form_takes_the_next_line(console: Console) -> None:
    console.dispatcher.outcome = FORM
    shown = await console.type(b"/prep answer\n\nmy answer\nno form any more\n")
    assert shown == (
        "The question.\n\nType your answer on one line and press Enter.\n\nreceived\n\n"
    )
    (sent,) = console.dispatcher.seen_forms
    assert (sent.action, sent.values) == (FORM.action, {"answer": "my answer"})
    assert [reply.text for reply in console.dispatcher.seen_replies] == ["no form any more"]


async def test_a_command_closes_a_form(console: Console) -> None:
    console.dispatcher.outcome = FORM
    await console.type(b"/prep answer\n/prep today\n")
    assert console.dispatcher.seen_forms == []
    assert [call.name for call in console.dispatcher.seen_commands] == ["answer", "today"]


async def test_it_greets_with_what_to_do_and_a_question(console: Console, tmp_path: Path) -> None:
    app = ConsoleApp(
        ConsolePlatform(tmp_path, console.out), console.dispatcher, name="Ada", drain=console._drain
    )
    await app.greet()
    assert console.out.getvalue().startswith("This is Prepbot's console. Type your answer")
    assert [call.name for call in console.dispatcher.seen_commands] == ["today"]
