"""Conversations that are stored as JSON: turns with a speaker and a text each."""

from __future__ import annotations

import json
from typing import Final

from questions.importers.loose_json import Json
from questions.importers.transcript import MIN_TURNS

_SPEAKERS: Final = ("speaker", "role", "from", "author", "participant", "sender", "who", "name")
_TEXTS: Final = ("text", "content", "message", "value", "utterance", "body")
_TURNS: Final = frozenset(
    {
        "transcript", "turns", "messages", "conversation", "conversations", "dialogue", "dialog",
        "utterances", "exchanges", "chat",
    }
)  # fmt: skip
# What a model's API calls those who talk: whoever asks is the interviewer.
_NAMELESS: Final = frozenset({"assistant", "user", "human", "gpt", "model", "ai", "bot"})
_SETTING: Final = frozenset({"system", "developer", "tool", "function"})
_SCORES: Final = ("score", "rating", "grade", "points")
_SCALES: Final = ("max", "max_score", "maxscore", "scale", "out_of", "total")
_ABOUT: Final = ("question", "topic", "label", "name", "criterion", "question_number", "id")
_REMARKS: Final = ("feedback", "justification", "comment", "reason", "rationale", "notes")


def is_conversation(value: Json) -> bool:
    """Whether a value is a list of turns."""
    if not isinstance(value, list) or len(value) < MIN_TURNS:
        return False
    return all(_turn(item) is not None for item in value)


def turns_of(value: dict[str, Json]) -> str | None:
    """Return the key below which an object keeps a conversation, if it does."""
    for key, item in value.items():
        if key.casefold() in _TURNS and is_conversation(item):
            return key
    return None


def spell_conversation(turns: list[Json], around: dict[str, Json]) -> str:
    """Return a conversation as the text of a transcript.

    Args:
        turns: what `is_conversation` accepts.
        around: what stands beside it: the header, and the evaluation.
    """
    said = [turn for turn in map(_turn, turns) if turn is not None]
    asker = _asker(said)
    lines = [
        f"{key.replace('_', ' ')}: {item}"
        for key, item in around.items()
        if isinstance(item, str | int | float) and "\n" not in str(item)
    ]
    lines += [text for speaker, text in said if speaker.casefold() in _SETTING]
    lines.append("")
    for speaker, text in said:
        if speaker.casefold() not in _SETTING:
            lines += [f"{_called(speaker, asker)}: {text}", ""]
    nested = [item for item in around.values() if isinstance(item, dict | list)]
    if nested:
        lines += ["", "----------", "Evaluation", ""]
        for item in nested:
            lines += _evaluation(item)
    return "\n".join(lines)


def _turn(item: Json) -> tuple[str, str] | None:
    if not isinstance(item, dict):
        return None
    speaker = next((item[key] for key in _SPEAKERS if isinstance(item.get(key), str)), None)
    text = next((item[key] for key in _TEXTS if isinstance(item.get(key), str)), None)
    if not isinstance(speaker, str) or not isinstance(text, str) or len(speaker) > 40:
        return None
    # A list of questions has more to say of each than who speaks and what.
    return (speaker, text) if "question" not in item and "answer" not in item else None


def _asker(said: list[tuple[str, str]]) -> str:
    """Return who asks most often."""
    speakers = [name for name in dict.fromkeys(name for name, _ in said) if name not in _SETTING]
    return max(
        speakers,
        key=lambda name: sum(
            text.rstrip("\"'”’ ").endswith("?") for who, text in said if who == name
        ),
        default="",
    )


def _called(speaker: str, asker: str) -> str:
    if speaker.casefold() not in _NAMELESS:
        return speaker
    return "Interviewer" if speaker == asker else "Candidate"


def _evaluation(item: Json) -> list[str]:
    """Return an evaluation as lines that name what is scored, the score and why."""
    if isinstance(item, list):
        return [line for child in item for line in _evaluation(child)]
    if not isinstance(item, dict):
        return [str(item), ""]
    score = next((item[key] for key in _SCORES if isinstance(item.get(key), int | float)), None)
    if score is None:
        lines = []
        for key, child in item.items():
            told = f"{key.replace('_', ' ')}: {child}"
            lines += _evaluation(child) if isinstance(child, dict | list) else [told, ""]
        return lines
    scale = next((item[key] for key in _SCALES if isinstance(item.get(key), int | float)), None)
    label = next((str(item[key]) for key in _ABOUT if item.get(key) is not None), "")
    remark = next((str(item[key]) for key in _REMARKS if item.get(key)), "")
    used = {*_SCORES, *_SCALES, *_ABOUT, *_REMARKS}
    rest = {key: child for key, child in item.items() if key not in used}
    out_of = f"/{scale:g}" if isinstance(scale, int | float) else ""
    more = f" {json.dumps(rest, ensure_ascii=False)}" if rest else ""
    return [f"Question {label} - Score: {score:g}{out_of}", f"{remark}{more}", ""]
