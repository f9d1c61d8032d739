"""What Slack grants: a token for a code that a person brings, or for a refresh token.

https://docs.slack.dev/reference/methods/oauth.v2.access
https://docs.slack.dev/authentication/using-token-rotation
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.config import OAuthConfig, SlackConfig
from bot.platforms.slack.failure import TROUBLE, explain
from bot.platforms.slack.payload import Payload, dig, text_at
from bot.platforms.slack.session import TIMEOUT_SECONDS
from bot.platforms.slack.vault import Tokens
from bot.platforms.slack.web import sdk_logger
from handlers.ports import DeliveryFailed

_METHOD: Final = "oauth.v2.access"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A token that Slack granted.

    Attributes:
        workspace_id: where it speaks; empty where it is for a whole organisation.
        org_id: the organisation, where there is one.
        for_org: whether it speaks everywhere in the organisation.
        expires_in: seconds until it ends; ``None`` where it does not.
        bot_user_id: the bot's account; Slack may leave it out.
    """

    tokens: Tokens
    workspace_id: str
    workspace_name: str
    org_id: str
    for_org: bool
    bot_user_id: str
    app_id: str
    expires_in: float | None


class Grants:
    """Asks for tokens. Every call is made once: a code and a refresh token are good for one."""

    def __init__(self, config: SlackConfig, oauth: OAuthConfig) -> None:
        self._oauth = oauth
        self._sdk = AsyncWebClient(
            base_url=config.api_url,
            timeout=TIMEOUT_SECONDS,
            logger=sdk_logger(f"{__name__}.sdk"),
            retry_handlers=[],
        )

    async def redeem(self, code: str) -> Grant:
        """Return what a code that a person came back with is good for.

        Raises:
            DeliveryFailed: Slack refused it or did not answer.
        """
        more = {"redirect_uri": self._oauth.redirect_url} if self._oauth.redirect_url else {}
        return await self._ask(code=code, **more)

    async def renew(self, refresh: str) -> Grant:
        """Return what a refresh token is good for.

        Raises:
            DeliveryFailed: Slack refused it or did not answer.
        """
        return await self._ask(grant_type="refresh_token", refresh_token=refresh)

    async def _ask(self, **arguments: str) -> Grant:
        try:
            answer = await self._sdk.api_call(
                _METHOD, data=arguments, headers={"Authorization": self._authorisation()}
            )
        except TROUBLE as error:
            raise explain(error) from error
        data: Payload = answer.data if isinstance(answer.data, dict) else {}
        grant = _read(data)
        if not grant.tokens.access or text_at(data, "token_type") not in {"", "bot"}:
            raise DeliveryFailed("Slack answered without a bot's token")
        return grant

    def _authorisation(self) -> str:
        pair = f"{self._oauth.client_id}:{self._oauth.client_secret}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _read(answer: Payload) -> Grant:
    return Grant(
        tokens=Tokens(
            access=text_at(answer, "access_token"), refresh=text_at(answer, "refresh_token")
        ),
        workspace_id=text_at(answer, "team", "id"),
        workspace_name=text_at(answer, "team", "name") or text_at(answer, "enterprise", "name"),
        org_id=text_at(answer, "enterprise", "id"),
        for_org=dig(answer, "is_enterprise_install") is True,
        bot_user_id=text_at(answer, "bot_user_id"),
        app_id=text_at(answer, "app_id"),
        expires_in=_seconds(dig(answer, "expires_in")),
    )


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if seconds > 0 else None
