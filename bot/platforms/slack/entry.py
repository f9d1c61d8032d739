"""Where everything from Slack comes in, over Socket Mode or HTTP, from whichever workspace."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.platforms.slack.background import Background
from bot.platforms.slack.door import Door
from bot.platforms.slack.payload import Payload, dig, object_at, text_at
from bot.platforms.slack.workspaces import (
    Origin,
    Workspace,
    Workspaces,
    read_origin,
    with_workspace,
)
from handlers.dispatch import Dispatcher
from handlers.ports import DeliveryFailed
from handlers.refs import Platform, WorkspaceRef
from handlers.storage import StorageUnavailable

_log = logging.getLogger(__name__)

Left = Callable[[WorkspaceRef], Awaitable[None]]
"""Told that the bot was removed from a workspace; raises `StorageUnavailable`."""

_MOST_DOORS: Final = 1000
_OUR_FAULT: Final = 500
_NOT_HERE: Final = (
    "Prepbot is not installed in this workspace any more. Whoever runs it can say where to "
    "install it again."
)
# Slack delivers an event again for a day at most.
_OLDEST: Final = timedelta(hours=25)


class Entry:
    """Finds the workspace that a payload is from, and hands it to that workspace's door.

    Args:
        workspaces: where the bot is.
        dispatcher: where everything that comes in goes.
        background: keeps the work that outlasts an acknowledgement.
        left: told of workspaces that removed the bot.
        refused: called whenever something is left unacknowledged.
    """

    def __init__(
        self,
        workspaces: Workspaces,
        dispatcher: Dispatcher,
        *,
        background: Background,
        left: Left | None = None,
        refused: Callable[[], None] = lambda: None,
    ) -> None:
        self._workspaces = workspaces
        self._dispatcher = dispatcher
        self._background = background
        self._left = left
        self._refused = refused
        self._doors: OrderedDict[str, tuple[Workspace, Door]] = OrderedDict()

    async def take(self, request: AsyncBoltRequest) -> BoltResponse:
        """Handle one payload; a status other than 200 leaves it unacknowledged."""
        answer = await self._answer(request)
        if answer.status >= _OUR_FAULT:
            self._refused()
        return answer

    async def _answer(self, request: AsyncBoltRequest) -> BoltResponse:
        try:
            return await self._take(request)
        except (StorageUnavailable, DeliveryFailed) as error:
            _log.warning("slack.not_taken reason=%s", error)
            return BoltResponse(status=503)
        except Exception:  # noqa: BLE001  (Slack delivers it again; nobody sees a trace)
            _log.exception("slack.not_taken")
            return BoltResponse(status=500)

    def door(self, workspace: Workspace) -> Door:
        """Return the door of a workspace; a new installation gets a new one."""
        known = self._doors.get(workspace.id)
        if known is None or known[0] != workspace:
            door = Door(
                workspace.platform,
                self._dispatcher,
                own_user_id=workspace.own_user_id,
                background=self._background,
            )
            known = self._doors[workspace.id] = (workspace, door)
        self._doors.move_to_end(workspace.id)
        while len(self._doors) > _MOST_DOORS:
            self._doors.popitem(last=False)
        return known[1]

    async def _take(self, request: AsyncBoltRequest) -> BoltResponse:
        body: object = request.body
        if not isinstance(body, Mapping):
            return BoltResponse(status=400)
        if (answer := _greet(body)) is not None:
            return answer
        origin = read_origin(body)
        if leaving := _leaving(body, origin):
            await self._leave(body, leaving)
            return BoltResponse(status=200)
        workspace = await self._workspaces.find(origin)
        if workspace is None:
            return _explain(body)
        request.body = with_workspace(body, workspace.id)
        return await self.door(workspace).async_process(
            req=request, resp=BoltResponse(status=200), next=_nothing_more
        )

    async def _leave(self, body: Payload, leaving: list[str]) -> None:
        for workspace_id in leaving:
            if await self._came_back(body, workspace_id):
                _log.info("slack.late_removal workspace=%s", workspace_id)
                continue
            if self._left is not None:
                await self._left(WorkspaceRef(platform=Platform.SLACK, id=workspace_id))
            self._workspaces.forget(workspace_id)
            self._doors.pop(workspace_id, None)

    async def _came_back(self, body: Payload, workspace_id: str) -> bool:
        """Return whether the bot was installed again after what this event tells of.

        Events may come late and in any order. Slack's clock is not ours, so one that looks older
        than the installation is believed unless the new token works.
        """
        sent = dig(body, "event_time")
        installed_at = await self._workspaces.installed_at(workspace_id)
        if not isinstance(sent, int) or installed_at is None:
            return False
        age = int(installed_at.timestamp()) - sent
        if not 0 < age < _OLDEST.total_seconds():
            return False
        workspace = await self._workspaces.find(Origin(workspace_id=workspace_id))
        if workspace is None:
            return False
        try:
            await workspace.platform.web.ask("auth.test", json={})
        except DeliveryFailed:
            return False
        return True


def _greet(body: Payload) -> BoltResponse | None:
    """Answer what Slack only asks to see whether we are there."""
    match text_at(body, "type"):
        case "url_verification":
            return BoltResponse(status=200, body={"challenge": text_at(body, "challenge")})
        case "app_rate_limited":
            _log.error("slack.events_withheld workspace=%s", text_at(body, "team_id"))
            return BoltResponse(status=200)
        case "" if text_at(body, "ssl_check"):
            return BoltResponse(status=200)
        case _:
            return None


def _leaving(body: Payload, origin: Origin) -> list[str]:
    """Return the workspaces that an event says the bot was removed from."""
    event = object_at(body, "event")
    holder = origin.workspace_id or origin.org_id
    match text_at(event, "type"):
        case "app_uninstalled":
            return [holder] if holder else []
        case "tokens_revoked":
            # A person's own token is none of ours.
            return [holder] if holder and dig(event, "tokens", "bot") else []
        case "team_access_revoked":
            teams = dig(event, "team_ids")
            return [it for it in teams if isinstance(it, str)] if isinstance(teams, list) else []
        case _:
            return []


def _explain(body: Payload) -> BoltResponse:
    """Answer for a workspace that the bot is not in: an event is taken, a person is told."""
    if text_at(body, "command"):
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": _NOT_HERE})
    _log.info("slack.from_elsewhere type=%s", text_at(body, "type"))
    return BoltResponse(status=200)


async def _nothing_more() -> BoltResponse:
    return BoltResponse(status=200)
