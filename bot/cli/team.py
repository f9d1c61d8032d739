"""Finding the team that a command is for."""

from __future__ import annotations

import uuid

import click

from handlers.records import Team
from handlers.refs import Platform, WorkspaceRef
from handlers.storage import UnitOfWork

# The console's, which every installation has: it is where somebody without Slack and Discord
# meets their drafts.
_CONSOLE = WorkspaceRef(platform=Platform.CONSOLE, id="local")


async def find_team(work: UnitOfWork, wanted: str | None) -> Team:
    """Return the team that is wanted: by id or name, or the only one.

    Where there is no team at all, the console's is made.

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
    made = Team(id=uuid.uuid4().hex, name=_CONSOLE.pack(), zone="UTC")
    await work.teams.add(made, _CONSOLE)
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
