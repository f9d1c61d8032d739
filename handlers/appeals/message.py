"""What people read about an appeal: its author in the thread, a lead in a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.grade_message import VERDICTS, format_points, format_score, shorten
from handlers.appeals.case import Case
from handlers.appeals.record import AppealState
from handlers.leaderboard.board import points_for
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    Context,
    Fields,
    Heading,
    Line,
    Message,
    Quote,
    Text,
    bold,
    italic,
    line,
    say,
)
from questions.band import band_of
from questions.grading import GradedCriterion

# Three cases fit into a message on every platform, with what a lead needs of each.
SHOWN: Final = 3
_MAX_ANSWER: Final = 500
_MAX_REASON: Final = 400
_MAX_CRITERION: Final = 90
_MAX_QUOTE: Final = 100

NONE_OPEN: Final = say("No appeal waits for a decision.")


def reading_message(case: Case) -> Message:
    """Return what the second reading says, for the person who appealed."""
    appeal, second = case.appeal, case.appeal.second
    kept = f"Until a lead decides, {format_score(appeal.first_score)} stands."
    if second is None:
        return Message(
            blocks=(
                Heading(f"{case.name}: your appeal goes to a lead"),
                Text(line(f"There is no second reading: {appeal.no_second}. {kept}")),
            )
        )
    differing = _differing(case)
    if differing:
        said = "They differ on this:" if len(differing) == 1 else "They differ on these points:"
    elif second.score != appeal.first_score:
        said = "Both judge every point alike and differ only in how much counts."
    else:
        said = "Both judge every point alike."
    return Message(
        blocks=(
            Heading(f"{case.name}: your answer was read again"),
            Fields((("First reading", _scored(appeal.first_score)), _second(case))),
            Text(line(said)),
            *((Bullets(tuple(_difference(case, c) for c in differing)),) if differing else ()),
            Context(line(kept)),
        )
    )


def decision_message(case: Case) -> Message:
    """Return what a lead decided and why, for the person who appealed."""
    appeal = case.appeal
    before = format_score(appeal.first_score)
    if appeal.state is AppealState.UPHELD or appeal.decided_score is None:
        return Message(
            blocks=(
                Heading(f"{case.name}: {before} stands"),
                Text(
                    line(
                        f"{appeal.decider} looked at your answer, your appeal and what the grader "
                        "said, and leaves the grade as it is. Your points stay as they are."
                    )
                ),
            )
        )
    points = [points_for(s, case.question.difficulty) for s in _scores(case)]
    return Message(
        blocks=(
            Heading(f"{case.name}: {_scored(appeal.decided_score)} instead of {before}"),
            Text(line(f"{appeal.decider} decided on your appeal and says why:")),
            Quote(appeal.decision_reason or ""),
            Context(
                line(
                    f"That is {format_points(points[1])} instead of {points[0]}; the leaderboard "
                    "counts it already."
                )
            ),
        )
    )


def list_message(cases: Sequence[Case], *, reading: int, own_id: str) -> Message:
    """Return the appeals that wait for a lead, with a pair of buttons for each.

    Args:
        cases: those that have had their second reading, oldest first.
        reading: how many more are being read just now.
        own_id: the lead's member id: nobody decides on their own appeal.
    """
    blocks: list[Block] = []
    for number, case in enumerate(cases[:SHOWN], 1):
        blocks += _case(number, case, is_own=case.appeal.member_id == own_id)
    remarks = []
    if len(cases) > SHOWN:
        remarks.append(f"{len(cases) - SHOWN} more wait: decide on these first.")
    if reading:
        remarks.append(f"{reading} more {'is' if reading == 1 else 'are'} being read once more.")
    if remarks:
        blocks.append(Context(line(" ".join(remarks))))
    return Message(blocks=tuple(blocks)) if blocks else NONE_OPEN


def override_intro(case: Case) -> Message:
    """Return what stands above the form in which a lead gives another score."""
    return Message(
        blocks=(
            Text(line(bold(f"{case.name} wrote on “{case.question.title}”:"))),
            Quote(case.answer.text),
        )
    )


def _case(number: int, case: Case, *, is_own: bool) -> Iterator[Block]:
    appeal = case.appeal
    yield Heading(f"{number}. {case.name} on “{case.question.title}”")
    yield Quote(shorten(case.answer.text, _MAX_ANSWER))
    yield Text(line(bold("They say: "), shorten(appeal.reason, _MAX_REASON)))
    yield Fields((("First reading", _scored(appeal.first_score)), _second(case)))
    yield Bullets(tuple(_compared(case, c) for c in case.grade.criteria))
    if is_own:
        yield Context(line("This appeal is your own, so somebody else decides on it."))
        return
    yield Buttons(
        (
            Button(f"Uphold {number}", Action(ActionKind.UPHOLD, appeal.id)),
            Button(f"Override {number}", Action(ActionKind.OVERRIDE, appeal.id)),
        )
    )


def _second(case: Case) -> tuple[str, str]:
    second = case.appeal.second
    shown = f"none: {case.appeal.no_second}" if second is None else _scored(second.score)
    return "Second reading", shown


def _scored(score: float) -> str:
    return f"{format_score(score)}, {band_of(score).name}"


def _scores(case: Case) -> tuple[float, float]:
    decided = case.appeal.decided_score
    first = case.appeal.first_score
    return first, first if decided is None else decided


def _again(case: Case, criterion: GradedCriterion) -> GradedCriterion | None:
    second = case.appeal.second
    judged = () if second is None else second.criteria
    return next((c for c in judged if c.id == criterion.id), None)


def _differing(case: Case) -> list[GradedCriterion]:
    """Return the first grade's criteria that the second reading judges otherwise."""
    pairs = [(c, _again(case, c)) for c in case.grade.criteria]
    return [c for c, again in pairs if again is not None and again.verdict is not c.verdict]


def _difference(case: Case, criterion: GradedCriterion) -> Line:
    again = _again(case, criterion)
    quote = "" if again is None else again.quote
    if not quote:
        return _compared(case, criterion)
    return line(*_compared(case, criterion), "\n", italic(f"“{shorten(quote, _MAX_QUOTE)}”"))


def _compared(case: Case, criterion: GradedCriterion) -> Line:
    texts = {c.id: c.text for c in case.question.rubric.criteria}
    first, again = VERDICTS[criterion.verdict], _again(case, criterion)
    text = f": {shorten(texts.get(criterion.id, criterion.id), _MAX_CRITERION)}"
    if again is None or again.verdict is criterion.verdict:
        return line(first, text)
    return line(bold(f"{first}, then {VERDICTS[again.verdict].lower()}"), text)
