"""Whether the model can be used: one short, cheap conversation with it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from bot.llm.config import LlmConfig
from bot.llm.endpoint import ChatEndpoint, ContentRefused, PromptTooLong
from bot.startup import StartupError
from questions.ports import GraderUnavailable

# Enough for a model that reasons a little; a truncated completion proves as much as a whole one.
_LIMIT: Final = 64


async def check_endpoint(config: LlmConfig) -> str | None:
    """Return one sentence on why the endpoint, key or model isn't usable, or ``None`` if it is.

    It asks for one short completion, because a key may be good for listing models only.
    """
    try:
        endpoint = ChatEndpoint(config)
    except StartupError as error:
        return str(error)
    try:
        await endpoint.complete([{"role": "user", "content": "Say: ready"}], limit=_LIMIT)
    except GraderUnavailable as error:
        host = urlsplit(config.base_url).hostname
        return f"The model {config.model} at {host} can't be used: {error.reason}."
    except (ContentRefused, PromptTooLong):
        return (
            f"The model {config.model} refused a two-word question; choose another PREPBOT_MODEL."
        )
    finally:
        await endpoint.close()
    return None
