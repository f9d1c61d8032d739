"""From verdicts to a grade: quotes are checked, weights summed and bands named by code.

A grader judges criteria one by one and quotes the reply. Nothing it says counts unless the
quote stands in the reply, and it never produces the total.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from questions.question import MAX_SCORE, Frozen, Rubric, Verdict

MAX_REPLY_CHARACTERS: Final = 40_000
MIN_REPLY_WORDS: Final = 2
# A quote shorter than this proves nothing: "the" stands in every reply.
MIN_QUOTE_CHARACTERS: Final = 3


class UngradedReason(StrEnum):
    """Why an answer has no grade. Being ungraded is a state, never a zero."""

    EMPTY = "empty"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    NOT_TEXT = "not-text"
    LANGUAGE = "language"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    UNAVAILABLE = "unavailable"
    OVER_BUDGET = "over-budget"
    INTERNAL = "internal"


class Ungraded(Frozen):
    """No grade, and why.

    Attributes:
        reason: the kind of reason, for code and reports.
        detail: one sentence for the person, saying what to do.
    """

    reason: UngradedReason
    detail: str


class CriterionVerdict(Frozen):
    """What a grader says of one criterion, before anything is checked."""

    criterion_id: str
    verdict: Verdict
    quote: str = ""
    comment: str = ""


class Usage(Frozen):
    """What a judgement cost.

    Attributes:
        input_tokens: tokens sent.
        output_tokens: tokens received.
        latency_ms: milliseconds from request to reply.
    """

    model: str = ""
    prompt_version: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    latency_ms: int = 0


class Judgement(Frozen):
    """A grader's verdicts on one reply."""

    verdicts: tuple[CriterionVerdict, ...]
    usage: Usage = Usage()


class GradedCriterion(Frozen):
    """One criterion of a grade: the verdict that stands, and the words that earned it."""

    id: str
    verdict: Verdict
    weight: int
    quote: str = ""
    comment: str = ""


class Grade(Frozen):
    """The whole grade of one reply.

    Attributes:
        score: 0 to 5 in tenths.
        criteria: one entry for each criterion of the rubric, in its order.
        grader: what judged it.
        is_estimate: whether it must be labelled an estimate.
        related: ids of the questions whose model answers the grader was shown.
        usage: model, prompt version, tokens and latency.
    """

    score: float
    criteria: tuple[GradedCriterion, ...]
    grader: str
    is_estimate: bool = False
    related: tuple[str, ...] = ()
    usage: Usage = Usage()


def weighted_score(verdicts: Sequence[tuple[int, Verdict]]) -> float:
    """Return the score, 0 to 5 in tenths, of ``(weight, verdict)`` pairs.

    The denominator is every criterion submitted, whether or not a grader answered it.

    Raises:
        ValueError: there is no criterion.
    """
    total = sum(weight for weight, _ in verdicts)
    if total <= 0:
        raise ValueError("a score needs at least one criterion with a weight")
    earned = sum(weight * verdict.share for weight, verdict in verdicts)
    return round(min(max(MAX_SCORE * earned / total, 0.0), float(MAX_SCORE)), 1)


def refuse_reply(reply: str) -> Ungraded | None:
    """Return why ``reply`` can't be graded at all, or ``None`` where it can.

    The reasons name what to do. Length is counted in characters and words as typed.
    """
    if any(unicodedata.category(ch) == "Cc" and ch not in "\n\r\t\f\v" for ch in reply):
        return Ungraded(
            reason=UngradedReason.NOT_TEXT,
            detail="That looks like binary data. Send your answer as plain text.",
        )
    words = [w for w in reply.split() if any(ch.isalnum() for ch in w)]
    if not words:
        return Ungraded(
            reason=UngradedReason.EMPTY,
            detail="That answer is empty. Write a few sentences and send it again.",
        )
    if len(words) < MIN_REPLY_WORDS and not _written_without_spaces(reply):
        return Ungraded(
            reason=UngradedReason.TOO_SHORT,
            detail="One word is too little to grade. Write a sentence or two and send it again.",
        )
    if len(reply) > MAX_REPLY_CHARACTERS:
        return Ungraded(
            reason=UngradedReason.TOO_LONG,
            detail=(
                f"That answer has {len(reply):,} characters; the most I can grade is "
                f"{MAX_REPLY_CHARACTERS:,}. Shorten it and send it again."
            ),
        )
    return None


