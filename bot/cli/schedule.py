"""``prepbot schedule preview``: what will be posted, and when."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from bot.cli.group import SuggestingGroup
from bot.cli.running import run_async
from bot.clock.system import SystemClock
from bot.logs import configure_logs
from bot.settings import Settings, load_settings
from handlers.daily.preview import Upcoming, upcoming


@click.group(cls=SuggestingGroup)
def schedule() -> None:
    """Look at the schedules."""


@schedule.command("preview")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 60), help="How far.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def preview(days: int, *, as_json: bool) -> None:
    """Show every schedule's next posts."""
    settings = load_settings()
    configure_logs(settings.log_level)
    found = run_async(_upcoming(settings, SystemClock().now(), days))
    if as_json:
        click.echo(json.dumps([_row(item) for item in found], indent=2))
        return
    for item in found:
        local = item.instant.astimezone(ZoneInfo(item.schedule.zone))
        roles = ", ".join(item.schedule.roles)
        click.echo(f"{local:%Y-%m-%d %H:%M %Z}  {item.schedule.channel.pack()}  {roles}")
    if not found:
        click.echo(
            "Nothing is due in that time. In a channel, /prep schedule 09:00 sets a schedule."
        )


async def _upcoming(settings: Settings, now: datetime, days: int) -> list[Upcoming]:
    from bot.core import no_jobs, open_database  # noqa: PLC0415  (heavy)

    database = await open_database(settings, no_jobs)
    try:
        async with database.unit_of_work(read_only=True) as work:
            schedules = [
                (s, await work.occurrences.last_date(s.id)) for s in await work.schedules.active()
            ]
    finally:
        await database.close()
    return upcoming(schedules, now, days)


def _row(item: Upcoming) -> dict[str, object]:
    return {
        "schedule": item.schedule.id,
        "channel": item.schedule.channel.pack(),
        "local_date": item.local_date.isoformat(),
        "instant": item.instant.isoformat(),
        "zone": item.schedule.zone,
        "roles": [role.value for role in item.schedule.roles],
    }
