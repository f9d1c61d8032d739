"""What Slack offers beside channels: the Home tab and the assistant pane."""

from __future__ import annotations

import asyncio
import contextlib

from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.home import publish_home
from bot.platforms.slack.pane import suggest
from bot.platforms.slack.payload import Payload, text_at
from handlers.assistant.prompt import GREETING
from handlers.dispatch import Dispatcher
from handlers.invocation import Caller
from handlers.ports import DeliveryFailed


class Surfaces:
    """Fills the Home tab and the pane when somebody opens them.

    Args:
        platform: speaks on Slack.
        dispatcher: knows what stands on somebody's page.
    """

    def __init__(self, platform: SlackPlatform, dispatcher: Dispatcher) -> None:
        self._platform = platform
        self._dispatcher = dispatcher
        self._greeting = asyncio.Lock()

    async def open_home(self, event: Payload, caller: Caller) -> None:
        """Show somebody's page; on the Messages tab, suggest what to ask there.

        In Slack's newer pane for agents the Messages tab is the pane.
        """
        if text_at(event, "tab") == "messages":
            await suggest(self._platform.web, caller.channel.id, "")
            return
        page = await self._dispatcher.home(caller)
        await publish_home(self._platform.web, caller.user.id, page)

    async def open_pane(self, caller: Caller) -> None:
        """Greet somebody in the pane's thread, once, and suggest what to ask."""
        if caller.thread is None:
            return
        key = f"greeting:{caller.thread.pack()}"
        # One at a time, looking first: a repeated event must not greet twice.
        async with self._greeting:
            # A refusal is logged where it happens; the suggestions may be taken all the same.
            with contextlib.suppress(DeliveryFailed):
                await self._platform.post(caller.thread, GREETING, key=key, maybe_sent=True)
        await suggest(self._platform.web, caller.channel.id, caller.thread.id)
