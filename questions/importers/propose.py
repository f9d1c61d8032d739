"""What a draft lacks is proposed from what it has, and marked as proposed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, zip_longest
from typing import Final

from questions.importers.wording import bare_line, bullets, sentences, without_emphasis
from questions.question import (
    MAX_CRITERIA,
    MIN_CRITERIA,
    Criterion,
    Kind,
    Rubric,
    SpeakingBlueprint,
)

_MAX_TITLE: Final = 80
_MAX_SLUG: Final = 48
_MAX_POINT_WORDS: Final = 60
_MIN_POINT_WORDS: Final = 6
_WANTED: Final = 6
_FENCE: Final = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_HEAD: Final = re.compile(
    r"(?m)^(?:#{1,6}\s+(?P<heading>.+?)\s*#*|\*\*(?P<bold>[^*\n]+)\*\*:?)\s*$"
)
_BOLD_LEAD: Final = re.compile(
    r"^\*\*(?P<lead>[^*\n]{2,80}?)\*\*\s*[:–—-]*\s*(?P<rest>.+)$", re.DOTALL
)
_WEIGHT: Final = re.compile(r"\s*[(\[]\s*(\d{1,3})\s*(?:%|points?|pts?)?\s*[)\]]\s*$")
# A short answer has fewer points than a rubric needs; these are asked of any.
_OF_ANY: Final = (
    ("direct", "Answers the question directly", "Answers what was asked in the first sentences."),
    ("reason", "Gives the reason", "Explains why it is so, and not only that it is."),
    ("example", "Gives an example", "Gives a concrete example, with a name or a number."),
    ("limit", "Names a limit", "Names a limit, a trade-off or a case in which it is otherwise."),
)
_KINDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (Kind.CODE_READING, r"\b(?:following|this) (?:code|snippet|function|query|program)\b|```"),
        (
            Kind.BEHAVIOURAL,
            (
                r"\btell me about a time\b|\bdescribe a (?:time|situation)\b|\bhave you ever\b|"
                r"\bhow do you (?:lead|handle|decide|prioriti[sz]e|communicate|stay)\b|"
                r"\bconflict\b|\bstakeholders?\b|\byour (?:manager|team mate|colleague)"
            ),
        ),
        (
            Kind.TRADE_OFF,
            (
                r"\btrade-?offs?\b|\bbuild (?:vs\.?|versus|or) buy\b|\b(?:vs\.?|versus)\b|"
                r"\bchoos(?:e|ing) between\b|\bwhen would you (?:use|choose|prefer)\b|"
                r"\bwhich would you\b|"
                r"\badvantages and disadvantages\b|\bpros and cons\b|\binstead of\b"
            ),
        ),
        (
            Kind.DEBUGGING,
            (
                r"\bdebug|\bdiagnos|\btroubleshoot|\broot cause\b|"
                r"\bwhat(?:'s|’s| is) (?:going on|happening|wrong)\b|"
                r"\bpoorly\b|\bfails?\b|\btoo slow\b|\bcontradict|\bforgets?\b|\bstill wrong\b|"
                r"\bwhy (?:does|is) (?:it|this|your)\b"
            ),
        ),
        (
            Kind.METRIC_DESIGN,
            (
                r"\bmetrics?\b|\bmeasur(?:e|ing)\b|\bexperiments?\b|\ba/b test|"
                r"\bevaluat(?:e|ion|ing)\b|"
                r"\bbenchmarks?\b|\bcausal\b"
            ),
        ),
        (
            Kind.SYSTEM_DESIGN,
            (
                r"\bdesign\b|\barchitect\b|\barchitecture\b|\bscal(?:e|ing)\b|\bpipelines?\b|"
                r"\bbuild (?:a|an)\b|\bset(?:ting)? up\b|\binfrastructure\b"
            ),
        ),
    )
)


def kind_of(prompt: str) -> Kind:
    """Return what sort of question a prompt looks like."""
    return next((kind for kind, pattern in _KINDS if pattern.search(prompt)), Kind.CONCEPT)


def title_of(topic: str, prompt: str) -> str:
    """Return a title: the topic, or how the prompt begins."""
    said = sentences(prompt) or [prompt]
    asked = next((one for one in said if one.rstrip("\"'”’ ").endswith("?")), said[0])
    words = bare_line(topic) or bare_line(asked)
    flat = " ".join(words.split())
    if len(flat) <= _MAX_TITLE:
        return flat or "Untitled"
    return flat[: _MAX_TITLE - 1].rsplit(" ", 1)[0] + "…"


def slug_of(text: str, otherwise: str = "general", longest: int = _MAX_SLUG) -> str:
    """Return ``text`` as lower-case words joined by hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold().replace("’", "").replace("'", "")).strip("-")
    if len(plain) > longest:
        plain = plain[: longest + 1].rpartition("-")[0] or plain[:longest]
    return plain.strip("-") or otherwise


