"""What the settings ask of Slack: which transport, and one workspace or many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from bot.platforms.slack.config import OAuthConfig, SlackConfig
from bot.platforms.slack.manifest import REDIRECT_PATH
from bot.settings import Settings
from bot.startup import StartupError

_WHERE: Final = "the README says where to copy it from."
_NO_TRANSPORT: Final = (
    "Slack can't reach this process: SLACK_APP_TOKEN (xapp-…) is missing, or "
    f"SLACK_SIGNING_SECRET for HTTP; {_WHERE}"
)
_NO_TOKEN: Final = (
    "SLACK_BOT_TOKEN (xoxb-…) is missing, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET to be "
    f"installed in many workspaces; {_WHERE}"
)
_HALF_OAUTH: Final = "{} is missing: installing in many workspaces needs both it and {}."


@dataclass(frozen=True, kw_only=True)
class SlackChoice:
    """What the settings ask for.

    Attributes:
        by_socket: Socket Mode; else HTTP.
        oauth: how workspaces install the app; ``None`` for the one of the bot token.
    """

    config: SlackConfig
    by_socket: bool
    oauth: OAuthConfig | None


def choose_slack(settings: Settings) -> SlackChoice:
    """Return what the settings ask for.

    Raises:
        StartupError: something is missing; says what.
    """
    config = SlackConfig(
        bot_token=text_of(settings.slack_bot_token),
        app_token=text_of(settings.slack_app_token),
        signing_secret=text_of(settings.slack_signing_secret),
        api_url=settings.slack_api_url,
    )
    oauth = _choose_oauth(settings)
    if not config.bot_token and oauth is None:
        raise StartupError(_NO_TOKEN)
    if not config.app_token and not config.signing_secret:
        raise StartupError(_NO_TRANSPORT)
    return SlackChoice(config=config, by_socket=bool(config.app_token), oauth=oauth)


def describe_transport(choice: SlackChoice) -> str:
    """Return how Slack reaches us, in a few words."""
    if not choice.by_socket:
        return "HTTP"
    if choice.config.signing_secret:
        return "Socket Mode; without SLACK_APP_TOKEN it would be HTTP"
    return "Socket Mode"


def _choose_oauth(settings: Settings) -> OAuthConfig | None:
    client_id, secret = settings.slack_client_id, text_of(settings.slack_client_secret)
    if not client_id and not secret:
        return None
    names = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
    if not client_id:
        raise StartupError(_HALF_OAUTH.format(*names))
    if not secret:
        raise StartupError(_HALF_OAUTH.format(*reversed(names)))
    public = settings.public_url
    return OAuthConfig(
        client_id=client_id,
        client_secret=secret,
        redirect_url=f"{public.rstrip('/')}{REDIRECT_PATH}" if public else "",
    )


def text_of(secret: SecretStr | None) -> str:
    """Return a secret; empty where none is set."""
    return "" if secret is None else secret.get_secret_value()
