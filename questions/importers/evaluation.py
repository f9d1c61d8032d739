"""The evaluation under a transcript, and which of its scores belongs to which answer."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

# Such as "Score: 4/5", "Rating – 8 out of 10" and "**Score**: 3".
_SCORE: Final = re.compile(
    r"(?i)(?:^|[\s(|*_-])(?:score|rating|grade|marks?|points?)\W{0,6}\s*"
    r"(?P<score>\d{1,3}(?:[.,]\d{1,2})?)\s*"
    r"(?:(?:/|out of|of)\s*(?P<scale>\d{1,3}(?:\.\d)?)|%|(?![\d%]))"
)
_BARE: Final = re.compile(r"(?P<score>\d{1,2}(?:[.,]\d{1,2})?)\s*/\s*(?P<scale>5|10|100)\b")
_STARS: Final = re.compile(r"(?P<full>[★⭐](?:[\s\ufe0f]*[★⭐])*)\s*(?P<empty>(?:☆\s*)*)")
_REMARK: Final = re.compile(
    r"(?i)^\W*(?:justification|reason(?:ing)?|rationale|feedback|comments?|explanation|notes?|why)"
    r"\W*[:–—-]\s*"
)
_OVERALL: Final = re.compile(
    r"(?i)\b(?:overall|total|final|average|communication|culture|cultural|soft skills|"
    r"professionalism|enthusiasm|introduction|greeting|small talk)\b"
)
_NEXT_REPORT: Final = re.compile(
    r"(?im)^[=-]{5,}\s*\n\W*[A-Z][A-Z /&-]*REPORT\W*$|"
    r"^(?P<marks>#{1,4}) (?P<title>.*)$"
)
# "### Question 2" heads another score.
_NUMBERED: Final = re.compile(
    r"(?i)^\W*(?:q(?:uestion)?\s*\W?\d|\d{1,3}\s*[.):]|answer\s*\d|turn\s*\d)"
)
# All ways are weighed up to here, some 300 questions; larger ones must be in order.
_MOST_PAIRS: Final = 100_000
_LONG: Final = 200
_SCORED_LINE: Final = re.compile(r"(?i)^\W*(?:score|rating|grade|marks|evaluation)\b")
_TAIL: Final = 6
_WORD: Final = re.compile(r"[^\W\d_]{3,}|\d{2,}%?")
_COMMON: Final = frozenset(
    {
        "the", "and", "for", "with", "that", "this", "candidate", "provided", "answer", "question",
        "explanation", "demonstrated", "detailed", "clear", "clearly", "how", "what", "why", "was",
        "were", "are", "you", "your", "from", "including", "such", "their", "them", "they", "have",
        "has", "had", "which", "strong", "technical", "understanding", "well", "various", "key",
        "also", "can", "could", "would", "these", "those", "about", "into", "both", "good", "very",
        "more", "most", "some", "any",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """A score of an evaluation.

    Attributes:
        label: what it is for, in the report's words.
        score: 0 to ``scale``.
        scale: the most there was.
        remark: why.
        raw: the stretch of the report that it was read from.
    """

    label: str
    score: float
    scale: float
    remark: str
    raw: str


def read_evaluation(report: str) -> list[Verdict]:
    """Return the scores of single questions, in the report's order; overall ones are left out."""
    lines = _parted(report[: _end(report)].split("\n"))
    at = [(i, found) for i, line in enumerate(lines) if (found := _find_score(line))]
    verdicts = []
    for number, (index, found) in enumerate(at):
        until = at[number + 1][0] if number + 1 < len(at) else len(lines)
        label = _label(lines, index, found)
        remark, last = _remark(lines, index, until, found)
        if _OVERALL.search(label):
            continue
        score, scale = _value(found)
        if scale <= 0 or score > scale:
            continue
        raw = "\n".join(lines[index : last + 1])
        verdicts.append(Verdict(label=label, score=score, scale=scale, remark=remark, raw=raw))
    return verdicts


def _end(report: str) -> int:
    """Return where another report begins, behind the scores."""
    first = _SCORE.search(report)
    if first is None:
        return len(report)
    level = 0
    for found in _NEXT_REPORT.finditer(report):
        marks = len(found["marks"] or "")
        if found.start() < first.start():
            level = marks
        elif not marks or marks < level or (marks == level and not _NUMBERED.match(found["title"])):
            return found.start()
    return len(report)


def _parted(lines: list[str]) -> list[str]:
    """Give each of several scores on one line a line of its own."""
    found: list[str] = []
    for line in lines:
        is_several = len(line) < _LONG * 5 and len(_BARE.findall(line)) > 1
        found += re.split(r"\s*[|;]\s*|,\s+(?=\D)", line) if is_several else [line]
    return found


