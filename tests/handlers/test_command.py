from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.answers.command import COMMAND as ANSWER
from handlers.command import (
    Command,
    Option,
    OptionKind,
    Person,
    UsageError,
    read_person_option,
)
from handlers.command_parse import parse
from handlers.daily.schedule import COMMAND as SCHEDULE
from handlers.daily.today import COMMAND as TODAY
from handlers.help import COMMAND as HELP
from handlers.leaderboard.show import COMMAND as LEADERBOARD
from handlers.refs import Platform, UserRef
from handlers.teams.managers import COMMAND as MANAGERS

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


ADA = Person(user=UserRef(platform=Platform.SLACK, realm="T1", id="U1"), name="Ada Lovelace")


def read_mention(text: str) -> Person | None:
    return ADA if text in {"<@U1|ada lovelace>", "<@U1>"} else None


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("managers add <@U1|ada lovelace>", {"action": "add", "person": ADA.pack()}),
        ("managers <@U1> remove", {"action": "remove", "person": ADA.pack()}),
        ("managers --person <@U1> --action add", {"action": "add", "person": ADA.pack()}),
        ("managers list", {"action": "list"}),
    ],
)
def test_a_person_is_read_as_the_platform_writes_them(text: str, options: dict[str, str]) -> None:
    assert parse(text, [MANAGERS], read_mention).options == options


@pytest.mark.parametrize("text", ["managers add ada", "managers add <@U2>", "managers add @ada"])
def test_who_is_nobody_is_said_so(text: str) -> None:
    with pytest.raises(UsageError, match="pick the person from the list"):
        parse(text, [MANAGERS], read_mention)
    with pytest.raises(UsageError, match="pick the person from the list"):
        parse(text, [MANAGERS])


@given(st.text(), st.text(min_size=1), st.text(min_size=1))
def test_a_person_survives_packing(name: str, realm: str, id_: str) -> None:
    user = UserRef(platform=Platform.DISCORD, realm=realm, id=id_)
    person = Person(user=user, name=name.strip())
    assert Person.unpack(person.pack()) == person


@pytest.mark.parametrize("text", ["", "ada", "slack/T1", "nowhere/T1/U1 Ada"])
def test_what_packs_nobody_is_said_so(text: str) -> None:
    with pytest.raises(UsageError, match="names nobody here"):
        read_person_option(text)


def test_angle_brackets_that_mention_nobody_are_words() -> None:
    answer = Command(name="say", description="d", options=(Option(name="x", description="d"),))
    assert parse("say a<b", [answer]).options == {"x": "a<b"}
    assert Option(name="x", description="d").kind is OptionKind.TEXT
