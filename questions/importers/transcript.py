"""Interview transcripts: who says what, which of it is a question, and what it was worth."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from questions.importers.card import Card, Reading, Sample
from questions.importers.evaluation import (
    Verdict,
    cut_score,
    has_score,
    match_verdicts,
    read_evaluation,
)
from questions.importers.interviewer import (
    Asked,
    TurnKind,
    is_leak,
    is_nudge,
    read_turn,
    without_leaks,
)
from questions.importers.label import find_label, fold
from questions.importers.naming import role_in
from questions.importers.source import Source
from questions.importers.wording import bare_line, is_rule, open_quoted, trim

# Such as "**AI Recruiter:** …", "[00:12:03] Interviewer: …" and "INTERVIEWER (12:03): …".
_SPEAKER: Final = re.compile(
    r"""^\s*(?:[-*•]\s+)?(?:\[?\(?(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+)?\d{1,2}:\d{2}(?::\d{2})?
        (?:[.,]\d+)?(?:\s*[AaPp]\.?[Mm]\.?)?\)?\]?\s*[-–]?\s*)?
        (?P<mark>[*_]{0,3})(?P<name>[^\W\d_][\w .'’&/-]{0,40}?)
        (?:\s*[\[(][^\])\n]{0,40}[\])])?\s*(?:(?P=mark)\s*[:：]|[:：]\s*(?P=mark))(?:\s+|$)(?P<rest>.*)$""",
    re.VERBOSE,
)
# Such as "Speaker 1  00:05" on a line of its own, and a subtitle's "<v Ada>Hello".
_TIMED: Final = re.compile(
    r"^\s*(?P<name>[^\W\d_][\w .'’&/-]{0,40}?)(?:\s+|\s*[-–|·]\s*)"
    r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?\s*$"
)
_VOICE: Final = re.compile(r"^\s*<v(?:\.\w+)*\s+(?P<name>[^<>\n]{1,40})>(?P<rest>.*)$")
_CUE: Final = re.compile(r"^\s*(?:(?:\d{2}:)?\d{2}:\d{2}[.,]\d{3}\s+-->.*|WEBVTT.*|\d{1,5})\s*$")
_EXACT: Final = frozenset({"ai", "hr", "gpt", "chatgpt", "assistant", "examiner bot", "me", "you"})
_ASKING: Final = frozenset(
    {
        "interviewer", "recruiter", "moderator", "examiner", "assessor", "panel", "panelist",
        "bot", "host",
    }
)  # fmt: skip
_ANSWERING: Final = frozenset(
    {"candidate", "interviewee", "applicant", "respondent", "participant"}
)
_HEADER: Final = frozenset(
    {
        "position", "role", "job title", "job", "total turns", "turns", "quality profile",
        "profile", "date", "duration", "company", "candidate name", "name", "session",
        "interview type", "level", "experience", "evaluation", "score", "rating", "grade",
        "feedback",
        "comment", "comments",
    }
)  # fmt: skip
_REPORT: Final = re.compile(
    r"^\W*(?:(?:interview|candidate|final|hr|overall|technical)\s+)*"
    r"(?:evaluation|assessment|scorecard|feedback|scores?|report)(?:\s+(?:report|summary))?\W*$",
    re.IGNORECASE,
)
# "Scores: Q1: 8/10 | Q2: 7/10" is a whole report.
_SCORES: Final = re.compile(
    r"(?i)^\W{0,8}(?:scores?|ratings?|evaluation)\W{0,8}:"
    r"[^/\n]{0,200}\d\s?/\s?\d{1,3}[^/\n]{0,200}\d\s?/\s?\d"
)
_PLACEHOLDER: Final = re.compile(
    r"(?i)\[(?:mention|insert|your|specific|add|name of|company)\b[^\]]*\]"
)
MIN_TURNS: Final = 3
_TITLE: Final = 90
# How far below its head an evaluation has a score, in lines.
_NEAR: Final = 12


@dataclass
class _Turn:
    speaker: str
    line: int
    lines: list[str]
    # The speaker as the text has it.
    called: str

    @property
    def text(self) -> str:
        return trim("\n".join(self.lines))


@dataclass(frozen=True)
class _Conversation:
    header: dict[str, str]
    before: str
    turns: tuple[_Turn, ...]
    after: str


def read_transcript(source: Source) -> Reading | None:
    """Read an interview's transcript; ``None`` where the text is none.

    Each question of substance becomes a card whose sample is the candidate's answer with its
    score; greetings, what a tool call left behind and the candidate's own questions do not.
    """
    conversation = _split(_spelt(source.text))
    if conversation is None:
        return None
    asker = _who_asks(conversation.turns)
    if asker is None:
        return None
    reading = Reading()
    role = _first(conversation.header, "position", "role", "job title", "job")
    titles = (bare_line(line) for line in conversation.before.split("\n") if len(line) < _TITLE)
    role = role or next(filter(None, map(role_in, titles)), "")
    pairs = _pairs(conversation.turns, asker, source, reading)
    if not pairs:
        return None
    verdicts = read_evaluation(conversation.after)
    matched, unmatched = match_verdicts(
        [(asked.prompt, answer) for asked, answer, _ in pairs], verdicts
    )
    for (asked, said, line), given in zip(pairs, matched, strict=True):
        answer, below = cut_score(said)
        reading.cards.append(
            _card(source, role, asked, answer, line, given or below, bool(verdicts))
        )
    for verdict in filter(None, matched):
        reading.leave(source.name, "what a score is for", verdict.label)
    for verdict in unmatched:
        told = f"{verdict.label}: {verdict.score:g}/{verdict.scale:g}. {verdict.remark}"
        reading.leave(source.name, "a score of a question that is not in the transcript", told)
    speakers = " ".join(turn.called for turn in conversation.turns)
    reading.leave(source.name, "who speaks", speakers)
    reading.leave(source.name, "about the candidate, not about a question", conversation.before)
    report = _without(conversation.after, verdicts)
    reading.leave(source.name, "about the candidate, not about a question", report)
    return reading


def _card(
    source: Source,
    role: str,
    asked: Asked,
    answer: str,
    line: int,
    verdict: Verdict | None,
    is_scored: bool,
) -> Card:
    remarks = ["the sample answer is a person's own: take out whatever tells who they are"]
    if found := _PLACEHOLDER.search(answer):
        remarks.append(f"a placeholder was left in the sample answer: {found[0][:60]}")
    if verdict is None:
        remarks.append(
            "the evaluation has no score for this question"
            if is_scored
            else "the transcript has no evaluation, so the sample answer has no score"
        )
    sample = Sample(
        text=answer,
        score=verdict.score if verdict else None,
        scale=verdict.scale if verdict else 5.0,
        remark=verdict.remark if verdict else "",
    )
    return Card(
        origin=source.name,
        line=line,
        role=role,
        prompt=asked.prompt,
        samples=[sample] if answer else [],
        remarks=remarks,
        notes=[],
    )


def _pairs(
    turns: tuple[_Turn, ...], asker: str, source: Source, reading: Reading
) -> list[tuple[Asked, str, int]]:
    """Return each question of substance with the candidate's answer and its line."""
    pairs: list[tuple[Asked, str, int]] = []
    is_closing = False
    open_: Asked | None = None
    line = 0
    for turn in turns:
        if turn.speaker != asker:
            plain, leaked = without_leaks(turn.text) if is_leak(turn.text) else (turn.text, "")
            reading.leave(source.name, "a tool call", leaked)
            answer = open_quoted(trim(plain))
            if not answer and leaked:
                continue
            if open_ is None:
                reading.leave(source.name, "small talk and the candidate's questions", turn.text)
            elif pairs and is_nudge(open_.prompt):
                # More of the answer before, asked for in passing.
                asked, before, at = pairs[-1]
                pairs[-1] = (asked, f"{before}\n\n{answer}".strip(), at)
                reading.leave(source.name, "small talk", open_.prompt)
                open_ = None
            else:
                pairs.append((open_, answer, line))
                open_ = None
            continue
        read = read_turn(turn.text)
        is_closing = is_closing or read.kind is TurnKind.CLOSING
        if open_ is not None:
            pairs.append((open_, "", line))
            open_ = None
        if read.asked is None or (is_closing and read.kind is not TurnKind.QUESTION):
            reason = "a tool call" if read.kind is TurnKind.LEAK else "small talk"
            reading.leave(source.name, reason, turn.text)
            continue
        if is_closing and _is_reply(turn.text):
            reading.leave(source.name, "small talk", turn.text)
            continue
        reading.leave(source.name, "small talk", read.asked.around)
        reading.leave(source.name, "a tool call", read.leaked)
        open_, line = read.asked, turn.line
    if open_ is not None:
        pairs.append((open_, "", line))
    return pairs


