"""What goes wrong at a fake Discord, as far as a test asks for it."""

from __future__ import annotations

from tests.wire.fake_discord_faults import Changes, Failure, Faults
from tests.wire.fake_discord_gateway import MESSAGE_CONTENT, Gateway
from tests.wire.fake_discord_limits import Limits
from tests.wire.fake_discord_permissions import Permission
from tests.wire.fake_discord_rest import Rest
from tests.wire.fake_discord_rules import Refused
from tests.wire.fake_discord_sightings import Sightings
from tests.wire.fake_discord_world import World


class Trouble(Sightings):
    """Faults that happen once or for a while.

    Attributes:
        limits: how many requests are taken.
    """

    def __init__(self, world: World, gateway: Gateway, rest: Rest, changes: Changes) -> None:
        super().__init__(world, gateway, rest, changes)
        self.limits = Limits()
        self._faults = Faults()

    def script_failure(
        self,
        method: str,
        path_pattern: str,
        *,
        status: int = 500,
        code: int = 0,
        retry_after: float | None = None,
        drop: bool = False,
        after: bool = False,
        times: int = 1,
        is_global: bool = False,
    ) -> None:
        """Fail the next ``times`` requests that match.

        Args:
            method: the HTTP method.
            path_pattern: a regular expression, searched in the path without ``/api/v10``.
            status: the status to answer; 429 needs ``retry_after``.
            code: Discord's error code.
            retry_after: seconds, for a 429.
            drop: break the connection instead of answering.
            after: do what was asked first: the request is accepted, its answer lost.
            times: how many requests fail.
            is_global: whether a 429 is about all that the bot sends.
        """
        self._faults.add(
            Failure(
                method,
                path_pattern,
                status=status,
                code=code,
                retry_after=retry_after,
                drop=drop,
                after=after,
                times=times,
                is_global=is_global,
            )
        )

    def refuse(self, channel_id: int, code: int, *, status: int = 403) -> None:
        """Refuse every request about a channel, for example with 50001, 50013 or 50007."""
        self._rest.refusals[channel_id] = Refused(code, "Refused", status=status)

    def allow(self, channel_id: int) -> None:
        """End a refusal."""
        self._rest.refusals.pop(channel_id, None)

    def forbid_embeds(self, channel_id: int) -> None:
        """Take the permission Embed Links away in a channel."""
        self._rest.without_embeds.add(channel_id)

    def delete_channel(self, channel_id: int) -> None:
        del self._world.channels[channel_id]

    def archive_thread(self, thread_id: int, *, locked: bool = False) -> None:
        thread = self._world.channels[thread_id]
        thread.archived, thread.locked = True, locked

    def forget_nonces(self) -> None:
        """End the window in which Discord recognises a nonce."""
        self._rest.nonces.clear()

    def refuse_message_content(self) -> None:
        """Take the privileged message-content intent away from the application."""
        self._gateway.privileged_allowed &= ~MESSAGE_CONTENT

    def refuse_gateway_token(self) -> None:
        """Let the gateway refuse the token that REST accepts, as after a reset in between."""
        self._gateway.token = ""

    async def drop_connections(
        self, *, keep_sessions: bool = True, shard: int | None = None
    ) -> None:
        """Break the gateway connections; without sessions the bot can't resume."""
        await self._gateway.drop(keep_sessions=keep_sessions, shard=shard)

    async def ask_to_reconnect(self) -> None:
        """Ask the bot to reconnect and resume (op 7)."""
        await self._gateway.ask_to_reconnect()

    async def invalidate_sessions(self) -> None:
        """Make the bot identify anew (op 9)."""
        await self._gateway.invalidate()

    async def deny(self, channel_id: int, *permissions: Permission) -> None:
        """Take permissions away from the bot in a channel; none gives all of them back."""
        channel = self._world.channels[channel_id]
        channel.denied = sum(permissions)
        await self._gateway.dispatch("CHANNEL_UPDATE", channel.payload())

    def hide(self, channel_id: int, user: str) -> None:
        """Keep a person from seeing a channel."""
        denied = {"type": 1, "allow": "0", "deny": str(int(Permission.VIEW_CHANNEL))}
        channel = self._world.channels[channel_id]
        channel.overwrites.append({"id": str(self._world.user(user).id), **denied})

    async def remove_bot(self, *, outage: bool = False) -> None:
        """Remove the bot from its guild; an outage only looks like it."""
        gone = {"id": str(self._world.guild_id)}
        if outage:
            gone["unavailable"] = True  # type: ignore[assignment]
        else:
            del self._world.guilds[self._world.guild_id]
        await self._gateway.dispatch("GUILD_DELETE", gone)

    async def add_bot(self) -> None:
        """Add the bot to its guild again."""
        guild_id = self._world.add_guild(self._world.guild_id)
        await self._gateway.dispatch("GUILD_CREATE", self._world.guild_payload(guild_id))

    def allow_starts(self, left: int, *, reset_after: float = 3600.0) -> None:
        """Let so many more sessions begin; more would cost the bot its token."""
        self._gateway.starts_left = left
        self._gateway.starts_reset_seconds = reset_after

    def expire_interactions(self, seconds: float) -> None:
        """End interactions' tokens sooner than after 15 minutes."""
        self._rest.hooks.token_seconds = seconds