def assemble_grade(
    rubric: Rubric,
    judgement: Judgement,
    reply: str,
    *,
    grader: str,
    is_estimate: bool,
    related: Sequence[str] = (),
) -> Grade | Ungraded:
    """Check a judgement against the reply and sum it.

    A verdict of met or partial whose quote does not stand in the reply becomes missed: it has
    no evidence. A judgement that leaves out, repeats or invents a criterion is no grade.

    Args:
        rubric: the criteria that were submitted.
        judgement: what the grader said.
        reply: the text that was judged.
        grader: the grader's name.
        is_estimate: whether the grade must be labelled an estimate.
        related: ids of the questions whose model answers were shown to the grader.
    """
    counts = Counter(v.criterion_id for v in judgement.verdicts)
    if set(counts) != set(rubric.ids) or any(n != 1 for n in counts.values()):
        return Ungraded(
            reason=UngradedReason.MALFORMED,
            detail="The grader did not judge every criterion once, so I did not use its grade.",
        )
    verdicts = {v.criterion_id: v for v in judgement.verdicts}
    criteria = []
    for criterion in rubric.criteria:
        said = verdicts[criterion.id]
        quote = find_quote(said.quote, reply) if said.verdict is not Verdict.MISSED else None
        stands = said.verdict is Verdict.MISSED or quote is not None
        criteria.append(
            GradedCriterion(
                id=criterion.id,
                verdict=said.verdict if stands else Verdict.MISSED,
                weight=criterion.weight,
                quote=quote or "",
                comment=said.comment if stands else NO_EVIDENCE,
            )
        )
    return Grade(
        score=weighted_score([(c.weight, c.verdict) for c in criteria]),
        criteria=tuple(criteria),
        grader=grader,
        is_estimate=is_estimate,
        related=tuple(related),
        usage=judgement.usage,
    )


NO_EVIDENCE: Final = "Not counted: the words quoted for it are not in your answer."


def find_quote(quote: str, reply: str) -> str | None:
    """Return the stretch of ``reply`` that ``quote`` repeats, or ``None``.

    Case, white space, quotation marks, dashes and Unicode compatibility forms may differ; words
    may not. The stretch comes back exactly as it was typed.
    """
    needle, _ = _normalise(quote.strip().strip("\"'“”‘’ ").strip("."))
    needle = needle.strip()
    if len(needle) < MIN_QUOTE_CHARACTERS or not any(ch.isalnum() for ch in needle):
        return None
    haystack, origins = _normalise(reply)
    at = haystack.find(needle)
    if at < 0:
        return None
    return reply[origins[at] : origins[at + len(needle) - 1] + 1]


_FOLDS: Final = str.maketrans("“”„«»‘’‚`–—−‐‑", '"""""\'\'\'\'-----')


def _normalise(text: str) -> tuple[str, list[int]]:
    """Fold ``text`` for comparison; the list gives each folded character's origin."""
    folded: list[str] = []
    origins: list[int] = []
    for index, char in enumerate(text):
        if unicodedata.category(char) == "Cf":
            continue
        for form in unicodedata.normalize("NFKD", char).translate(_FOLDS).casefold():
            plain = " " if form.isspace() else form
            if plain == " " and (not folded or folded[-1] == " "):
                continue
            folded.append(plain)
            origins.append(index)
    return "".join(folded), origins


def _written_without_spaces(reply: str) -> bool:
    """Whether the script puts no spaces between words, as Chinese, Japanese and Thai do."""
    return any("\u0e00" <= ch <= "\u0eff" or "\u3040" <= ch <= "\u9fff" for ch in reply)
