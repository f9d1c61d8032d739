"""Roles as a command's option."""

from __future__ import annotations

from typing import Final

from handlers.command import Choice, Lookup, Option, UsageError, suggest
from questions.role import Role, find_role

ROLE_CHOICES: Final = tuple(
    Choice(value=role.value, label=role.title, aliases=(role.name.replace("_", "-"),))
    for role in Role
)

ROLE: Final = Option(
    name="role",
    description="The role, for example ai-engineer",
    choices=ROLE_CHOICES,
    lookup=Lookup.ROLE,
)


def parse_roles(text: str) -> tuple[Role, ...]:
    """Read roles separated by commas; ``all`` means every role.

    Raises:
        UsageError: one of them is unknown; names the nearest.
    """
    if text.strip().casefold() == "all":
        return tuple(Role)
    roles = []
    for name in filter(None, (part.strip() for part in text.split(","))):
        role = find_role(name)
        if role is None:
            raise UsageError(f"There is no role “{name}”. {suggest(name, list(Role))}")
        roles.append(role)
    if not roles:
        raise UsageError(f"Name at least one role. {suggest('', list(Role))}")
    return tuple(dict.fromkeys(roles))
