"""The workspaces that the bot is in: the one of the settings, or those it was installed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.platforms.slack.client import Identity, SlackPlatform
from bot.platforms.slack.config import SlackConfig
from bot.platforms.slack.payload import Payload, dig, object_at, objects_at, text_at

# Where Slack nowhere says what its only workspace is called.
_UNNAMED: Final = "T0"


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A workspace that the bot is in.

    Attributes:
        own_user_id: the bot's account there, whose messages are no replies.
        platform: speaks there.
    """

    id: str
    own_user_id: str
    platform: SlackPlatform


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where something came from.

    Attributes:
        workspace_id: the workspace that the app is installed in; empty where Slack names only
            the organisation.
        org_id: its organisation, where the app is installed for all of that; else empty.
        bot_user_id: the bot's account there, where the payload tells it.
    """

    workspace_id: str
    org_id: str = ""
    bot_user_id: str = ""


class Workspaces(Protocol):
    """Knows where the bot is."""

    @property
    def config(self) -> SlackConfig:
        """Where Slack is."""

    async def open(self) -> None:
        """Look, before anything comes in, whether Slack can be spoken to.

        Raises:
            StartupError: a setting is wrong; says what to do.
            OutOfReach: Slack did not answer.
        """

    async def find(self, origin: Origin) -> Workspace | None:
        """Return the workspace; ``None`` where the bot is not installed.

        Raises:
            StorageUnavailable: what is installed can't be read just now.
            DeliveryFailed: Slack would have to be asked, and did not answer.
        """

    async def installed_at(self, workspace_id: str) -> datetime | None:
        """Return when the app was installed in a workspace, where that is known.

        Raises:
            StorageUnavailable: what is installed can't be read just now.
        """

    def forget(self, workspace_id: str) -> None:
        """Look anew at what is stored of a workspace, the next time it is asked for."""


class OneWorkspace:
    """The workspace of the settings' token, whatever it is called in what comes in."""

    def __init__(self, platform: SlackPlatform) -> None:
        self.platform = platform
        self._identity: Identity | None = None

    @property
    def config(self) -> SlackConfig:
        """Where Slack is."""
        return self.platform.config

    async def open(self) -> None:
        """Ask Slack who the token speaks as; see `Workspaces.open`."""
        self._identity = await self.platform.identify()

    async def find(self, origin: Origin) -> Workspace | None:
        """Return the workspace."""
        if self._identity is None:
            return None
        return Workspace(
            id=self._workspace_id(origin),
            own_user_id=self._identity.user_id or origin.bot_user_id,
            platform=self.platform,
        )

    def _workspace_id(self, origin: Origin) -> str:
        """Return one name for the one workspace, however often payloads leave it out.

        The token of an organisation speaks in many, which only the payloads tell apart.
        """
        own = "" if self._identity is None else self._identity.workspace_id
        if own and not own.startswith("E"):
            return own
        return origin.workspace_id or own or _UNNAMED

    def is_at_home(self, workspace_id: str) -> bool:
        """Return whether this is the workspace that the token is for."""
        return self._identity is not None and self._identity.workspace_id == workspace_id

    async def installed_at(self, workspace_id: str) -> datetime | None:  # noqa: ARG002
        """Return nothing: whoever made the settings knows."""
        return None

    def forget(self, workspace_id: str) -> None:
        """Nothing is stored."""


def read_origin(body: Payload) -> Origin:
    """Return where a payload came from.

    In a channel that is shared with another company, ``team_id`` may be theirs; the workspace
    that the app is installed in stands among the authorizations.
    """
    authorisation = next(iter(objects_at(body, "authorizations")), {})
    named = (
        text_at(body, "view", "app_installed_team_id"),
        text_at(authorisation, "team_id"),
        text_at(body, "team_id"),
        text_at(body, "team", "id"),
        text_at(body, "message", "team"),
        text_at(body, "user", "team_id"),
        text_at(body, "view", "team_id"),
    )
    found = [each for each in named if each]
    # Where an organisation installed the app, some of these name that instead.
    workspace_id = next((each for each in found if each.startswith("T")), "".join(found[:1]))
    org_id = (
        text_at(authorisation, "enterprise_id")
        or text_at(body, "enterprise", "id")
        or text_at(body, "enterprise_id")
        or text_at(body, "team", "enterprise_id")
    )
    is_bot = dig(authorisation, "is_bot") is True
    return Origin(
        workspace_id=workspace_id,
        org_id=org_id,
        bot_user_id=text_at(authorisation, "user_id") if is_bot else "",
    )


def with_workspace(body: Payload, workspace_id: str) -> dict[str, object]:
    """Return the payload with its workspace named where parsers look for it."""
    named: dict[str, object] = {**body}
    if text_at(body, "type") == "event_callback" or text_at(body, "command"):
        named["team_id"] = workspace_id
    else:
        named["team"] = {**object_at(body, "team"), "id": workspace_id}
    return named
