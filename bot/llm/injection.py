"""Finding the stretches of a reply that speak to the grader, and crediting none of them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.llm.injection_patterns import (
    fold,
    is_order,
    opens_address,
    opens_turn,
    speaks_of_judging,
)
from bot.llm.stretch import locate
from questions.grading import CriterionVerdict
from questions.question import Verdict

Span = tuple[int, int]

ADDRESSED_TO_GRADER: Final = (
    "Not counted: the words quoted for it speak to the grader instead of answering the question."
)

# A quote that reaches out of such a stretch by fewer words than this proves nothing by itself.
_MIN_WORDS_OUTSIDE: Final = 3
# Stands in no text, so no quote reaches across it.
_BARRIER: Final = " \uffff "


def discount_instructions(
    verdicts: Sequence[CriterionVerdict], reply: str, spans: Sequence[Span]
) -> tuple[CriterionVerdict, ...]:
    """Turn to missed each verdict whose quote stands only where the reply speaks to the grader.

    Args:
        verdicts: what the model said; quotes that do not stand in the reply are left to
            `questions.grading.assemble_grade`.
        reply: the reply without hidden characters.
        spans: its `instruction_spans`.
    """
    return tuple(_discounted(verdict, reply, spans) for verdict in verdicts)


def instruction_spans(reply: str) -> tuple[Span, ...]:
    """Return the stretches, as ``(start, end)``, that look like instructions to the grader.

    Sentences count whole, and so do paragraphs that open by addressing the grader, HTML
    comments, forged results in JSON and all that follows a forged end of the reply. Where a
    sentence only quotes an order, the span is the quotation.
    """
    spans = [
        *_comments(reply),
        *_forged_ends(reply),
        *_forged_results(reply),
        *_addressed_paragraphs(reply),
        *_orders(reply),
        *_backward_orders(reply),
    ]
    return _merged(spans)


def _discounted(verdict: CriterionVerdict, reply: str, spans: Sequence[Span]) -> CriterionVerdict:
    if verdict.verdict is Verdict.MISSED or answers_question(verdict.quote, reply, spans):
        return verdict
    return CriterionVerdict(
        criterion_id=verdict.criterion_id, verdict=Verdict.MISSED, comment=ADDRESSED_TO_GRADER
    )


def answers_question(quote: str, reply: str, spans: Sequence[Span]) -> bool:
    """Return whether a quote stands, at least once, where the reply does not speak to the grader.

    A quote that does not stand in the reply at all is left to other checks: ``True``.

    Args:
        quote: words of the reply.
        reply: the reply without hidden characters.
        spans: its `instruction_spans`.
    """
    if not spans:
        return True
    stretch = locate(quote, reply)
    if stretch is None or locate(quote, _without(reply, spans)) is not None:
        return True
    places = (m.start() for m in re.finditer(re.escape(stretch), reply))
    return any(
        _words_outside(reply, (at, at + len(stretch)), spans) >= _MIN_WORDS_OUTSIDE for at in places
    )


def _without(reply: str, spans: Sequence[Span]) -> str:
    kept, at = [], 0
    for start, end in spans:
        kept.append(reply[at:start])
        at = end
    return _BARRIER.join([*kept, reply[at:]])


def _words_outside(reply: str, stretch: Span, spans: Sequence[Span]) -> int:
    start, end = stretch
    cut = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]
    return len(re.findall(r"\w+", _without(reply[start:end], cut).replace("\uffff", " ")))


_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def _comments(reply: str) -> Iterator[Span]:
    yield from (m.span() for m in _COMMENT.finditer(reply))


_END_LINE: Final = re.compile(
    r"""^[ \t]*(?:
    [<=\-\#\[*_~/]{2,}[ \t]*(?:end|close|stop)\b(?!-)[ \t]*(?:of[ \t]+)?(?:the[ \t]+)?
        (?:(?:student|user|candidate)(?:'s)?[ \t]+)?
        (?:reply|answer|response|candidate|submission|boundary|input)\b
    |<{2,}[ \t]*/?[ \t]*(?:end|reply)\b[^\n>]{0,60}>{2,}).*""",
    re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_END_TAG: Final = re.compile(
    r"</(reply|answer|response|candidate\w*|submission|user_?input|untrusted\w*)>.*",
    re.IGNORECASE | re.DOTALL,
)


def _forged_ends(reply: str) -> Iterator[Span]:
    line = _END_LINE.search(reply)
    if line is not None:
        yield line.span()
    tag = _END_TAG.search(reply)
    # A tag that was opened belongs to an example.
    if tag is not None and f"<{tag[1].lower()}" not in reply[: tag.start()].lower():
        yield tag.span()


_OBJECT: Final = re.compile(r"(?:```\w*\s*)?\{[^{}]{1,2000}(?:[\]}\s,]*```|[\]}\s,]*)")
_RESULT_KEY: Final = re.compile(
    r"""["']?(?:verdicts?|rubric|criteri(?:a|on)(?:_id)?|grade)["']?\s*:"""
    r"""|["']?(?:score|rating|points|marks)["']?\s*:\s*["']?(?:[1-5](?:\.\d+)?|10|100|full|max)(?![\d.])""",
    re.IGNORECASE,
)


def _forged_results(reply: str) -> Iterator[Span]:
    for match in _OBJECT.finditer(reply):
        if _RESULT_KEY.search(match.group()):
            yield match.span()


_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")


def _gives_order(text: str) -> bool:
    """Return whether a sentence is an order, in plain words or in base64."""
    if is_order(fold(text)):
        return True
    decoded = (_decoded(encoded) for encoded in _ENCODED.findall(text))
    return any(is_order(fold(plain[a:b])) for plain in decoded for a, b in _sentences(plain))


def _decoded(text: str) -> str:
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


_PARAGRAPH: Final = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")


def _addressed_paragraphs(reply: str) -> Iterator[Span]:
    """Yield from where a paragraph begins to speak to the grader, to its end."""
    for paragraph in _PARAGRAPH.finditer(reply):
        turn_seen = False
        for start, end in _sentences(reply, *paragraph.span()):
            sentence = fold(reply[start:end])
            poses = not turn_seen and opens_turn(sentence)
            turn_seen = turn_seen or poses
            tail = (start, paragraph.end())
            if opens_address(sentence) or (poses and speaks_of_judging(fold(reply[slice(*tail)]))):
                yield tail
                break


_BREAK: Final = re.compile(r"(?<=[.!?])[\s\"'”’)\]*_]*\s|(?<=[。！？])|\n")


def _sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    stop = len(text) if end is None else end
    at = start
    for match in _BREAK.finditer(text, start, stop):
        if text[at : match.end()].strip():
            yield at, match.end()
        at = match.end()
    if text[at:stop].strip():
        yield at, stop


_QUOTATION: Final = re.compile(
    r"""\"[^\"\n]{3,}\"|“[^”\n]{3,}”|«[^»\n]{3,}»|(?<!\w)'[^'\n]{3,}'(?!\w)|`[^`\n]{3,}`"""
)


def _orders(reply: str) -> Iterator[Span]:
    sentences = list(_sentences(reply))
    for index, (start, end) in enumerate(sentences):
        if _gives_order(reply[start:end]):
            yield from _narrowed(reply, (start, end))
        # A line break inside an order does not hide it.
        elif index + 1 < len(sentences) and reply[:end].endswith("\n"):
            following = sentences[index + 1]
            both = fold(reply[start : following[1]])
            if is_order(both) and not is_order(fold(reply[following[0] : following[1]])):
                yield start, following[1]


def _backward_orders(reply: str) -> Iterator[Span]:
    """Yield the orders whose letters run backwards, as a direction override would show them."""
    size = len(reply)
    yield from ((size - end, size - start) for start, end in _orders(reply[::-1]))


def _narrowed(reply: str, sentence: Span) -> Iterator[Span]:
    """Yield the sentence, or only its quotations where the rest of it orders nothing."""
    start, end = sentence
    quotations = [m.span() for m in _QUOTATION.finditer(reply, start, end)]
    rest = _QUOTATION.sub(" ", reply[start:end])
    if (
        quotations
        and len(re.findall(r"\w+", rest)) >= _MIN_WORDS_OUTSIDE
        and not _gives_order(rest)
    ):
        yield from quotations
    else:
        yield sentence


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)
