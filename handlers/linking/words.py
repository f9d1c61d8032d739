"""What is said of links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.linking.record import Link, LinkKind
from handlers.message import (
    Button,
    Buttons,
    ButtonStyle,
    Context,
    Message,
    Text,
    bold,
    code,
    line,
    say,
)
from handlers.refs import Platform, UserRef, WorkspaceRef

_ACCOUNT: Final = {
    Platform.SLACK: "Slack",
    Platform.DISCORD: "Discord",
    Platform.CONSOLE: "the console",
}
_PLACE: Final = {
    Platform.SLACK: "Slack workspace",
    Platform.DISCORD: "Discord server",
    Platform.CONSOLE: "console",
}

LINKED_ALREADY: Final = say("These two accounts are one already. /prep unlink parts them.")
ONE_TEAM_ALREADY: Final = say("You are one team already. /prep unlink team parts you.")
SAME_ACCOUNT: Final = say(
    "That code is your own. Type it with your other account, on the other platform."
)
UNKNOWN_CODE: Final = say(
    "I don't know that code: it is used, mistyped or older than ten minutes. Get a new one with "
    "/prep link on the other platform."
)
TOO_MANY: Final = say("That were too many wrong codes. Please wait ten minutes, then try again.")
NOT_A_LEAD: Final = say(
    "Only people who run this place, and those they named with /prep managers, may join or part "
    "teams."
)
NO_LEAD_HERE: Final = say(
    "In a direct message I can't tell who leads a team. Please do this in a channel."
)
TWO_TEAMS: Final = say(
    "Your two accounts are in two different teams. Somebody who leads joins the teams with "
    "/prep link team; then link yourself."
)
NOTHING_LINKED: Final = say("Your account stands for itself: there is nothing to unlink.")
NO_TEAM_LINKED: Final = say("Your team is not joined with another: there is nothing to unlink.")
GONE: Final = say("That link was undone already.")


def your_code(typed: str, accounts: Sequence[UserRef]) -> Message:
    """Return the code that links somebody's other account with this one."""
    names = [_ACCOUNT[account.platform] for account in accounts]
    linked = f" So far I know you on {_and(names)}." if len(names) > 1 else ""
    return Message(
        blocks=(
            Text(line("Your code is ", bold(typed), ". It is good for ten minutes, once.")),
            Text(
                line(
                    "On the other platform, send ",
                    code(f"/prep link {typed}"),
                    " in your team's channel or to me. From then on your answers, points and "
                    "practice count as one person's.",
                )
            ),
            Context(line(f"Keep it to yourself: whoever types it becomes you here.{linked}")),
        )
    )


def team_code(typed: str) -> Message:
    """Return the code that joins another team with this one."""
    return Message(
        blocks=(
            Text(line("The code is ", bold(typed), ". It is good for ten minutes, once.")),
            Text(
                line(
                    "Somebody who leads on the other platform sends ",
                    code(f"/prep link {typed}"),
                    " in a channel there. From then on you are one team: one bank of questions, "
                    "one board.",
                )
            ),
        )
    )


def confirm_team(
    digest: str, mine: Sequence[WorkspaceRef], theirs: Sequence[WorkspaceRef]
) -> Message:
    """Return what a lead confirms before two teams become one.

    Args:
        digest: of the code that was typed.
        mine: where the lead's team meets.
        theirs: where the code's team meets.
    """
    join = Button("Join the teams", Action(ActionKind.JOIN_TEAMS, digest), ButtonStyle.PRIMARY)
    return Message(
        blocks=(
            Text(
                line(
                    f"Shall this team ({_places(mine)}) and the team that the code comes from "
                    f"({_places(theirs)}) be one? Questions, points and settings are brought "
                    "together under that team's weeks; schedules and channels stay as they are."
                )
            ),
            Buttons((join,)),
            Context(line(code("/prep unlink team"), " parts them again, and nothing is lost.")),
        )
    )


def linked(link: Link, accounts: Sequence[UserRef]) -> Message:
    """Return that two members are one now."""
    names = _and([_ACCOUNT[account.platform] for account in accounts])
    return Message(
        blocks=(
            Text(line(f"Done: your accounts on {names} are one member of the team now.")),
            Buttons((_unlink(link),)),
        )
    )


def joined(link: Link, places: Sequence[WorkspaceRef]) -> Message:
    """Return that two teams are one now."""
    return Message(
        blocks=(
            Text(line(f"Done: you are one team now ({_places(places)}).")),
            Context(
                line("Members with two accounts link themselves with ", code("/prep link"), ".")
            ),
            Buttons((_unlink(link),)),
        )
    )


def told_linked(link: Link) -> Message:
    """Return what the person who asked for the code is told when it was used."""
    where = _ACCOUNT[link.made_by.platform]
    if link.kind is LinkKind.TEAM:
        text = f"Your team was joined with another: somebody typed your code on {where}."
    else:
        text = f"Your account was linked with another: somebody typed your code on {where}."
    return Message(
        blocks=(
            Text(line(text)),
            Context(line("If that was not meant to be, undo it here; nothing is lost.")),
            Buttons((_unlink(link),)),
        )
    )


def parted(link: Link) -> Message:
    """Return that a link is undone."""
    if link.kind is LinkKind.TEAM:
        return say(
            "Done: you are two teams again. Each has its members, answers and points back; what "
            "happened since stays where it happened."
        )
    return say(
        "Done: your accounts are two members again. Each has its answers and points back, also "
        "those given since."
    )


def _unlink(link: Link) -> Button:
    return Button("Undo", Action(ActionKind.UNLINK, link.id))


def _places(workspaces: Sequence[WorkspaceRef]) -> str:
    counts: dict[Platform, int] = {}
    for workspace in workspaces:
        counts[workspace.platform] = counts.get(workspace.platform, 0) + 1
    named = [
        f"a {_PLACE[platform]}" if count == 1 else f"{count} {_PLACE[platform]}s"
        for platform, count in counts.items()
    ]
    return _and(named) or "direct messages only"


def _and(words: Sequence[str]) -> str:
    unique = list(dict.fromkeys(words))
    if len(unique) < 2:
        return "".join(unique)
    return f"{', '.join(unique[:-1])} and {unique[-1]}"
