"""A place for one text, where the bot remembers something over restarts."""

from __future__ import annotations

from bot.platforms.discord.commands import CommandMemory
from bot.platforms.discord.starts import StartMemory


class Shelf:
    """Remembers a text, as a row or a file would."""

    def __init__(self) -> None:
        self.value: str | None = None

    @property
    def commands(self) -> CommandMemory:
        return CommandMemory(load=self._load, save=self._save)

    @property
    def starts(self) -> StartMemory:
        return StartMemory(load=self._load, save=self._save)

    async def _load(self) -> str | None:
        return self.value

    async def _save(self, value: str) -> None:
        self.value = value
