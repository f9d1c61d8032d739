"""Questions as posts of a forum channel, each with its own thread and tags.

https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict, cast

import discord
from discord.http import Route, handle_message_parameters

from bot.platforms.discord import limits
from bot.platforms.discord.faults import EMBED_LINKS_MISSING
from bot.platforms.discord.render import Rendered
from bot.platforms.discord.thread import ARCHIVED_AFTER_MINUTES, thread_name
from handlers.ports import TargetGone
from handlers.refs import ChannelRef, MessageRef

_FORUM, _MEDIA = 15, 16
_REQUIRES_TAG: Final = 1 << 4
# What Discord answers where a channel takes no plain messages.
NO_PLAIN_MESSAGES: Final = frozenset({50008, 50024})
# How many of our posts are looked at for an earlier try; newest first.
_HISTORY: Final = 25

NO_MEDIA: Final = "questions can't be posted in a media channel: choose a text channel or a forum"
NO_TAG: Final = (
    "the forum asks for a tag on every post and has none that Prepbot may use: add one, for "
    "example “AI Engineer”, or switch off that posts need a tag"
)


class Tag(TypedDict):
    """A forum's tag, as far as it matters here."""

    id: str
    name: str
    moderated: bool


class Forums:
    """Finds out which channels are forums, and posts in them."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def knows(self, channel: ChannelRef) -> bool:
        """Return whether a channel was found to be a forum."""
        return channel.id in self._known

    async def look_at(self, client: discord.Client, channel: ChannelRef) -> bool:
        """Return whether a channel that took no plain message is a forum.

        Raises:
            TargetGone: it is a media channel.
            discord.HTTPException: it can't be looked up.
        """
        kind = int((await _channel(client, channel))["type"])
        if kind == _MEDIA:
            raise TargetGone(NO_MEDIA)
        if kind == _FORUM:
            self._known.add(channel.id)
        return kind == _FORUM

    async def post(
        self,
        client: discord.Client,
        to: ChannelRef,
        rendered: Rendered,
        *,
        title: str,
        tags: Sequence[str],
    ) -> MessageRef:
        """Open a post and return its first message; its address tells the thread.

        Args:
            client: logged in.
            to: the forum.
            rendered: what it says; its first embed carries the address to find it by.
            title: the post's title.
            tags: what it may be filed under, as far as the forum has such tags.

        Raises:
            TargetGone: the forum asks for a tag and has none, or embeds are not allowed there.
            discord.HTTPException: Discord refused it.
        """
        forum = await _channel(client, to)
        chosen = choose_tags(
            cast("Sequence[Tag]", forum.get("available_tags") or ()),
            tags,
            needs_one=bool(int(forum.get("flags") or 0) & _REQUIRES_TAG),
        )
        with handle_message_parameters(
            rendered.content or None,
            embeds=rendered.embeds,
            view=rendered.view(),
            allowed_mentions=discord.AllowedMentions.none(),
            channel_payload={
                "name": thread_name(title),
                "auto_archive_duration": ARCHIVED_AFTER_MINUTES,
                "applied_tags": chosen,
            },
        ) as said:
            route = Route("POST", "/channels/{channel_id}/threads", channel_id=int(to.id))
            thread = await client.http.request(route, json=said.payload)
        await _check_embeds(client, thread)
        return _first_message(to, thread)

    async def find(self, client: discord.Client, to: ChannelRef, address: str) -> MessageRef | None:
        """Return the first message of our post with an address in its first embed.

        Raises:
            discord.HTTPException: Discord does not say what stands in the forum.
        """
        route = Route("GET", "/guilds/{guild_id}/threads/active", guild_id=int(to.workspace_id))
        threads = (await client.http.request(route))["threads"]
        me = "" if client.user is None else str(client.user.id)
        ours = [
            t for t in threads if str(t.get("parent_id")) == to.id and str(t.get("owner_id")) == me
        ]
        for thread in sorted(ours, key=lambda t: int(t["id"]), reverse=True)[:_HISTORY]:
            if await _address_of(client, thread) == address:
                return _first_message(to, thread)
        return None


def choose_tags(available: Sequence[Tag], wanted: Sequence[str], *, needs_one: bool) -> list[str]:
    """Return the ids of a forum's tags that fit, at most five; spelling and case don't matter.

    Tags that only moderators may use are left alone. Where every post needs a tag and none fits,
    the forum's first one is better than no question.

    Raises:
        TargetGone: a tag is needed, and there is none that may be used.
    """
    usable = [tag for tag in available if not tag.get("moderated")]
    by_name = {_fold(tag["name"]): str(tag["id"]) for tag in usable}
    fitting = [by_name[name] for name in map(_fold, wanted) if name in by_name]
    if fitting or not needs_one:
        return list(dict.fromkeys(fitting))[: limits.APPLIED_TAGS]
    if not usable:
        raise TargetGone(NO_TAG)
    return [str(usable[0]["id"])]


def _fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


async def _channel(client: discord.Client, channel: ChannelRef) -> Mapping[str, Any]:
    # What a channel holds depends on its kind, and the library's type has no room for it.
    return cast("Mapping[str, Any]", await client.http.get_channel(int(channel.id)))


async def _check_embeds(client: discord.Client, thread: Mapping[str, Any]) -> None:
    """Take a post back whose text vanished because embeds are not allowed.

    Deleting it takes a further permission; emptying and closing our own takes none.

    Raises:
        TargetGone: they are not.
    """
    message = thread.get("message")
    if message is not None and not message.get("embeds"):
        id_ = int(thread["id"])
        await client.http.delete_message(id_, id_)
        await client.http.edit_channel(id_, archived=True)
        raise TargetGone(EMBED_LINKS_MISSING)


async def _address_of(client: discord.Client, thread: Mapping[str, Any]) -> str | None:
    """Return the address in the first embed of a post's first message."""
    id_ = int(thread["id"])
    try:
        message = await client.http.get_message(id_, id_)
    except discord.NotFound:
        return None
    embeds = message.get("embeds") or [{}]
    return embeds[0].get("url")


def _first_message(to: ChannelRef, thread: Mapping[str, Any]) -> MessageRef:
    """Return the address of a post's first message, whose id is its thread's."""
    id_ = str(thread["id"])
    return MessageRef(channel=to, id=id_, thread_id=id_)
