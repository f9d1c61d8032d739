"""A fake workspace's Home tabs, assistant panes and streams.

https://docs.slack.dev/reference/methods/views.publish
https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
https://docs.slack.dev/reference/methods/assistant.threads.setStatus
https://docs.slack.dev/reference/methods/chat.startStream
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.wire.slack_blocks import Json, Refused, check_home

SCOPES: Final = {
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "assistant.threads.setStatus": "chat:write",
    "chat.startStream": "chat:write",
    "chat.appendStream": "chat:write",
    "chat.stopStream": "chat:write",
}


@dataclass
class Stream:
    """A message that comes into being; `text` is what stands so far."""

    channel: str
    thread_ts: str
    ts: str
    text: str
    is_open: bool = True
    metadata: Json | None = None


@dataclass
class Surfaces:
    """What people see beside channels.

    Attributes:
        new_ts: gives a message its id.
        homes: every view that was published, by person, the newest last.
        prompts: what a direct message suggests, by channel and thread (empty outside of one).
        statuses: every status that was set, with its channel and thread.
        streams: by id.
    """

    new_ts: Callable[[], str]
    homes: dict[str, list[Json]] = field(default_factory=dict)
    prompts: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    statuses: list[tuple[str, str, str]] = field(default_factory=list)
    streams: dict[str, Stream] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def methods(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "views.publish": self._publish,
            "assistant.threads.setSuggestedPrompts": self._suggest,
            "assistant.threads.setStatus": self._set_status,
            "chat.startStream": self._start,
            "chat.appendStream": self._append,
            "chat.stopStream": self._stop,
        }

    def shown_in(self, channel: str, thread_ts: str, *, bot_id: str) -> list[Json]:
        """A thread's messages that are, or were, streamed, as its history has them."""
        streams = [s for s in self.streams.values() if s.channel == channel]
        return [
            {"ts": s.ts, "thread_ts": s.thread_ts, "text": s.text, "bot_id": bot_id}
            | ({"metadata": s.metadata} if s.metadata else {})
            for s in streams
            if s.thread_ts == thread_ts
        ]

    def _publish(self, arguments: Json) -> Json:
        check_home(arguments["view"])
        view = {**arguments["view"], "id": f"VH{next(self._numbers)}"}
        self.homes.setdefault(arguments["user_id"], []).append(view)
        return {"view": view}

    def _suggest(self, arguments: Json) -> Json:
        prompts = arguments["prompts"]
        if not 1 <= len(prompts) <= 4 or any(set(p) != {"title", "message"} for p in prompts):
            raise Refused("invalid_arguments", "prompts")
        self.prompts[arguments["channel_id"], arguments.get("thread_ts", "")] = prompts
        return {}

    def _set_status(self, arguments: Json) -> Json:
        where = (arguments["channel_id"], arguments["thread_ts"])
        self.statuses.append((*where, arguments["status"]))
        return {}

    def _start(self, arguments: Json) -> Json:
        ts = self.new_ts()
        text = _text(arguments)
        self.streams[ts] = Stream(arguments["channel"], arguments["thread_ts"], ts, text)
        return {"channel": arguments["channel"], "ts": ts}

    def _append(self, arguments: Json) -> Json:
        stream = self._open(arguments)
        stream.text += _text(arguments)
        return {"channel": stream.channel, "ts": stream.ts}

    def _stop(self, arguments: Json) -> Json:
        stream = self._open(arguments)
        if "markdown_text" in arguments:
            stream.text += _text(arguments)
        stream.is_open, stream.metadata = False, arguments.get("metadata")
        return {"channel": stream.channel, "ts": stream.ts}

    def _open(self, arguments: Json) -> Stream:
        stream = self.streams.get(arguments["ts"])
        if stream is None or stream.channel != arguments["channel"]:
            raise Refused("message_not_found", arguments["ts"])
        if not stream.is_open:
            raise Refused("message_not_in_streaming_state", arguments["ts"])
        return stream


def _text(arguments: Json) -> str:
    text: str = arguments["markdown_text"]
    if not 1 <= len(text) <= 12_000:
        raise Refused("msg_too_long", f"{len(text)} characters")
    return text
