"""How a model goes wrong that words an interviewer's turns, and how one does it properly.

What a misbehaviour must never have said holds `MARK`, so that a judge need not guess.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Final

# Stands in everything that must never be said, and nowhere else.
MARK: Final = "Quillfeather"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request for a turn, as the model got it.

    Attributes:
        is_reply: whether the person's own question is to be answered.
        wants_question: whether the turn asks something; else it leads over.
        answer: the person's last words.
        background: the job description.
        asked: what was asked before.
        secret: a sentence of the model answer, which a model may know by heart.
    """

    is_reply: bool
    wants_question: bool
    answer: str
    background: str
    asked: tuple[str, ...]
    secret: str


def properly(asked: Asked, chance: random.Random) -> str:
    """Word a turn as it should be."""
    if asked.is_reply:
        return _turn("", _stretch(asked.background, chance, 8))
    if not asked.wants_question:
        return _turn(chance.choice(_LEADS))
    topic, angle = chance.choice(_TOPICS), chance.choice(_ANGLES)
    return _turn(angle.format(topic=topic), _stretch(asked.answer, chance, 7))


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A way of going wrong.

    Attributes:
        name: what it is called where it is counted.
        text: what is said; ``{mark}``, ``{secret}`` and ``{last}`` stand for `MARK`, a sentence of
            the model answer, and what was asked last.
        quote: the words it claims to rest on; real ones where ``None``.
        is_raw: whether the text is the whole completion, in place of the object it should be.
    """

    name: str
    text: str
    quote: str | None = None
    is_raw: bool = False


def wrongly(slip: Slip, asked: Asked, chance: random.Random) -> str:
    """Word a turn in one of the ways that it must not be said in."""
    last = asked.asked[-1] if asked.asked else f"What of {MARK}? What of {MARK}?"
    text = slip.text.replace("{mark}", MARK).replace("{secret}", asked.secret)
    text = text.replace("{last}", last)
    if slip.is_raw:
        return text
    quote = _stretch(asked.answer, chance, 5) if slip.quote is None else slip.quote
    return _turn(text, quote.replace("{mark}", MARK))


_LEAKED_CALL: Final = "tool_code\nprint(default_api.retrieve_job_description(query='{mark}'))"
SLIPS: Final = (
    Slip(name="leaked tool call", text=_LEAKED_CALL, is_raw=True),
    Slip(name="tool call in a turn", text="search_notes(query='{mark}') What did you build?"),
    Slip(
        name="function call",
        text='{"tool_calls": [{"function": {"name": "score", "arguments": "{mark}"}}]}',
        is_raw=True,
    ),
    Slip(name="placeholder", text="Tell me about [mention a specific area of {mark}], please?"),
    Slip(name="code", text="```python\n{mark} = 1\n```\nWhat does it print?"),
    Slip(
        name="speaks of itself",
        text="As an AI language model called {mark}, what would you like to talk about?",
    ),
    Slip(name="verdict", text="Excellent! That is a great answer, 5/5 for {mark}. What else?"),
    Slip(name="tells the answer", text="Would you agree with this: {secret}?"),
    Slip(name="asks again", text="{last}"),
    Slip(name="two questions", text="Why {mark}? And who was against it?"),
    Slip(
        name="made-up quote",
        text="What made that hard?",
        quote="we moved all of {mark} to production in one night",
    ),
    Slip(name="lecture", text="{mark} is a thing to talk about for hours. " * 40 + "Do you agree?"),
    Slip(
        name="other language",
        text="Können Sie mir bitte sagen, warum Sie das so und nicht mit der {mark} gemacht haben?",
    ),
    Slip(name="nothing", text="", is_raw=True),
    Slip(name="broken object", text='{"quote": "{mark}", "text": "Why', is_raw=True),
)


def _turn(text: str, quote: str = "") -> str:
    return json.dumps({"quote": quote, "text": text}, ensure_ascii=False)


def _stretch(text: str, chance: random.Random, words: int) -> str:
    """Return some of a text's words, in a row."""
    found = text.split(" ")
    start = chance.randrange(max(len(found) - words, 0) + 1)
    return " ".join(found[start : start + words])


_LEADS: Final = (
    "Thank you, that helps me to see where you come from.",
    "I have written that down, thank you.",
    "Thanks. Let me take you to another place.",
    "All right, on to another topic.",
)
_TOPICS: Final = (
    "the budget", "the deadline", "the first week", "the people on call", "the migration",
    "the rollback", "the auditors", "the hand-over", "the oldest customer", "the test data",
    "the on-call rota", "the legal review", "the slowest part", "the biggest surprise",
)  # fmt: skip
_ANGLES: Final = (
    "What happened with {topic} in that case?",
    "How did {topic} change your plan?",
    "Who had to be convinced about {topic}?",
    "What would you do differently about {topic} today?",
)
