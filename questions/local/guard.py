"""What is no evidence: the question said again, orders to the grader, lists and word salad."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from questions.local.language import is_foreign
from questions.local.visible import unmask
from questions.local.words import STOP_WORDS, WORD, content_words, find_words, fold, stem

_ORDERS: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rubric|rule"
    r"|criteri|guideline|direction|above|previous|prior)"
    r"|\b(?:note|message|attention|memo|instructions?)\s+(?:to|for)\s+(?:the\s+|any\s+)?(?:\w+\s+)?"
    r"(?:grader|evaluator|examiner|marker|judge|assessor|reviewer|ai|model|assistant|llm|system)\b"
    r"|\b(?:dear|hey|hello|hi|attention)\s+(?:\w+\s+)?(?:grader|evaluator|examiner|judge|ai|model"
    r"|assistant|llm)\b"
    r"|\b(?:give|award|assign|grant|return|output|report|set)\b.{0,40}\b(?:full|max\w*|perfect|top"
    r"|highest|5|five|10|ten|100)\b.{0,20}\b(?:mark|score|point|credit|grade|rating|star|out of)"
    r"|\b(?:give|award|assign|return|output|answer|respond)\b.{0,20}\b\d+\s*/\s*(?:5|10|100)\b(?!\.\d)"
    r"|\b\d+\s*/\s*\d+\s+(?:for|on|in)\s+(?:all|every|each)\b"
    r"|(?:^\W*|\bplease\s+|\byou\s+(?:must|should)\s+)(?:score|grade|mark|rate)\s+(?:this|it|me|my"
    r"|the (?:answer|reply|response|candidate))\b"
    r"|\b(?:score|grade|mark|rate)\s+(?:me|this (?:answer|reply|response|submission))\b"
    r"|\b(?:rating|verdict)\W{0,6}(?:this|it|me|my)\b"
    r"|\b(?:score|grade|rating|verdict|marks?|points?)\W{0,4}(?:is|are|=|:|of|as)?\W{0,4}"
    r"(?:5|five|10|100|full|max\w*|perfect|met)\b(?!\s*%)"
    r"|\b(?:this|my|the candidate's|the student's)\s+(?:\w+\s+)?"
    r"(?:answer|reply|response|submission)\b.{0,30}\b(?:meets?|satisf\w+|fulfill?s?|deserves?|earns?|correct|perfect|complete|passes"
    r"|should (?:get|receive|score))\b"
    r"|\b(?:mark|treat|consider|count|judge|regard)\b.{0,30}\b(?:criteri\w+|points?|everything)\b"
    r".{0,20}\b(?:met|satisfied|passed|fulfilled|true|correct)\b"
    r"|\ball\b.{0,20}\bcriteri\w+\b.{0,20}\b(?:are|were|have been)?\s*(?:met|satisfied|passed)\b"
    r"|\byou\s+(?:are|must|should|will|have to)\s+(?:now\s+)?(?:be\s+)?(?:a\b.{0,20}\bgrader|grad"
    r"|scor|award|mark\b|give|rate|output|respond|answer|reply)"
    r"|^\W*(?:system|assistant|user|developer|human|grader|evaluator|rubric|reference(?: answer)?"
    r"|model answer|expected answer|ideal answer|grading(?: notes?| instructions?)?|criteri\w+"
    r")\s*(?:message|prompt|turn)?\s*[:>\]]"
    r"|<\|?/?\s*(?:im_start|im_end|system|assistant|user|inst|reply|answer|candidate)\b"
    r"|\[/?inst\]"
    r"|\bend of (?:the )?(?:reply|answer|response|submission)\b"
    r"|[\"']?(?:score|grade|verdict|verdicts|criterion_id)[\"']\s*:"
)
# Short quotations, and how many words must stand around one.
_QUOTED: Final = re.compile(r"[\"“][^\"“”]{1,80}[\"”]")
_FEWEST_AROUND: Final = 4
_HIDDEN_BLOCK: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BLOB: Final = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
# A forged end of the reply, and what speaks to the grader for the rest of its paragraph.
_FORGED_END: Final = re.compile(
    r"<{2,8}[ \t]{0,3}/?[ \t]{0,3}(?:end|reply)\b[^\n>]{0,60}>>+", re.IGNORECASE
)
_ADDRESS: Final = re.compile(
    r"(?:^|(?<=[.!?]\s))[^\w\n]{0,20}(?:"
    r"(?:new|updated?|revised|corrected|official|amended)\s+(?:\w+\s+)?(?:rubric|criteria"
    r"|marking\s+scheme|scoring\s+(?:guide|rules)|(?:reference|model)\s+answer)\b[^.!?\n]{0,20}[:=]"
    r"|(?:note|message|memo|instructions?)\s+(?:to|for)\s+(?:the\s+)?(?:\w+\s+)?"
    r"(?:grader|examiner|marker|assessor)\b"
    r"|(?:dear|hey|hi|hello|attention)[,:]?\s+(?:the\s+)?(?:\w+\s+)?"
    r"(?:grader|examiner|marker|assessor)\b"
    r")[^\n]*(?:\n[^\n]*\S[^\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
_UNKNOWING: Final = re.compile(
    r"\b(?:idk|dunno|unsure|no\s+(?:idea|clue|answer)|not\s+(?:\w+\s+)?sure|never\s+heard"
    r"|nothing\s+comes\s+to\s+mind|(?:can't|cannot|can\s+not)\s+(?:\w+\s+)?say"
    r"|i\s+(?:\w+\s+)?(?:don'?t|do\s+not|can'?t|cannot|can\s+not)\s+(?:\w+\s+)?"
    r"(?:know|remember|recall|understand|answer|tell|have\s+(?:an?|any|the)\s+(?:answer|idea|clue)))\b"
)
# What such a sentence may hold besides stop words and words of the question.
_UNKNOWING_WORDS: Final = frozenset(
    ["idk", "dunno", "unsure", "idea", "clue", "answer", "know", "remember", "recall", "understand",
     "tell", "sorry", "honestly", "honest", "simply", "absolutely", "question", "topic", "subject",
     "anything", "nothing", "comes", "mind", "heard", "start", "begin", "dont", "cant", "cannot",
     "afraid", "pass", "skip", "yes", "exactly", "totally", "hmm", "um", "well"]
)  # fmt: skip
_LISTED_STOP_SHARE: Final = 0.13
_FEWEST_LISTED: Final = 4
# What a listing counts among sentences; a reference that lists things is answered by lists.
LISTING_WORTH: Final = 0.35
REFERENCE_LISTING_WORTH: Final = 0.5
_MOSTLY_LISTED: Final = 0.6
_KEYWORDS_WORTH: Final = 0.15
_ECHO_RATIO: Final = 88.0
_ECHO_SHARE: Final = 0.85

_DETERMINERS: Final = frozenset(["a", "an", "the", "my", "your", "our", "their", "its", "every"])
_NEVER_AFTER_DETERMINER: Final = frozenset(
    ["a", "an", "the", "of", "to", "in", "on", "at", "for", "from", "by", "with", "and", "or",
     "but", "is", "are", "was", "were", "be", "been", "it", "i", "we", "you", "they", "he", "she",
     "them", "us", "that", "this", "because", "so", "if", "then", "would", "will", "can", "could",
     "should", "do", "does", "did", "has", "have", "had", "not", "as", "than", "its", "my", "your",
     "our", "their", "into", "also", "there", "it's", "i'd", "which"]
)  # fmt: skip
_SALAD_RATE: Final = 0.2
_FEWEST_DETERMINERS: Final = 4
_FEWEST_ODD_PAIRS: Final = 2


def blank_out(text: str) -> str:
    """Replace by spaces of the same length what is no part of the answer.

    That is comments that don't show, encoded blobs, forged ends of the reply and paragraphs from
    where they begin to speak to the grader.
    """
    for pattern in (_HIDDEN_BLOCK, _BLOB, _FORGED_END, _ADDRESS):
        characters = list(text)
        for match in pattern.finditer(unmask(text)):
            characters[match.start() : match.end()] = " " * len(match.group())
        text = "".join(characters)
    return text


def is_order(sentence: str) -> bool:
    """Whether a sentence speaks to the grader instead of answering the question.

    What a longer sentence quotes is talked about, not ordered.
    """
    plain = fold(unmask(sentence))
    around = _QUOTED.sub(" ", plain)
    if len(find_words(around)) >= _FEWEST_AROUND:
        plain = around
    return _ORDERS.search(plain) is not None


def is_echo(sentence: str, prompt: str) -> bool:
    """Whether a sentence only says the question again."""
    words = [stem(word) for word in content_words(sentence)]
    if not words:
        return True
    asked = {stem(word) for word in content_words(prompt)}
    share = sum(word in asked for word in words) / len(words)
    if share < _ECHO_SHARE:
        return False
    return fuzz.partial_ratio(fold(sentence), fold(prompt)) >= _ECHO_RATIO


def is_unknowing(sentence: str, prompt: str) -> bool:
    """Whether a sentence only says that one does not know, perhaps in the question's words."""
    if _UNKNOWING.search(fold(sentence)) is None:
        return False
    asked = {stem(word) for word in content_words(prompt)}
    return all(word in _UNKNOWING_WORDS or stem(word) in asked for word in content_words(sentence))


