"""Writing down a spoken answer: fetched within limits, paid for, and handed to the endpoint."""

from __future__ import annotations

from typing import Final

from handlers.delivery import Platforms
from handlers.invocation import Attachment
from handlers.metering.account import Account
from handlers.metering.budget import Amount, Payer
from handlers.ports import DeliveryFailed, TargetGone
from handlers.practice.ports import Transcript, Unreadable
from handlers.refs import UserRef
from handlers.voice.cost import estimate, used
from handlers.voice.ports import FileFetcher, FileTooLarge, SpeechToText
from questions.ports import GraderUnavailable

# What OpenAI's endpoint takes; compressed speech of ten minutes is a fifth of it.
MAX_BYTES: Final = 25 * 2**20
# An interviewer stops somebody long before.
MAX_SECONDS: Final = 600.0
_TOO_LARGE: Final = Unreadable(
    detail="That recording is larger than 25 MB. Record it again, shorter, or write your answer."
)
_TOO_LONG: Final = Unreadable(
    detail="That recording is longer than ten minutes. Aim for three, or write your answer."
)
_SILENT: Final = Unreadable(
    detail="I could not make out a word in that recording. Try again closer to the microphone."
)
_NO_FETCHING: Final = Unreadable(
    detail="I can't fetch recordings here. Write your answer instead, please."
)
_OVER_BUDGET: Final = Unreadable(
    detail="Today's budget for listening is used up. Write your answer instead, please."
)
_OUT_OF_REACH: Final = Unreadable(
    detail="I could not fetch that recording. Write your answer instead, please."
)


class RecordingTranscriber:
    """See `handlers.practice.ports.Transcriber`.

    Args:
        platforms: where recordings are fetched from.
        speech: what writes them down.
        account: what that is paid from.
    """

    def __init__(self, platforms: Platforms, speech: SpeechToText, account: Account) -> None:
        self._platforms = platforms
        self._speech = speech
        self._account = account

    async def transcribe(
        self, recording: Attachment, owner: UserRef, payer: Payer
    ) -> Transcript | Unreadable:
        """Fetch a recording and write it down.

        Raises:
            GraderUnavailable: trying again later may help.
        """
        content = await self._fetch(recording, owner)
        if isinstance(content, Unreadable):
            return content
        heard = await self._write_down(recording, content, payer)
        if isinstance(heard, Unreadable):
            return heard
        if heard.seconds > MAX_SECONDS:
            return _TOO_LONG
        return heard if any(ch.isalnum() for ch in heard.text) else _SILENT

    async def _write_down(
        self, recording: Attachment, content: bytes, payer: Payer
    ) -> Transcript | Unreadable:
        tariff = self._account.budget.tariff
        held = await self._account.reserve(payer, estimate(len(content), tariff))
        if held is None:
            return _OVER_BUDGET
        cost = Amount()
        try:
            heard = await self._speech.write_down(recording, content)
            if isinstance(heard, Transcript):
                # One that is of no use was paid for all the same.
                cost = used(heard, held.amount, tariff)
        except GraderUnavailable as error:
            await self._account.settle(held, Amount.of(error.usage))
            raise
        await self._account.settle(held, cost)
        return heard

    async def _fetch(self, recording: Attachment, owner: UserRef) -> bytes | Unreadable:
        if recording.size > MAX_BYTES:
            return _TOO_LARGE
        platform = self._platforms.get(owner.platform)
        if platform is None or not isinstance(platform, FileFetcher):
            return _NO_FETCHING
        try:
            return await platform.fetch(recording, owner, limit=MAX_BYTES)
        except FileTooLarge:
            return _TOO_LARGE
        except TargetGone:
            return _OUT_OF_REACH
        except DeliveryFailed as error:
            raise GraderUnavailable(error.reason, error.retry_after) from error
