"""What stands out in how somebody answered, each with their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.practice.record import PracticeTurn, TurnKind
from handlers.report.content import Claim, Communication, Evidence, Measure
from handlers.report.evidence import Record, cut
from handlers.report.speech import (
    LONG_SENTENCE,
    PACE,
    TARGET_MINUTES,
    TARGET_WORDS,
    Length,
    Speech,
    measure,
)

# More hedges than this in a hundred words take the weight off what is said.
MANY_HEDGES: Final = 2.0
MANY_FILLERS: Final = 3.0
_LONG_SHARE: Final = 1 / 3
_FEW_WORDS: Final = 40
_ANSWERS: Final = frozenset({TurnKind.OPENING, TurnKind.QUESTION})


@dataclass(frozen=True)
class _Answer:
    """An answer to a question of the interviewer's, measured."""

    turn: int
    speech: Speech


def communication_of(turns: Sequence[PracticeTurn], record: Record) -> Communication:
    """Return what was measured of somebody's answers, and what stands out.

    The answers to the opening and to questions count; those to follow-ups are meant to be short.

    Args:
        turns: the session's turns, in order.
        record: what may be quoted.
    """
    answers = [
        _Answer(turn.number, measure(turn.answer, turn.spoken_seconds))
        for turn in turns
        if turn.kind in _ANSWERS and turn.answer.strip()
    ]
    answers = [answer for answer in answers if answer.speech.words]
    if not answers:
        return Communication()
    remarks = [
        remark
        for find in (_length, _structure, _brevity, _hedging, _delivery)
        for remark in find(answers, record)
    ]
    return Communication(
        measures=tuple(_measures(answers)),
        remarks=tuple(remark for remark in remarks if record.holds(remark.evidence)),
    )


def _measures(answers: Sequence[_Answer]) -> Iterator[Measure]:
    speeches = [answer.speech for answer in answers]
    words = sum(s.words for s in speeches)
    yield Measure(
        name="Length of an answer",
        value=f"{_mean(s.words for s in speeches):.0f} words, "
        f"{_mean(s.minutes for s in speeches):.1f} minutes",
        aim=f"{TARGET_WORDS[0]} to {TARGET_WORDS[1]} words, {TARGET_MINUTES:.0f} minutes",
    )
    yield Measure(
        name="Structure",
        value=f"{_mean(s.shape.parts for s in speeches):.1f} of 3 parts",
        aim="hook, core, punchline",
    )
    yield Measure(
        name="Brevity",
        value=f"{words / max(sum(len(s.sentences) for s in speeches), 1):.0f} words a sentence",
        aim=f"none over {LONG_SENTENCE}",
    )
    yield Measure(
        name="Hedging",
        value=f"{100 * sum(len(s.hedges) for s in speeches) / words:.1f} in 100 words",
        aim=f"under {MANY_HEDGES:.0f}",
    )
    spoken = [s for s in speeches if s.pace is not None]
    if spoken:
        heard = sum(s.words for s in spoken)
        seconds = sum(s.seconds or 0 for s in spoken)
        yield Measure(
            name="Pace",
            value=f"{60 * heard / seconds:.0f} words a minute",
            aim=f"{PACE[0]} to {PACE[1]}",
        )
        yield Measure(
            name="Fillers",
            value=f"{100 * sum(len(s.fillers) for s in spoken) / heard:.1f} in 100 words",
            aim=f"under {MANY_FILLERS:.0f}",
        )


def _length(answers: Sequence[_Answer], record: Record) -> Iterator[Claim]:
    short = [a for a in answers if a.speech.length is Length.SHORT]
    long_ = [a for a in answers if a.speech.length is Length.LONG]
    if short:
        least = min(short, key=lambda a: a.speech.minutes)
        seconds = round(60 * least.speech.minutes)
        yield from _remark(
            f"{_count(short, answers)} under a minute; the shortest takes about {seconds} seconds "
            "to say. Use your three minutes: an example, a number, what you would do next.",
            record.opening_of(least.turn),
        )
    if long_:
        most = max(long_, key=lambda a: a.speech.minutes)
        yield from _remark(
            f"{_count(long_, answers)} over three minutes; the longest takes about "
            f"{most.speech.minutes:.0f}. Say the point first and stop when it is made.",
            record.opening_of(most.turn),
        )
    if not short and not long_:
        yield from _remark(
            "Every answer fits into three minutes and is long enough to show something.",
            record.opening_of(answers[0].turn),
        )


