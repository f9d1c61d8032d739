"""What a model worded is looked at before anybody reads it: pure rules, each with a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from handlers.practice.likeness import are_alike, shared_run, told_share
from questions.local.language import is_foreign

# A turn is spoken: more than this, in characters, is a lecture.
MAX_CHARACTERS: Final = 500
# As many words in a row are copied, not met by chance.
_COPIED_RUN: Final = 6
# Of what a criterion asks for: so much of it tells it.
_TOLD_WORDS: Final = 4
_TOLD_SHARE: Final = 0.5


class Fault(StrEnum):
    """What is wrong with a turn; the value says it to whoever worded it."""

    EMPTY = "it is empty"
    TOO_LONG = "it is too long: two sentences at most"
    CODE = "it holds code, markup, JSON or a tool call: write plain sentences"
    PLACEHOLDER = "it holds a placeholder: write only what can be said as it stands"
    MACHINE = "it speaks about yourself or your instructions: speak as the interviewer"
    NO_QUESTION = "it asks nothing: ask exactly one question"
    MANY_QUESTIONS = "it asks more than one question: ask exactly one"
    QUESTION = "it asks something: only lead over to the next question, without asking"
    REPEAT = "it asks again what was asked before: ask something else"
    LEAK = "it tells the candidate what the answer should hold: ask without telling"
    VERDICT = "it judges the answer: stay neutral"
    LANGUAGE = "it is not in English: write English"


@dataclass(frozen=True, kw_only=True)
class TurnRules:
    """What a turn must keep to.

    Attributes:
        questions: how many questions it has to ask, 0 or 1.
        asked: what was asked before.
        secrets: what must not be told: the model answer's sentences, the rubric's points.
        known: what the person has read or written already, and may be repeated.
        max_characters: the longest it may be.
    """

    questions: int
    asked: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    max_characters: int = MAX_CHARACTERS


def check_turn(text: str, rules: TurnRules) -> tuple[Fault, ...]:
    """Return what is wrong with a turn that a model worded; empty where it may be said."""
    if not any(ch.isalnum() for ch in text):
        return (Fault.EMPTY,)
    return tuple(dict.fromkeys(_faults(text, rules)))


def _faults(text: str, rules: TurnRules) -> Iterator[Fault]:
    if len(text) > rules.max_characters:
        yield Fault.TOO_LONG
    if _CODE.search(text):
        yield Fault.CODE
    if _PLACEHOLDER.search(text):
        yield Fault.PLACEHOLDER
    if _MACHINE.search(text):
        yield Fault.MACHINE
    if is_foreign(text):
        yield Fault.LANGUAGE
    yield from _question_faults(text, rules)
    # A grade comes from code, and in real mode not before the report.
    if _VERDICT.search(_unquoted(text)):
        yield Fault.VERDICT
    # Words that are quoted back are the person's own.
    if any(_tells(text, secret, rules.known) for secret in rules.secrets):
        yield Fault.LEAK


def count_questions(text: str) -> int:
    """Return how many questions a text asks; what it quotes does not count.

    Without a question mark it may still ask for something: "Walk me through it."
    """
    plain = _unquoted(text)
    return len(re.findall(r"[?？]+", plain)) or int(_REQUEST.search(plain) is not None)


def _question_faults(text: str, rules: TurnRules) -> Iterator[Fault]:
    count = count_questions(text)
    if rules.questions == 0 and count:
        yield Fault.QUESTION
    if rules.questions and count == 0:
        yield Fault.NO_QUESTION
    if rules.questions and count > 1:
        yield Fault.MANY_QUESTIONS
    if rules.questions and any(are_alike(text, earlier) for earlier in rules.asked):
        yield Fault.REPEAT


def _tells(text: str, secret: str, known: tuple[str, ...]) -> bool:
    if shared_run(text, secret, known) >= _COPIED_RUN:
        return True
    words, share = told_share(text, secret, known)
    return words >= _TOLD_WORDS and share >= _TOLD_SHARE


def _unquoted(text: str) -> str:
    return re.sub(r"“[^”]*”|\"[^\"]*\"", " ", text)


_REQUEST: Final = re.compile(
    r"(?:^|[.!:]\s+|\bplease )(?:tell me|describe|walk me|explain|name|give me|talk me|show me"
    r"|take me|derive|sketch|compare|say)\b",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"```|</?[a-z][\w-]*(?:\s[^<>]*)?/?>|<\||\|>|\[/?INST\]|\{\s*[\"'\w]|[\"']\s*:\s*[\[{\"'\d]"
    r"|\btool_(?:code|calls?|use)\b|\bfunction_call\b|\bdefault_api\b"
    r"|\b[a-z]\w*(?:_\w+|\.\w+)+\s*\(|\bprint\s*\(|^\s*(?:import|def|from)\s+\w+"
    r"|^\s*(?:system|assistant|user|interviewer|candidate|ai recruiter)\s*:|^\s*#{1,6}\s|\*\*"
    r"|https?://",
    re.IGNORECASE | re.MULTILINE,
)
_PLACEHOLDER: Final = re.compile(
    r"\[[^\]\n]{2,}\]|\{\{?[^}\n]*\}\}?|<[A-Z][^<>\n]*>|<[^<>\n]*\s[^<>\n]*>|_{3,}|\bX{3,}\b|\bXYZ\b"
    r"|\b(?:TODO|TBD|lorem ipsum)\b|\binsert\b.{0,40}\bhere\b|\byour name here\b"
    r"|\bcandidate(?:'s)? name\b|\bcompany name\b",
    re.IGNORECASE,
)
_MACHINE: Final = re.compile(
    r"\bas an? (?:\w+ ){0,2}(?:ai|language model|assistant|chatbot|bot)\b"
    r"|\bi(?:'|’)?m (?:just |only )?an? (?:ai|language model|assistant|chatbot|bot)\b"
    r"|\bi am (?:just |only )?an? (?:ai|language model|assistant|chatbot|bot)\b"
    r"|\bmy (?:system )?(?:instructions|guidelines|programming|prompt)\b"
    r"|\bi (?:cannot|can['’]t|am unable to) (?:assist|help|comply|answer)"
    r"|\bthe rubric\b|\bthe model answer\b",
    re.IGNORECASE,
)
_PRAISE: Final = (
    r"excellent|great|perfect|fantastic|impressive|brilliant|amazing|outstanding|strong|good|nice"
    r"|wonderful|solid|thorough|comprehensive|insightful|weak|poor|incomplete|vague|disappointing"
)
_VERDICT: Final = re.compile(
    rf"\b(?:{_PRAISE})\b[\w ,-]{{0,30}}\b(?:answer|point|explanation|response|job|work|start"
    r"|overview|thinking|approach|insight|stuff|question)\b"
    rf"|^\W*(?:{_PRAISE}|correct|incorrect|wrong|right)\s*[!.,]"
    r"|\b(?:spot on|well done|exactly right|you (?:missed|forgot|got it|are right|are wrong))\b"
    r"|\b(?:that|this|it)(?:['’]s| is) (?:right|correct|wrong|incorrect)\b"
    r"|\b\d(?:\.\d)?\s*(?:/|out of)\s*(?:5|10)\b",
    re.IGNORECASE,
)
