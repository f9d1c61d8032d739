"""What a fake Discord knows: people, channels and messages, and their JSON forms."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from tests.wire.fake_discord_permissions import allowed_in, everything
from tests.wire.fake_discord_rules import check_message

Json = dict[str, Any]

TEXT, DIRECT, NEWS, FORUM, MEDIA = 0, 1, 5, 15, 16
NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
THREADS: Final = (NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD)
EPHEMERAL: Final = 64
LOADING: Final = 128
MANAGE_GUILD: Final = 1 << 5
_EPOCH_MS: Final = 1_420_070_400_000


@dataclass
class FakeUser:
    id: int
    name: str
    bot: bool = False

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name.casefold().replace(" ", "_"),
            "global_name": self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
        }


@dataclass
class FakeChannel:
    id: int
    kind: int
    name: str = ""
    guild_id: int | None = None
    parent_id: int | None = None
    owner_id: int | None = None
    recipient: FakeUser | None = None
    archived: bool = False
    locked: bool = False
    denied: int = 0
    flags: int = 0
    tags: list[Json] = field(default_factory=list)
    overwrites: list[Json] = field(default_factory=list)
    applied_tags: list[str] = field(default_factory=list)

    def payload(self) -> Json:
        data: Json = {"id": str(self.id), "type": self.kind, "last_message_id": None}
        data["flags"] = self.flags
        if self.kind == DIRECT:
            data["recipients"] = [self.recipient.payload()] if self.recipient else []
            return data
        data |= {"name": self.name, "guild_id": str(self.guild_id), "position": 0, "nsfw": False}
        data |= {"parent_id": None if self.parent_id is None else str(self.parent_id)}
        if self.kind in THREADS:
            data |= {
                "owner_id": str(self.owner_id),
                "applied_tags": self.applied_tags,
                "message_count": 0,
                "total_message_sent": 0,
                "member_count": 1,
                "rate_limit_per_user": 0,
                "thread_metadata": {
                    "archived": self.archived,
                    "locked": self.locked,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": datetime.now(UTC).isoformat(),
                },
            }
        else:
            denied = {"id": str(self.guild_id), "type": 0, "allow": "0", "deny": str(self.denied)}
            everyones = [denied] if self.denied else []
            data["permission_overwrites"] = [*everyones, *self.overwrites]
            data |= {"topic": None, "rate_limit_per_user": 0}
        if self.kind in (FORUM, MEDIA):
            data |= {"available_tags": self.tags}
        return data


@dataclass
class FakeMessage:
    id: int
    channel_id: int
    author: FakeUser
    guild_id: int | None = None
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    allowed_mentions: Json | None = None
    nonce: str | None = None
    reactions: dict[str, set[int]] = field(default_factory=dict)
    reply_to: int | None = None
    webhook_id: int | None = None
    flags: int = 0
    kind: int = 0
    attachments: list[Json] = field(default_factory=list)
    thread: FakeChannel | None = None
    edited: str | None = None
    sent: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    created: float = field(default_factory=time.monotonic)

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def is_loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """Everything a person can read in it, buttons left out."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [embed.get("title", ""), embed.get("description", "")]
            parts += [f"{f['name']}: {f['value']}" for f in embed.get("fields", [])]
            parts.append(embed.get("footer", {}).get("text", ""))
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> dict[str, str]:
        """Each button's custom id by its label."""
        return {
            item["label"]: item["custom_id"]
            for row in self.components
            for item in row["components"]
            if item["type"] == 2 and "custom_id" in item
        }

    def payload(self, *, content_hidden: bool = False) -> Json:
        hidden: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
        shown: Json = {
            "content": self.content,
            "embeds": [{"type": "rich", **embed} for embed in self.embeds],
            "attachments": self.attachments,
            "components": _numbered(self.components),
        }
        data: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel_id),
            "author": self.author.payload(),
            **(hidden if content_hidden else shown),
            "timestamp": self.sent,
            "edited_timestamp": self.edited,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "pinned": False,
            "type": 19 if self.reply_to else self.kind,
            "flags": self.flags,
            "reactions": [
                {
                    "count": len(who),
                    "count_details": {"burst": 0, "normal": len(who)},
                    "me": False,
                    "me_burst": False,
                    "burst_colors": [],
                    "emoji": {"id": None, "name": emoji},
                }
                for emoji, who in self.reactions.items()
                if who
            ],
        }
        if self.webhook_id is not None:
            data["webhook_id"] = str(self.webhook_id)
        if self.reply_to is not None:
            data["message_reference"] = {
                "type": 0,
                "message_id": str(self.reply_to),
                "channel_id": str(self.channel_id),
            }
        return data


def _numbered(components: list[Json]) -> list[Json]:
    """Give every component its number, as Discord does."""
    numbers = itertools.count(1)

    def number(component: Json) -> Json:
        numbered = {"id": next(numbers), **component}
        if "components" in component:
            numbered["components"] = [number(child) for child in component["components"]]
        return numbered

    return [number(component) for component in components]