def criteria_of(answer: str, given: Sequence[str] = ()) -> tuple[Criterion, ...]:
    """Propose a rubric: what the source lists, else the answer's own points.

    A criterion that repeats a piece of the answer says the same as text and as what counts as
    met, which is how a grader tells such a rubric from one that somebody wrote.

    Args:
        answer: the model answer, in Markdown.
        given: criteria as the source lists them; they come first.
    """
    points = [_given(text) for text in given][:MAX_CRITERIA]
    if len(points) < MIN_CRITERIA and answer.strip():
        points += [(lead, text, 3) for lead, text in _points(answer)]
    if not points:
        return ()
    points = points[: max(_WANTED, min(len(given), MAX_CRITERIA))]
    used: set[str] = set()
    found = [_criterion(_id(lead, used), text, weight) for lead, text, weight in points]
    for id_, text, met in _OF_ANY:
        if len(found) >= MIN_CRITERIA:
            break
        found.append(
            Criterion(
                id=_id(id_, used), weight=1, text=text, met=met, partial="Does so only in passing."
            )
        )
    return tuple(found)


def rubric_of(criteria: Sequence[Criterion]) -> Rubric:
    """Return the rubric of a draft's criteria."""
    return Rubric(criteria=tuple(criteria))


def blueprint_of(answer: str, criteria: Sequence[Criterion]) -> SpeakingBlueprint | None:
    """Propose how to say an answer: its first sentence, its points, its last sentence."""
    said = [s for s in sentences(_flat(_FENCE.sub(" ", answer))) if len(s.split()) >= 3]
    if not said:
        return None
    own = [c.met for c in criteria if c.met == c.text]
    core = tuple(own or [c.text for c in criteria])[:5]
    return SpeakingBlueprint(hook=said[0], core=core or (said[0],), punchline=said[-1])


def tests_of(criteria: Sequence[Criterion], topic: str) -> str:
    """Propose what a question tests."""
    what = bare_line(topic)
    if what:
        return f"Whether the candidate knows {what} well enough to use it."
    own = [" ".join(c.text.split()[:12]) for c in criteria if c.met == c.text]
    return f"Whether the answer covers: {'; '.join(own[:3])}." if own else ""


def _given(text: str) -> tuple[str, str, int]:
    weight = 1
    if found := _WEIGHT.search(text):
        number = int(found[1])
        weight = min(5, max(1, round(number / 10) if number > 5 else number))
        text = text[: found.start()]
    plain = without_emphasis(text).strip()
    return plain, plain, weight


def _points(answer: str) -> list[tuple[str, str]]:
    """Return what an answer is made of, as ``(lead, text)``: its parts, items or sentences."""
    plain = _FENCE.sub("", answer)
    for found in (_parts(plain), _items(plain)):
        if len(found) >= MIN_CRITERIA:
            return _spread(found)
    said = [s for s in sentences(_flat(plain)) if len(s.split()) >= _MIN_POINT_WORDS]
    return _spread([(s, _clip(s)) for s in said])


def _parts(answer: str) -> list[tuple[str, str]]:
    """Return the stretches under headings and bold lines."""
    heads = list(_HEAD.finditer(answer))
    found = []
    for head, after in zip_longest(heads, heads[1:]):
        body = answer[head.end() : after.start() if after else len(answer)]
        first = next(iter(bullets(body)), "") if body.strip() else ""
        said = sentences(_flat(body))
        text = " ".join(said[:2]) or first
        lead = bare_line(head["heading"] or head["bold"] or "")
        if text and len(text.split()) >= _MIN_POINT_WORDS:
            found.append((lead, _clip(f"{lead.rstrip(':.')}: {text}")))
    return found


def _items(answer: str) -> list[tuple[str, str]]:
    """Return the items of an answer's lists that say something."""
    found = []
    listed = [line for line in answer.split("\n") if line.strip()]
    for item in bullets("\n".join(listed)):
        lead = _BOLD_LEAD.match(item)
        words = without_emphasis(item)
        if len(words.split()) >= _MIN_POINT_WORDS:
            found.append((without_emphasis(lead["lead"]) if lead else words, _clip(words)))
    return found if any(re.match(r"\s*(?:[-*+•]|\d+[.)])\s", line) for line in listed) else []


def _spread(points: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Take at most six points, the fullest of each sixth of the answer, in their order."""
    if len(points) <= _WANTED:
        return points
    edges = [round(i * len(points) / _WANTED) for i in range(_WANTED + 1)]
    return [
        max(points[a:b], key=lambda point: min(len(point[1].split()), 40))
        for a, b in pairwise(edges)
    ]


def _criterion(id_: str, text: str, weight: int) -> Criterion:
    return Criterion(
        id=id_,
        weight=weight,
        text=text,
        met=text,
        partial="Touches on it without saying how or why.",
    )


def _id(lead: str, used: set[str]) -> str:
    base = slug_of(" ".join(lead.split()[:5]), "point", 40)
    name, number = base, 2
    while name in used:
        name, number = f"{base}-{number}", number + 1
    used.add(name)
    return name


def _flat(text: str) -> str:
    lines = [bare_line(re.sub(r"^\s*[-*+•>]\s+", "", line)) for line in text.split("\n")]
    kept = [line for line in lines if line and not line.startswith("|") and line[:3] != "---"]
    return " ".join(line if line[-1] in ".!?:;…" else f"{line}." for line in kept)


def _clip(text: str) -> str:
    words = text.split()
    return text if len(words) <= _MAX_POINT_WORDS else " ".join(words[:_MAX_POINT_WORDS]) + "…"
