"""The fake Discord's gateway: sessions that identify, hear events, drop and resume."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import WSCloseCode, WSMsgType, web

from tests.wire.fake_discord_world import FakeMessage, Json, World

GUILDS, GUILD_MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS = 1 << 9, 1 << 10
DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 12, 1 << 15
_PRIVILEGED: Final = GUILD_MEMBERS | PRESENCES | MESSAGE_CONTENT
_DISPATCH, _HEARTBEAT, _IDENTIFY, _PRESENCE, _RESUME = 0, 1, 2, 3, 6
_OF_GUILDS: Final = ("GUILD_CREATE", "GUILD_DELETE", "GUILD_UPDATE")
_RECONNECT, _MEMBERS, _INVALID, _HELLO, _ACK = 7, 8, 9, 10, 11


class _Socket:
    """One connection, compressed as the client asked."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self._socket = socket
        self._zlib = zlib.compressobj() if compressed else None

    async def send(self, payload: Json) -> None:
        text = json.dumps(payload)
        # A peer that has just gone is an ordinary sight; its session keeps the event.
        with contextlib.suppress(ConnectionError):
            if self._zlib is None:
                await self._socket.send_str(text)
            else:
                data = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
                await self._socket.send_bytes(data)

    async def close(self, code: int) -> None:
        await self._socket.close(code=code)

    def abort(self) -> None:
        """Break the connection as a network fault would."""
        if self._socket._req is not None and self._socket._req.transport is not None:
            self._socket._req.transport.abort()


@dataclass
class Session:
    """What lives on when a connection breaks: the events since it began.

    Attributes:
        shard: its number, and how many there are.
    """

    id: str
    intents: int
    shard: tuple[int, int] = (0, 1)
    socket: _Socket | None = None
    events: list[Json] = field(default_factory=list)

    def hears(self, guild_id: str | None) -> bool:
        """Whether it is told what happens in a guild, or outside of any."""
        number, count = self.shard
        return number == (0 if guild_id is None else (int(guild_id) >> 22) % count)

    async def dispatch(self, name: str, data: Json) -> None:
        self.events.append({"op": _DISPATCH, "s": len(self.events) + 1, "t": name, "d": data})
        if self.socket is not None:
            await self.socket.send(self.events[-1])


