"""Installing the app in a workspace, by whoever may do so there.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode, urljoin

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.platforms.slack import page
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import OAuthConfig, SlackConfig
from bot.platforms.slack.grant import Grant, Grants
from bot.platforms.slack.keeper import grant_end, granted_tokens
from bot.platforms.slack.manifest import REDIRECT_PATH
from bot.platforms.slack.payload import text_at
from bot.platforms.slack.token import StaticToken
from bot.platforms.slack.vault import seal_tokens
from bot.platforms.slack.workspaces import Workspaces
from bot.seal import Seal
from handlers.ports import Clock, DeliveryFailed
from handlers.refs import Platform, WorkspaceRef
from handlers.storage import StorageUnavailable, UnitOfWorkFactory
from handlers.workspaces.record import Installation, InstallRequest

_log = logging.getLogger(__name__)
_COOKIE: Final = "prepbot-install"
_PATIENCE: Final = timedelta(minutes=10)
_BYTES: Final = 32
_OURS: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class InstallPages:
    """Sends people to Slack to say yes, and takes the tokens when they come back.

    A way back works once, for ten minutes, in the browser that began it. What is stored of it are
    digests, of no use to whoever reads the database.

    Args:
        config: where Slack is.
        oauth: who we are there.
        grants: has tokens for codes.
        workspaces: told of new tokens.
        unit_of_work: opens transactions.
        clock: tells the time.
        seal: makes tokens unreadable.
        scopes: what the app asks for.
    """

    def __init__(
        self,
        config: SlackConfig,
        oauth: OAuthConfig,
        grants: Grants,
        workspaces: Workspaces,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        seal: Seal,
        scopes: Iterable[str],
    ) -> None:
        self._config = config
        self._oauth = oauth
        self._grants = grants
        self._workspaces = workspaces
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._seal = seal
        self._scopes = ",".join(sorted(scopes))

    @property
    def routes(self) -> list[Route]:
        """What to serve."""
        return [
            Route(page.INSTALL_PATH, self._begin, methods=["GET"]),
            Route(REDIRECT_PATH, self._finish, methods=["GET"]),
        ]

    async def _begin(self, request: Request) -> HTMLResponse:
        state = secrets.token_urlsafe(_BYTES)
        # Kept where there is one, so that two tabs of a browser do not shut each other out.
        browser = _browser(request) or secrets.token_urlsafe(_BYTES)
        now = self._clock.now()
        begun = InstallRequest(
            state=_digest(state), browser=_digest(browser), expires_at=now + _PATIENCE
        )
        try:
            async with self._unit_of_work() as work:
                await work.installations.begin(begun, now)
        except StorageUnavailable:
            return page.unavailable()
        answer = page.to_slack(self._address(state))
        answer.set_cookie(
            _COOKIE,
            browser,
            max_age=int(_PATIENCE.total_seconds()),
            path="/slack",
            secure=self._is_secure(request),
            httponly=True,
            samesite="lax",
        )
        return answer

    async def _finish(self, request: Request) -> HTMLResponse:
        asked = request.query_params
        try:
            if not await self._is_expected(asked.get("state", ""), _browser(request)):
                return page.stale()
            if asked.get("error"):
                _log.info("slack.install_declined")
                return page.declined()
            return await self._redeem(asked.get("code", ""))
        except StorageUnavailable:
            return page.unavailable()
        except DeliveryFailed as failure:
            _log.warning("slack.not_installed reason=%s", failure.reason)
            return page.refused(failure.reason)

    async def _redeem(self, code: str) -> HTMLResponse:
        if not code:
            return page.stale()
        grant = await self._grants.redeem(code)
        await self._store(grant, grant.bot_user_id or await self._ask_own_user_id(grant))
        return page.installed(grant.workspace_name, address=_opening(grant))

    async def _is_expected(self, state: str, browser: str) -> bool:
        if not state or not browser:
            return False
        async with self._unit_of_work() as work:
            return await work.installations.finish(
                _digest(state), _digest(browser), self._clock.now()
            )

    async def _ask_own_user_id(self, grant: Grant) -> str:
        voice = SlackPlatform(self._config, StaticToken(grant.tokens.access))
        return text_at(await voice.web.call("auth.test"), "user_id")

    async def _store(self, grant: Grant, own_user_id: str) -> None:
        holder_id = grant.org_id if grant.for_org else grant.workspace_id
        if not holder_id:
            raise DeliveryFailed("Slack did not say which workspace that is")
        now = self._clock.now()
        installation = Installation(
            workspace=WorkspaceRef(platform=Platform.SLACK, id=holder_id),
            bot_user_id=own_user_id,
            installed_at=now,
            secret=seal_tokens(self._seal, granted_tokens(grant, now)),
            expires_at=grant_end(grant, now),
        )
        async with self._unit_of_work() as work:
            await work.installations.put(installation)
        self._workspaces.forget(holder_id)
        _log.info("slack.installed workspace=%s", holder_id)

    def _address(self, state: str) -> str:
        asked = {"client_id": self._oauth.client_id, "scope": self._scopes, "state": state}
        if self._oauth.redirect_url:
            asked["redirect_uri"] = self._oauth.redirect_url
        # https://slack.com/api/ stands beside https://slack.com/oauth/v2/authorize
        return f"{urljoin(self._config.api_url, '/oauth/v2/authorize')}?{urlencode(asked)}"

    def _is_secure(self, request: Request) -> bool:
        forwarded = request.headers.get("x-forwarded-proto", "")
        return "https" in {
            request.url.scheme,
            forwarded.partition(",")[0].strip().lower(),
            self._oauth.redirect_url.partition(":")[0],
        }


def _browser(request: Request) -> str:
    """Return what the browser that began keeps; empty where it is none of ours."""
    kept = request.cookies.get(_COOKIE, "")
    return kept if _OURS.fullmatch(kept) else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _opening(grant: Grant) -> str:
    asked = {"app": grant.app_id, "team": grant.workspace_id}
    return f"https://slack.com/app_redirect?{urlencode({k: v for k, v in asked.items() if v})}"
