"""One OpenAI-compatible chat endpoint, with whatever dialect it speaks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, cast
from urllib.parse import urlsplit

from openai import APIError, APIStatusError, AsyncOpenAI, Omit, omit
from openai.types.chat import ChatCompletionMessageParam
from openai.types.chat.completion_create_params import ResponseFormat

from bot.llm.config import LlmConfig
from bot.llm.dialect import Dialect, Format, Limit
from bot.llm.failure import Fault, find_fault, timed_out, unavailable
from bot.llm.prompt import ChatMessage
from bot.llm.wire import Completion, read_completion
from bot.startup import StartupError
from questions.ports import GraderUnavailable

_log = logging.getLogger(__name__)

# The client insists on a key; local servers ask for none.
_NO_KEY: Final = "none"


class ContentRefused(Exception):
    """The endpoint's filter refused the request's content."""


class PromptTooLong(Exception):
    """The request is longer than the model can read."""


class ChatEndpoint:
    """Asks a model for completions; safe to use many times at once.

    It starts with the strictest request and remembers what the server objected to.
    """

    def __init__(self, config: LlmConfig) -> None:
        """Prepare a client; nothing is sent.

        Raises:
            StartupError: the address or the key can't be right.
        """
        self._config = config
        self._dialect = Dialect()
        self._client = AsyncOpenAI(
            api_key=checked_key(config.api_key),
            base_url=checked_url(config.base_url),
            timeout=config.timeout,
            max_retries=0,
        )

    async def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        limit: int,
        schema: dict[str, object] | None = None,
    ) -> Completion:
        """Return the model's next message.

        Args:
            messages: the conversation so far.
            limit: tokens the completion may have.
            schema: the JSON schema to ask for; ``None`` for plain text.

        Raises:
            GraderUnavailable: the endpoint gave no completion.
            ContentRefused: its filter refused the request.
            PromptTooLong: the conversation does not fit the model.
        """
        dialect = self._dialect
        while True:
            try:
                completion = await self._send(messages, dialect, limit=limit, schema=schema)
            except APIStatusError as error:
                fault = find_fault(error)
                simpler = dialect.without(fault)
                if simpler is None:
                    raise self._translated(error, fault) from None
                _log.info("model endpoint objected to %s; trying without", fault.name.lower())
                dialect = simpler
            except APIError as error:
                raise self._unavailable(error) from None
            else:
                self._dialect = _learned(dialect, completion, limit)
                return completion

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _send(
        self,
        messages: Sequence[ChatMessage],
        dialect: Dialect,
        *,
        limit: int,
        schema: dict[str, object] | None,
    ) -> Completion:
        try:
            # The client's own timeout starts again with every byte.
            async with asyncio.timeout(self._config.timeout):
                response = await self._client.chat.completions.with_raw_response.create(
                    model=self._config.model,
                    messages=cast("list[ChatCompletionMessageParam]", list(messages)),
                    response_format=_format_field(dialect.format, schema),
                    max_completion_tokens=(
                        limit if dialect.limit is Limit.MAX_COMPLETION_TOKENS else omit
                    ),
                    max_tokens=limit if dialect.limit is Limit.MAX_TOKENS else omit,
                )
        except TimeoutError:
            raise timed_out(self._config.timeout) from None
        completion = read_completion(response.http_response.text)
        if completion is None:
            raise GraderUnavailable("the model endpoint sent something that is no completion")
        return completion

    def _translated(self, error: APIStatusError, fault: Fault) -> Exception:
        if fault is Fault.CONTENT:
            return ContentRefused()
        if fault is Fault.CONTEXT:
            return PromptTooLong()
        return self._unavailable(error)

    def _unavailable(self, error: APIError) -> GraderUnavailable:
        # The endpoint's own words may repeat the key or the reply: the log gets neither.
        status = error.status_code if isinstance(error, APIStatusError) else None
        _log.warning("model endpoint failed: %s, status %s", type(error).__name__, status)
        return unavailable(error, timeout=self._config.timeout, now=datetime.now(UTC))


def _format_field(level: Format, schema: dict[str, object] | None) -> ResponseFormat | Omit:
    if schema is None or level is Format.TEXT:
        return omit
    if level is Format.JSON_OBJECT:
        return {"type": "json_object"}
    return {
        "type": "json_schema",
        "json_schema": {"name": "judgement", "strict": True, "schema": schema},
    }


def _learned(dialect: Dialect, completion: Completion, limit: int) -> Dialect:
    """Return the dialect to go on with after a completion.

    A server that stops short of the limit it was given has not read the field: it knows the
    older one only.
    """
    ignored = completion.truncated and 0 < completion.output_tokens < limit
    if ignored and dialect.limit is Limit.MAX_COMPLETION_TOKENS:
        return replace(dialect, limit=Limit.MAX_TOKENS)
    return dialect


def checked_key(api_key: str) -> str:
    """Return a key as the client takes it.

    Raises:
        StartupError: it can't be one.
    """
    key = api_key.strip()
    if not key.isascii() or any(not "!" <= char <= "~" for char in key):
        raise StartupError("OPENAI_API_KEY holds characters that no key has; paste it again.")
    return key or _NO_KEY


def checked_url(base_url: str) -> str:
    """Return the endpoint's address.

    Raises:
        StartupError: it can't be one.
    """
    url = base_url.strip()
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise StartupError(
            "The model's address must look like https://host/v1; check OPENAI_BASE_URL."
        )
    return url