def _structure(answers: Sequence[_Answer], record: Record) -> Iterator[Claim]:
    best = max(answers, key=lambda a: (a.speech.shape.parts, len(a.speech.shape.core)))
    weakest = min(answers, key=lambda a: a.speech.shape.parts)
    shape = best.speech.shape
    shown = shape.punchline or next(iter(shape.core), "")
    if shape.parts > 1 and shown:
        yield from _remark(
            "Your best structured answer can be followed by ear: it opens with a stand, reasons, "
            "and closes."
            if shape.parts == len(("hook", "core", "punchline"))
            else "Your best structured answer says where it is going.",
            _quote(best, shown),
        )
    # Of an answer of a few words it is its length that is spoken of.
    if weakest.speech.shape.parts < 2 and weakest.speech.words >= _FEW_WORDS:
        yield from _remark(
            "Here the thread is hard to follow: say in one sentence what you would do, then why "
            "(first, second), then what it comes to.",
            record.opening_of(weakest.turn),
        )


def _brevity(answers: Sequence[_Answer], _: Record) -> Iterator[Claim]:
    long_ = [(a, text) for a in answers for text in a.speech.long_sentences[:1]]
    total = sum(len(a.speech.sentences) for a in answers)
    if long_ and sum(len(a.speech.long_sentences) for a in answers) >= _LONG_SHARE * total:
        answer, text = max(long_, key=lambda pair: len(pair[1]))
        yield from _remark(
            f"Many sentences run past {LONG_SENTENCE} words. Cut this one in two:",
            _quote(answer, text),
        )


def _hedging(answers: Sequence[_Answer], _: Record) -> Iterator[Claim]:
    words = sum(a.speech.words for a in answers)
    hedges = sum(len(a.speech.hedges) for a in answers)
    if 100 * hedges < MANY_HEDGES * words:
        return
    worst = max(answers, key=lambda a: len(a.speech.hedges))
    named = ", ".join(f"“{hedge.lower()}”" for hedge in dict.fromkeys(worst.speech.hedges[:3]))
    yield from _remark(
        f"Hedges such as {named} take the weight off what you know. Say what you would do, and "
        "name what you would check.",
        _quote(worst, worst.speech.hedged),
    )


def _delivery(answers: Sequence[_Answer], record: Record) -> Iterator[Claim]:
    for answer in answers:
        pace = answer.speech.pace
        if pace is not None and not PACE[0] <= pace <= PACE[1]:
            how = (
                "fast to follow: breathe between points" if pace > PACE[1] else "slow: keep moving"
            )
            yield from _remark(
                f"Spoken at {pace:.0f} words a minute, which is {how}.",
                record.opening_of(answer.turn),
            )
    spoken = [a for a in answers if a.speech.pace is not None]
    if spoken:
        worst = max(spoken, key=lambda a: a.speech.fillers_per_100)
        if worst.speech.fillers_per_100 >= MANY_FILLERS:
            filler = worst.speech.fillers[0]
            with_it = next((s for s in worst.speech.sentences if filler in s), "")
            yield from _remark(
                f"{len(worst.speech.fillers)} fillers in one answer. A pause says more.",
                _quote(worst, with_it),
            )


def _remark(text: str, evidence: Evidence | None) -> Iterator[Claim]:
    """Yield a remark, unless there are no words to show it by."""
    if evidence is not None:
        yield Claim(text=text, evidence=evidence)


def _quote(answer: _Answer, text: str) -> Evidence | None:
    return Evidence(quote=cut(text), turn=answer.turn) if text else None


def _count(some: Sequence[_Answer], answers: Sequence[_Answer]) -> str:
    if len(some) == len(answers):
        return "Every answer is" if len(some) > 1 else "Your answer is"
    return f"{len(some)} of {len(answers)} answers {'is' if len(some) == 1 else 'are'}"


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
