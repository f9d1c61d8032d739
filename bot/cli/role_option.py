"""The option that names a role, with the nearest role offered for a wrong name."""

from __future__ import annotations

import click

from handlers.command import suggest
from questions.role import Role, find_role


def read_role(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Role | None:
    """Return the role that an option names.

    Raises:
        click.BadParameter: there is none of that name.
    """
    if value is None:
        return None
    role = find_role(value)
    if role is None:
        raise click.BadParameter(f"there is no role “{value}”. {suggest(value, list(Role))}")
    return role
