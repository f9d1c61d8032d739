"""A neutral form as a Discord modal, and what comes back from one. Pure.

Discord has its own words on the button that sends a modal, so `OpenForm.submit_label` is not
shown. The intro stands above the fields while there is a place for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import discord

from bot.platforms.discord import limits
from bot.platforms.discord.markdown import ELLIPSIS, clean, one_line, shorten
from bot.platforms.discord.render import render_text
from handlers.message import Field, OpenForm, SelectField, TextField


class _Form(discord.ui.Modal):
    """A modal that nobody waits for: what is sent comes back by its custom id."""


def render_form(form: OpenForm) -> discord.ui.Modal:
    """Build the modal.

    Raises:
        ValueError: the form has no field, or more than five.
    """
    if not 1 <= len(form.fields) <= limits.MODAL_COMPONENTS:
        raise ValueError(f"a Discord form has 1 to 5 fields, this one {len(form.fields)}")
    modal = _Form(
        title=shorten(one_line(form.title), limits.MODAL_TITLE) or ELLIPSIS,
        custom_id=form.action.pack(),
    )
    intro = render_text(form.intro, limits.MODAL_TEXT)
    if intro and len(form.fields) < limits.MODAL_COMPONENTS:
        modal.add_item(discord.ui.TextDisplay(intro))
    for field in form.fields:
        modal.add_item(_label(field))
    # Stopped, so that the library doesn't keep every modal that was ever opened.
    modal.stop()
    return modal


def form_values(components: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Return what was typed into a modal, by field name.

    Args:
        components: the ``components`` of a sent modal, as they came.
    """
    return dict(_values(components))


def _label(field: Field) -> discord.ui.Label[discord.ui.View]:
    return discord.ui.Label(
        text=shorten(one_line(field.label), limits.LABEL) or ELLIPSIS,
        component=_select(field) if isinstance(field, SelectField) else _input(field),
    )


def _input(field: TextField) -> discord.ui.TextInput[discord.ui.View]:
    placeholder = shorten(one_line(field.placeholder), limits.PLACEHOLDER)
    return discord.ui.TextInput(
        style=discord.TextStyle.paragraph,
        custom_id=field.name,
        placeholder=placeholder or None,
        default=shorten(clean(field.initial), limits.INPUT_VALUE) or None,
        max_length=limits.INPUT_VALUE,
    )


def _select(field: SelectField) -> discord.ui.Select[discord.ui.View]:
    placeholder = shorten(one_line(field.placeholder), limits.OPTION_TEXT)
    return discord.ui.Select(
        custom_id=field.name,
        placeholder=placeholder or None,
        options=[
            discord.SelectOption(
                label=shorten(one_line(label), limits.OPTION_TEXT) or ELLIPSIS,
                value=value,
                default=value == field.initial,
            )
            for value, label in field.options[: limits.OPTIONS]
        ],
    )


def _values(components: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    for component in components:
        if "value" in component and "custom_id" in component:
            yield str(component["custom_id"]), str(component["value"])
        picked = component.get("values")
        if isinstance(picked, list) and picked and "custom_id" in component:
            yield str(component["custom_id"]), str(picked[0])
        # A label holds one component, a row several.
        inner = component.get("component")
        if isinstance(inner, Mapping):
            yield from _values([inner])
        yield from _values(cast("Sequence[Mapping[str, object]]", component.get("components", ())))
