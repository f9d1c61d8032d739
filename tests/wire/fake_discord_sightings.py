"""What a fake Discord has seen of the bot, and waiting for more."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from tests.wire.fake_discord_faults import Changes
from tests.wire.fake_discord_gateway import Gateway
from tests.wire.fake_discord_hooks import FakeInteraction
from tests.wire.fake_discord_rest import Rest
from tests.wire.fake_discord_world import FakeMessage, Json, World

_T = TypeVar("_T")


class Sightings:
    """What the bot did.

    Attributes:
        requests: every REST request as ``(method, path)``, the path without ``/api/v10``.
    """

    def __init__(self, world: World, gateway: Gateway, rest: Rest, changes: Changes) -> None:
        self.requests: list[tuple[str, str]] = []
        self._world = world
        self._gateway = gateway
        self._rest = rest
        self._changes = changes

    @property
    def posts(self) -> list[FakeMessage]:
        """Messages that the bot created in channels, threads and direct messages."""
        return self._rest.posts

    @property
    def uploads(self) -> dict[str, bytes]:
        """The files that came with messages, by name."""
        return self._rest.uploads

    @property
    def interactions(self) -> list[FakeInteraction]:
        return self._rest.interactions

    @property
    def identifies(self) -> list[Json]:
        return self._gateway.identifies

    @property
    def resumes(self) -> list[Json]:
        return self._gateway.resumes

    @property
    def command_syncs(self) -> list[list[Json]]:
        """The command sets that the bot put, oldest first."""
        return self._rest.command_syncs

    @property
    def bot_id(self) -> int:
        return self._world.bot.id

    def message(self, id_: int) -> FakeMessage:
        return self._world.messages[id_]

    def history(self, channel_id: int) -> list[FakeMessage]:
        """A channel's messages, newest first."""
        return self._world.history(channel_id)

    def count(self, method: str, path_pattern: str) -> int:
        """How many requests came so far whose path matches a regular expression."""
        return sum(m == method and bool(re.search(path_pattern, p)) for m, p in self.requests)

    def reactions(self, message_id: int) -> set[str]:
        """The emoji that the bot has on a message."""
        reactions = self._world.messages[message_id].reactions
        return {emoji for emoji, who in reactions.items() if self._world.bot.id in who}

    async def wait_until(
        self, condition: Callable[[], _T | None], *, timeout: float = 20.0, what: str = ""
    ) -> _T:
        """Wait until ``condition`` gives something true, and return it.

        Raises:
            AssertionError: it did not within ``timeout`` seconds.
        """
        return await self._changes.wait_until(condition, timeout=timeout, what=what)

    async def wait_for_identify(self, count: int = 1, *, timeout: float = 20.0) -> None:
        """Wait until the bot is connected and has identified ``count`` times in all."""

        def ready() -> bool:
            return len(self.identifies) >= count and bool(self._gateway.connected)

        await self.wait_until(ready, timeout=timeout, what=f"identify {count}")

    async def wait_for_resume(self, count: int = 1, *, timeout: float = 20.0) -> None:
        """Wait until the bot has resumed ``count`` times in all."""
        await self.wait_until(lambda: len(self.resumes) >= count, timeout=timeout, what="resume")

    async def wait_for_post(
        self, containing: str = "", *, channel_id: int | None = None, timeout: float = 20.0
    ) -> FakeMessage:
        """Wait for a message by the bot whose visible text holds ``containing``."""

        def find() -> FakeMessage | None:
            for post in self.posts:
                if containing in post.text and channel_id in (None, post.channel_id):
                    return post
            return None

        return await self.wait_until(find, timeout=timeout, what=f"a post with {containing!r}")

    async def wait_for_answer(
        self, interaction: FakeInteraction, *, timeout: float = 20.0
    ) -> FakeMessage:
        """Wait for the message that finally stands in answer to an interaction."""

        def find() -> FakeMessage | None:
            message = interaction.message
            return message if message is not None and not message.is_loading else None

        return await self.wait_until(find, timeout=timeout, what="an answer")

    async def wait_for_modal(self, interaction: FakeInteraction, *, timeout: float = 20.0) -> Json:
        """Wait for the modal that an interaction opens."""
        return await self.wait_until(lambda: interaction.modal, timeout=timeout, what="a modal")

    async def wait_for_reaction(
        self, message_id: int, emoji: str, *, timeout: float = 20.0
    ) -> None:
        """Wait until the bot has put ``emoji`` on a message."""
        await self.wait_until(
            lambda: emoji in self.reactions(message_id), timeout=timeout, what=f"reaction {emoji}"
        )
