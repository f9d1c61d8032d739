"""A neutral message as Discord shows it: embeds and buttons. Pure.

What doesn't fit folds like this, always with a visible “…”:

- a block longer than a description is cut; a block that doesn't fit into the description begins
  a new embed; once 6000 characters are used, the rest is left out;
- a field's name and value and a button's label are cut;
- buttons beyond five rows of five are counted in a last line;
- a second button with the same action is left out: Discord wants every action once a message.

What may be folded away elsewhere stands where it is, and the question whether something was any
use is asked by two small buttons.

The summary stands above the embed, where notifications read it, if a message has its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import discord

from bot.platforms.discord import limits
from bot.platforms.discord.block import fit
from bot.platforms.discord.limits import length
from bot.platforms.discord.markdown import (
    ELLIPSIS,
    NOTHING,
    escape,
    one_line,
    shorten,
    unmention,
)
from handlers.message import (
    Button,
    Buttons,
    ButtonStyle,
    Content,
    Feedback,
    Fields,
    Message,
    unfold,
)

_GAP: Final = "\n\n"
# Kept free, in characters and embeds, for the “…” and the line that counts buttons left out.
_RESERVE: Final = 60
_PAGES: Final = limits.EMBEDS - 2
_STYLES: Final = {
    ButtonStyle.PRIMARY: discord.ButtonStyle.primary,
    ButtonStyle.SECONDARY: discord.ButtonStyle.secondary,
}


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A message in Discord's terms.

    Attributes:
        content: the line above the embeds; often empty.
        embeds: at least one.
        rows: the buttons, row by row.
    """

    content: str
    embeds: tuple[discord.Embed, ...]
    rows: tuple[tuple[Button, ...], ...]

    def view(self) -> discord.ui.View:
        """Build the buttons; a stopped view, so that the library doesn't keep it in memory."""
        view = discord.ui.View(timeout=None)
        for number, row in enumerate(self.rows):
            for button in row:
                view.add_item(
                    discord.ui.Button(
                        label=shorten(unmention(one_line(button.label)), limits.BUTTON_LABEL)
                        or ELLIPSIS,
                        custom_id=button.action.pack(),
                        style=_STYLES[button.style],
                        row=number,
                    )
                )
        view.stop()
        return view


def render(message: Message) -> Rendered:
    """Render a message within every limit of Discord's."""
    blocks = _blocks(message)
    rows, left_out = _lay_out([b for b in blocks if isinstance(b, Buttons)])
    pages = _Pages()
    for block in blocks:
        if not pages.add(block):
            break
    if left_out:
        pages.add_last(f"-# {ELLIPSIS} {left_out} more buttons do not fit here")
    if pages.is_empty:
        pages.add_last(shorten(escape(one_line(message.summary)), limits.CONTENT) or ELLIPSIS)
    summary = shorten(escape(one_line(message.summary)), limits.CONTENT)
    return Rendered(content=summary, embeds=pages.embeds(), rows=rows)


def render_text(message: Message, most: int) -> str:
    """Render a message as one text of at most ``most`` characters; fields become lines."""
    parts = [part for block in _blocks(message) if (part := fit(block, most))]
    return shorten(_GAP.join(parts), most)


def _blocks(message: Message) -> list[Content | Buttons]:
    return [
        _thumbs(block) if isinstance(block, Feedback) else block for block in unfold(message.blocks)
    ]


def _thumbs(feedback: Feedback) -> Buttons:
    return Buttons((Button("👍", feedback.helpful), Button("👎", feedback.unhelpful)))


@dataclass
class _Page:
    """An embed being filled."""

    description: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)


class _Pages:
    """The embeds being filled, and the room that is left in their sum."""

    def __init__(self) -> None:
        self._pages = [_Page()]
        self._room = limits.EMBEDS_SUM - _RESERVE

    @property
    def is_empty(self) -> bool:
        return not any(page.description or page.fields for page in self._pages)

    def add(self, block: Content | Buttons) -> bool:
        """Add a block; return whether anything may follow it."""
        if isinstance(block, Fields):
            return self._add_fields(block)
        text = fit(block, limits.EMBED_DESCRIPTION)
        if not text:
            return True
        if length(text) + length(_GAP) > self._room:
            self.add_last(fit(block, self._room - length(_GAP)) or ELLIPSIS)
            return False
        if not self._has_place_for(text) and not self._begin_page():
            self.add_last(ELLIPSIS)
            return False
        self._append(text)
        return True

    def add_last(self, text: str) -> None:
        """Add a final line within the reserve; embeds are kept free for it."""
        if not self._has_place_for(text):
            self._pages.append(_Page())
        self._append(text)

    def embeds(self) -> tuple[discord.Embed, ...]:
        filled = [page for page in self._pages if page.description or page.fields]
        return tuple(_embed(page) for page in filled)

    def _add_fields(self, block: Fields) -> bool:
        for name, value in block.pairs:
            page = self._pages[-1]
            pair = (
                shorten(escape(one_line(name)), limits.FIELD_NAME) or NOTHING,
                shorten(escape(value).strip(), limits.FIELD_VALUE) or NOTHING,
            )
            if length(pair[0]) + length(pair[1]) > self._room:
                self.add_last(ELLIPSIS)
                return False
            if len(page.fields) == limits.EMBED_FIELDS and not self._begin_page():
                self.add_last(ELLIPSIS)
                return False
            self._pages[-1].fields.append(pair)
            self._room -= length(pair[0]) + length(pair[1])
        return True

    def _has_place_for(self, text: str) -> bool:
        page = self._pages[-1]
        # Fields stand below their embed's description, so text after fields needs a new one.
        used = length(page.description) + length(_GAP)
        return not page.fields and used + length(text) <= limits.EMBED_DESCRIPTION

    def _begin_page(self) -> bool:
        if len(self._pages) == _PAGES:
            return False
        self._pages.append(_Page())
        return True

    def _append(self, text: str) -> None:
        page = self._pages[-1]
        gap = _GAP if page.description else ""
        page.description += gap + text
        self._room -= length(gap + text)


def _embed(page: _Page) -> discord.Embed:
    embed = discord.Embed(description=page.description or None)
    for name, value in page.fields:
        embed.add_field(name=name, value=value, inline=True)
    return embed


def _lay_out(blocks: list[Buttons]) -> tuple[tuple[tuple[Button, ...], ...], int]:
    """Return the rows that fit, and how many buttons do not."""
    rows: list[tuple[Button, ...]] = []
    seen: set[str] = set()
    for block in blocks:
        fresh: list[Button] = []
        for button in block.buttons:
            if button.action.pack() not in seen:
                seen.add(button.action.pack())
                fresh.append(button)
        starts = range(0, len(fresh), limits.BUTTONS_IN_ROW)
        rows.extend(tuple(fresh[at : at + limits.BUTTONS_IN_ROW]) for at in starts)
    left_out = sum(len(row) for row in rows[limits.ROWS :])
    return tuple(rows[: limits.ROWS]), left_out
