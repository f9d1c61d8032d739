"""Where the token for a call comes from."""

from __future__ import annotations

from typing import Protocol


class TokenSource(Protocol):
    """Gives the token that speaks in one workspace."""

    async def token(self) -> str:
        """Return the token.

        Raises:
            TargetGone: the bot was removed from the workspace.
            DeliveryFailed: there is none just now; trying again may help.
        """

    async def replace(self, expired: str) -> bool:
        """Hear that Slack calls a token expired; return whether there is another to try with.

        Raises:
            DeliveryFailed: as `token` does.
        """


class StaticToken:
    """The one token of the settings."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self) -> str:
        """Return it."""
        return self._token

    async def replace(self, expired: str) -> bool:  # noqa: ARG002  (the port's)
        """Return that there is no other."""
        return False
