"""A chat completion as compatible servers send it: read leniently, then typed."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError


@dataclass(frozen=True, kw_only=True)
class Completion:
    """What a model wrote.

    Attributes:
        text: its content; empty where there is none.
        refused: whether the model or a filter declined.
        truncated: whether it ended because the tokens ran out.
        model: the model's name as the endpoint gives it.
        input_tokens: tokens sent, 0 where unknown.
        output_tokens: tokens received, 0 where unknown.
    """

    text: str
    refused: bool = False
    truncated: bool = False
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0


class _Part(BaseModel):
    text: str = ""


class _Message(BaseModel):
    content: str | list[_Part] | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Body(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    model: str | None = None
    usage: _Usage | None = None


def read_completion(body: str) -> Completion | None:
    """Return the completion in a response's body, or ``None`` where it isn't one."""
    try:
        parsed = _Body.model_validate_json(body)
    except ValidationError:
        return None
    choice, usage = parsed.choices[0], parsed.usage or _Usage()
    content = choice.message.content or ""
    return Completion(
        text=content if isinstance(content, str) else "".join(p.text for p in content),
        refused=bool(choice.message.refusal) or choice.finish_reason == "content_filter",
        truncated=choice.finish_reason == "length",
        model=parsed.model or "",
        input_tokens=max(usage.prompt_tokens or 0, 0),
        output_tokens=max(usage.completion_tokens or 0, 0),
    )
