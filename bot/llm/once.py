"""Asking a model once, where nothing is an answer too."""

from __future__ import annotations

from collections.abc import Sequence

from bot.llm.endpoint import ChatEndpoint, ContentRefused, PromptTooLong
from bot.llm.prompt import ChatMessage
from bot.llm.tally import Tally


async def ask_once(
    endpoint: ChatEndpoint,
    messages: Sequence[ChatMessage],
    tally: Tally,
    *,
    limit: int,
    schema: dict[str, object],
) -> str | None:
    """Return a completion's text, or ``None`` where it is refused, cut off or not to be had.

    Args:
        endpoint: where the model is.
        messages: what it is sent.
        tally: takes down what the completion used, usable or not.
        limit: in tokens, of the completion.
        schema: the JSON that is wanted.

    Raises:
        GraderUnavailable: the endpoint gave no completion.
    """
    try:
        completion = await endpoint.complete(messages, limit=limit, schema=schema)
    except (ContentRefused, PromptTooLong):
        return None
    tally.add(completion)
    return None if completion.refused or completion.truncated else completion.text
