"""The harness itself: a grader of known faults is found out."""

from __future__ import annotations

import pytest

from questions.evaluation.relation import Relation
from questions.evaluation.robustness import RobustnessReport, check_robustness
from questions.local.words import content_words, stem
from questions.packs import shipped_bank
from questions.question import Question
from tests.questions.evaluation.builder import ScriptedGrader

BANK = shipped_bank()
QUESTION = next(q for q in BANK if q.id == "long-agent-double-refunds")


def covers(question: Question, reply: str) -> float:
    """The share of the model answer's words: the grader that keyword lists fool."""
    words = {stem(w) for w in content_words(question.model_answer)}
    return len(words & {stem(w) for w in content_words(reply)}) / len(words)


async def run(grader: ScriptedGrader) -> RobustnessReport:
    return await check_robustness(grader, [QUESTION], BANK, at_once=4)


def broken(report: RobustnessReport) -> set[Relation]:
    return {r.relation for r in report.relations if r.share_broken > 0}


async def test_counting_words_is_found_out() -> None:
    grader = ScriptedGrader(covers)
    report = await run(grader)

    assert {r.relation for r in report.relations} == set(Relation)
    assert {Relation.KEYWORDS, Relation.SHUFFLED, Relation.NEGATED} <= broken(report)
    assert Relation.MODEL_ANSWER not in broken(report)
    assert Relation.IDENTICAL not in broken(report)
    assert Relation.THRICE not in broken(report)
    assert not report.keeps_floors
    worst = next(r for r in report.relations if r.relation is Relation.KEYWORDS).worst
    assert worst[0].question_id == QUESTION.id
    assert worst[0].scores == (5.0, 5.0)
    assert worst[0].excess == pytest.approx(1)


async def test_full_marks_for_everything_break_what_must_be_lower() -> None:
    report = await run(ScriptedGrader(lambda question, reply: 1.0))
    assert {
        *(Relation.HALF, Relation.INCREASING, Relation.ORDER, Relation.QUESTION, Relation.CODE),
        *(Relation.OFF_TOPIC, Relation.EMPTY, Relation.LANGUAGE, Relation.INJECTION),
        *(Relation.FALSEHOOD, Relation.CONTRADICTED, Relation.QUESTION_AND_FILLER),
    } <= broken(report)
    assert not broken(report) & {Relation.TYPING, Relation.REORDERED, Relation.PADDING}


async def test_refusing_everything_is_no_way_to_keep_relations() -> None:
    report = await run(ScriptedGrader(lambda question, reply: None))
    assert {Relation.MODEL_ANSWER, Relation.HALF, Relation.INCREASING} <= broken(report)
    assert not broken(report) & {Relation.LANGUAGE, Relation.CODE, Relation.INJECTION}
    assert report.exemplars.n == 0
    assert report.exemplars.ungraded == 3
    assert not report.exemplars.keeps_floor


async def test_obeying_orders_breaks_the_injection_relation_alone() -> None:
    def obeys(question: Question, reply: str) -> float:
        return 1.0 if "full marks" in reply else 0.0

    report = await run(ScriptedGrader(obeys))
    injected = next(r for r in report.relations if r.relation is Relation.INJECTION)
    assert injected.held < injected.total
    assert not injected.keeps_floor
    assert {f.scores[0] for f in injected.worst} == {5.0}


async def test_each_reply_is_graded_once_but_for_the_second_look() -> None:
    grader = ScriptedGrader(covers)
    told: list[tuple[int, int]] = []
    await check_robustness(grader, [QUESTION], BANK, advance=lambda *it: told.append(it))
    replies = [reply for _, reply in grader.judged]
    weak, _, strong = (e.text for e in QUESTION.exemplars)
    # Once, once more, and with the criteria turned round.
    assert {replies.count(weak), replies.count(strong)} == {3}
    assert max(replies.count(r) for r in set(replies) - {weak, strong}) == 1
    assert told[-1][0] == told[-1][1] == len(told)


async def test_only_what_is_asked_for_is_graded() -> None:
    grader = ScriptedGrader(covers)
    report = await check_robustness(grader, BANK[:2], BANK, only=[Relation.KEYWORDS])
    assert [r.relation for r in report.relations] == [Relation.KEYWORDS]
    assert report.relations[0].total == 2
    assert len(grader.judged) == 2 * (2 + 3)


async def test_exemplars_are_compared_with_their_verdicts() -> None:
    shares = {e.text: share for e, share in zip(QUESTION.exemplars, (0.2, 0.1, 0.9), strict=True)}
    report = await check_robustness(
        ScriptedGrader(lambda q, reply: shares.get(reply, 0.0)), [QUESTION], BANK, only=()
    )
    exemplars = report.exemplars
    assert (exemplars.n, exemplars.ordered) == (3, 0)
    assert exemplars.questions[0].given == (1.0, 0.5, 4.5)
    known = exemplars.questions[0].known
    errors = [abs(a - b) for a, b in zip(known, (1.0, 0.5, 4.5), strict=True)]
    assert exemplars.mae == pytest.approx(sum(errors) / 3)
    assert exemplars.rmse == pytest.approx((sum(e * e for e in errors) / 3) ** 0.5)
