"""Which model judges, where it is and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

OPENAI_BASE_URL: Final = "https://api.openai.com/v1"


@dataclass(frozen=True, kw_only=True)
class LlmConfig:
    """How to reach a model behind an OpenAI-compatible endpoint.

    Attributes:
        api_key: the endpoint's key; empty for a local server that asks for none.
        base_url: the endpoint's address, up to and including ``/v1``.
        model: the model's name, as the endpoint knows it.
        timeout: seconds one request may take, from sending it to its last byte.
        max_output_tokens: tokens one completion may have. A model that reasons spends them on
            its reasoning too. A truncated completion is tried once more with four times as many.
        samples: how many times each reply is judged, 1 or more.
        input_usd_per_mtok: US dollars for a million tokens sent; 0 where no price is known.
        output_usd_per_mtok: US dollars for a million tokens received.
    """

    model: str
    api_key: str = field(default="", repr=False)
    base_url: str = OPENAI_BASE_URL
    timeout: float = 60.0
    max_output_tokens: int = 4096
    samples: int = 1
    input_usd_per_mtok: float = 0.0
    output_usd_per_mtok: float = 0.0
