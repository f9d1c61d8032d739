"""What grading may cost is set in the environment, and a limit that can't be kept is named."""

from __future__ import annotations

import pytest

from bot.bootstrap import budget_of
from bot.settings import Settings
from bot.startup import StartupError
from handlers.metering.budget import UNLIMITED, Budget, Limits, Tariff

MODEL = {"OPENAI_API_KEY": "k"}
DOLLAR = {"PREPBOT_USD_PER_TEAM_DAY": 1}


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)


def test_nothing_set_is_no_limit() -> None:
    assert budget_of(settings()) == UNLIMITED


def test_limits_and_prices_are_taken_as_they_are_set() -> None:
    assert budget_of(
        settings(
            **MODEL,
            **DOLLAR,
            PREPBOT_TOKENS_PER_PERSON_DAY=2,
            PREPBOT_TOKENS_PER_TEAM_DAY=3,
            PREPBOT_GRADER_SAMPLES=4,
            PREPBOT_PRICE_INPUT=5,
            PREPBOT_PRICE_OUTPUT=6,
            PREPBOT_PRICE_TRANSCRIPTION=0.006,
        )
    ) == Budget(
        limits=Limits(person_tokens=2, team_tokens=3, team_usd=1.0),
        tariff=Tariff(
            samples=4,
            input_usd_per_mtok=5.0,
            output_usd_per_mtok=6.0,
            usd_per_spoken_minute=0.006,
        ),
    )


def test_a_limit_in_money_needs_prices_where_a_model_grades() -> None:
    with pytest.raises(StartupError, match="set PREPBOT_PRICE_INPUT and PREPBOT_PRICE_OUTPUT"):
        budget_of(settings(**MODEL, **DOLLAR))
    assert budget_of(settings(**DOLLAR)).limits.team_usd == 1.0