def match_verdicts(
    pairs: list[tuple[str, str]], verdicts: list[Verdict]
) -> tuple[list[Verdict | None], list[Verdict]]:
    """Give each (question, answer) its verdict, both in their order.

    Of all ways that keep the order, the one is taken in which remarks share most words with what
    they are given to; words that many remarks use count less.

    Returns:
        A verdict or ``None`` for each pair, and the verdicts that no pair got.
    """
    if len(pairs) * len(verdicts) > _MOST_PAIRS:
        in_order = len(pairs) == len(verdicts)
        return [*verdicts] if in_order else [None] * len(pairs), [] if in_order else verdicts
    bags = [Counter(_words(f"{verdict.label} {verdict.remark}")) for verdict in verdicts]
    spread = Counter(word for bag in bags for word in bag)
    gain = [[_shared(bag, question, answer, spread) for bag in bags] for question, answer in pairs]
    chosen = _align(gain, len(verdicts))
    matched = [verdicts[chosen[i]] if i in chosen else None for i in range(len(pairs))]
    used = set(chosen.values())
    return matched, [verdict for j, verdict in enumerate(verdicts) if j not in used]


def _align(gain: list[list[float]], verdicts: int) -> dict[int, int]:
    """Return which pair gets which verdict: as many as can be, then the greatest gain."""
    rows, columns = len(gain), verdicts
    best = [[(0, 0.0)] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            count, total = best[i + 1][j + 1]
            both = (count + 1, total + gain[i][j])
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    chosen: dict[int, int] = {}
    i = j = 0
    while i < rows and j < columns:
        count, total = best[i + 1][j + 1]
        if best[i][j] == (count + 1, total + gain[i][j]):
            chosen[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return chosen


def _shared(bag: Counter[str], question: str, answer: str, spread: Counter[str]) -> float:
    asked, said = set(_words(question)), set(_words(answer))
    total = 0.0
    for word in bag:
        weight = 1.0 / spread[word]
        total += weight * (3 * (word in asked) + (word in said))
    return total / math.sqrt(1 + len(bag))


def _words(text: str) -> list[str]:
    return [w for w in _WORD.findall(text.casefold()) if w not in _COMMON]


def cut_score(answer: str) -> tuple[str, Verdict | None]:
    """Part an answer from the score that somebody wrote below it, out of how much it is said."""
    lines = answer.split("\n")
    for index in range(max(1, len(lines) - _TAIL), len(lines)):
        found = _SCORED_LINE.match(lines[index])
        score = _find_score(lines[index]) if found else None
        if score is None or not (score.re is _STARS or score["scale"] or "%" in score[0]):
            continue
        value, scale = _value(score)
        if 0 <= value <= scale:
            remark, last = _remark(lines, index, len(lines), score)
            raw = "\n".join(lines[index : last + 1])
            verdict = Verdict(label="", score=value, scale=scale, remark=remark, raw=raw)
            return "\n".join([*lines[:index], *lines[last + 1 :]]).strip(), verdict
    return answer, None


def read_score(text: str, most: str = "") -> tuple[float | None, float]:
    """Return the score that a field holds and what it is out of; ``None`` where it holds none.

    Args:
        text: such as ``4``, ``7/10`` or stars.
        most: what another field says it is out of.
    """
    found = _find_score(f"score: {text}")
    if found is None:
        return None, 5.0
    score, scale = _value(found)
    if re.fullmatch(r"\s*\d{1,3}(?:\.\d+)?\s*", most) and float(most) >= max(score, 1):
        scale = float(most)
    return (score, scale) if 0 <= score <= scale else (None, 5.0)


def has_score(line: str) -> bool:
    """Whether a line gives a score."""
    return _find_score(line) is not None


def _find_score(line: str) -> re.Match[str] | None:
    found = _SCORE.search(line) or (_BARE.search(line) if len(line) < _LONG else None)
    return found or (_STARS.search(line) if len(line) < _LONG else None)


def _value(found: re.Match[str]) -> tuple[float, float]:
    """Return a score and what it is out of."""
    if found.re is _STARS:
        full = sum(found["full"].count(star) for star in "★⭐")
        return float(full), float(max(5, full + found["empty"].count("☆")))
    score = float(found["score"].replace(",", "."))
    return score, float(found["scale"]) if found["scale"] else _scale_for(score, found[0])


def _label(lines: list[str], index: int, found: re.Match[str]) -> str:
    """Return what a score is for: what stands before it, and on the lines above."""
    parts = [lines[index][: found.start()]]
    for above in reversed(lines[max(0, index - 3) : index]):
        if _find_score(above) or _REMARK.match(above) or len(above.split()) > 25:
            break
        parts.insert(0, above)
    return " ".join(re.sub(r"^[\W_]+|[\W_]+$", "", part) for part in parts).strip()


def _remark(lines: list[str], index: int, until: int, found: re.Match[str]) -> tuple[str, int]:
    """Return the words that stand behind a score, up to the next question's label."""
    kept = [lines[index][found.end() :].strip(" -–—:*|)")]
    last = index
    for at in range(index + 1, until):
        line = lines[at].strip()
        if not line:
            if any(kept):
                break
            continue
        is_label = re.match(r"^(?:#+|\W{0,4}(?:Q(?:uestion)?\s*)?\d{1,2}[.):])", line)
        if is_label and not _REMARK.match(line):
            break
        kept.append(_REMARK.sub("", line))
        last = at
    return " ".join(filter(None, kept)), last


def _scale_for(score: float, written: str) -> float:
    if "%" in written:
        return 100.0
    return next((top for top in (5.0, 10.0, 100.0) if score <= top), score)