class Gateway:
    """Serves the WebSocket and sends events to every session that asked for them."""

    def __init__(self, world: World, token: str, touch: Callable[[], None]) -> None:
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.privileged_allowed = MESSAGE_CONTENT
        self.starts_left = 1000
        self.starts_reset_seconds = 3600.0
        self.recommended_shards = 1
        self.url = ""
        self.token = token
        self._world = world
        self._touch = touch

    def _hearing(self, guild_id: str | None) -> list[Session]:
        return [session for session in self.sessions.values() if session.hears(guild_id)]

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.socket is not None]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse(max_msg_size=1 << 16)
        await response.prepare(request)
        compressed = request.query.get("compress") == "zlib-stream"
        socket = _Socket(response, compressed=compressed)
        await socket.send({"op": _HELLO, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        session: Session | None = None
        try:
            async for frame in response:
                if frame.type is not WSMsgType.TEXT:
                    continue
                session = await self._take(json.loads(frame.data), socket, session)
        finally:
            if session is not None and session.socket is socket:
                session.socket = None
            self._touch()
        return response

    async def dispatch(self, name: str, data: Json, needs: int = 0) -> None:
        """Send an event to every session with the intent that it needs."""
        for session in self._hearing(data["id"] if name in _OF_GUILDS else data.get("guild_id")):
            if needs & session.intents or not needs:
                await session.dispatch(name, data)
        self._touch()

    async def dispatch_message(self, name: str, message: FakeMessage) -> None:
        """Send a message event; its content stays hidden from who may not read it."""
        direct = message.guild_id is None
        needs = DIRECT_MESSAGES if direct else GUILD_MESSAGES
        for session in self._hearing(None if direct else str(message.guild_id)):
            if not needs & session.intents:
                continue
            own = message.author == self._world.bot
            hidden = not (direct or own or session.intents & MESSAGE_CONTENT)
            data = message.payload(content_hidden=hidden)
            if not direct:
                data["guild_id"] = str(message.guild_id)
                member = self._world.member_payload(message.author)
                data["member"] = {k: v for k, v in member.items() if k != "user"}
            await session.dispatch(name, data)
        self._touch()

    async def drop(self, *, keep_sessions: bool, shard: int | None = None) -> None:
        """Break every connection, or one shard's; without sessions no client can resume."""
        dropped = [s for s in self.connected if shard is None or s.shard[0] == shard]
        sockets = [session.socket for session in dropped]
        if not keep_sessions:
            for session in dropped:
                del self.sessions[session.id]
        for socket in sockets:
            if socket is not None:
                socket.abort()

    async def ask_to_reconnect(self) -> None:
        """Send op 7, as Discord does routinely."""
        for session in self.connected:
            if session.socket is not None:
                await session.socket.send({"op": _RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate(self) -> None:
        """Send op 9: the sessions are gone and their clients must identify anew."""
        gone = [session.socket for session in self.connected]
        self.sessions.clear()
        for socket in gone:
            if socket is not None:
                await socket.send({"op": _INVALID, "d": False, "s": None, "t": None})

    async def close(self) -> None:
        for session in self.connected:
            if session.socket is not None:
                await session.socket.close(WSCloseCode.GOING_AWAY)

    async def _take(self, frame: Json, socket: _Socket, session: Session | None) -> Session | None:
        match frame["op"]:
            case op if op == _HEARTBEAT:
                await socket.send({"op": _ACK, "d": None, "s": None, "t": None})
            case op if op == _IDENTIFY:
                if session is not None:
                    await socket.close(4005)
                    return session
                return await self._identify(frame["d"], socket)
            case op if op == _RESUME:
                return await self._resume(frame["d"], socket)
            case op if op in (_PRESENCE, _MEMBERS):
                if session is None:
                    await socket.close(4003)
            case _:
                await socket.close(4001)
        return session

    async def _identify(self, data: dict[str, Any], socket: _Socket) -> Session | None:
        self.identifies.append(data)
        self._touch()
        if data["token"] != self.token:
            await socket.close(4004)
            return None
        if data["intents"] & _PRIVILEGED & ~self.privileged_allowed:
            await socket.close(4014)
            return None
        if self.starts_left <= 0:
            # Discord would reset the bot's token.
            await socket.close(4004)
            return None
        self.starts_left -= 1
        shard = tuple(data.get("shard") or (0, 1))
        session = Session(
            secrets.token_hex(8), data["intents"], shard=(shard[0], shard[1]), socket=socket
        )
        self.sessions[session.id] = session
        guilds = [id_ for id_ in self._world.guilds if session.hears(str(id_))]
        ready = {
            "v": 10,
            "user": self._world.bot.payload(),
            "guilds": [{"id": str(id_), "unavailable": True} for id_ in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": str(self._world.application_id), "flags": 0},
        }
        if "shard" in data:
            ready["shard"] = data["shard"]
        await session.dispatch("READY", ready)
        for id_ in guilds if session.intents & GUILDS else ():
            await session.dispatch("GUILD_CREATE", self._world.guild_payload(id_))
        self._touch()
        return session

    async def _resume(self, data: dict[str, Any], socket: _Socket) -> Session | None:
        self.resumes.append(data)
        session = self.sessions.get(data["session_id"])
        if data["token"] != self.token:
            await socket.close(4004)
            return None
        if session is None:
            await asyncio.sleep(0)
            await socket.send({"op": _INVALID, "d": False, "s": None, "t": None})
            return None
        session.socket = socket
        for event in session.events[data["seq"] or 0 :]:
            await socket.send(event)
        await session.dispatch("RESUMED", {})
        self._touch()
        return session
