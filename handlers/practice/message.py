"""How a session looks: turns, grades in study mode, and what is said between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.grade_message import ESTIMATE, VERDICTS, format_score, shorten
from handlers.markdown import from_markdown
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    ButtonStyle,
    Content,
    Context,
    Detail,
    Heading,
    Line,
    Message,
    Quote,
    Span,
    Text,
    bold,
    code,
    italic,
    line,
    say,
)
from handlers.practice.flow import time_box
from handlers.practice.record import Mode, PracticeSession, PracticeTurn, SessionState, TurnKind
from handlers.practice.writer import Scene
from questions.band import band_of
from questions.feedback import give_feedback
from questions.grading import Grade, GradedCriterion
from questions.question import Question

_MAX_QUOTE: Final = 160
_MAX_COMMENT: Final = 200
_MAX_SHOWN: Final = 600

WAIT: Final = say("One moment: I'm still on your last message. Send that again once I have asked.")
NOT_OPEN: Final = say(
    "There is no interview of yours under way. ", code("/prep practice"), " begins one."
)
PAUSED: Final = Message(
    blocks=(
        Text(line("Paused. Nothing is lost: come back whenever you like.")),
        Buttons(
            (
                Button("Resume", Action(ActionKind.PRACTICE_RESUME), ButtonStyle.PRIMARY),
                Button("Quit", Action(ActionKind.PRACTICE_QUIT)),
            )
        ),
    )
)
RESUMED: Final = say("Welcome back. Here is where we were.")
RESTARTED: Final = say("From the start, then. What you answered before is kept.")
REMINDER: Final = say(
    "Take the time you need; I'm here when you are ready. Write ",
    code("pause"),
    " to go on another day.",
)
TIME_UP: Final = say("Time is up for this one, so let's go on. In an interview it would be, too.")
FELL_SILENT: Final = Message(
    blocks=(
        Text(
            line(
                "It has been quiet, so I have paused the interview. Nothing is lost: your answers "
                "are kept."
            )
        ),
        PAUSED.blocks[1],
    )
)
CLARIFICATION: Final = say(
    "Take it as it stands: where something is open, say what you assume, and answer on that."
)
NO_HINT_IN_REAL: Final = say(
    "There are no hints in this mode, as in a real interview. Say what you know; ",
    code("skip"),
    " passes.",
)
NO_MORE_HINTS: Final = say("That was the last hint for this one. Say what you have.")
NOTHING_TO_HINT: Final = say("There is nothing to hint at here: just tell me about you.")
SKIPPED: Final = say("Skipped. Let's go on.")
PENDING: Final = say(
    "Your answer is safe. The grader is slow just now; I keep trying, and then we go on."
)
OLD_TURN: Final = say("That button belongs to an earlier question, so I left it alone.")
SPOKEN_UNAVAILABLE: Final = (
    "I can't listen to recordings here: no audio model is connected. Please write your answer."
)


def turn_message(scene: Scene) -> Message:
    """Return a turn as it is shown."""
    turn, question = scene.turn, scene.question
    blocks: list[Block] = []
    if turn.kind is TurnKind.OPENING:
        blocks += _welcome(scene.session)
    if turn.kind is TurnKind.QUESTION and question is not None:
        blocks.append(Text(line(turn.text)))
        blocks.append(Heading(f"Question {scene.question_number} of {scene.session.length}"))
        blocks += from_markdown(question.prompt)
    else:
        blocks.append(Text(line(turn.text)))
    if turn.kind is TurnKind.CLOSE:
        blocks += _goodbye(scene.session)
        return Message(blocks=tuple(blocks), summary=turn.text)
    box = time_box(turn.kind, scene.session.mode)
    if box is not None and scene.replies == 0:
        blocks.append(Context(line(f"You have {_minutes(box)}.")))
    if turn.kind is TurnKind.QUESTION:
        blocks.append(Buttons(tuple(_buttons(scene.session, turn))))
    return Message(blocks=tuple(blocks), summary=turn.text)


def is_plain(scene: Scene) -> bool:
    """Return whether a turn is nothing but its words, so that it can be shown as it comes."""
    return scene.turn.kind in {TurnKind.FOLLOW_UP, TurnKind.INVITATION, TurnKind.REPLY} and (
        time_box(scene.turn.kind, scene.session.mode) is None
    )


def feedback_message(grade: Grade, question: Question, *, is_last: bool) -> Message:
    """Return the grade of an answer, as study mode shows it.

    Args:
        grade: judges all that was said to the question.
        question: the question, in the version that was asked.
        is_last: whether the question is done with, so that its model answer may be shown.
    """
    texts = {c.id: c.text for c in question.rubric.criteria}
    mark = " (estimate)" if grade.is_estimate else ""
    head = f"{format_score(grade.score)}, {band_of(grade.score).name}{mark}"
    blocks: list[Block] = [
        Heading(head if is_last else f"So far: {head}"),
        Text(line(band_of(grade.score).meaning)),
    ]
    criteria = Bullets(tuple(_criterion(c, texts[c.id]) for c in grade.criteria))
    if is_last:
        blocks.append(Detail((criteria, *_advice(grade, question))))
        blocks.append(Text(line(bold("A model answer"))))
        blocks.append(Detail((Quote(question.model_answer),)))
    else:
        blocks.append(Detail(_earned(grade, texts)))
    if grade.is_estimate:
        blocks.append(Context(line(ESTIMATE)))
    return Message(blocks=tuple(blocks), summary=head)


def ungraded_message(turn: PracticeTurn, question: Question, *, is_last: bool) -> Message:
    """Return why an answer has no grade, as study mode shows it."""
    blocks: list[Block] = [
        Text(line(bold("Not graded. "), turn.detail or "")),
        Context(line("Your answer is kept, and we go on.")),
    ]
    if is_last:
        blocks.append(Text(line(bold("A model answer"))))
        blocks.append(Detail((Quote(question.model_answer),)))
    return Message(blocks=tuple(blocks))


def skipped_message(question: Question) -> Message:
    """Return the model answer of a question that was passed over in study mode."""
    return Message(
        blocks=(
            Text(line(bold("Skipped."), " A model answer, to learn from:")),
            Detail((Quote(question.model_answer),)),
        )
    )


def hint_message(hint: str, number: int, count: int) -> Message:
    """Return a hint."""
    return Message(
        blocks=(Text(line(bold(f"Hint {number} of {count}: "), hint)),), summary="A hint"
    )


def ended_message(*, answered: bool) -> Message:
    """Return what is said when somebody quits."""
    kept = "What you answered is kept." if answered else "Nothing was answered, so nothing counts."
    return Message(
        blocks=(
            Text(line(f"I have ended the interview. {kept}")),
            Buttons((Button("Begin another", Action(ActionKind.PRACTICE)),)),
        ),
        summary="The interview is ended",
    )


def status_message(session: PracticeSession, turns: tuple[PracticeTurn, ...]) -> Message:
    """Return how far somebody's session got, with what can be done about it."""
    asked = sum(turn.kind is TurnKind.QUESTION for turn in turns)
    state = "is paused" if session.state is SessionState.PAUSED else "is under way"
    buttons = [
        Button("Start over", Action(ActionKind.PRACTICE_RESTART)),
        Button("Quit", Action(ActionKind.PRACTICE_QUIT)),
    ]
    if session.state is SessionState.PAUSED:
        buttons.insert(0, Button("Resume", Action(ActionKind.PRACTICE_RESUME), ButtonStyle.PRIMARY))
    else:
        buttons.insert(0, Button("Pause", Action(ActionKind.PRACTICE_PAUSE)))
    return Message(
        blocks=(
            Text(
                line(
                    f"Your interview for {session.role.title} ({session.mode}, {session.level}) "
                    f"{state}: question {asked} of {session.length}."
                )
            ),
            Buttons(tuple(buttons)),
        )
    )


