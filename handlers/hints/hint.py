"""What may be told about a question before it is answered. Pure.

Hints go from how an answer is built, through what it touches, to where an interviewer would press
on. They are made of what a candidate could also ask for. What the rubric, the model answer, the
blueprint and the note on what the question tests say is never quoted, since it names the solution;
whatever shares too many words with a criterion is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from questions.question import Kind, Question

_SKELETONS: Final = {
    Kind.CONCEPT: "say what it is, why it works, where it breaks, and give one example with "
    "numbers",
    Kind.SYSTEM_DESIGN: "settle what is asked of the system and how big it is, draw the parts, "
    "follow one request through them, then name what fails first",
    Kind.DEBUGGING: "tie each symptom to a cause, say how you would prove it, then the quick fix, "
    "the lasting one, and how you would notice next time",
    Kind.TRADE_OFF: "name what is gained and lost on each side, say what would decide it, then "
    "commit to one and to when you would change your mind",
    Kind.BEHAVIOURAL: "tell one real case: the situation, what you yourself did and why, what came "
    "of it in numbers, and what you would do differently",
    Kind.METRIC_DESIGN: "say which decision the number serves, define it exactly, then how it can "
    "mislead and what keeps it honest",
    Kind.CODE_READING: "walk through it line by line, connect each flaw to something people would "
    "see, and fix the costliest first",
}
# Of a criterion's telling words. In the shipped bank no hint shares more than .27 of them.
_MOST_SHARED: Final = 0.35
_TELLING_LENGTH: Final = 4


def hints_for(question: Question) -> tuple[str, ...]:
    """Return a question's hints, from the broadest to the most pointed; three at most."""
    return tuple(hint for hint in _candidates(question) if not gives_away(hint, question))


def gives_away(hint: str, question: Question) -> bool:
    """Return whether a hint says much of what one of the question's criteria asks for.

    What the question says itself gives nothing away.
    """
    known = _telling(f"{question.title} {question.prompt}")
    said = _telling(hint) - known
    for criterion in question.rubric.criteria:
        wanted = _telling(criterion.met) - known
        if wanted and len(wanted & said) / len(wanted) > _MOST_SHARED:
            return True
    return False


def _candidates(question: Question) -> Iterator[str]:
    points = len(question.rubric.criteria)
    heaviest = max(c.weight for c in question.rubric.criteria)
    weighty = sum(c.weight == heaviest for c in question.rubric.criteria)
    most = "they weigh the same" if weighty == points else f"{weighty} of them weigh most"
    skeleton = _SKELETONS[question.kind]
    yield f"How to build it: {skeleton}. A full answer makes {points} points; {most}."
    if touches := [skill for skill in question.skills if not _names_a_point(skill, question)]:
        yield f"What it touches: {', '.join(touches)}."
    if question.follow_ups:
        follow_up = min(question.follow_ups, key=lambda text: _overlap(text, question))
        yield f"Where an interviewer would go next: {follow_up}"


def _names_a_point(skill: str, question: Question) -> bool:
    """Return whether a skill is what one of the criteria asks for, such as “base rates”."""
    new = _telling(skill) - _telling(f"{question.title} {question.prompt}")
    return bool(new) and any(new <= _telling(c.met) for c in question.rubric.criteria)


def _overlap(text: str, question: Question) -> int:
    wanted = _telling(" ".join(c.met for c in question.rubric.criteria))
    return len(_telling(text) & wanted)


def _telling(text: str) -> set[str]:
    """Return the words that carry the meaning: short ones seldom do; numbers always."""
    words = re.findall(r"\w+", text.casefold())
    return {w for w in words if len(w) >= _TELLING_LENGTH or w.isdigit()}
