"""The state of a fake Slack workspace, and what the Web API's methods do to it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.wire import slack_files, slack_surfaces
from tests.wire.slack_blocks import Json, Refused, check_message, check_view, read_blocks

TEAM = "T1"
BOT_USER = "UBOT"
BOT_ID = "BBOT"
SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.postEphemeral": "chat:write",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "conversations.info": "channels:read",
    "conversations.open": "im:write",
    "users.info": "users:read",
    "users.conversations": "channels:read",
    **slack_surfaces.SCOPES,
    **slack_files.SCOPES,
}
_TRIGGER_SECONDS = 3.0


@dataclass
class Channel:
    """A channel with its messages, oldest first.

    Attributes:
        is_member: whether the bot is in it.
        people: who else is in it; everybody where ``None``.
    """

    id: str
    is_member: bool = True
    is_archived: bool = False
    is_private: bool = False
    people: set[str] | None = None
    messages: list[Json] = field(default_factory=list)

    def find(self, ts: str) -> Json:
        for message in self.messages:
            if message["ts"] == ts:
                return message
        raise Refused("message_not_found", ts)


@dataclass(frozen=True)
class Post:
    """Something the bot said.

    Attributes:
        to_user: the one person who sees it, where it is ephemeral.
        via: the method, or ``response_url``, or ``ack``.
    """

    channel: str
    text: str
    blocks: list[Json]
    ts: str = ""
    thread_ts: str | None = None
    metadata: Json | None = None
    to_user: str | None = None
    via: str = "chat.postMessage"

    @property
    def is_ephemeral(self) -> bool:
        return self.to_user is not None

    @property
    def plain(self) -> str:
        """What a person reads: the blocks, or the text where there are none."""
        return read_blocks(self.blocks) if self.blocks else self.text


class Workspace:
    """Channels, people, views and reactions; `call` answers Web API methods."""

    def __init__(self, team: str = TEAM) -> None:
        self.team = team
        self.channels = {"C1": Channel("C1"), "D1": Channel("D1")}
        self.users = {"U1": "Ada", "U2": "Grace"}
        self.admins = {"U2"}
        self.zones: dict[str, str] = {}
        self.scopes = set(SCOPES.values())
        self.posts: list[Post] = []
        self.views: list[Json] = []
        self.reactions: dict[tuple[str, str], set[str]] = {}
        self._triggers: dict[str, float] = {}
        self._numbers = itertools.count(1)
        self.surfaces = slack_surfaces.Surfaces(self.new_ts)
        self.files = slack_files.Files(self._share_files)
        self._methods: dict[str, Callable[[Json], Json]] = {
            **self.surfaces.methods,
            **self.files.methods,
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "reactions.add": self._react,
            "reactions.remove": self._unreact,
            "views.open": self._open_view,
            "conversations.open": self._open_conversation,
            "conversations.replies": self._replies,
            "conversations.history": self._history,
            "conversations.info": self._info,
            "users.info": self._user,
            "users.conversations": self._user_channels,
            "chat.getPermalink": self._permalink,
        }

    def call(self, method: str, arguments: Json) -> Json:
        """Answer a method; raises `Refused` where Slack would say ``ok: false``."""
        if method not in self._methods:
            raise Refused("unknown_method", method)
        scope = SCOPES.get(method)
        if scope and scope not in self.scopes:
            raise Refused("missing_scope", scope)
        return {"ok": True, **self._methods[method](arguments)}

    def channel(self, id_: str) -> Channel:
        """Return a channel, made up where it is new."""
        return self.channels.setdefault(id_, Channel(id_))

    def new_ts(self) -> str:
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def new_trigger(self) -> str:
        trigger = f"{next(self._numbers)}.trigger"
        self._triggers[trigger] = time.monotonic()
        return trigger

    def _usable(self, arguments: Json) -> Channel:
        id_ = arguments.get("channel", "")
        channel = self.channels.get(f"D{id_[1:]}" if id_.startswith("U") else id_)
        if channel is None:
            raise Refused("channel_not_found", id_)
        if not channel.is_member:
            raise Refused("not_in_channel", id_)
        return channel

    def _writable(self, arguments: Json) -> Channel:
        channel = self._usable(arguments)
        if channel.is_archived:
            raise Refused("is_archived", channel.id)
        check_message(arguments)
        return channel

    def _auth_test(self, arguments: Json) -> Json:
        return {
            "url": "https://fake.slack.com/",
            "team": "Fake",
            "user": "prepbot",
            "team_id": self.team,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
        }

    def _post(self, arguments: Json) -> Json:
        channel = self._writable(arguments)
        message = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT_ID,
            "ts": self.new_ts(),
            **{k: arguments[k] for k in ("text", "blocks", "thread_ts") if arguments.get(k)},
        }
        stored = message | {k: arguments[k] for k in ("metadata",) if arguments.get(k)}
        channel.messages.append(stored)
        self.posts.append(
            Post(
                channel=channel.id,
                text=arguments.get("text") or "",
                blocks=arguments.get("blocks") or [],
                ts=message["ts"],
                thread_ts=arguments.get("thread_ts"),
                metadata=arguments.get("metadata"),
            )
        )
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def _share_files(self, arguments: Json, files: list[Json]) -> None:
        text = arguments.get("initial_comment") or "files"
        self._post({**arguments, "channel": arguments["channel_id"], "text": text})
        self._usable({"channel": arguments["channel_id"]}).messages[-1]["files"] = files

    def _post_ephemeral(self, arguments: Json) -> Json:
        channel = self._writable(arguments)
        self.note_answer(arguments, channel.id, arguments["user"], via="chat.postEphemeral")
        return {"message_ts": self.new_ts()}

    def note_answer(self, body: Json, channel: str, to_user: str | None, *, via: str) -> None:
        """Keep an answer that is no message in the channel's history."""
        check_message(body)
        self.posts.append(
            Post(
                channel=channel,
                text=body.get("text") or "",
                blocks=body.get("blocks") or [],
                ts=self.new_ts(),
                thread_ts=body.get("thread_ts"),
                to_user=to_user,
                via=via,
            )
        )

    def _update(self, arguments: Json) -> Json:
        channel = self._writable(arguments)
        message = channel.find(arguments["ts"])
        message |= {k: arguments[k] for k in ("text", "blocks", "metadata") if k in arguments}
        return {"channel": channel.id, "ts": message["ts"], "text": message.get("text", "")}

    def _signs(self, arguments: Json) -> set[str]:
        channel = self._usable(arguments)
        channel.find(arguments["timestamp"])
        return self.reactions.setdefault((channel.id, arguments["timestamp"]), set())

    def _react(self, arguments: Json) -> Json:
        signs = self._signs(arguments)
        if arguments["name"] in signs:
            raise Refused("already_reacted", arguments["name"])
        signs.add(arguments["name"])
        return {}

    def _unreact(self, arguments: Json) -> Json:
        signs = self._signs(arguments)
        if arguments["name"] not in signs:
            raise Refused("no_reaction", arguments["name"])
        signs.remove(arguments["name"])
        return {}

    def _open_view(self, arguments: Json) -> Json:
        issued = self._triggers.pop(arguments.get("trigger_id", ""), None)
        if issued is None:
            raise Refused("invalid_trigger_id", "unknown or used")
        if time.monotonic() - issued > _TRIGGER_SECONDS:
            raise Refused("expired_trigger_id", "older than three seconds")
        check_view(arguments["view"])
        view = {**arguments["view"], "id": f"V{next(self._numbers)}"}
        self.views.append(view)
        return {"view": view}

    def _open_conversation(self, arguments: Json) -> Json:
        user = arguments["users"]
        if user not in self.users:
            raise Refused("user_not_found", user)
        return {"channel": {"id": self.channel(f"D{user[1:]}").id}}

    def _replies(self, arguments: Json) -> Json:
        channel = self._usable(arguments)
        ts = arguments["ts"]
        found = [m for m in channel.messages if ts in {m["ts"], m.get("thread_ts")}]
        found += self.surfaces.shown_in(channel.id, ts, bot_id=BOT_ID)
        if not found:
            raise Refused("thread_not_found", ts)
        return _page(found, arguments)

    def _history(self, arguments: Json) -> Json:
        channel = self._usable(arguments)
        found = [
            m
            for m in reversed(channel.messages)
            if m.get("thread_ts") in {None, m["ts"]} or m.get("subtype") == "thread_broadcast"
        ]
        return _page(found, arguments)

    def _info(self, arguments: Json) -> Json:
        channel = self.channels.get(arguments.get("channel", ""))
        if channel is None:
            raise Refused("channel_not_found", "")
        flags = {"is_member": channel.is_member, "is_archived": channel.is_archived}
        flags["is_private"] = channel.is_private
        return {"channel": {"id": channel.id, "is_im": channel.id.startswith("D"), **flags}}

    def _permalink(self, arguments: Json) -> Json:
        channel = self._usable(arguments)
        ts = channel.find(arguments["message_ts"])["ts"]
        address = f"https://fake.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
        return {"channel": channel.id, "permalink": address}

    def _user_channels(self, arguments: Json) -> Json:
        user, types = arguments.get("user", ""), str(arguments.get("types")).split(",")
        found = [
            {"id": channel.id, "is_private": channel.is_private, "is_channel": True}
            for channel in self.channels.values()
            if not channel.id.startswith("D")
            and ("private_channel" if channel.is_private else "public_channel") in types
            and (channel.people is None or user in channel.people)
            # What is private is shown where the bot is in it, too.
            and (channel.is_member or not channel.is_private)
        ]
        start, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 100)
        more = str(start + limit) if start + limit < len(found) else ""
        return {
            "channels": found[start : start + limit],
            "response_metadata": {"next_cursor": more},
        }

    def _user(self, arguments: Json) -> Json:
        user = arguments.get("user", "")
        if user not in self.users:
            raise Refused("user_not_found", user)
        name = self.users[user]
        profile = {"display_name": name, "real_name": f"{name} Real"}
        admin = user in self.admins
        who = {"id": user, "name": name.lower(), "profile": profile, "is_admin": admin}
        return {"user": who | ({"tz": self.zones[user]} if user in self.zones else {})}


def _page(messages: list[Json], arguments: Json) -> Json:
    oldest, latest = str(arguments.get("oldest", "")), str(arguments.get("latest") or "9" * 20)
    first = str(arguments.get("ts", ""))
    messages = [m for m in messages if m["ts"] == first or oldest <= m["ts"] <= latest]
    start, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 100)
    shown = messages[start : start + limit]
    if arguments.get("include_all_metadata") not in {True, "1", "true"}:
        shown = [{k: v for k, v in m.items() if k != "metadata"} for m in shown]
    more = start + limit < len(messages)
    cursor = str(start + limit) if more else ""
    return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}
