"""Whether an HTTP request is Slack's.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier

_TIMESTAMP: Final = "x-slack-request-timestamp"
_SIGNATURE: Final = "x-slack-signature"
_MAX_DIGITS: Final = 12
# The verifier refuses what is older or from further ahead: a replay is seen for as long.
_REMEMBER_SECONDS: Final = 600.0
_MOST_REMEMBERED: Final = 50_000


class Signature:
    """Checks signatures made with one secret.

    Args:
        secret: the app's signing secret.
        now: tells the time, in seconds since 1970.
    """

    def __init__(self, secret: str, *, now: Callable[[], float] = time.time) -> None:
        self._verifier = SignatureVerifier(secret, clock=_SlackClock(now))

    def read(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the request's signature; empty unless it is Slack's and five minutes old at most.

        Args:
            headers: by lower-case name.
            body: as it came.
        """
        timestamp, signature = headers.get(_TIMESTAMP, ""), headers.get(_SIGNATURE, "")
        # The verifier fails with an error on either of these.
        is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MAX_DIGITS
        if not is_number or not signature.isascii():
            return ""
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return ""
        return signature if self._verifier.is_valid(text, timestamp, signature) else ""


class Replays:
    """Remembers what was answered to signed requests: the same one again changes nothing.

    Slack signs each delivery anew, so that its own redeliveries are no replays.

    Args:
        now: tells the time, in seconds.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._answers: OrderedDict[str, tuple[float, BoltResponse]] = OrderedDict()

    def find(self, signature: str) -> BoltResponse | None:
        """Return what was answered."""
        self._forget()
        known = self._answers.get(signature)
        return None if known is None else known[1]

    def note(self, signature: str, answer: BoltResponse) -> None:
        """Remember an answer."""
        self._answers[signature] = (self._now() + _REMEMBER_SECONDS, answer)

    def _forget(self) -> None:
        now = self._now()
        while self._answers:
            signature, (until, _) = next(iter(self._answers.items()))
            if until > now and len(self._answers) <= _MOST_REMEMBERED:
                return
            del self._answers[signature]


class _SlackClock(Clock):
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now()
