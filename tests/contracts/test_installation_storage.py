"""Installations, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.refs import Platform, WorkspaceRef
from handlers.workspaces.record import Installation, InstallRequest
from tests.contracts.conftest import NOW, Store

T1 = WorkspaceRef(platform=Platform.SLACK, id="T1")
T2 = WorkspaceRef(platform=Platform.SLACK, id="T2")
E1 = WorkspaceRef(platform=Platform.SLACK, id="E1")
LATER = NOW + timedelta(seconds=30)
INSTALLED = Installation(
    workspace=T1, bot_user_id="UBOT", installed_at=NOW, secret="sealed", expires_at=LATER
)
SERVED = Installation(workspace=T2, bot_user_id="UBOT", installed_at=NOW, org_id="E1")
REQUEST = InstallRequest(state="s", browser="b", expires_at=LATER)


async def test_what_is_put_is_read_and_replaced(store: Store) -> None:
    async with store.open() as work:
        assert await work.installations.get(T1) is None
        await work.installations.put(INSTALLED)
        await work.installations.put(SERVED)
    again = replace(INSTALLED, secret="other", expires_at=None)
    async with store.open() as work:
        assert await work.installations.get(T1) == INSTALLED
        assert await work.installations.get(T2) == SERVED
        await work.installations.put(again)
        assert await work.installations.present() == [again, SERVED]
        assert await work.installations.served_by(E1) == [T2]


async def test_leaving_forgets_the_secret_and_the_first_time_counts(store: Store) -> None:
    async with store.open() as work:
        await work.installations.put(INSTALLED)
        await work.installations.leave(T1, LATER)
        await work.installations.leave(T1, LATER + timedelta(days=1))
        await work.installations.leave(T2, LATER)
        left = replace(INSTALLED, secret="", expires_at=None, left_at=LATER)
        assert await work.installations.get(T1) == left
        assert await work.installations.present() == []
        await work.installations.put(INSTALLED)
        assert await work.installations.present() == [INSTALLED]


async def test_one_renews_at_a_time(store: Store) -> None:
    async with store.open() as work:
        await work.installations.put(INSTALLED)
        assert await work.installations.claim_renewal(T1, NOW, LATER)
        assert not await work.installations.claim_renewal(T1, NOW, LATER)
        assert await work.installations.claim_renewal(T1, LATER, LATER + timedelta(seconds=30))
        renewed = replace(INSTALLED, secret="renewed", expires_at=None)
        assert await work.installations.renew(renewed, since="sealed")
        assert await work.installations.get(T1) == renewed
        assert await work.installations.claim_renewal(T1, LATER, LATER), "free once renewed"
        assert not await work.installations.claim_renewal(T2, NOW, LATER), "nothing to renew"


async def test_a_renewal_that_comes_too_late_changes_nothing(store: Store) -> None:
    async with store.open() as work:
        await work.installations.put(INSTALLED)
        await work.installations.leave(T1, NOW)
        assert not await work.installations.renew(INSTALLED, since="sealed")
        left = await work.installations.get(T1)
    assert left is not None
    assert left.secret == ""


async def test_a_request_is_good_for_one_browser_and_once(store: Store) -> None:
    async with store.open() as work:
        await work.installations.begin(REQUEST, NOW)
        assert not await work.installations.finish("s", "another", NOW)
        assert not await work.installations.finish("another", "b", NOW)
        assert await work.installations.finish("s", "b", NOW)
        assert not await work.installations.finish("s", "b", NOW)


async def test_a_request_expires(store: Store) -> None:
    async with store.open() as work:
        await work.installations.begin(REQUEST, NOW)
        assert not await work.installations.finish("s", "b", LATER)
        await work.installations.begin(REQUEST, NOW)
        await work.installations.begin(replace(REQUEST, state="t"), LATER)
        assert not await work.installations.finish("s", "b", NOW), "forgotten on the way"
