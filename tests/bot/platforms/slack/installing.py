"""A bot that workspaces install: over real HTTP, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
from cryptography.fernet import Fernet

from bot.jobs.memory import MemoryJobs
from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.config import OAuthConfig, SlackConfig
from bot.platforms.slack.grant import Grants
from bot.platforms.slack.http import SlackHttp
from bot.platforms.slack.install import InstallPages
from bot.platforms.slack.installed import InstalledWorkspaces
from bot.platforms.slack.keeper import Keeper
from bot.seal import Seal
from bot.storage.engine import create_engine, database_url
from bot.storage.migrate import upgrade
from bot.storage.unit_of_work import SqlUnitOfWorkFactory
from bot.web.health import WebServer, web_app
from handlers.refs import Platform, WorkspaceRef
from handlers.storage import StorageUnavailable, UnitOfWork
from handlers.workspaces.leave import Departure
from handlers.workspaces.record import Installation
from tests.bot.fake_clock import FakeClock
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.fake_slack import FakeSlack
from tests.wire.slack_blocks import Json


class Storage(SqlUnitOfWorkFactory):
    """The real storage; out of reach while `is_down`."""

    is_down = False

    def __call__(self, *, read_only: bool = False) -> AbstractAsyncContextManager[UnitOfWork]:
        if self.is_down:
            raise StorageUnavailable("the disk is full")
        return super().__call__(read_only=read_only)


@dataclass
class Installable:
    """The bot and its surroundings."""

    slack: FakeSlack
    storage: Storage
    clock: FakeClock
    seal: Seal
    keeper: Keeper
    workspaces: InstalledWorkspaces
    dispatcher: FakeDispatcher
    address: str = ""
    app: SlackApp | None = None

    async def stored(self, id_: str = "T1") -> Installation | None:
        async with self.storage(read_only=True) as work:
            return await work.installations.get(ref(id_))

    async def begin(self, browser: aiohttp.ClientSession) -> dict[str, str]:
        """Follow the link; return what Slack is asked for."""
        address = f"{self.address}/slack/install"
        async with browser.get(address, allow_redirects=False) as answer:
            assert answer.status == 302
            asked = urlsplit(answer.headers["Location"])
        return {name: values[0] for name, values in parse_qs(asked.query).items()}

    async def come_back(self, browser: aiohttp.ClientSession, **query: str) -> tuple[int, str]:
        async with browser.get(f"{self.address}/slack/oauth_redirect", params=query) as answer:
            return answer.status, await answer.text()

    async def install(self, team: str = "T1") -> tuple[int, str]:
        async with a_browser() as browser:
            asked = await self.begin(browser)
            code = self.slack.oauth.agree(team)
            return await self.come_back(browser, state=asked["state"], code=code)


def a_browser() -> aiohttp.ClientSession:
    # Cookies for an address without a name are not kept otherwise.
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


def ref(id_: str) -> WorkspaceRef:
    return WorkspaceRef(platform=Platform.SLACK, id=id_)


def from_team(envelope: Json, team: str, **more: object) -> Json:
    """Turn an event of the first team into another's."""
    payload = {**envelope["payload"], "team_id": team, **more}
    payload["authorizations"] = [{"team_id": team, "user_id": "UBOT", "is_bot": True}]
    return {**envelope, "payload": payload}


async def _healthy() -> dict[str, str]:
    return {}


@asynccontextmanager
async def an_installable(
    slack: FakeSlack, folder: Path, *, save_pauses: tuple[float, ...] = (0.01,) * 100
) -> AsyncIterator[Installable]:
    engine = create_engine(database_url(f"sqlite:///{folder / 'prepbot.db'}"))
    await upgrade(engine)
    storage = Storage(engine, MemoryJobs().enqueue)
    clock = FakeClock()
    config = SlackConfig(signing_secret=slack.signing_secret, api_url=slack.base_url)
    oauth = OAuthConfig(client_id=slack.oauth.client_id, client_secret=slack.oauth.client_secret)
    seal = Seal(Fernet.generate_key().decode())
    grants = Grants(config, oauth)
    keeper = Keeper(storage, clock, seal, grants, save_pauses=save_pauses)
    workspaces = InstalledWorkspaces(config, keeper, storage, clock, seal)
    pages = InstallPages(
        config, oauth, grants, workspaces, storage, clock, seal, scopes=["commands", "chat:write"]
    )
    dispatcher = FakeDispatcher()
    http = SlackHttp(slack.signing_secret)
    server = WebServer(web_app(_healthy, [*http.routes, *pages.routes]), "127.0.0.1", 0)
    await server.start()
    app = SlackApp(workspaces, dispatcher, http=http, left=Departure(storage, clock))
    await app.start()
    address = f"http://127.0.0.1:{server.port}"
    slack.request_url = f"{address}/slack/events"
    try:
        yield Installable(
            slack=slack,
            storage=storage,
            clock=clock,
            seal=seal,
            keeper=keeper,
            workspaces=workspaces,
            dispatcher=dispatcher,
            address=address,
            app=app,
        )
    finally:
        storage.is_down = False
        await app.stop()
        await keeper.close()
        await server.stop()
        await engine.dispose()
