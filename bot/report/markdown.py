"""A report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.report.wording import SPEAKERS, Title, circumstances, title_of
from handlers.answers.grade_message import ESTIMATE, VERDICTS, format_score
from handlers.report.content import SCALE, Claim, Content, QuestionResult, Speaker
from handlers.report.message import STANDINGS
from handlers.report.wording import sentence
from handlers.wording import counted
from questions.band import band_of

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|~])")
# At a line's beginning these make a heading, a list, a quote, a rule or a line under a heading.
_LEADING: Final = re.compile(r"^([ \t]*)([#>+=-]|\d+(?=[.)]))", re.MULTILINE)


def to_markdown(content: Content) -> str:
    """Return the whole report; what people wrote is escaped and stays what it is."""
    return "\n".join(_lines(content)).rstrip() + "\n"


def escape(text: str) -> str:
    """Return text that Markdown shows as it stands."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    return _LEADING.sub(lambda m: f"{m[1]}{_lead(m[2])}", escaped)


def _lead(mark: str) -> str:
    # A backslash before a figure would be shown; the stop behind it is what makes a list.
    return f"\\{mark}" if not mark.isdigit() else f"{mark}\u200b"


def _lines(content: Content) -> Iterator[str]:
    yield f"# {title_of(content)}"
    yield ""
    about = circumstances(content)
    yield f"{escape(content.name)}, {about}" if content.name else about
    yield ""
    yield f"## {Title.SUITABILITY}"
    yield ""
    yield " ".join(map(escape, content.suitability))
    yield ""
    if content.summary:
        yield " ".join(map(escape, content.summary))
        yield ""
    yield f"**Recommendation: {content.recommendation.value}.**"
    yield ""
    yield f"The scale: {SCALE}."
    yield ""
    if content.is_estimate:
        yield f"*{ESTIMATE}*"
        yield ""
    yield f"## {Title.QUESTIONS}"
    yield ""
    for result in content.questions:
        yield from _question(result)
    yield from _section(Title.STRENGTHS, list(map(_claim, content.strengths)))
    yield from _section(Title.NOT_SHOWN, list(map(_claim, content.not_shown)))
    yield from _section(Title.NOT_ASKED, [*_not_asked(content)])
    skills = [f"{escape(s.name)}: {_quote(s.evidence.quote)}" for s in content.skills]
    yield from _section(Title.SKILLS, skills)
    yield from _communication(content)
    yield from _section(Title.PRACTISE, [*_practise(content)])
    yield from _section(Title.PROGRESS, [*_progress(content)])
    yield from _transcript(content)


def _question(result: QuestionResult) -> Iterator[str]:
    yield f"### {result.number}. {escape(result.title)}"
    yield ""
    if result.score is None:
        yield f"{STANDINGS[result.standing].capitalize()}. {escape(result.reason)}".rstrip()
    elif result.points or result.corrections:
        yield f"**{format_score(result.score)}, {band_of(result.score).name}**"
    else:
        yield f"**{format_score(result.score)}** ({STANDINGS.get(result.standing, 'graded')})"
    asides = [f"difficulty {result.difficulty} of 5"]
    if result.follow_ups:
        asides.append(counted(result.follow_ups, "follow-up"))
    if result.hints:
        asides.append(counted(result.hints, "hint"))
    if result.low_confidence:
        asides.append("low confidence: the grader's samples disagreed")
    yield f"({', '.join(asides)})"
    yield ""
    for point in result.points:
        comment = f" {escape(point.comment)}" if point.comment else ""
        yield f"- {VERDICTS[point.verdict]}: {_claim(point.claim)}{comment}"
    for claim in result.corrections:
        yield f"- To correct: {_claim(claim)}"
    yield ""


def _claim(claim: Claim) -> str:
    text = sentence(escape(claim.text))
    asked = "You were asked: " if claim.evidence.speaker is Speaker.INTERVIEWER else ""
    return f"{text} {asked}{_quote(claim.evidence.quote)}"


def _quote(quote: str) -> str:
    return f"“{' '.join(escape(quote).split())}”"


def _section(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield f"## {title}"
        yield ""
        yield from (f"- {item}" for item in items)
        yield ""


def _not_asked(content: Content) -> Iterator[str]:
    for gap in content.not_asked:
        yield f"{escape(gap.topic)} (`{gap.question_id}`)"
    if content.more_topics:
        yield f"and {content.more_topics} more topics of the role"


def _communication(content: Content) -> Iterator[str]:
    if not content.communication.measures:
        return
    yield f"## {Title.COMMUNICATION}"
    yield ""
    yield "| measure | yours | aim |"
    yield "|---|---|---|"
    for measure in content.communication.measures:
        yield f"| {measure.name} | {measure.value} | {measure.aim} |"
    yield ""
    for remark in content.communication.remarks:
        yield f"- {_claim(remark)}"
    yield ""


def _practise(content: Content) -> Iterator[str]:
    for item in content.practise:
        yield f"**{escape(item.title)}** (`{item.question_id}`): {escape(item.why)}"


def _progress(content: Content) -> Iterator[str]:
    if len(content.progress) < 2:
        return
    for earlier in content.progress:
        this = " (this interview)" if earlier.is_this else ""
        yield f"{earlier.on:%d %B %Y}: {format_score(earlier.average)}, {earlier.role}{this}"


def _transcript(content: Content) -> Iterator[str]:
    yield f"## {Title.TRANSCRIPT}"
    yield ""
    for said in content.transcript:
        yield f"**{SPEAKERS[said.speaker]}:** {escape(said.text.strip())}"
        yield ""