def _is_reply(text: str) -> bool:
    """Whether the interviewer answers the candidate, and asks in passing."""
    return len(text.split()) > 120


def _spelt(text: str) -> str:
    """Mark every speaker in the one way, with a colon; lines keep their numbers."""
    lines = text.split("\n")
    is_timed = sum(_TIMED.match(line) is not None for line in lines) >= MIN_TURNS
    is_subtitle = sum("-->" in line for line in lines) >= MIN_TURNS
    if not is_timed and not is_subtitle:
        return text
    for index, line in enumerate(lines):
        if is_timed and (found := _TIMED.match(line)):
            lines[index] = f"{found['name'].strip()}:"
        elif is_subtitle and (found := _VOICE.match(line)):
            lines[index] = f"{found['name'].strip()}: {found['rest'].replace('</v>', '')}"
        elif is_subtitle and _CUE.match(line):
            lines[index] = ""
    return "\n".join(lines)


def _split(text: str) -> _Conversation | None:
    """Cut a text into header, turns and report; ``None`` where nobody talks to anybody."""
    lines = text.split("\n")
    speakers = _speakers(lines)
    if not speakers:
        return None
    header: dict[str, str] = {}
    before: list[str] = []
    turns: list[_Turn] = []
    for number, line in enumerate(lines, start=1):
        found = _SPEAKER.match(line)
        name = fold(found["name"]) if found else ""
        if turns and _begins_report(lines, number - 1):
            after = "\n".join(lines[number - 1 :])
            return _Conversation(header, "\n".join(before), tuple(turns), after)
        if found and name in speakers and (turns or not _is_header(lines, number - 1)):
            turns.append(_Turn(name, number, [found["rest"]], found["name"]))
        elif turns:
            turns[-1].lines.append(line)
        else:
            if found:
                header[name] = found["rest"].strip()
            before.append("" if is_rule(line) else line)
    return _Conversation(header, "\n".join(before), tuple(turns), "") if turns else None


