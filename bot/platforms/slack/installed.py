"""The workspaces that the app was installed in, and speaking in each with its own token."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Final

from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
from bot.platforms.slack.keeper import Keeper
from bot.platforms.slack.session import Connections
from bot.platforms.slack.vault import open_tokens
from bot.platforms.slack.workspaces import OneWorkspace, Origin, Workspace
from bot.seal import Seal, Unsealable
from bot.startup import StartupError
from handlers.invocation import Attachment
from handlers.message import Message
from handlers.ports import Clock, DeliveryFailed, OutgoingFile, Posted, Reaction, TargetGone
from handlers.refs import ChannelRef, MessageRef, Place, Platform, ThreadRef, UserRef, WorkspaceRef
from handlers.storage import StorageUnavailable, UnitOfWorkFactory
from handlers.workspaces.record import Installation

_log = logging.getLogger(__name__)
_MOST: Final = 2000
_UNREADABLE: Final = (
    "The tokens of {count} Slack workspaces can't be read with this key: put the key that they "
    "were stored with into PREPBOT_SECRET_KEY, behind the new one and a comma."
)


class InstalledWorkspaces:
    """Knows where the bot is, and says things there.

    Implements `bot.platforms.slack.workspaces.Workspaces` and, by handing everything to the
    workspace that it is for, `handlers.ports.ChatPlatform`.

    Args:
        config: where Slack is.
        keeper: keeps the tokens.
        unit_of_work: opens transactions.
        clock: tells the time.
        seal: what tokens are sealed with.
        home: the workspace of the settings' own token, where one is set; it is served with
            that token until the app is installed there.
        connections: what calls in every workspace share; each has one of its own if ``None``.
    """

    def __init__(
        self,
        config: SlackConfig,
        keeper: Keeper,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        seal: Seal,
        home: OneWorkspace | None = None,
        connections: Connections | None = None,
    ) -> None:
        self.config = config
        self.keeper = keeper
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._seal = seal
        self._home = home
        self._connections = connections
        self._voices: OrderedDict[tuple[str, str], SlackPlatform] = OrderedDict()

    @property
    def platform(self) -> Platform:
        """Slack."""
        return Platform.SLACK

    async def open(self) -> None:
        """Look whether every token can be read; see `Workspaces.open`."""
        async with self._unit_of_work(read_only=True) as work:
            present = await work.installations.present()
        unreadable = [each for each in present if each.secret and not self._can_read(each)]
        if unreadable:
            raise StartupError(_UNREADABLE.format(count=len(unreadable)))
        if self._home is not None:
            await self._home.open()
        _log.info("slack.installed workspaces=%d", len(present))

    async def find(self, origin: Origin) -> Workspace | None:
        """Return the workspace; see `Workspaces.find`."""
        workspace_id = origin.workspace_id or origin.org_id
        if not workspace_id:
            return None
        holder_id = await self._holder(workspace_id, origin.org_id)
        kept = await self.keeper.get(holder_id) if holder_id else None
        if kept is None:
            at_home = self._home is not None and self._home.is_at_home(workspace_id)
            return await self._home.find(origin) if self._home and at_home else None
        return Workspace(
            id=workspace_id,
            own_user_id=kept.installation.bot_user_id or origin.bot_user_id,
            platform=self._voice(workspace_id, kept.installation.workspace.id),
        )

    async def installed_at(self, workspace_id: str) -> datetime | None:
        """Return when the app was installed in a workspace; see `Workspaces.installed_at`."""
        async with self._unit_of_work(read_only=True) as work:
            stored = await work.installations.get(_ref(workspace_id))
        return None if stored is None or stored.left_at is not None else stored.installed_at

    def forget(self, workspace_id: str) -> None:
        """Look anew at what is stored of a workspace."""
        self.keeper.forget(workspace_id)

    async def post(
        self,
        to: Place,
        message: Message,
        *,
        key: str,
        maybe_sent: bool = False,
        thread_title: str | None = None,
    ) -> Posted:
        """Post ``message`` in the workspace that ``to`` is in; see `ChatPlatform.post`."""
        channel = to.channel if isinstance(to, ThreadRef) else to
        voice = await self._demand(channel.workspace_id)
        return await voice.post(
            to, message, key=key, maybe_sent=maybe_sent, thread_title=thread_title
        )

    async def share(
        self,
        to: Place,
        files: Sequence[OutgoingFile],
        *,
        text: str,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        """Post files in the workspace that ``to`` is in; see `handlers.ports.FileSharer`."""
        channel = to.channel if isinstance(to, ThreadRef) else to
        voice = await self._demand(channel.workspace_id)
        return await voice.share(to, files, text=text, key=key, maybe_sent=maybe_sent)

    async def fetch(self, file: Attachment, owner: UserRef, *, limit: int) -> bytes:
        """Return what somebody sent; see `handlers.voice.ports.FileFetcher`."""
        voice = await self._demand(owner.realm)
        return await voice.fetch(file, owner, limit=limit)

    async def direct(self, user: UserRef) -> ChannelRef:
        """Return the direct-message conversation with somebody; see `ChatPlatform.direct`."""
        return await (await self._demand(user.realm)).direct(user)

    async def link(self, to: MessageRef) -> str:
        """Return the address at which people find a message, or nothing. Never raises."""
        try:
            return await (await self._demand(to.channel.workspace_id)).link(to)
        except DeliveryFailed:
            return ""

    async def react(self, to: MessageRef, reaction: Reaction) -> None:
        """Put a sign on a message in place of an earlier one. Never raises."""
        try:
            await (await self._demand(to.channel.workspace_id)).react(to, reaction)
        except DeliveryFailed as failure:
            _log.info("slack.no_reaction reason=%s", failure.reason)

    async def show_home(self, user: UserRef, page: Message) -> None:
        """Show ``page`` on somebody's Home tab in place of the earlier one. Never raises."""
        try:
            await (await self._demand(user.realm)).show_home(user, page)
        except DeliveryFailed as failure:
            _log.info("slack.no_home reason=%s", failure.reason)

    async def sees(self, user: UserRef, channels: Collection[ChannelRef]) -> frozenset[ChannelRef]:
        """Return those of the channels that somebody sees. Never raises."""
        try:
            return await (await self._demand(user.realm)).sees(user, channels)
        except DeliveryFailed as failure:
            _log.info("slack.sees_nothing reason=%s", failure.reason)
            return frozenset()

    async def stream(
        self,
        to: ThreadRef,
        reader: UserRef,
        parts: AsyncIterator[str],
        *,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        """Show the parts as one message; see `handlers.ports.TurnStream`."""
        voice = await self._demand(to.channel.workspace_id)
        return await voice.stream(to, reader, parts, key=key, maybe_sent=maybe_sent)

    async def _demand(self, workspace_id: str) -> SlackPlatform:
        try:
            workspace = await self.find(Origin(workspace_id=workspace_id))
        except StorageUnavailable as error:
            raise DeliveryFailed("my database can't be reached just now") from error
        if workspace is None:
            raise TargetGone("I was removed from that workspace")
        return workspace.platform

    async def _holder(self, workspace_id: str, org_id: str) -> str:
        """Return whose installation serves a workspace: its own or its organisation's."""
        if await self.keeper.get(workspace_id) is not None:
            return workspace_id
        ref = _ref(workspace_id)
        async with self._unit_of_work(read_only=True) as work:
            stored = await work.installations.get(ref)
        if stored is not None and stored.org_id and stored.left_at is None:
            return stored.org_id
        org = await self.keeper.get(org_id) if org_id else None
        if org is None:
            return ""
        async with self._unit_of_work() as work:
            await work.installations.put(
                Installation(
                    workspace=ref,
                    org_id=org_id,
                    bot_user_id=org.installation.bot_user_id,
                    installed_at=self._clock.now(),
                )
            )
        return org_id

    def _voice(self, workspace_id: str, holder_id: str) -> SlackPlatform:
        key = (workspace_id, holder_id)
        if key not in self._voices:
            tokens = _HolderToken(self.keeper, holder_id)
            self._voices[key] = SlackPlatform(self.config, tokens, self._connections)
        self._voices.move_to_end(key)
        while len(self._voices) > _MOST:
            self._voices.popitem(last=False)
        return self._voices[key]

    def _can_read(self, installation: Installation) -> bool:
        try:
            open_tokens(self._seal, installation.secret)
        except Unsealable:
            return False
        return True


class _HolderToken:
    """A workspace's token, from the keeper."""

    def __init__(self, keeper: Keeper, holder_id: str) -> None:
        self._keeper = keeper
        self._holder_id = holder_id

    async def token(self) -> str:
        return await self._keeper.token(self._holder_id)

    async def replace(self, expired: str) -> bool:
        return await self._keeper.replace(self._holder_id, expired)


def _ref(workspace_id: str) -> WorkspaceRef:
    return WorkspaceRef(platform=Platform.SLACK, id=workspace_id)
