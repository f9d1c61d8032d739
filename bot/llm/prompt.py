"""What the judge is sent: its instructions, the case, and what people wrote, fenced as data."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from bot.llm.instructions import APPEAL, JUDGE
from questions.ports import RelatedAnswer
from questions.question import Band, Exemplar, Question

# The ends of the scale anchor it: how little a vague answer earns, and how short one may be and
# still earn everything.
_ANCHOR_BANDS: Final = (Band.WEAK, Band.STRONG)


class ChatMessage(TypedDict):
    """One message of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


def new_boundary() -> str:
    """Return a boundary that nobody who writes a reply can guess."""
    return secrets.token_hex(12)


def build_messages(
    question: Question,
    reply: str,
    related: Sequence[RelatedAnswer],
    *,
    boundary: str,
    reason: str | None = None,
) -> list[ChatMessage]:
    """Return the conversation that asks for a judgement of ``reply``.

    Args:
        question: the question with its rubric; weights are left out, since a model that knows
            them aims at a total.
        reply: the reply without hidden characters.
        related: model answers of related questions.
        boundary: a random string for the lines around the reply.
        reason: why the person appeals against a first grade; ``None`` for a first judgement.
    """
    case: ChatMessage = {"role": "user", "content": render_case(question, related)}
    given: ChatMessage = {"role": "user", "content": enclosed("REPLY", reply, boundary)}
    if reason is None:
        return [{"role": "system", "content": JUDGE}, case, given]
    hint: ChatMessage = {"role": "user", "content": enclosed("REASON", reason, boundary)}
    return [{"role": "system", "content": APPEAL}, case, hint, given]


def repair_messages(completion: str, problem: str) -> list[ChatMessage]:
    """Return the turns that ask the model to mend an unusable completion."""
    ask: ChatMessage = {
        "role": "user",
        "content": (
            f"That can't be used: {problem}. Send the whole judgement again, as one JSON object "
            "of the form given at the start and nothing else."
        ),
    }
    # Some servers refuse an assistant turn without content.
    if not completion.strip():
        return [ask]
    return [{"role": "assistant", "content": completion[:_MAX_REPEATED]}, ask]


_MAX_REPEATED: Final = 8000


def render_case(question: Question, related: Sequence[RelatedAnswer]) -> str:
    """Return what a reply is judged by, as JSON; what varies comes last, so that servers cache."""
    document: dict[str, object] = {
        "question": question.prompt,
        "criteria": [
            {"id": c.id, "text": c.text, "met": c.met, "partial": c.partial}
            for c in question.rubric.criteria
        ],
        "model_answer": question.model_answer,
        "sample_replies": [
            {
                "reply": exemplar.text,
                "verdicts": {id_: exemplar.verdicts[id_].value for id_ in question.rubric.ids},
            }
            for exemplar in _anchors(question.exemplars)
        ],
    }
    if related:
        document["answers_to_related_questions"] = [
            {"question": r.prompt, "answer": r.text} for r in related
        ]
    return json.dumps(document, ensure_ascii=False, indent=1)


def _anchors(exemplars: Sequence[Exemplar]) -> list[Exemplar]:
    wanted = [e for band in _ANCHOR_BANDS for e in exemplars if e.band is band]
    others = [e for e in exemplars if e not in wanted]
    return [*wanted, *others][: len(_ANCHOR_BANDS)]


# Servers that render a chat template themselves may read these as the end of a turn.
_CONTROL: Final = re.compile(
    r"<(?=\|)|<(?=/?(?:s|bos|eos|pad|start_of_turn|end_of_turn)>)|<(?=/?<?/?SYS>)|\[(?=/?INST\])",
    re.IGNORECASE,
)


def enclosed(what: str, text: str, boundary: str) -> str:
    """Return what a person wrote as one JSON string between two boundary lines.

    Args:
        what: names it, in capitals.
        text: what they wrote.
        boundary: a random string that they can't guess.
    """
    string = _CONTROL.sub(
        lambda m: f"\\u{ord(m.group()):04x}", json.dumps(text, ensure_ascii=False)
    )
    return f"<<<{what} {boundary}>>>\n{string}\n<<<END {boundary}>>>"
