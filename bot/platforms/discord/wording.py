"""Declared translations as Discord's localised names and descriptions."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands
from discord.app_commands import locale_str

from handlers.command import Wording


class Wordings(app_commands.Translator):
    """Finds a declaration's translation: it travels with the word itself."""

    async def translate(
        self,
        string: locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002  (the library passes it)
    ) -> str | None:
        """Return the word in a language, or ``None`` where it is not translated."""
        by_locale: Mapping[str, str] = string.extras.get("by_locale", {})
        return by_locale.get(locale.value)


def translatable(
    name: str, description: str, wordings: Mapping[str, Wording]
) -> tuple[locale_str, locale_str]:
    """Return a name and a description that carry their translations.

    Args:
        name: as it is handed on, whatever language it was typed in.
        description: in English.
        wordings: the translations, by locale.

    Raises:
        ValueError: Discord has no such locale.
    """
    known = {locale.value for locale in discord.Locale}
    if unknown := sorted(set(wordings) - known):
        raise ValueError(f"Discord has no locale {', '.join(unknown)}")
    names = {locale: word.name for locale, word in wordings.items() if word.name}
    texts = {locale: w.description for locale, w in wordings.items() if w.description}
    return locale_str(name, by_locale=names), locale_str(description, by_locale=texts)
