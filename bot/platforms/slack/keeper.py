"""Keeps the tokens of installed workspaces: reads them, and renews those that end."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.platforms.slack.background import Background
from bot.platforms.slack.failure import REVOKED, read_code
from bot.platforms.slack.grant import Grant, Grants
from bot.platforms.slack.vault import Tokens, open_tokens, renewal_time, seal_tokens
from bot.seal import Seal, Unsealable
from handlers.ports import Clock, DeliveryFailed, TargetGone
from handlers.refs import Platform, WorkspaceRef
from handlers.storage import StorageUnavailable, UnitOfWorkFactory
from handlers.workspaces.record import Installation

_log = logging.getLogger(__name__)

# Another process may have changed what is stored; what is older than this is read anew.
_FRESH: Final = timedelta(seconds=30)
_MOST: Final = 2000
# Longer than Slack is waited for, so that two processes never renew the same token.
_LEASE: Final = timedelta(seconds=30)
_SAVE_PAUSES: Final = (0.2, 1.0, 5.0, 15.0, *(60.0,) * 600)
_FINISH_SECONDS: Final = 10.0
_REFUSED: Final = frozenset(
    {"invalid_refresh_token", "invalid_grant", "token_revoked", "token_expired", "invalid_auth"}
    | {"account_inactive", "not_authed"}
)
_UNREADABLE: Final = "I can't read my token for that workspace"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An installation with its tokens, and when it was read."""

    installation: Installation
    tokens: Tokens
    read_at: datetime


