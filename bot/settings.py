"""Settings from the environment and ``.env``, read once in `main` and passed down."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.startup import StartupError

# US dollars per million tokens.
_Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """Everything that can be set; ``.env.example`` explains each."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    slack_bot_token: SecretStr | None = Field(None, alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_client_id: str | None = Field(None, alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(None, alias="SLACK_CLIENT_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", alias="SLACK_API_URL")

    discord_token: SecretStr | None = Field(None, alias="DISCORD_TOKEN")
    discord_api_url: str | None = Field(None, alias="DISCORD_API_URL")
    discord_gateway_url: str | None = Field(None, alias="DISCORD_GATEWAY_URL")
    discord_shards: Literal["auto"] | Annotated[int, Field(ge=1, le=1000)] = Field(
        1, alias="PREPBOT_DISCORD_SHARDS"
    )

    openai_api_key: SecretStr | None = Field(None, alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, alias="OPENAI_BASE_URL")

    model: str = Field("gpt-5-mini", alias="PREPBOT_MODEL")
    grader: Literal["auto", "openai", "local"] = Field("auto", alias="PREPBOT_GRADER")
    grader_samples: Annotated[int, Field(ge=1, le=9, alias="PREPBOT_GRADER_SAMPLES")] = 1
    transcription_model: str = Field("whisper-1", alias="PREPBOT_TRANSCRIPTION_MODEL")
    price_input: _Price = Field(0.0, alias="PREPBOT_PRICE_INPUT")
    price_output: _Price = Field(0.0, alias="PREPBOT_PRICE_OUTPUT")
    price_transcription: _Price = Field(0.0, alias="PREPBOT_PRICE_TRANSCRIPTION")
    tokens_per_person_day: Annotated[int, Field(ge=0, alias="PREPBOT_TOKENS_PER_PERSON_DAY")] = 0
    tokens_per_team_day: Annotated[int, Field(ge=0, alias="PREPBOT_TOKENS_PER_TEAM_DAY")] = 0
    usd_per_team_day: Annotated[
        float, Field(ge=0, allow_inf_nan=False, alias="PREPBOT_USD_PER_TEAM_DAY")
    ] = 0.0
    embeddings: Literal["auto", "openai", "minilm", "lexical", "hybrid"] = Field(
        "auto", alias="PREPBOT_EMBEDDINGS"
    )
    embedding_model: str = Field("text-embedding-3-small", alias="PREPBOT_EMBEDDING_MODEL")
    database_url: str | None = Field(None, alias="PREPBOT_DATABASE_URL")
    chroma_url: str | None = Field(None, alias="PREPBOT_CHROMA_URL")
    data_dir: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        Path(".prepbot"), alias="PREPBOT_DATA_DIR"
    )
    http_host: str = Field("127.0.0.1", alias="PREPBOT_HTTP_HOST")
    http_port: Annotated[int, Field(ge=0, le=65535, alias="PREPBOT_HTTP_PORT")] = 8080
    public_url: Annotated[
        str | None, Field(pattern=r"^https?://[^\s/]+", alias="PREPBOT_PUBLIC_URL")
    ] = None
    secret_key: SecretStr | None = Field(None, alias="PREPBOT_SECRET_KEY")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="PREPBOT_LOG_LEVEL"
    )

    @model_validator(mode="before")
    @classmethod
    def _strip(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Drop what copying leaves around a value; a value of nothing else is not set."""
        stripped = {k: v.strip() if isinstance(v, str) else v for k, v in values.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    @property
    def database(self) -> str:
        """The database's address: a SQLite file in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'prepbot.db'}"

    @property
    def wants_slack(self) -> bool:
        """Whether anything is set that only Slack needs."""
        given = (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.slack_client_id,
            self.slack_client_secret,
        )
        return any(each is not None for each in given)

    @property
    def uses_model(self) -> bool:
        """Whether answers are graded by a language model."""
        if self.grader == "auto":
            return self.openai_api_key is not None or self.openai_base_url is not None
        return self.grader == "openai"


def load_settings() -> Settings:
    """Read the environment and ``.env``.

    Raises:
        StartupError: a value can't be used; names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        # Only the first: one sentence, and none of the values, which may be secrets.
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "a setting"
        wrong = first["msg"].removeprefix("Input ")
        raise StartupError(f"{name} {wrong}: .env.example says what it takes.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise StartupError("The file .env can't be read: save it as plain UTF-8 text.") from error