class World:
    """The guild, its people and everything said in it."""

    def __init__(self, bot_name: str) -> None:
        self._serial: Iterator[int] = itertools.count(1)
        self.bot = FakeUser(self.new_id(), bot_name, bot=True)
        self.application_id = self.new_id()
        self.owner_id = self.new_id()
        self.guild_id = self.new_id()
        # What everybody may do, by guild.
        self.guilds: dict[int, int] = {self.guild_id: everything()}
        self.users: dict[str, FakeUser] = {}
        self.channels: dict[int, FakeChannel] = {}
        self.messages: dict[int, FakeMessage] = {}

    def new_id(self) -> int:
        """Return a snowflake of this moment; later ones are larger."""
        serial = next(self._serial)
        return (int(time.time() * 1000) - _EPOCH_MS + serial << 22) | (serial & 0xFFF)

    def add_guild(self, id_: int) -> int:
        """Let the bot be in a guild, where everybody may do everything."""
        self.guilds[id_] = everything()
        return id_

    def user(self, name: str) -> FakeUser:
        """Return the person of this name, who joins if need be."""
        if name not in self.users:
            self.users[name] = FakeUser(self.new_id(), name)
        return self.users[name]

    def add_channel(
        self, name: str, kind: int = TEXT, *, guild_id: int | None = None
    ) -> FakeChannel:
        channel = FakeChannel(self.new_id(), kind, name, guild_id=guild_id or self.guild_id)
        self.channels[channel.id] = channel
        return channel

    def build(self, body: Json, channel: FakeChannel) -> FakeMessage:
        """Return a message by the bot, from what it sent."""
        return FakeMessage(
            self.new_id(),
            channel.id,
            self.bot,
            guild_id=channel.guild_id,
            content=body.get("content") or "",
            embeds=body.get("embeds") or [],
            components=body.get("components") or [],
            allowed_mentions=body.get("allowed_mentions"),
            reply_to=int(body["message_reference"]["message_id"])
            if body.get("message_reference")
            else None,
        )

    def overwrite(self, message: FakeMessage, body: Json) -> None:
        """Change a message by what the bot sent."""
        check_message({"content": message.content, "embeds": message.embeds, **body})
        message.content = body.get("content", message.content) or ""
        message.embeds = body.get("embeds", message.embeds) or []
        message.components = body.get("components", message.components) or []
        message.allowed_mentions = body.get("allowed_mentions", message.allowed_mentions)

    def add_thread(
        self,
        parent: FakeChannel,
        name: str,
        id_: int,
        owner: FakeUser,
        *,
        private: bool = False,
    ) -> FakeChannel:
        kind = NEWS_THREAD if parent.kind == NEWS else PUBLIC_THREAD
        thread = FakeChannel(
            id_,
            PRIVATE_THREAD if private else kind,
            name,
            guild_id=parent.guild_id,
            parent_id=parent.id,
            owner_id=owner.id,
        )
        self.channels[id_] = thread
        return thread

    def direct_channel(self, user: FakeUser) -> FakeChannel:
        """Return the direct-message conversation with ``user``, opened if need be."""
        for channel in self.channels.values():
            if channel.kind == DIRECT and channel.recipient == user:
                return channel
        channel = FakeChannel(self.new_id(), DIRECT, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def history(self, channel_id: int) -> list[FakeMessage]:
        """Return a channel's messages, newest first."""
        found = [m for m in self.messages.values() if m.channel_id == channel_id]
        return sorted(found, key=lambda message: message.id, reverse=True)

    def member_payload(self, user: FakeUser) -> Json:
        return {
            "user": user.payload(),
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": [],
            "joined_at": "2024-01-01T00:00:00+00:00",
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": None,
        }

    def everyone_payload(self, guild_id: int) -> Json:
        """The role that everybody has."""
        return {
            "id": str(guild_id),
            "name": "@everyone",
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": 0,
            "permissions": str(self.guilds[guild_id]),
            "managed": False,
            "icon": None,
            "unicode_emoji": None,
            "mentionable": False,
            "flags": 0,
        }

    def guild_payload(self, guild_id: int) -> Json:
        channels = [c for c in self.channels.values() if c.guild_id == guild_id]
        return {
            "id": str(guild_id),
            "name": "Study group",
            "owner_id": str(self.owner_id),
            "unavailable": False,
            "member_count": len(self.users) + 1,
            "large": False,
            "roles": [self.everyone_payload(guild_id)],
            "channels": [c.payload() for c in channels if c.kind in (TEXT, NEWS, FORUM, MEDIA)],
            "threads": [c.payload() for c in channels if c.kind in THREADS and not c.archived],
            "members": [self.member_payload(self.bot)],
            "emojis": [],
            "stickers": [],
            "features": [],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def interaction_payload(
        self, kind: int, channel_id: int, user: str, data: Json, *, manages: bool
    ) -> Json:
        channel, person = self.channels[channel_id], self.user(user)
        payload: Json = {
            "id": str(self.new_id()),
            "application_id": str(self.application_id),
            "type": kind,
            "data": data,
            "channel_id": str(channel_id),
            "channel": channel.payload(),
            "token": secrets.token_urlsafe(24),
            "version": 1,
            "locale": "en-GB",
            "app_permissions": str(allowed_in(self, channel)),
            "entitlements": [],
            "authorizing_integration_owners": {},
            "context": 1 if channel.kind == DIRECT else 0,
            "attachment_size_limit": 10_485_760,
        }
        if channel.guild_id is None:
            payload["user"] = person.payload()
        else:
            permissions = MANAGE_GUILD if manages else 0
            member = self.member_payload(person) | {"permissions": str(permissions)}
            payload |= {"guild_id": str(channel.guild_id), "member": member}
            payload["guild"] = {"id": str(channel.guild_id), "locale": "en-US", "features": []}
        return payload
