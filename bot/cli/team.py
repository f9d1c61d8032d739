"""Finding the team that a command is for."""

from __future__ import annotations

import uuid

import click

from bot.platforms.console.client import WORKSPACE
from handlers.records import Team
from handlers.storage import UnitOfWork


async def find_team(work: UnitOfWork, wanted: str | None) -> Team:
    """Return the team that is wanted: by id or name, or the only one.

    Where there is no team at all, the console's is made: every installation has a console, and
    somebody without Slack and Discord meets their drafts there.

    Raises:
        click.ClickException: there is none of that name, or it is not said which.
    """
    teams = await work.teams.all()
    if wanted is not None:
        return _named(teams, wanted)
    if len(teams) == 1:
        return teams[0]
    if teams:
        raise click.ClickException(f"Say which team: --team {_listed(teams)}.")
    made = Team(id=uuid.uuid4().hex, name=WORKSPACE.pack(), zone="UTC")
    await work.teams.add(made, WORKSPACE)
    return made


def _named(teams: list[Team], wanted: str) -> Team:
    folded = wanted.casefold()
    exact = [team for team in teams if folded in {team.id.casefold(), team.name.casefold()}]
    begun = [team for team in teams if team.id.startswith(folded) and len(folded) >= 4]
    for found in (exact, begun):
        if len(found) == 1:
            return found[0]
    if not teams:
        raise click.ClickException(
            "There is no team yet: one is made when Prepbot is first used in a workspace. "
            "Without --team, the console's is made now."
        )
    raise click.ClickException(f"There is no team “{wanted}”. There are: {_listed(teams)}.")


def _listed(teams: list[Team]) -> str:
    return ", ".join(f"{team.id[:8]} ({team.name})" for team in teams)
