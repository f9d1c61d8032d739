"""Making a text say the opposite, by rules.

The rules know auxiliaries, a few dozen verbs and pairs of opposites. They need not write well:
a person must only be able to tell that the sentence now denies what it said.
"""

from __future__ import annotations

import re
from typing import Final

from questions.local.sentence import split_sentences

_CONTRACTED: Final = {
    "i'd": "I would not", "we'd": "we would not", "you'd": "you would not",
    "i'll": "I will not", "we'll": "we will not", "you'll": "you will not", "it'll": "it will not",
    "i'm": "I am not", "we're": "we are not", "they're": "they are not", "it's": "it is not",
    "that's": "that is not", "there's": "there is not", "i've": "I have not",
}  # fmt: skip
_AFFIRMED: Final = {
    "isn't": "is", "aren't": "are", "wasn't": "was", "weren't": "were", "don't": "do",
    "doesn't": "does", "didn't": "did", "can't": "can", "cannot": "can", "couldn't": "could",
    "won't": "will", "wouldn't": "would", "shouldn't": "should", "hasn't": "has",
    "haven't": "have", "never": "always",
}  # fmt: skip
_AUXILIARIES: Final = (
    "is are was were am should would can could will must may might has have had does do did"
)
# Verbs that begin an instruction in an answer.
_COMMANDS: Final = (
    "add alert ask avoid batch build cache check choose compare count cut define ensure fix freeze "
    "give hold keep label limit list log look make measure move pick plot put read replay replace "
    "report require route run sample say send separate set ship show slice split start stop store "
    "take tell test then track train treat try use validate verify watch write"
)
_IMPERATIVES: Final = frozenset(_COMMANDS.split())
_OPPOSITES: Final = (
    ("increases", "decreases"), ("increase", "decrease"), ("raises", "lowers"),
    ("raise", "lower"), ("rises", "falls"), ("higher", "lower"), ("high", "low"),
    ("more", "less"), ("most", "fewest"), ("larger", "smaller"), ("large", "small"),
    ("big", "tiny"), ("longer", "shorter"), ("long", "short"), ("faster", "slower"),
    ("fast", "slow"), ("cheaper", "dearer"), ("cheap", "expensive"), ("before", "after"),
    ("first", "last"), ("early", "late"), ("above", "below"), ("always", "never"),
    ("all", "none of"), ("every", "no"), ("everything", "nothing"), ("with", "without"),
    ("same", "different"), ("better", "worse"), ("best", "worst"), ("good", "bad"),
    ("right", "wrong"), ("correct", "false"), ("true", "untrue"), ("safe", "dangerous"),
    ("stable", "unstable"), ("fails", "succeeds"), ("fail", "succeed"), ("wins", "loses"),
    ("exact", "approximate"), ("online", "offline"), ("keep", "drop"), ("keeps", "drops"),
    ("add", "remove"), ("adds", "removes"), ("start", "stop"), ("allow", "forbid"),
    ("allows", "forbids"), ("accept", "reject"), ("include", "exclude"), ("gains", "loses"),
    ("cause", "prevent"), ("causes", "prevents"), ("because", "although"),
    ("independent", "dependent"), ("possible", "impossible"), ("likely", "unlikely"),
    ("useful", "useless"), ("needed", "superfluous"), ("enough", "too little"),
)  # fmt: skip
# "No" alone answers something, so only "every" turns to it, not the reverse.
_SWAPS: Final = {
    **{b: a for a, b in _OPPOSITES if " " not in b and b != "no"},
    **dict(_OPPOSITES),
}
_WORD: Final = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_DENIABLE: Final = re.compile(
    rf"\b({'|'.join([*_CONTRACTED, *_AFFIRMED, *_AUXILIARIES.split()])})\b(\s+(?:not|no)\b)?",
    re.IGNORECASE,
)


def deny(text: str) -> str:
    """Deny every sentence by its verb: "X is Y" becomes "X is not Y", and the reverse."""
    return " ".join(_deny(span.text) for span in split_sentences(text))


def contradict(text: str) -> str:
    """Say the opposite in other words: opposites change places, and what has none is denied."""
    return " ".join(_contradict(span.text) for span in split_sentences(text))


def _deny(sentence: str) -> str:
    plain = sentence.replace("’", "'")
    first = _WORD.match(plain)
    if first is not None and first[0].casefold() in _IMPERATIVES:
        return f"Do not {first[0].casefold()}{plain[first.end() :]}"
    denied, count = _DENIABLE.subn(_turn, plain, count=1)
    return denied if count else f"It is not true that {plain[0].lower()}{plain[1:]}"


def _turn(found: re.Match[str]) -> str:
    word = found[1]
    folded = word.casefold()
    turned = _CONTRACTED.get(folded) or _AFFIRMED.get(folded) or f"{folded} not"
    if found[2]:
        turned = turned.removesuffix(" not")
    return f"{turned[0].upper()}{turned[1:]}" if word[0].isupper() else turned


def _contradict(sentence: str) -> str:
    found = next((m for m in _WORD.finditer(sentence) if m[0].casefold() in _SWAPS), None)
    if found is None:
        return _deny(sentence)
    word = _SWAPS[found[0].casefold()]
    if found[0][0].isupper():
        word = f"{word[0].upper()}{word[1:]}"
    return f"{sentence[: found.start()]}{word}{sentence[found.end() :]}"
