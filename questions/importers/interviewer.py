"""An interviewer's turn: the question in it, and the talk around the question."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from questions.importers.wording import open_quoted, sentences, trim

_LEAK: Final = re.compile(
    r"^\s*(?:```\s*)?tool_(?:code|call|outputs?)\b|default_api\.|<\/?(?:tool|function)[_-]?calls?>|"
    r"\bfunction_call\b|\"(?:tool_calls|function|tool|tool_name|tool_call_id)\"\s*:|"
    r"^\s*print\(\w+\.\w+\(|<\|[a-z_]+\|>|</?(?:function|invoke|parameter)\b[^>\n]*>|"
    r"\[\s*(?:tool|function|action)[\w ]*:[^\]\n]*\]|\[/?TOOL_CALLS?\]|"
    r"^\s*Action(?: Input)?:\s*[\w{]|\bto=functions\.",
    re.IGNORECASE | re.MULTILINE,
)
# A call between marks, beside which the turn goes on.
_MARKED_CALL: Final = re.compile(
    r"(?s)<(?P<tag>tool_call|function_calls?|tool|function)\b[^>\n]{0,200}>.{0,5000}?</(?P=tag)>|"
    r"<function=[^>\n]*>(?:\{[^\n]*\})?|\[\s*(?:tool|function|action)[\w ]*:[^\]\n]*\]",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"\b(?:any|some|further|final|other|more)\s+(?:\w+\s+){0,2}questions?\b(?:\s+\w+){0,3}\s+"
    r"(?:for (?:me|us)|about (?:the|our|us)|to ask|you(?:'d|’d| would| have))|"
    r"(?:do|would) you (?:have|like to ask)\b[^.?!]{0,40}\bquestions?\b|\bany other questions?\b|"
    r"anything (?:else )?you(?:'d| would)? (?:like|want) to (?:ask|add|know)|"
    r"questions? (?:do you have )?for (?:me|us)\b|what questions do you have",
    re.IGNORECASE,
)
_CHAT: Final = re.compile(
    r"tell (?:me|us) (?:a (?:bit|little)(?: more)? )?(?:about )?(?:yourself|who you are)|"
    r"introduce yourself|about yourself|your (?:background|career|journey) so far|"
    r"walk (?:me|us) through your (?:resume|résumé|cv|background|career)|how are you\b|"
    r"how(?:'s|’s| is| was) (?:your|the) (?:day|week|morning|afternoon|"
    r"evening|weekend|trip|journey)|"
    r"how(?:'s|’s| is) it going|how are things|can you hear me|"
    r"where are you (?:based|located|from)|salary|compensation|"
    r"notice period|"
    r"when (?:can|could) you start|why (?:do|did) you (?:want|apply|choose) |"
    r"why (?:this|our) (?:company|role)|why are you (?:leaving|interested|looking)|"
    r"what (?:do you know|interests you) about (?:us|our)|are you (?:ready|comfortable)|"
    r"shall we (?:begin|start)|ready to (?:begin|start)|where do you see yourself|"
    r"does that (?:sound|work|make sense)|is that (?:ok|okay|alright)|hobbies|"
    r"work authori[sz]ation|"
    r"did you find (?:us|the office)",
    re.IGNORECASE,
)
_PRAISE: Final = re.compile(
    r"^(?:that(?:'s|’s| is| was| sounds)|this is|these are|those are|"
    r"it(?:'s|’s| is) (?:clear|great|good)|it sounds|great|thanks?\b|thank you|excellent|perfect|"
    r"wonderful|fantastic|impressive|amazing|"
    r"good\b|nice|very (?:good|nice|clear)|i (?:appreciate|see|like|understand|agree)|ok\b|okay|"
    r"all ?right|right[,.]|sure\b|absolutely|interesting|awesome|brilliant|lovely|hi\b|hello|hey\b|"
    r"welcome|you(?:'ve|’ve| have) (?:clearly|really|certainly)|your (?:\S+ ){1,12}(?:is|are) "
    r"(?:\w+ ){0,2}(?:insightful|impressive|valuable|great|thorough|clear|solid)|"
    r"well (?:done|put))",
    re.IGNORECASE,
)
_STEP: Final = re.compile(
    r"^(?:now,? |so,? |next,? |ok(?:ay)?,? |all right,? )*(?:let(?:'s|’s| us| me)\b|"
    r"moving (?:on|along)|here(?:'s|’s| is)|i(?:'d|’d| would) like to (?:move|ask|shift|turn)|"
    r"i(?:'m|’m| am) (?:going to|your)|my next question|next question|the next question|"
    r"before we|first(?:ly)?,? (?:question|up)|we(?:'ll|’ll| will) (?:now|start|move)|"
    r"for the next|turning to|[*_]*(?:question|q)\s*\#?\d{1,3}\b|"
    r"(?:one )?(?:last|final) question|another question)",
    re.IGNORECASE,
)
_REQUEST: Final = re.compile(
    r"^(?:(?:so|now|and|then|next|okay|ok|first|finally|also|great|please|secondly)[, ]+)*"
    r"(?:please |can you |could you |would you )?"
    r"(?:explain|describe|walk|tell|talk|give|design|compare|discuss|outline|imagine|suppose|"
    r"elaborate|define|write|sketch|show|share|list|estimate|propose|derive|implement|consider)\b",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(
    r"^(?:(?:so|now|and|then|next|okay|ok|alright|all right|great|finally|also|well)"
    r"\s*[,:–—-]\s*|[*_]*(?:question|q)\s*\#?\d{1,3}\s*[.:)–—-]+[*_]*\s*)+",
    re.IGNORECASE,
)
_NUDGE: Final = re.compile(
    r"(?:(?:could|can|would) you (?:please |maybe |perhaps )?)?(?:just )?"
    r"(?:elaborate|expand|clarify|go (?:a bit |a little )?deeper|"
    r"be (?:a bit |a little )?more specific|tell me more|say more|"
    r"(?:give|provide|share|walk)(?: me| us)? (?:a |an |some |any )?"
    r"(?:more|specific|concrete|little)|what do you mean|anything (?:else )?to add)\b",
    re.IGNORECASE,
)
_MAX_NUDGE: Final = 14
_VOCATIVE: Final = re.compile(
    r",\s+(?:Dr|Mr|Ms|Mrs|Prof)\.?\s+[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)?(?=[,.?!])"
)


class TurnKind(StrEnum):
    """What an interviewer does in a turn."""

    QUESTION = "question"
    CHAT = "chat"
    CLOSING = "closing"
    LEAK = "leak"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Asked:
    """A question as it was asked.

    Attributes:
        prompt: the question, with what one has to know to understand it.
        around: what else was said in the turn.
    """

    prompt: str
    around: str


@dataclass(frozen=True)
class ReadTurn:
    """A turn: what it is, and what it asks."""

    kind: TurnKind
    asked: Asked | None = None
    leaked: str = ""


def read_turn(text: str) -> ReadTurn:
    """Tell a question of substance from small talk, the closing and what a tool call left."""
    if is_leak(text):
        plain, leaked = without_leaks(text)
        rest = read_turn(plain) if not is_leak(plain) else None
        return replace(rest, leaked=leaked) if rest and rest.asked else ReadTurn(TurnKind.LEAK)
    said = [
        (number, sentence)
        for number, paragraph in enumerate(re.split(r"\n\s*\n", open_quoted(trim(text))))
        for whole in sentences(" ".join(paragraph.split()))
        for sentence in _led_over(whole)
    ]
    questions = [index for index, (_, sentence) in enumerate(said) if _is_question(sentence)]
    substantial = [
        index
        for index in questions
        if not _CHAT.search(said[index][1]) and not _CLOSING.search(said[index][1])
    ]
    closes = any(_CLOSING.search(said[index][1]) for index in questions)
    if closes:
        return ReadTurn(TurnKind.CLOSING)
    if not substantial:
        return ReadTurn(TurnKind.CHAT if questions else TurnKind.NOTHING)
    kept = _span(said, substantial[0], substantial[-1])
    whole = _VOCATIVE.sub("", _joined([said[index] for index in kept]))
    prompt = _LEAD.sub("", whole)
    lead = whole[: len(whole) - len(prompt)]
    prompt = prompt[:1].upper() + prompt[1:]
    inside = set(kept)
    around = " ".join(
        [lead, *(sentence for index, (_, sentence) in enumerate(said) if index not in inside)]
    ).strip()
    return ReadTurn(TurnKind.QUESTION, Asked(prompt=prompt, around=around))


def is_leak(text: str) -> bool:
    """Whether a turn holds what a tool call left behind."""
    return _LEAK.search(text) is not None


def is_nudge(prompt: str) -> bool:
    """Whether a question only asks for more of the answer before."""
    return len(prompt.split()) <= _MAX_NUDGE and _NUDGE.match(prompt) is not None


def without_leaks(text: str) -> tuple[str, str]:
    """Return a turn without what a tool call left, and that."""
    leaked: list[str] = []

    def take(found: re.Match[str]) -> str:
        leaked.append(found[0])
        return ""

    plain = _MARKED_CALL.sub(take, re.sub(r"(?s)```.*?(?:```|\Z)", take, text))
    kept: list[str] = []
    for line in plain.split("\n"):
        (leaked if _LEAK.search(line) else kept).append(line)
    return "\n".join(kept), "\n".join(leaked)


def _led_over(sentence: str) -> list[str]:
    """Part "Here's another question for you: How …?" behind its colon."""
    lead, colon, rest = sentence.partition(": ")
    if colon and (_STEP.match(lead) or _PRAISE.match(lead)) and rest[:1].isupper():
        return [lead + colon.strip(), rest]
    return [sentence]


def _is_question(sentence: str) -> bool:
    return sentence.rstrip("\"'”’)*_ ").endswith(("?", "？")) or bool(_REQUEST.match(sentence))


def _span(said: list[tuple[int, str]], first: int, last: int) -> list[int]:
    """Return the sentences of the question, with those before it that it builds on."""
    start = first
    while start > 0 and not _is_talk(said[start - 1][1]):
        start -= 1
    end = last
    while end + 1 < len(said) and not _is_talk(said[end + 1][1]):
        end += 1
    return [i for i in range(start, end + 1) if i in {first, last} or not _is_talk(said[i][1])]


def _is_talk(sentence: str) -> bool:
    """Whether a sentence only praises, or leads over to the next question."""
    if _CHAT.search(sentence):
        return True
    return not _is_question(sentence) and bool(_PRAISE.match(sentence) or _STEP.match(sentence))


def _joined(parts: list[tuple[int, str]]) -> str:
    text, paragraph = "", -1
    for number, sentence in parts:
        gap = "" if not text else " " if number == paragraph else "\n\n"
        text += f"{gap}{sentence}"
        paragraph = number
    return text
