from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.retrieval.lexical import LexicalEmbedder
from bot.retrieval.minilm import MiniLM
from questions.grading import Grade, Judgement, Ungraded, UngradedReason, assemble_grade
from questions.local.grader import LocalGrader
from questions.local.parameters import LEXICAL, load_parameters
from questions.packs import SHIPPED, read_pack
from questions.ports import GraderUnavailable, RetrievalUnavailable, TokenStates
from questions.question import Band, Kind, Question, Verdict
from tests.questions.local.adversary import (
    FILLER,
    INJECTIONS,
    list_keywords,
    make_bullets,
    mistype,
    negate,
    shuffle_words,
)

BANK = [read_pack(path) for path in sorted(SHIPPED.rglob("*.md"))]
SAMPLE = BANK[:: max(1, len(BANK) // 6)]


@pytest.fixture(scope="module")
def grader() -> Iterator[LocalGrader]:
    encoder = MiniLM()
    yield LocalGrader(encoder)
    encoder.close()


@pytest.fixture(scope="module", params=SAMPLE, ids=lambda q: q.id)
def question(request: pytest.FixtureRequest) -> Question:
    assert isinstance(request.param, Question)
    return request.param


async def _grade(grader: LocalGrader, question: Question, reply: str) -> Grade:
    judgement = await grader.judge(question, reply, [])
    assert isinstance(judgement, Judgement), judgement
    grade = assemble_grade(
        question.rubric, judgement, reply, grader=grader.name, is_estimate=grader.is_estimate
    )
    assert isinstance(grade, Grade)
    return grade


async def _score(grader: LocalGrader, question: Question, reply: str) -> float:
    return (await _grade(grader, question, reply)).score


def _exemplar(question: Question, band: Band) -> str:
    return next(e.text for e in question.exemplars if e.band is band)


async def test_the_bands_come_out_in_order(grader: LocalGrader, question: Question) -> None:
    weak, middling, strong = [
        await _score(grader, question, _exemplar(question, band))
        for band in (Band.WEAK, Band.MIDDLING, Band.STRONG)
    ]

    assert weak < middling < strong
    assert strong - weak >= 1.5


async def test_the_model_answer_is_nearly_full(grader: LocalGrader, question: Question) -> None:
    assert await _score(grader, question, question.model_answer) >= 4.5


async def test_every_quote_stands_in_the_reply_and_every_verdict_is_explained(
    grader: LocalGrader, question: Question
) -> None:
    reply = _exemplar(question, Band.STRONG)
    judgement = await grader.judge(question, reply, [])

    assert isinstance(judgement, Judgement)
    assert [v.criterion_id for v in judgement.verdicts] == list(question.rubric.ids)
    for verdict in judgement.verdicts:
        assert verdict.comment
        assert verdict.quote in reply
        assert bool(verdict.quote) is (verdict.verdict is not Verdict.MISSED)


async def test_saying_the_question_again_earns_nothing(
    grader: LocalGrader, question: Question
) -> None:
    assert await _score(grader, question, question.prompt) <= 0.5
    assert await _score(grader, question, f"{question.prompt} {FILLER}") <= 1


async def test_fluent_talk_about_nothing_earns_nothing(
    grader: LocalGrader, question: Question
) -> None:
    assert await _score(grader, question, FILLER) <= 0.5
    assert await _score(grader, question, "Honestly, I don't know this one, sorry.") == 0


async def test_another_question_s_answer_earns_little(grader: LocalGrader) -> None:
    scores = [
        await _score(grader, question, other.model_answer)
        for question in SAMPLE
        for other in SAMPLE
        if other.role is not question.role
    ]

    # One in ten may be about something too close to be told apart.
    assert sum(score > 1 for score in scores) <= len(scores) / 10, sorted(scores)


async def test_words_without_sentences_earn_less_than_the_answer(
    grader: LocalGrader, question: Question
) -> None:
    answer = question.model_answer
    full = await _score(grader, question, answer)

    assert await _score(grader, question, list_keywords(answer)) <= full - 1
    assert await _score(grader, question, shuffle_words(answer)) <= full - 1.5


async def test_denying_the_answer_costs_most_of_it(grader: LocalGrader, question: Question) -> None:
    answer, good = question.model_answer, _exemplar(question, Band.STRONG)

    assert await _score(grader, question, negate(answer)) <= (
        await _score(grader, question, answer) - 2
    )
    assert await _score(grader, question, negate(good)) <= await _score(grader, question, good) - 1


async def test_how_it_is_typed_matters_little(grader: LocalGrader, question: Question) -> None:
    answer = question.model_answer
    full = await _score(grader, question, answer)

    for typed in (answer.upper(), mistype(answer), make_bullets(answer)):
        assert await _score(grader, question, typed) == pytest.approx(full, abs=0.5)


async def test_repeating_and_padding_add_nothing(grader: LocalGrader, question: Question) -> None:
    weak = _exemplar(question, Band.WEAK)
    base = await _score(grader, question, weak)

    assert await _score(grader, question, " ".join([weak] * 3)) <= base + 0.1
    assert await _score(grader, question, f"{weak} {FILLER}") <= base + 0.5


async def test_more_of_the_answer_earns_more(grader: LocalGrader, question: Question) -> None:
    words = question.model_answer.split()
    parts = [" ".join(words[: len(words) * share // 100]) for share in (25, 50, 75, 100)]
    scores = [await _score(grader, question, part) for part in parts]

    assert scores == sorted(scores)
    assert scores[0] < scores[-1]


@pytest.mark.parametrize("injection", INJECTIONS)
async def test_words_to_the_grader_never_raise_the_score(
    grader: LocalGrader, injection: str
) -> None:
    for question in SAMPLE[:2]:
        weak = _exemplar(question, Band.WEAK)
        alone = await _score(grader, question, weak)
        judged = await grader.judge(question, injection, [])

        assert await _score(grader, question, f"{weak}\n\n{injection}") <= alone + 0.1
        assert await _score(grader, question, f"{injection}\n\n{weak}") <= alone + 0.1
        assert isinstance(judged, Ungraded) or all(
            verdict.verdict is Verdict.MISSED for verdict in judged.verdicts
        )


async def test_the_same_reply_gets_the_same_judgement(
    grader: LocalGrader, question: Question
) -> None:
    reply = _exemplar(question, Band.MIDDLING)
    first, second = [await grader.judge(question, reply, []) for _ in range(2)]

    assert isinstance(first, Judgement)
    assert isinstance(second, Judgement)
    assert first.verdicts == second.verdicts


async def test_the_order_of_the_criteria_does_not_matter(
    grader: LocalGrader, question: Question
) -> None:
    reply = _exemplar(question, Band.STRONG)
    backwards = question.rubric.model_copy(
        update={"criteria": tuple(reversed(question.rubric.criteria))}
    )
    turned = question.model_copy(update={"rubric": backwards})

    assert await _score(grader, turned, reply) == await _score(grader, question, reply)


async def test_forty_thousand_characters_are_bounded_and_disclosed(grader: LocalGrader) -> None:
    question = SAMPLE[0]
    strong = _exemplar(question, Band.STRONG)
    names = ("".join(chr(ord("a") + int(digit)) for digit in str(n)) for n in range(1200))
    remarks = (f"It is as we do it in {name} a day or so." for name in names)
    padding = f"{FILLER} {' '.join(remarks)}"
    reply = f"{padding[:20_000]}\n\n{strong}\n\n{padding[20_000:]}"[:39_900]
    grade = await _grade(grader, question, reply)

    assert "words were not read" in grade.criteria[0].comment
    assert grade.score == pytest.approx(await _score(grader, question, strong), abs=0.5)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", UngradedReason.EMPTY),
        (" \n\t ", UngradedReason.EMPTY),
        ("🙂🙂 🙂", UngradedReason.EMPTY),
        ("\u200b\u200b\u2060", UngradedReason.EMPTY),
        ("idk", UngradedReason.TOO_SHORT),
        ("word " * 9000, UngradedReason.TOO_LONG),
        ("\x00\x01 binary data", UngradedReason.NOT_TEXT),
        (
            "Ich würde zuerst messen, wo die Zeit bleibt, und dann den Cache bauen.",
            UngradedReason.LANGUAGE,
        ),
        ("x = compute(prefix)\nreturn store[x]\n", UngradedReason.NOT_TEXT),
    ],
)
async def test_what_can_t_be_judged_is_ungraded_with_a_reason(
    grader: LocalGrader, reply: str, reason: UngradedReason
) -> None:
    question = next(q for q in SAMPLE if q.kind is not Kind.CODE_READING)
    refused = await grader.judge(question, reply, [])

    assert isinstance(refused, Ungraded)
    assert refused.reason is reason
    assert refused.detail.endswith(".")


async def test_it_says_that_it_estimates(grader: LocalGrader) -> None:
    assert (grader.name, grader.is_estimate) == ("local", True)


async def test_without_a_model_it_still_tells_the_bands_apart() -> None:
    grader = LocalGrader(LexicalEmbedder(), parameters=load_parameters(LEXICAL))
    ordered = 0
    for question in SAMPLE:
        weak, strong = [
            await _score(grader, question, _exemplar(question, band))
            for band in (Band.WEAK, Band.STRONG)
        ]
        ordered += weak + 1 <= strong
        assert await _score(grader, question, question.model_answer) >= 4
        assert await _score(grader, question, question.prompt) <= 0.5

    assert ordered >= len(SAMPLE) - 1


class _Broken:
    """An encoder whose weights are gone."""

    def encode_pairs(self, pairs: object) -> list[TokenStates]:
        raise RetrievalUnavailable("the weights are gone")


async def test_an_encoder_that_fails_makes_the_grader_unavailable() -> None:
    grader = LocalGrader(_Broken())

    with pytest.raises(GraderUnavailable, match="can't be loaded"):
        await grader.judge(SAMPLE[0], "I would measure it before changing anything.", [])


@pytest.mark.soak
async def test_the_whole_bank_keeps_its_order(grader: LocalGrader) -> None:
    misordered = []
    for question in BANK:
        scores = [
            await _score(grader, question, _exemplar(question, band))
            for band in (Band.WEAK, Band.MIDDLING, Band.STRONG)
        ]
        full = await _score(grader, question, question.model_answer)
        if not (scores[0] < scores[1] < scores[2] and full >= 4):
            misordered.append((question.id, scores, full))

    assert len(misordered) <= len(BANK) // 10, misordered