def is_listing(sentence: str) -> bool:
    """Whether a stretch lists words without saying anything about them."""
    words = find_words(sentence)
    if len(words) < _FEWEST_LISTED:
        return False
    return sum(word in STOP_WORDS for word in words) / len(words) < _LISTED_STOP_SHARE


def is_salad(text: str) -> bool:
    """Whether the words stand in an order that nobody would write.

    Articles and possessives are followed by a noun or adjective; in shuffled text two in five
    are followed by another function word.
    """
    # A capital A is a name more often than an article: "event A is", "table A of".
    words = ["" if word == "A" else fold(word) for word in WORD.findall(text)]
    pairs = Counter(
        after in _NEVER_AFTER_DETERMINER for word, after in pairwise(words) if word in _DETERMINERS
    )
    odd, total = pairs[True], pairs.total()
    return total >= _FEWEST_DETERMINERS and odd >= _FEWEST_ODD_PAIRS and odd / total >= _SALAD_RATE


def weigh_sentences(
    sentences: Sequence[str], prompt: str, *, listing_worth: float = LISTING_WORTH
) -> list[float]:
    """Return how much each sentence counts as evidence: 1, less for a listing, 0 for none.

    A listing among sentences is how people type in a hurry; a reply of little else is a list
    of keywords.
    """
    void = [_is_no_answer(sentence, prompt) for sentence in sentences]
    listed = [is_listing(sentence) for sentence in sentences]
    # What is no answer must not make a list of keywords look like less of one.
    sizes = [
        0 if is_void else len(find_words(sentence))
        for sentence, is_void in zip(sentences, void, strict=True)
    ]
    share = sum(size for size, is_one in zip(sizes, listed, strict=True) if is_one)
    mostly = share >= _MOSTLY_LISTED * max(sum(sizes), 1)
    worth = _KEYWORDS_WORTH if mostly else listing_worth
    return [
        0.0 if is_void else worth if is_one else 1.0
        for is_void, is_one in zip(void, listed, strict=True)
    ]


def _is_no_answer(sentence: str, prompt: str) -> bool:
    return (
        is_order(sentence)
        or is_echo(sentence, prompt)
        or is_unknowing(sentence, prompt)
        or is_foreign(sentence)
    )