def _welcome(session: PracticeSession) -> Iterator[Block]:
    count = "one question" if session.length == 1 else f"{session.length} questions"
    yield Heading(f"Mock interview: {session.role.title}, {session.level}")
    if session.mode is Mode.STUDY:
        how = (
            f"Study mode, {count}. Answer each message of mine with one of yours; you get your "
            "grade after each answer. Write "
        )
        words: tuple[str | Span, ...] = (code("hint"), ", ", code("skip"), ", ", code("pause"))
    else:
        how = (
            f"As in a real interview, {count}: no hints, time boxes, and grades only at the end. "
            "Answer each message of mine with one of yours. Write "
        )
        words = (code("skip"), ", ", code("pause"))
    yield Text(line(how, *words, " or ", code("quit"), " at any time."))
    if session.document:
        yield Context(line("I read the file you sent in a moment."))
    elif not session.background:
        yield Context(
            line(
                "A job description or CV? Send the file here, and I answer your questions from it."
            )
        )


def _goodbye(session: PracticeSession) -> Iterator[Block]:
    yield Buttons(
        (
            Button("Practise again", Action(ActionKind.PRACTICE), ButtonStyle.PRIMARY),
            Button("Share that I practised", Action(ActionKind.PRACTICE_SHARE, session.id)),
        )
    )
    yield Context(line("Nobody else sees anything of this, unless you share it."))


def _buttons(session: PracticeSession, turn: PracticeTurn) -> Iterator[Button]:
    if session.mode is Mode.STUDY:
        yield Button("Hint", Action(ActionKind.PRACTICE_HINT, turn.id))
    yield Button("Skip", Action(ActionKind.PRACTICE_SKIP, turn.id))
    yield Button("Pause", Action(ActionKind.PRACTICE_PAUSE))
    yield Button("Quit", Action(ActionKind.PRACTICE_QUIT))


def _earned(grade: Grade, texts: dict[str, str]) -> tuple[Content, ...]:
    """Return what earned something; what is missing is told once the question is done with."""
    earning = [c for c in grade.criteria if c.quote]
    if not earning:
        return (Text(line("Nothing of it could be counted yet.")),)
    return (Bullets(tuple(_criterion(c, texts[c.id]) for c in earning)),)


def _criterion(graded: GradedCriterion, text: str) -> Line:
    parts: list[str | Span] = [bold(f"{VERDICTS[graded.verdict]}: "), f"{text.rstrip('.')}."]
    if graded.quote:
        parts += ["\n", italic(f"“{shorten(graded.quote, _MAX_QUOTE)}”")]
    if graded.comment:
        parts.append(f"\n{shorten(graded.comment, _MAX_COMMENT)}")
    return line(*parts)


def _advice(grade: Grade, question: Question) -> Iterator[Content]:
    feedback = give_feedback(grade, question, None)
    if feedback.errors:
        yield Text(line(bold("To correct:")))
        yield Bullets(
            tuple(
                line(italic(f"“{shorten(e.quote, _MAX_QUOTE)}”"), f"\n{e.correction}")
                for e in feedback.errors[:3]
            )
        )
    if feedback.improvements:
        yield Text(line(bold("Worth most next time:")))
        yield Bullets(
            tuple(line(bold(f"{i.text.rstrip('.')}. "), i.met) for i in feedback.improvements)
        )
    if feedback.stronger is not None:
        yield Text(line(bold("Say it stronger: "), shorten(feedback.stronger.text, _MAX_SHOWN)))


def _minutes(box: timedelta) -> str:
    return f"{int(box.total_seconds()) // 60} minutes"
