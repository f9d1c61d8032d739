"""How grades and questions read, word for word, and that nobody's words become markup."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime

import pytest

from bot.platforms.discord.render import render as render_discord
from bot.platforms.slack.render import render_blocks as render_slack
from handlers.actions import Action, ActionKind
from handlers.answers.grade_message import grade_message, pending_message, ungraded_message
from handlers.daily.question_message import question_message
from handlers.feedback.button import feedback_on
from handlers.markdown import from_markdown
from handlers.message import (
    Bullets,
    Button,
    Buttons,
    CodeBlock,
    Context,
    Detail,
    Feedback,
    Heading,
    Message,
    Quote,
    Span,
    Style,
    Text,
    bold,
    code,
    italic,
    line,
    unfold,
)
from handlers.records import Answer, AnswerSource, AnswerState, Occurrence, OccurrenceState
from handlers.refs import Platform, ThreadRef
from questions.grading import FactualError, Grade, GradedCriterion, Rewording, UngradedReason
from questions.packs import shipped_bank
from questions.question import Verdict
from tests.factory import CHANNEL, a_question

NASTY = "*bold* _it_ ~s~ `code` <!channel> <@U1> @everyone & [x](http://y) **b** ||s||"
REPLY = "I would look at the queue's age first."


def an_answer(source: AnswerSource = AnswerSource.MESSAGE, text: str = REPLY) -> Answer:
    return Answer(
        id="a1",
        team_id="team",
        member_id="ada",
        occurrence_id="o1",
        question_id="a-question",
        question_version=1,
        source=source,
        key="k",
        text=text,
        show_in=ThreadRef(channel=CHANNEL, id="170.1"),
        created_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        state=AnswerState.GRADED,
    )


def a_grade(
    *, is_estimate: bool = False, quote: str = "the queue's age", comment: str = ""
) -> Grade:
    def judged(id_: str, verdict: Verdict, weight: int, quote: str = "") -> GradedCriterion:
        return GradedCriterion(id=id_, verdict=verdict, weight=weight, quote=quote, comment=comment)

    return Grade(
        score=2.9,
        criteria=(
            judged("c1", Verdict.MET, 3, quote),
            judged("c2", Verdict.PARTIAL, 2, "look at"),
            judged("c3", Verdict.MISSED, 1),
            judged("c4", Verdict.MISSED, 1),
        ),
        grader="fake",
        is_estimate=is_estimate,
    )


def spans(message: object) -> list[Span]:
    """Every span anywhere in a message."""
    if isinstance(message, Span):
        return [message]
    if isinstance(message, tuple):
        return [span for part in message for span in spans(part)]
    if is_dataclass(message):
        return [span for f in fields(message) for span in spans(getattr(message, f.name))]
    return []


def test_a_grade_reads_score_and_band_first_then_the_evidence_then_what_to_do() -> None:
    message = grade_message(a_grade(), a_question(), an_answer(), name="Ada", points=20)
    assert message.plain_text == (
        "Ada: 2.9/5, borderline\n\n"
        "The core is there; an interviewer would have to probe for depth.\n\n"
        "- Met: Covers c1.\n“the queue's age”\n"
        "- Partly: Covers c2.\n“look at”\n"
        "- Missed: Covers c3.\n"
        "- Missed: Covers c4.\n\n"
        "Strong: Covers c1.\n\n"
        "Worth most next time:\n\n"
        "- Covers c2. See below how.\n"
        "- Covers c3. Explains what c3 is and why it matters in production.\n\n"
        "Say it stronger: Keep “look at” and make it concrete: explains what c2 is and why it "
        "matters in production.\n\n"
        "20 points."
    )
    assert message.notification == "Ada: 2.9/5, borderline"
    assert message.blocks[-2:] == (
        Buttons((Button("Appeal", Action(ActionKind.APPEAL, "a1")),)),
        feedback_on("a1", 1),
    )


def test_the_head_is_short_and_the_reasons_may_be_folded_away() -> None:
    message = grade_message(a_grade(), a_question(), an_answer(), name="Ada", points=20, number=2)
    heading, meaning, detail, footer, _, feedback = message.blocks
    assert heading == Heading("Ada: 2.9/5, borderline")
    assert isinstance(meaning, Text)
    assert isinstance(detail, Detail)
    assert isinstance(footer, Context)
    assert feedback == feedback_on("a1", 2)
    [section] = [b for b in render_slack(message) if b["type"] == "section"]
    assert section["expand"] is False
    assert "queue's age" in str(section["text"])


def test_an_estimate_says_so_at_the_top_and_why_at_the_end() -> None:
    message = grade_message(
        a_grade(is_estimate=True, comment="Say why.").model_copy(update={"related": ("q1",)}),
        a_question(),
        an_answer(),
        name="Ada",
        points=1,
        titles={"q1": "One"},
    )
    assert message.plain_text.startswith(
        "Ada: 2.9/5, borderline (estimate)\n\n"
        "The core is there; an interviewer would have to probe for depth.\n\n"
        "- Met: Covers c1.\n“the queue's age”\nSay why.\n"
        "- Partly: Covers c2.\n“look at”\nSay why.\n"
        "- Missed: Covers c3.\nSay why.\n"
        "- Missed: Covers c4.\nSay why.\n\n"
    )
    assert message.plain_text.endswith(
        "\n\n1 point. This is an estimate made without a language model: it compares your "
        "sentences with the rubric and can be wrong."
    )


def test_a_models_grade_tells_errors_its_rewording_and_what_it_drew_on() -> None:
    grade = a_grade().model_copy(
        update={
            "low_confidence": True,
            "errors": (FactualError(quote="the queue's age", correction="Queues have depth."),),
            "rewording": Rewording(original="I would look", stronger="First I measure the depth."),
            "related": ("q1", "unknown", "q2"),
        }
    )
    message = grade_message(
        grade,
        a_question(),
        an_answer(),
        name="Ada",
        points=20,
        titles={"q1": "One", "q2": "Two"},
    )
    assert message.plain_text == (
        "Ada: 2.9/5, borderline\n\n"
        "The core is there; an interviewer would have to probe for depth.\n\n"
        "Low confidence: my samples disagreed by more than a band, so take this grade as a rough "
        "one.\n\n"
        "- Met: Covers c1.\n“the queue's age”\n"
        "- Partly: Covers c2.\n“look at”\n"
        "- Missed: Covers c3.\n"
        "- Missed: Covers c4.\n\n"
        "To correct (each costs something):\n\n"
        "- “the queue's age”\nQueues have depth.\n\n"
        "Strong: Covers c1.\n\n"
        "Worth most next time:\n\n"
        "- Covers c2. Explains what c2 is and why it matters in production.\n"
        "- Covers c3. Explains what c3 is and why it matters in production.\n\n"
        "Say it stronger: “I would look”\n→ First I measure the depth.\n\n"
        "I looked at this question's model answer and at those to “One” and “Two”. 20 points."
    )


def test_a_terminal_which_has_no_buttons_is_offered_none() -> None:
    answer = replace(an_answer(), show_in=replace(CHANNEL, platform=Platform.CONSOLE))
    message = grade_message(a_grade(), a_question(), answer, name="Ada", points=20)
    assert not any(isinstance(block, Buttons | Feedback) for block in message.blocks)


def test_a_grade_of_any_shipped_question_is_shown_whole_on_slack_and_discord() -> None:
    for question in shipped_bank():
        criteria = tuple(
            GradedCriterion(
                id=criterion.id,
                verdict=(Verdict.MET, Verdict.PARTIAL, Verdict.MISSED)[number % 3],
                weight=criterion.weight,
                quote="q" * 200,
                comment="A comment of a dozen words or more, which says what was missing here. "
                * 2,
            )
            for number, criterion in enumerate(question.rubric.criteria)
        )
        error = FactualError(quote="e" * 200, correction="c" * 200)
        grade = Grade(score=2.5, criteria=criteria, grader="test", errors=(error,) * 5)
        answer = an_answer(AnswerSource.FORM, "word " * 1000)
        message = grade_message(grade, question, answer, name="Ada" * 10, points=20)
        embeds = render_discord(message).embeds
        shown = "".join(embed.description or "" for embed in embeds)
        assert len(message.plain_text) < 5500
        assert shown.endswith("20 points.")
        slack = render_slack(message)
        assert [block["type"] for block in slack[-2:]] == ["actions", "context_actions"]
        assert "too long for a Slack message" not in str(slack)


@pytest.mark.parametrize("source", [AnswerSource.FORM, AnswerSource.COMMAND])
def test_an_answer_that_nobody_else_saw_stands_above_its_grade(source: AnswerSource) -> None:
    message = grade_message(
        a_grade(), a_question(), an_answer(source, "One.\n\nTwo."), name="Ada", points=20
    )
    assert message.blocks[0] == Heading("Ada: 2.9/5, borderline")
    assert message.blocks[2] == Quote("One. Two.")
    assert "\n\nOne. Two.\n\n- Met:" in message.plain_text


def test_a_long_answer_and_a_long_quote_are_shortened_visibly() -> None:
    message = grade_message(
        a_grade(quote="q" * 500),
        a_question(),
        an_answer(AnswerSource.FORM, "word " * 1000),
        name="Ada",
        points=20,
    )
    [quote] = [block for block in message.blocks if isinstance(block, Quote)]
    assert len(quote.text) <= 600
    assert quote.text.endswith("word…")
    assert f"“{'q' * 159}…”" in message.plain_text


def test_an_ungraded_answer_says_why_and_that_nothing_is_lost() -> None:
    answer = replace(
        an_answer(),
        state=AnswerState.UNGRADED,
        reason=UngradedReason.REFUSED,
        detail="The model declined to judge this.",
    )
    assert ungraded_message(answer, name="Ada").plain_text == (
        "Ada: not graded. The model declined to judge this.\n\n"
        "Your answer is kept, and the leaderboard is as it was."
    )


def test_the_pending_note_promises_the_grade() -> None:
    assert pending_message(name="Ada").plain_text == (
        "Ada, your answer is safe. The grader is slow to reply just now; I keep trying and will "
        "post your grade here."
    )


def test_a_question_reads_title_prompt_and_what_to_do() -> None:
    occurrence = Occurrence(
        id="o1",
        team_id="team",
        channel=CHANNEL,
        local_date=date(2026, 3, 2),
        key="k",
        state=OccurrenceState.CLAIMED,
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    assert question_message(a_question(), occurrence).plain_text == (
        "About a-question\n\n"
        "How would you find out why the index is stale? Say what you would look at first.\n\n"
        "AI Engineer · difficulty 3 of 5 · Reply to this message, or use the button."
    )


@pytest.mark.parametrize(
    "message",
    [
        grade_message(
            a_grade(quote=NASTY, comment=NASTY),
            a_question(),
            an_answer(AnswerSource.FORM, NASTY),
            name=NASTY,
            points=3,
        ),
        ungraded_message(replace(an_answer(), detail=NASTY), name=NASTY),
        pending_message(name=NASTY),
    ],
    ids=["graded", "ungraded", "pending"],
)
def test_markup_in_names_and_answers_stays_as_it_was_typed(message: Message) -> None:
    assert NASTY in message.plain_text
    # Whoever renders a span escapes all of it: no piece of it may have got a style of its own.
    holding = [span for span in spans(message) if "*bold*" in span.text]
    assert all(NASTY in span.text for span in holding)
    assert all(span.style is not Style.CODE for span in spans(message))


def test_markup_that_is_quoted_stands_in_one_italic_span_and_a_comment_in_a_plain_one() -> None:
    message = grade_message(
        a_grade(quote=NASTY, comment=NASTY),
        a_question(),
        an_answer(AnswerSource.FORM, NASTY),
        name=NASTY,
        points=3,
    )
    heading, _, quote, bullets = list(unfold(message.blocks))[:4]
    assert heading == Heading(f"{NASTY}: 2.9/5, borderline")
    assert quote == Quote(NASTY)
    assert isinstance(bullets, Bullets)
    assert bullets.items[0] == (
        bold("Met: "),
        Span("Covers c1."),
        Span("\n"),
        italic(f"“{NASTY}”"),
        Span(f"\n{NASTY}"),
    )


def test_a_questions_markdown_becomes_blocks() -> None:
    assert from_markdown(
        "Look at `p99` **first**, *then*\nthe [rest](http://x).\n\n1. one\n2. two\n\n"
        "```python\na < b\n```\n\n> said\n\n## More"
    ) == (
        Text(line("Look at ", code("p99"), " ", bold("first"), ", ", italic("then"), " the rest.")),
        Bullets((line("one"), line("two")), numbered=True),
        CodeBlock("a < b"),
        Quote("said"),
        Heading("More"),
    )


def test_html_in_a_question_is_shown_and_not_obeyed() -> None:
    assert from_markdown("a <b>x</b> & y") == (Text(line("a <b>x</b> & y")),)
