"""From verdicts to a grade: quotes are checked, weights summed and bands named by code.

A grader judges criteria one by one and quotes the reply. Nothing it says counts unless the
quote stands in the reply, and it never produces the total.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from questions.question import MAX_SCORE, Frozen, Rubric, Verdict

MAX_REPLY_CHARACTERS: Final = 40_000
MIN_REPLY_WORDS: Final = 2
# A quote shorter than this proves nothing: "the" stands in every reply.
MIN_QUOTE_CHARACTERS: Final = 3
# What a factual error costs, in points of 0 to 5.
ERROR_COST: Final = 0.5
# Scores further apart than this lie in bands that do not touch.
BAND_WIDTH: Final = 1.0


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


class CriterionVerdict(Frozen):
    """What a grader says of one criterion, before anything is checked.

    Attributes:
        degree: how far it is met, 0 to 1, from a grader that estimates degrees; what the
            verdict is worth otherwise.
    """

    criterion_id: str
    verdict: Verdict
    degree: Annotated[float, Field(ge=0, le=1)] | None = None
    quote: str = ""
    comment: str = ""


class Usage(Frozen):
    """What a judgement cost, over all the requests that it took.

    Attributes:
        model: the model that judged.
        prompt_version: the version of the words it was asked with.
        input_tokens: tokens sent.
        output_tokens: tokens received.
        latency_ms: milliseconds from the first request to the last reply.
        cost_usd: US dollars, by the price list that was set; 0 where none is.
    """

    model: str = ""
    prompt_version: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    latency_ms: int = 0
    cost_usd: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens sent and received."""
        return self.input_tokens + self.output_tokens


class Ungraded(Frozen):
    """No grade, and why.

    Attributes:
        reason: the kind of reason, for code and reports.
        detail: one sentence for the person, saying what to do.
        usage: what the try cost all the same.
    """

    reason: UngradedReason
    detail: str
    usage: Usage = Usage()


class FactualError(Frozen):
    """Something that the reply states and that is wrong.

    Attributes:
        quote: the reply's own words; an error whose quote does not stand there is dropped.
        correction: what is right, one sentence.
    """

    quote: str
    correction: str


class Rewording(Frozen):
    """A sentence of the reply, said more strongly.

    Attributes:
        original: the reply's own words.
        stronger: how to say it.
    """

    original: str
    stronger: str


class Judgement(Frozen):
    """A grader's verdicts on one reply.

    Attributes:
        verdicts: one for each criterion.
        errors: what the reply gets wrong.
        rewording: a stronger phrasing of one of the reply's sentences.
        samples: where the grader judged several times, each time's verdicts; `verdicts` is then
            what they come to.
        usage: what it cost.
    """

    verdicts: tuple[CriterionVerdict, ...]
    errors: tuple[FactualError, ...] = ()
    rewording: Rewording | None = None
    samples: tuple[tuple[CriterionVerdict, ...], ...] = ()
    usage: Usage = Usage()


class GradedCriterion(Frozen):
    """One criterion of a grade: the verdict that stands, and the words that earned it."""

    id: str
    verdict: Verdict
    weight: int
    degree: float | None = None
    quote: str = ""
    comment: str = ""

    @property
    def share(self) -> float:
        """The share of the weight that is earned: the degree, where the grader estimated one."""
        return self.verdict.share if self.degree is None else self.degree


class Grade(Frozen):
    """The whole grade of one reply.

    Attributes:
        score: 0 to 5 in tenths.
        criteria: one entry for each criterion of the rubric, in its order.
        grader: what judged it.
        is_estimate: whether it must be labelled an estimate.
        errors: what the reply gets wrong; each lowers the score.
        rewording: a stronger phrasing of one of the reply's own sentences.
        low_confidence: whether several samples disagreed by more than a band.
        related: ids of the questions whose model answers the grader was shown.
        usage: model, prompt version, tokens, latency and cost.
    """

    score: float
    criteria: tuple[GradedCriterion, ...]
    grader: str
    is_estimate: bool = False
    errors: tuple[FactualError, ...] = ()
    rewording: Rewording | None = None
    low_confidence: bool = False
    related: tuple[str, ...] = ()
    usage: Usage = Usage()


