"""How a report reads as a message; the files hold all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.grade_message import ESTIMATE, format_score
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    ButtonStyle,
    Context,
    Detail,
    Fields,
    Heading,
    Line,
    Message,
    Span,
    Text,
    bold,
    code,
    italic,
    line,
    say,
)
from handlers.report.content import (
    SCALE,
    Claim,
    Content,
    QuestionResult,
    Recommendation,
    Speaker,
    Standing,
)
from handlers.report.evidence import cut
from handlers.report.wording import sentence
from handlers.wording import counted
from questions.band import band_of
from questions.question import Verdict

_STRENGTHS: Final = 3
_GAPS: Final = 3
_REMARKS: Final = 3
# Discord's messages hold 6000 characters: longer quotes stand in full in the files, and those of
# more questions than this stand there alone.
_QUOTE: Final = 100
_BRIEF_FROM: Final = 3
STANDINGS: Final = {
    Standing.UNGRADED: "not graded",
    Standing.SKIPPED: "skipped, counts as 0",
    Standing.TIMED_OUT: "out of time, counts as 0",
    Standing.UNANSWERED: "not answered",
}

NOTHING: Final = say(
    "You have no finished interview yet. Begin one with ", code("/prep practice"), "."
)
STILL_OPEN: Final = say(
    "Your interview is still open: its report comes when it ends. Earlier ones: ",
    code("/prep report list"),
    ".",
)
ON_ITS_WAY: Final = say("Your report is on its way, in our direct message.")
NO_FILES: Final = say(
    "I could not attach your report as files. It is kept: ask for it again with ",
    code("/prep report"),
    ".",
)


def report_message(content: Content, *, session_id: str) -> Message:
    """Return a report as a message: its head, and what it rests on folded under it."""
    return Message(
        blocks=(
            Heading(f"Your interview: {content.role}, {content.level}"),
            Text(line(" ".join(content.summary or content.suitability))),
            Fields(tuple(_head(content))),
            Bullets(tuple(_questions(content)), numbered=True),
            *_claims("Key strengths", content.strengths[:_STRENGTHS]),
            *_claims("Asked, and not shown", content.not_shown[:_GAPS]),
            Detail(tuple(_detail(content))),
            *_practise(content),
            Buttons(
                (
                    Button("Practise again", Action(ActionKind.PRACTICE), ButtonStyle.PRIMARY),
                    Button("Send it again", Action(ActionKind.REPORT, session_id)),
                )
            ),
            Context(line(_footer(content))),
        ),
        summary=f"Your interview report: {_in_short(content)}",
    )


def failed_message(session_id: str) -> Message:
    """Return that a report could not be made, and that nothing is lost."""
    return Message(
        blocks=(
            Text(
                line(
                    "I could not put your report together just now. Your interview is kept, every "
                    "answer of it: press the button later, or use ",
                    code("/prep report"),
                    ".",
                )
            ),
            Buttons((Button("Try again", Action(ActionKind.REPORT, session_id)),)),
        ),
    )


def list_message(lines: tuple[Line, ...]) -> Message:
    """Return the sessions that a report can be asked for, the newest first."""
    return Message(
        blocks=(
            Heading("Your interviews"),
            Bullets(lines, numbered=True),
            Context(line("The report of the second one: ", code("/prep report 2"), ".")),
        ),
        summary="Your interviews",
    )


def _head(content: Content) -> Iterator[tuple[str, str]]:
    if content.average is not None:
        yield "Average", f"{format_score(content.average)}, {band_of(content.average).name}"
    yield "Recommendation", content.recommendation.value
    many = len(content.questions)
    yield "Questions", f"{many} in {counted(content.minutes, 'minute')}"
    if len(content.progress) > 1:
        before = content.progress[-2]
        yield "The time before", f"{format_score(before.average)} on {before.on:%d %B}"


def _questions(content: Content) -> Iterator[Line]:
    brief = len(content.questions) > _BRIEF_FROM
    for result in content.questions:
        yield _question(result, brief=brief)


def _question(result: QuestionResult, *, brief: bool) -> Line:
    if result.score is None or result.standing is not Standing.GRADED:
        reason = f" {result.reason}" if result.reason else ""
        return line(bold(f"{result.title}: "), f"{STANDINGS[result.standing]}.{reason}")
    parts: list[str | Span] = [
        bold(f"{result.title}: {format_score(result.score)}"),
        f", {band_of(result.score).name}.",
    ]
    met = next((p for p in result.points if p.verdict is Verdict.MET), None)
    open_ = next((p for p in result.points if p.verdict is not Verdict.MET), None)
    if met is not None and not brief:
        parts += [
            f" {sentence(met.claim.text)} ",
            italic(f"“{cut(met.claim.evidence.quote, _QUOTE)}”"),
        ]
    if open_ is not None:
        parts.append(f" Open: {sentence(open_.claim.text)}")
    return line(*parts)


def _claims(title: str, claims: tuple[Claim, ...]) -> Iterator[Block]:
    if claims:
        yield Text(line(bold(title)))
        yield Bullets(tuple(claim_line(claim) for claim in claims))


def claim_line(claim: Claim) -> Line:
    """Return a claim with the words that show it."""
    asked = claim.evidence.speaker is Speaker.INTERVIEWER
    quote = italic(f"“{cut(claim.evidence.quote, _QUOTE)}”")
    return line(sentence(claim.text), " You were asked: " if asked else " ", quote)


def _detail(content: Content) -> Iterator[Text | Bullets | Fields | Context]:
    if content.skills:
        named = ", ".join(skill.name for skill in content.skills)
        yield Text(line(bold("Skills shown: "), f"{named}."))
    if content.not_asked:
        topics = ", ".join(gap.topic for gap in content.not_asked)
        more = f", and {content.more_topics} more" if content.more_topics else ""
        yield Text(line(bold("Not asked, so nothing is said of it: "), f"{topics}{more}."))
    if content.communication.measures:
        yield Text(line(bold("How you answered")))
        yield Fields(
            tuple((m.name, f"{m.value} (aim: {m.aim})") for m in content.communication.measures)
        )
    if content.communication.remarks:
        yield Bullets(tuple(claim_line(r) for r in content.communication.remarks[:_REMARKS]))
    yield Context(line(f"The scale: {SCALE}."))


def _practise(content: Content) -> Iterator[Block]:
    if content.practise:
        yield Text(line(bold("Practise next")))
        yield Bullets(
            tuple(
                line(bold(f"{item.title}: "), f"{sentence(item.why)} ", code(item.question_id))
                for item in content.practise
            ),
            numbered=True,
        )


def _footer(content: Content) -> str:
    private = "Only you see this. The whole report comes as files below."
    return f"{private} {ESTIMATE}" if content.is_estimate else private


def _in_short(content: Content) -> str:
    if content.average is None:
        return "no score"
    if content.recommendation is Recommendation.NONE:
        return format_score(content.average)
    return f"{format_score(content.average)}, {content.recommendation.value}"
