"""Speech to text through an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal

from openai import APIError, APIStatusError, AsyncOpenAI

from bot.llm.config import LlmConfig
from bot.llm.endpoint import checked_key, checked_url
from bot.llm.failure import timed_out, unavailable
from handlers.invocation import Attachment
from handlers.practice.ports import Transcript, Unreadable

_log = logging.getLogger(__name__)

_SECONDS: Final = 120.0
# Models tidy speech up as they write it down, unless they are shown speech that isn't tidy: the
# prompt is taken for what was said before. https://platform.openai.com/docs/guides/speech-to-text
_STYLE: Final = "Umm, let me think, like, hmm... Okay, here's what I'm, like, thinking."
_ABSENT: Final = frozenset({404, 405, 501})
_UNFIT: Final = frozenset({400, 413, 415, 422})
_NO_AUDIO: Final = Unreadable(
    detail="I can't listen to recordings here. Write your answer instead, please."
)
_NO_RECORDING: Final = Unreadable(
    detail="I can't read that recording. Record it again, or write your answer."
)
_FULL: Final = "verbose_json"
_Format = Literal["verbose_json", "json"]
# What a server guesses the format by, where a platform gives no ending.
_ENDINGS: Final = {
    "audio/mp4": ".mp4",
    "audio/m4a": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/ogg": ".ogg",
    "audio/webm": ".webm",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
}


class OpenAISpeech:
    """Writes recordings down. Implements `handlers.voice.ports.SpeechToText`.

    A server that has no audio API says so once and is not asked again.
    """

    def __init__(self, config: LlmConfig) -> None:
        """Prepare a client; nothing is sent.

        Args:
            config: the endpoint, and the model that writes down.

        Raises:
            StartupError: the address or the key can't be right.
        """
        self._model = config.model
        self._format: _Format = _FULL
        self._is_absent = False
        self._client = AsyncOpenAI(
            api_key=checked_key(config.api_key),
            base_url=checked_url(config.base_url),
            timeout=_SECONDS,
            max_retries=0,
        )

    async def write_down(self, recording: Attachment, content: bytes) -> Transcript | Unreadable:
        """Return what is said in a recording, or why it can't be told.

        Raises:
            GraderUnavailable: trying again later may help.
        """
        if self._is_absent:
            return _NO_AUDIO
        try:
            return _read(await self._ask(recording, content))
        except APIStatusError as error:
            if error.status_code in _ABSENT:
                self._is_absent = True
                _log.warning("the model endpoint writes down no speech: %s", error.status_code)
                return _NO_AUDIO
            if error.status_code in _UNFIT:
                return _NO_RECORDING
            raise unavailable(error, timeout=_SECONDS, now=datetime.now(UTC)) from None
        except APIError as error:
            raise unavailable(error, timeout=_SECONDS, now=datetime.now(UTC)) from None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _ask(self, recording: Attachment, content: bytes) -> str:
        """Ask for the words with how long they took; without, where a server knows no such form."""
        try:
            return await self._send(recording, content, self._format)
        except APIStatusError as error:
            if error.status_code not in {400, 422} or self._format != _FULL:
                raise
        answer = await self._send(recording, content, "json")
        self._format = "json"
        return answer

    async def _send(self, recording: Attachment, content: bytes, form: _Format) -> str:
        try:
            async with asyncio.timeout(_SECONDS):
                response = await self._client.audio.transcriptions.with_raw_response.create(
                    file=(_file_name(recording), content, recording.media_type),
                    model=self._model,
                    response_format=form,
                    prompt=_STYLE,
                )
        except TimeoutError:
            raise timed_out(_SECONDS) from None
        return response.http_response.text


def _read(body: str) -> Transcript | Unreadable:
    try:
        answer = json.loads(body)
    except ValueError:
        return _NO_RECORDING
    text = answer.get("text") if isinstance(answer, Mapping) else None
    if not isinstance(text, str):
        return _NO_RECORDING
    told = answer.get("usage")
    # Models that are paid for by the minute tell the length there, others how many tokens it took.
    usage: Mapping[str, object] = told if isinstance(told, Mapping) else {}
    seconds = _number(answer.get("duration")) or _number(usage.get("seconds"))
    return Transcript(
        text=text.strip(), seconds=seconds, tokens=int(_number(usage.get("total_tokens")))
    )


def _number(told: object) -> float:
    """Return a number that a server told; 0 for anything else."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return 0.0
    return float(told) if math.isfinite(told) and told > 0 else 0.0


def _file_name(recording: Attachment) -> str:
    kind = recording.media_type.partition(";")[0].strip()
    ending = _ENDINGS.get(kind, "")
    name = "".join(ch for ch in recording.name if ch.isalnum() or ch in "._-")[-60:] or "recording"
    return name if "." in name.strip(".") else f"{name}{ending}"
