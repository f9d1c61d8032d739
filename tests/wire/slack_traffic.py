"""What goes to and fro between a fake Slack and the bot, and what goes wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.wire.slack_blocks import Json

if TYPE_CHECKING:
    from tests.wire.fake_slack import FakeSlack


@dataclass(frozen=True)
class Ack:
    """An acknowledgement, when it came (monotonic seconds) and what it carried."""

    envelope_id: str
    at: float
    payload: Json | None


@dataclass(frozen=True)
class Call:
    """A Web API call as it came."""

    method: str
    arguments: Json


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A one-off fault of a method.

    Attributes:
        error: Slack's code, for an ``ok: false`` answer with the fields of ``extra``.
        retry_after: seconds, for a 429.
        drop: cut the connection ``before`` or ``after`` the call took effect.
        hang: never answer.
        body: a text, with ``status``; ``is_json``: it is one, whatever it says.
    """

    error: str = ""
    status: int = 200
    retry_after: int | None = None
    drop: str = ""
    hang: bool = False
    body: str | None = None
    is_json: bool = False
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """An envelope on its way to the bot."""

    slack: FakeSlack
    envelope: Json

    @property
    def ack(self) -> Ack | None:
        return self.slack.find_ack(self.envelope["envelope_id"])

    async def wait_for_ack(self, timeout: float = 20.0) -> Ack:
        """Return the acknowledgement, or raise `TimeoutError`."""
        return await self.slack.wait_for(lambda: self.ack, timeout)
