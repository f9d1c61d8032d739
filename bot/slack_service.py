"""From the settings to Slack."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from starlette.routing import BaseRoute

from bot.bootstrap import Application
from bot.core import Database
from bot.platforms.known import Known
from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import OAuthConfig
from bot.platforms.slack.grant import Grants
from bot.platforms.slack.http import SlackHttp
from bot.platforms.slack.install import InstallPages
from bot.platforms.slack.installed import InstalledWorkspaces
from bot.platforms.slack.keeper import Keeper
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.slack.session import Connections
from bot.platforms.slack.workspaces import OneWorkspace, Workspaces
from bot.seal import load_seal
from bot.settings import Settings
from bot.slack_choice import choose_slack, describe_transport, text_of
from bot.vitals import Listener
from handlers.ports import ChatPlatform, Clock
from handlers.refs import Platform

_LOG = logging.getLogger(__name__)


class SlackService:
    """Slack over Socket Mode or HTTP, in the token's workspace or in every one that installs us.

    Raises:
        StartupError: a setting is missing or can't be used; says what to do.
    """

    platform = Platform.SLACK

    def __init__(self, settings: Settings) -> None:
        choice = choose_slack(settings)
        _LOG.info("Slack is served over %s", describe_transport(choice))
        self._config = choice.config
        self._oauth = choice.oauth
        self._http = None if choice.by_socket else SlackHttp(choice.config.signing_secret)
        self._routes: list[BaseRoute] = [] if self._http is None else [*self._http.routes]
        self._connections = Connections()
        self._home = SlackPlatform(choice.config, connections=self._connections)
        self._workspaces: Workspaces = OneWorkspace(self._home)
        self._keeper: Keeper | None = None
        if self._oauth is not None:
            self._seal = load_seal(text_of(settings.secret_key) or None, settings.data_dir)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """What the web server serves for it; known after `speak`."""
        return self._routes

    def speak(self, database: Database, clock: Clock) -> ChatPlatform:
        """Return what says things there."""
        if self._oauth is None:
            return self._home
        return self._speak_in_many(self._oauth, database, clock)

    def listen(self, application: Application) -> Listener:
        """Return what listens there."""
        return SlackApp(
            self._workspaces,
            application.router,
            http=self._http,
            left=application.departure,
            missed=partial(application.open_threads, Platform.SLACK),
            known=Known(waiting=application.waiting_messages, question=application.newest_question),
        )

    async def close(self) -> None:
        """Finish the renewal of tokens, as Slack may have taken the old ones back; hang up."""
        if self._keeper is not None:
            await self._keeper.close()
        await self._connections.close()

    def _speak_in_many(self, oauth: OAuthConfig, database: Database, clock: Clock) -> ChatPlatform:
        grants = Grants(self._config, oauth)
        self._keeper = keeper = Keeper(database.unit_of_work, clock, self._seal, grants)
        many = InstalledWorkspaces(
            self._config,
            keeper,
            database.unit_of_work,
            clock,
            self._seal,
            home=OneWorkspace(self._home) if self._config.bot_token else None,
            connections=self._connections,
        )
        pages = InstallPages(
            self._config,
            oauth,
            grants,
            many,
            database.unit_of_work,
            clock,
            self._seal,
            scopes=SCOPES,
        )
        self._workspaces = many
        self._routes += pages.routes
        return many
