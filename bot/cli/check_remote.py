"""What `prepbot doctor` asks the model, Slack and Discord. Each is asked only where it is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot.cli.finding import Finding, failed, ok, warning
from bot.settings import Settings

if TYPE_CHECKING:
    import discord

    from bot.platforms.slack.client import SlackPlatform

_MODEL_SECONDS: Final = 20.0
_NOT_SET: Final = "Not set up: {} turns it on."


async def check_grader(settings: Settings) -> Finding:
    """Look which grader is in use; a model is asked one short question."""
    if not settings.uses_model:
        return ok(
            "grader",
            "Grades are local estimates: set OPENAI_API_KEY or OPENAI_BASE_URL to have a model "
            "grade.",
        )
    from bot.llm.check import check_endpoint  # noqa: PLC0415  (each check pays for its own)
    from bot.llm.config import OPENAI_BASE_URL, LlmConfig  # noqa: PLC0415

    key = settings.openai_api_key
    if key is None and settings.openai_base_url is None:
        return failed(
            "grader",
            "Grading with a model needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your "
            "own.",
        )
    base_url = settings.openai_base_url or OPENAI_BASE_URL
    trouble = await check_endpoint(
        LlmConfig(
            model=settings.model,
            api_key=key.get_secret_value() if key else "",
            base_url=base_url,
            timeout=_MODEL_SECONDS,
        )
    )
    if trouble is not None:
        return failed("grader", trouble)
    return ok("grader", f"{settings.model} at {urlsplit(base_url).hostname} answers.")


async def check_slack(settings: Settings) -> Finding:
    """Ask Slack who the bot token is, and for a Socket Mode address with the app token."""
    if not settings.wants_slack:
        return ok("slack", _NOT_SET.format("SLACK_BOT_TOKEN with SLACK_APP_TOKEN"))
    from bot.platforms.slack.client import SlackPlatform  # noqa: PLC0415
    from bot.platforms.slack.manifest import SCOPES  # noqa: PLC0415
    from bot.seal import Seal  # noqa: PLC0415
    from bot.slack_choice import choose_slack, describe_transport  # noqa: PLC0415

    choice = choose_slack(settings)
    said = [f"Served over {describe_transport(choice)}."]
    if choice.oauth is not None:
        if settings.secret_key is not None:
            Seal(settings.secret_key.get_secret_value())
        said.append("Workspaces install it at /slack/install.")
    platform = SlackPlatform(choice.config)
    missing: list[str] = []
    if choice.config.bot_token:
        identity = await platform.identify()
        missing = sorted(SCOPES.keys() - identity.scopes) if identity.scopes else []
        said.append(f"The bot token works; the bot is {identity.user_id}.")
    if choice.by_socket:
        await _open_socket(platform)
    if missing:
        return warning(
            "slack",
            f"The bot token works, but lacks {', '.join(missing)}: put the manifest of this "
            "release into the app's settings and install the app again.",
        )
    return ok("slack", " ".join(said))


async def _open_socket(platform: SlackPlatform) -> None:
    from bot.platforms.slack.client import socket_error  # noqa: PLC0415
    from bot.platforms.slack.failure import TROUBLE  # noqa: PLC0415

    config = platform.config
    try:
        await platform.web.sdk.apps_connections_open(app_token=config.app_token)
    except TROUBLE as error:
        raise socket_error(error, config.api_url) from error


async def check_discord(settings: Settings) -> Finding:
    """Ask Discord who the token is, and whether the bot may read messages."""
    if settings.discord_token is None:
        return ok("discord", _NOT_SET.format("DISCORD_TOKEN"))
    import discord  # noqa: PLC0415

    from bot.platforms.discord.config import DiscordConfig, point_library_at  # noqa: PLC0415
    from bot.platforms.discord.faults import FAULTS  # noqa: PLC0415

    token = settings.discord_token.get_secret_value()
    point_library_at(
        DiscordConfig(
            token=token,
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
        )
    )
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        try:
            await client.login(token)
        except discord.LoginFailure:
            return failed(
                "discord",
                "Discord does not accept the bot's token: copy it anew from the Bot page of "
                "Discord's developer portal into DISCORD_TOKEN.",
            )
        except FAULTS:
            return failed("discord", "Discord can't be reached: check the network and try again.")
        application = client.application
        if application is not None and not _reads_messages(application.flags):
            return warning(
                "discord",
                "The token works, but people can't answer by replying in threads: turn on the "
                "Message Content intent on the Bot page of Discord's developer portal.",
            )
        return ok("discord", f"The token works; the bot is {client.user}.")


def _reads_messages(flags: discord.ApplicationFlags) -> bool:
    """Whether the message-content intent is on; small bots have the limited form of it."""
    return flags.gateway_message_content or flags.gateway_message_content_limited