def weighted_score(shares: Sequence[tuple[int, float]]) -> float:
    """Return the score, 0 to 5 in tenths, of ``(weight, share met)`` pairs.

    The denominator is every criterion submitted, whether or not a grader answered it.

    Raises:
        ValueError: there is no criterion.
    """
    total = sum(weight for weight, _ in shares)
    if total <= 0:
        raise ValueError("a score needs at least one criterion with a weight")
    earned = sum(weight * share for weight, share in shares)
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
    no evidence. A judgement that leaves out, repeats or invents a criterion is no grade. Each
    factual error whose quote stands in the reply costs `ERROR_COST`, down to half of what the
    criteria earned.

    Args:
        rubric: the criteria that were submitted.
        judgement: what the grader said.
        reply: the text that was judged.
        grader: the grader's name.
        is_estimate: whether the grade must be labelled an estimate.
        related: ids of the questions whose model answers were shown to the grader.
    """
    rounds = [judgement.verdicts, *judgement.samples]
    if not all(_covers(rubric, verdicts) for verdicts in rounds):
        return Ungraded(
            reason=UngradedReason.MALFORMED,
            detail="The grader did not judge every criterion once, so I did not use its grade.",
            usage=judgement.usage,
        )
    finder = QuoteFinder(reply)
    criteria, *samples = [_check(rubric, verdicts, finder) for verdicts in rounds]
    errors = tuple(
        error.model_copy(update={"quote": quote})
        for error in judgement.errors
        if (quote := finder.find(error.quote)) is not None
    )
    scores = [_earned(sample, len(errors)) for sample in samples]
    return Grade(
        score=_earned(criteria, len(errors)),
        criteria=criteria,
        grader=grader,
        is_estimate=is_estimate,
        errors=errors,
        rewording=_check_rewording(judgement.rewording, finder),
        low_confidence=bool(scores) and max(scores) - min(scores) > BAND_WIDTH,
        related=tuple(related),
        usage=judgement.usage,
    )


def _covers(rubric: Rubric, verdicts: Sequence[CriterionVerdict]) -> bool:
    """Whether the verdicts judge every criterion of the rubric once, and nothing else."""
    counts = Counter(verdict.criterion_id for verdict in verdicts)
    return set(counts) == set(rubric.ids) and max(counts.values()) == 1


def _check(
    rubric: Rubric, verdicts: Sequence[CriterionVerdict], finder: QuoteFinder
) -> tuple[GradedCriterion, ...]:
    """Keep the verdicts that have evidence in the reply, in the rubric's order."""
    by_id = {verdict.criterion_id: verdict for verdict in verdicts}
    checked = []
    for criterion in rubric.criteria:
        said = by_id[criterion.id]
        quote = finder.find(said.quote) if said.verdict is not Verdict.MISSED else None
        stands = said.verdict is Verdict.MISSED or quote is not None
        checked.append(
            GradedCriterion(
                id=criterion.id,
                verdict=said.verdict if stands else Verdict.MISSED,
                weight=criterion.weight,
                degree=said.degree if stands else 0.0,
                quote=quote or "",
                comment=said.comment if stands else NO_EVIDENCE,
            )
        )
    return tuple(checked)


def _earned(criteria: Sequence[GradedCriterion], errors: int) -> float:
    """Return what criteria earn, less the cost of factual errors, in tenths."""
    earned = weighted_score([(c.weight, c.share) for c in criteria])
    return round(max(earned - ERROR_COST * errors, earned / 2), 1)


def _check_rewording(rewording: Rewording | None, finder: QuoteFinder) -> Rewording | None:
    """Keep a rewording of words that stand in the reply."""
    if rewording is None or not rewording.stronger.strip():
        return None
    original = finder.find(rewording.original)
    if original is None:
        return None
    return Rewording(original=original, stronger=rewording.stronger.strip())


NO_EVIDENCE: Final = "Not counted: the words quoted for it are not in your answer."


def find_quote(quote: str, reply: str) -> str | None:
    """Return the stretch of ``reply`` that ``quote`` repeats, or ``None``; see `QuoteFinder`."""
    return QuoteFinder(reply).find(quote)


class QuoteFinder:
    """Finds quotes in one reply, which is folded for comparison only once.

    Args:
        reply: the text as it was typed.
    """

    def __init__(self, reply: str) -> None:
        self._reply = reply
        self._folded, self._origins = _normalise(reply)

    def find(self, quote: str) -> str | None:
        """Return the stretch of the reply that ``quote`` repeats, or ``None``.

        Case, white space, quotation marks, dashes and Unicode compatibility forms may differ;
        words may not. The stretch comes back exactly as it was typed.
        """
        needle, _ = _normalise(quote.strip().strip("\"'“”‘’ ").strip("."))
        needle = needle.strip()
        if len(needle) < MIN_QUOTE_CHARACTERS or not any(ch.isalnum() for ch in needle):
            return None
        at = self._folded.find(needle)
        if at < 0:
            return None
        return self._reply[self._origins[at] : self._origins[at + len(needle) - 1] + 1]


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
