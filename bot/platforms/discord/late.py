"""Answers that come after Discord has closed the interaction they answer."""

from __future__ import annotations

import logging

from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.parse import Interaction, place_of, user_of
from handlers.message import Message
from handlers.ports import DeliveryFailed

_log = logging.getLogger(__name__)


class LateAnswers:
    """Says as a message of its own what an interaction can't be answered with any more.

    Args:
        platform: what says it.
    """

    def __init__(self, platform: DiscordPlatform) -> None:
        self._platform = platform

    async def tell(self, interaction: Interaction, message: Message, *, everyone: bool) -> None:
        """Say it where everybody is to see it, or else to the caller in a direct message.

        Args:
            interaction: what it answers; its token has ended.
            message: the answer.
            everyone: whether the others are to see it.
        """
        place = place_of(interaction.channel) if everyone else None
        try:
            if place is None:
                place = await self._platform.direct(user_of(interaction))
            await self._platform.post(place, message, key=f"late:{interaction.id}")
        except DeliveryFailed as error:
            _log.warning("an answer came too late and can't be told: %s", error.reason)