class Keeper:
    """Keeps tokens, one set for each workspace or organisation with an installation.

    A renewed token is stored before the old one ends; what is lost on the way leaves the old one
    in use, and the next try begins where this one did.

    Args:
        unit_of_work: opens transactions.
        clock: tells the time.
        seal: makes tokens unreadable.
        grants: has new tokens.
        save_pauses: seconds before each further try to store a renewed token.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        seal: Seal,
        grants: Grants,
        *,
        save_pauses: Sequence[float] = _SAVE_PAUSES,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._seal = seal
        self._grants = grants
        self._save_pauses = save_pauses
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._unsaved: dict[str, Kept] = {}
        self._renewing: dict[str, asyncio.Future[Kept]] = {}
        self._background = Background()

    async def get(self, holder_id: str) -> Kept | None:
        """Return what is kept for a workspace or organisation; ``None`` where nothing is.

        Raises:
            StorageUnavailable: it can't be read just now.
            DeliveryFailed: it was sealed with a key that is not at hand.
        """
        if unsaved := self._unsaved.get(holder_id):
            return unsaved
        kept = self._kept.get(holder_id)
        if kept is None or self._clock.now() - kept.read_at > _FRESH:
            kept = await self._read(holder_id)
        return kept

    async def token(self, holder_id: str) -> str:
        """Return a workspace's token, renewed where its end is near.

        Raises:
            TargetGone: the bot was removed, or its tokens were revoked.
            DeliveryFailed: there is none just now; trying again may help.
        """
        kept = await self._demand(holder_id)
        if kept.tokens.is_due(self._clock.now()):
            kept = await self._renew(kept)
        return kept.tokens.access

    async def replace(self, holder_id: str, expired: str) -> bool:
        """Hear that a token has ended; return whether there is another to try with.

        Raises:
            DeliveryFailed: as `token` does.
        """
        kept = await self._demand(holder_id)
        if kept.tokens.access == expired and kept.tokens.refresh:
            ended = replace(kept.installation, expires_at=self._clock.now())
            kept = await self._renew(replace(kept, installation=ended))
        return kept.tokens.access != expired

    def forget(self, holder_id: str) -> None:
        """Read a workspace anew the next time."""
        self._kept.pop(holder_id, None)
        self._unsaved.pop(holder_id, None)

    async def close(self) -> None:
        """Finish what is being renewed: Slack may have taken the old tokens back."""
        await self._background.finish(seconds=_FINISH_SECONDS)

    async def _demand(self, holder_id: str) -> Kept:
        try:
            kept = await self.get(holder_id)
        except StorageUnavailable as error:
            raise DeliveryFailed("my database can't be reached just now") from error
        if kept is None:
            raise TargetGone("I was removed from that workspace")
        return kept

    async def _read(self, holder_id: str) -> Kept | None:
        self._kept.pop(holder_id, None)
        async with self._unit_of_work(read_only=True) as work:
            installation = await work.installations.get(_ref(holder_id))
        if installation is None or installation.left_at or not installation.secret:
            return None
        try:
            tokens = open_tokens(self._seal, installation.secret)
        except Unsealable as error:
            raise DeliveryFailed(_UNREADABLE) from error
        kept = Kept(installation=installation, tokens=tokens, read_at=self._clock.now())
        self._kept[holder_id] = kept
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return kept

    async def _renew(self, kept: Kept) -> Kept:
        """Return renewed tokens, or the old ones while they are still good.

        The renewal goes on whatever becomes of the caller, who may be in a hurry.
        """
        holder_id = kept.installation.workspace.id
        renewing = self._renewing.get(holder_id)
        if renewing is None:
            renewing = asyncio.get_running_loop().create_future()
            # Whoever began it may be gone by the time it fails.
            renewing.add_done_callback(lambda it: it.cancelled() or it.exception())
            self._renewing[holder_id] = renewing
            self._background.spawn(self._run(kept, renewing))
        try:
            return await asyncio.shield(renewing)
        except DeliveryFailed as failure:
            ends = kept.installation.expires_at
            if ends is not None and self._clock.now() < ends:
                return kept
            if read_code(failure) in _REFUSED:
                raise TargetGone(REVOKED) from failure
            raise

    async def _run(self, kept: Kept, renewing: asyncio.Future[Kept]) -> None:
        holder_id = kept.installation.workspace.id
        try:
            renewed, since = await self._exchange(kept)
        except StorageUnavailable as error:
            failure = DeliveryFailed("my database can't be reached just now")
            failure.__cause__ = error
            renewing.set_exception(failure)
            return
        except Exception as error:  # noqa: BLE001  (whoever waits is told)
            renewing.set_exception(error)
            return
        except asyncio.CancelledError:
            renewing.cancel()
            raise
        finally:
            self._renewing.pop(holder_id, None)
        renewing.set_result(renewed)
        if since:
            await self._save(renewed, since)

    async def _exchange(self, kept: Kept) -> tuple[Kept, str]:
        """Return the renewed tokens, and what they take the place of (nothing if stored)."""
        holder = kept.installation.workspace
        now = self._clock.now()
        current = await self._read(holder.id)
        if current is None:
            raise TargetGone("I was removed from that workspace")
        if current.tokens.access != kept.tokens.access:
            return current, ""
        async with self._unit_of_work() as work:
            if not await work.installations.claim_renewal(holder, now, now + _LEASE):
                raise DeliveryFailed("my token is being renewed", retry_after=_LEASE.seconds)
        # Another process may have renewed it, and let go, between our reading and our claim.
        current = await self._read(holder.id)
        if current is None:
            raise TargetGone("I was removed from that workspace")
        if current.tokens.access != kept.tokens.access:
            return current, ""
        try:
            grant = await self._grants.renew(current.tokens.refresh)
        except DeliveryFailed as failure:
            _log.warning("slack.not_renewed workspace=%s reason=%s", holder.id, failure.reason)
            raise
        renewed = self._renewed(current, grant)
        # Used from now on, and until it is stored, whatever becomes of the database.
        self._unsaved[holder.id] = renewed
        return renewed, current.installation.secret

    def _renewed(self, kept: Kept, grant: Grant) -> Kept:
        now = self._clock.now()
        tokens = granted_tokens(grant, now)
        if not tokens.refresh:
            tokens = replace(tokens, refresh=kept.tokens.refresh)
        installation = replace(
            kept.installation,
            secret=seal_tokens(self._seal, tokens),
            expires_at=grant_end(grant, now),
        )
        return Kept(installation=installation, tokens=tokens, read_at=now)

    async def _save(self, renewed: Kept, since: str) -> None:
        holder_id = renewed.installation.workspace.id
        for pause in self._save_pauses:
            try:
                async with self._unit_of_work() as work:
                    await work.installations.renew(renewed.installation, since=since)
            except StorageUnavailable:
                _log.warning("slack.renewal_not_stored workspace=%s", holder_id)
                await asyncio.sleep(pause)
            else:
                break
        if self._unsaved.get(holder_id) is renewed:
            self.forget(holder_id)


def granted_tokens(grant: Grant, now: datetime) -> Tokens:
    """Return a grant's tokens, and when to renew them."""
    if grant.expires_in is None:
        return replace(grant.tokens, renew_at=None)
    return replace(grant.tokens, renew_at=renewal_time(now, timedelta(seconds=grant.expires_in)))


def grant_end(grant: Grant, now: datetime) -> datetime | None:
    """Return when a grant's token ends."""
    return None if grant.expires_in is None else now + timedelta(seconds=grant.expires_in)


def _ref(holder_id: str) -> WorkspaceRef:
    return WorkspaceRef(platform=Platform.SLACK, id=holder_id)
