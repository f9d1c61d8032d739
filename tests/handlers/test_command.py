from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.answers.command import COMMAND as ANSWER
from handlers.command import Command, UsageError, parse
from handlers.daily.schedule import COMMAND as SCHEDULE
from handlers.daily.today import COMMAND as TODAY
from handlers.help import COMMAND as HELP
from handlers.leaderboard.show import COMMAND as LEADERBOARD

COMMANDS = (TODAY, ANSWER, LEADERBOARD, SCHEDULE, HELP)


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("", "help", {}),
        ("today", "today", {}),
        ("TODAY", "today", {}),
        ("today --role ai-engineer", "today", {"role": "ai-engineer"}),
        ("today --role=AI-Engineer", "today", {"role": "ai-engineer"}),
        ("today —role ml-engineer", "today", {"role": "ml-engineer"}),
        ('today --role "AI Engineer"', "today", {"role": "ai-engineer"}),
        ("today data-scientist", "today", {"role": "data-scientist"}),
        ("leaderboard month", "leaderboard", {"period": "month"}),
        ("answer I would --first look  at it", "answer", {"text": "I would --first look  at it"}),
        ("answer --text I would look", "answer", {"text": "I would look"}),
        ("schedule 09:00", "schedule", {"time": "09:00"}),
        (
            "schedule 9:30 --zone Europe/Berlin --days mon-fri --roles ai-engineer,ml-engineer",
            "schedule",
            {
                "time": "9:30",
                "zone": "Europe/Berlin",
                "days": "mon-fri",
                "roles": "ai-engineer,ml-engineer",
            },
        ),
        ("schedule pause", "schedule", {"action": "pause"}),
        ("schedule off", "schedule", {"action": "remove"}),
        ("help today", "help", {"command": "today"}),
    ],
)
def test_what_people_type_is_understood(text: str, name: str, options: dict[str, str]) -> None:
    parsed = parse(text, COMMANDS)
    assert (parsed.command.name, parsed.options) == (name, options)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("tody", "Did you mean today?"),
        ("xyzzy", "Choose from: today, answer, leaderboard, schedule, help."),
        ("today --rle ai-engineer", "Did you mean --role?"),
        ("today --role ai-enginer", "Did you mean ai-engineer"),
        ("today ai-enginer", "Did you mean ai-engineer"),
        ("today --role", "--role needs a value"),
        ("leaderboard fortnight", "Choose from: week, month, all."),
    ],
)
def test_what_is_not_understood_names_the_nearest(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, COMMANDS)
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=200))
def test_any_text_is_a_command_or_a_usage_error(text: str) -> None:
    outcome: object
    try:
        outcome = set(parse(text, COMMANDS).options)
    except UsageError as error:
        outcome = error
    if isinstance(outcome, UsageError):
        assert 0 < len(str(outcome)) < 400


@given(st.text(min_size=1, max_size=200).map(str.strip).filter(bool))
def test_an_answer_reaches_us_as_it_was_typed(text: str) -> None:
    if text.startswith(("--text", "—text", "–text")) or not text.split():
        return
    assert parse(f"answer {text}", COMMANDS).options == {"text": text}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_declarations_fit_every_platform(command: Command) -> None:
    assert len(command.name) <= 32
    assert command.name.islower()
    assert len(command.description) <= 100
    assert len(command.options) <= 25
    for option in command.options:
        assert len(option.name) <= 32
        assert len(option.description) <= 100
        assert len(option.choices) <= 25