def _speakers(lines: list[str]) -> set[str]:
    """Return who speaks; nobody where the marks are not those of a conversation.

    "Hypothesis 1:" marks a part of an answer. Speakers are told by what they are called, or, for
    people's names, by taking turns.
    """
    said = [fold(found["name"]) for line in lines if (found := _SPEAKER.match(line))]
    counts = Counter(name for name in said if name not in _HEADER)
    known = {name for name in counts if _is_known(name)}
    if known:
        speakers = known | {name for name, count in counts.items() if count >= MIN_TURNS}
        return speakers if len(speakers) > 1 and sum(counts[n] for n in known) > 2 else set()
    speakers = {name for name, _ in counts.most_common(2)}
    turns = [name for name in said if name in speakers]
    swaps = sum(a != b for a, b in pairwise(turns))
    text = "\n".join(lines)
    is_talk = len(speakers) == 2 and min(counts[name] for name in speakers) >= MIN_TURNS
    is_plain = (
        not re.search(r"(?m)^#{1,6} |^\|", text) and find_label(turns[0]) is None
        if turns
        else False
    )
    return speakers if is_talk and is_plain and swaps >= 0.8 * (len(turns) - 1) else set()


def _is_header(lines: list[str], index: int) -> bool:
    """Whether a line such as "Candidate: Ada" names somebody rather than quotes them."""
    value = lines[index].partition(":")[2].strip()
    near = lines[max(0, index - 2) : index] + lines[index + 1 : index + 4]
    beside = [fold(line.partition(":")[0]) for line in near if ":" in line]
    return len(value.split()) <= 6 and not value.endswith("?") and any(b in _HEADER for b in beside)


def _begins_report(lines: list[str], index: int) -> bool:
    line = lines[index]
    if not line.strip() or not (_REPORT.match(line.strip()) or _SCORES.match(line)):
        return False
    above = [other for other in lines[max(0, index - 2) : index] if other.strip()]
    is_set_off = bool(above) and is_rule(above[-1])
    if is_set_off or line.lstrip().startswith(("#", "**")) or not above:
        return True
    if _SCORES.match(line):
        return True
    is_apart = index > 0 and not lines[index - 1].strip()
    return is_apart and any(map(has_score, lines[index + 1 : index + _NEAR]))


def _is_known(name: str) -> bool:
    words = set(name.split())
    return bool(words & _ASKING or words & _ANSWERING) or name in _EXACT


def _who_asks(turns: tuple[_Turn, ...]) -> str | None:
    """Return the speaker who asks: by their name, else whose turns end in questions most often."""
    speakers = list(dict.fromkeys(turn.speaker for turn in turns))
    named = [name for name in speakers if set(name.split()) & _ASKING]
    if named:
        return named[0]
    others = [name for name in speakers if not set(name.split()) & _ANSWERING]
    asking = Counter(
        turn.speaker for turn in turns if "?" in turn.text[-200:] and turn.speaker in others
    )
    return asking.most_common(1)[0][0] if asking else None


def _without(report: str, verdicts: list[Verdict]) -> str:
    """Return a report without what its verdicts hold."""
    kept = report
    for verdict in verdicts:
        kept = kept.replace(verdict.raw, "", 1)
    return kept


def _first(header: dict[str, str], *names: str) -> str:
    return next((header[name] for name in names if header.get(name)), "")
