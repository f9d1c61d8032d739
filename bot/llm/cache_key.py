"""By what a judgement is found again instead of being paid for twice."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import Final

from bot.llm.config import LlmConfig
from bot.llm.hidden import strip_hidden
from bot.llm.instructions import JUDGE_VERSION
from bot.llm.prompt import render_case
from questions.question import Question


def cache_key(config: LlmConfig, question: Question, reply: str) -> str:
    """Return 64 hexadecimal digits, the SHA-256 of all that a first judgement depends on.

    That is the question with its version, the prompt's version, the model, the number of
    samples and the reply. What the case holds is part of it, since two teams may each have a
    question of the same name. Related answers are not: they may only credit what is valid.
    """
    parts = (
        question.id,
        question.version,
        render_case(question, ()),
        JUDGE_VERSION,
        config.model,
        config.samples,
        _normalised(reply),
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


_BLANKS: Final = re.compile(r"[^\S\n]+")
_LINE_ENDS: Final = re.compile(r" ?\n ?")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def _normalised(reply: str) -> str:
    """Fold what a reader does not see. Case and line breaks stay: code may mean them."""
    text = unicodedata.normalize("NFC", strip_hidden(reply))
    lines = _LINE_ENDS.sub("\n", _BLANKS.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", lines).strip()
