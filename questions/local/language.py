"""Whether a reply is English prose, which is all the local grader can read."""

from __future__ import annotations

import re
from typing import Final

from questions.grading import Ungraded, UngradedReason
from questions.local.sentence import split_sentences
from questions.local.words import find_words
from questions.question import Kind, Question

_FREQUENT: Final = """
the of and to is that it for with as are this be not have would i'd we from which you can they if
then but what when how so because than there should
"""
_ENGLISH: Final = frozenset(_FREQUENT.split())
# One language a line.
_FOREIGN: Final = """
der die das und ist nicht ein eine zu den mit von auf fur dass wir ich sich auch werden sie es im
le la les de des et est un une du que qui dans pour pas sur avec ce il on plus par nous vous je mais
el la los las de que y es en un una no por con para se lo como mas del al su pero esta si cuando
il lo la gli le di che e un una per con non si del della dei sono come ma anche piu nel alla questo
o a os as de que e um uma para com nao por se do da dos das em no na mais como quando cada isso ser
de het een en van is dat niet op te in met voor zijn er aan ook als bij om naar maar dan wordt door
i w na z nie sie do to jest ze o jak po co za od przez dla ale czy lub oraz tylko
och att det som en ett ar pa for med av inte den till vi jag om men sa kan ska har
ve bir bu icin ile da de cok daha olarak gibi ama sonra kadar her ne degil var
yang dan di ini itu dengan untuk tidak dari dalam akan pada adalah ke karena kita
"""
_OTHERS: Final = tuple(frozenset(line.split()) for line in _FOREIGN.splitlines() if line)
_FEWEST_WORDS: Final = 6
_FOREIGN_SHARE: Final = 0.14
_OTHER_SCRIPT_SHARE: Final = 0.4
_CODE_LINE: Final = re.compile(
    r"[;{}]\s*$|^\s*(?:def|class|import|from|return|for|while|if|else|elif|try|except|with|async"
    r"|await|const|let|var|function|public|private|select|insert|update|#include|@\w+|//|/\*|\}|\))"
    r"(?=\W|$).*[(){}\[\]=;:,]\s*$|^\s*[\w.\[\]'\"]+\s*[-+*/|&]?=[^=]|\w\(.*\)\s*:?\s*$|^\s*</?\w+>",
    re.IGNORECASE,
)
_CODE_SHARE: Final = 0.8
_FEWEST_CODE_LINES: Final = 2
# Prose has one of the frequent words in three or four; keywords of languages are among them.
_PROSE_SHARE: Final = 0.2
_CODE_WANTED: Final = re.compile(
    r"\b(?:writes?|shows?|gives?|sketch(?:es)?|provides?)\b.{0,40}\b(?:code|query|snippet|sql|regex"
    r"|pseudo-?code|function)\b",
    re.IGNORECASE,
)


def is_foreign(text: str) -> bool:
    """Whether a text is written in another language than English.

    Words are counted that only one language has in every other sentence, and letters of other
    alphabets. Too short a text passes for English.
    """
    letters = [ch for ch in text if ch.isalpha()]
    other_script = sum(ord(ch) > 0x24F and not 0x1E00 <= ord(ch) < 0x1F00 for ch in letters)
    if letters and other_script / len(letters) >= _OTHER_SCRIPT_SHARE:
        return True
    words = find_words(text)
    if len(words) < _FEWEST_WORDS:
        return False
    english = sum(word in _ENGLISH for word in words)
    foreign = max(sum(word in language for word in words) for language in _OTHERS)
    return foreign > 2 * english and foreign / len(words) >= _FOREIGN_SHARE


def refuse_language(text: str) -> Ungraded | None:
    """Return why a reply in another language can't be graded, or ``None`` for English."""
    if not is_foreign(text):
        return None
    return Ungraded(
        reason=UngradedReason.LANGUAGE,
        detail=(
            "I can only grade English without a language model, and this looks like another "
            "language. Send it in English, or ask your admin to connect a model."
        ),
    )


def refuse_code(text: str, question: Question) -> Ungraded | None:
    """Return why a reply of nothing but code can't be graded, unless the question wants code."""
    if _wants_code(question) or not _is_code(text):
        return None
    return Ungraded(
        reason=UngradedReason.NOT_TEXT,
        detail="I can't grade code by itself. Add a few sentences that say what it does and why.",
    )


def _is_code(text: str) -> bool:
    spans = split_sentences(text)
    prose = [span.text for span in spans if not span.is_code]
    if any(span.is_code for span in spans):
        return sum(len(find_words(sentence)) for sentence in prose) < _FEWEST_WORDS
    words = find_words(text)
    if sum(word in _ENGLISH for word in words) > _PROSE_SHARE * len(words):
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    coded = sum(_CODE_LINE.search(line) is not None for line in lines)
    return len(lines) >= _FEWEST_CODE_LINES and coded / len(lines) >= _CODE_SHARE


def _wants_code(question: Question) -> bool:
    if question.kind is Kind.CODE_READING:
        return True
    texts = (text for c in question.rubric.criteria for text in (c.text, c.met))
    return any(_CODE_WANTED.search(text) for text in texts)
