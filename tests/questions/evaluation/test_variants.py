from __future__ import annotations

from collections import Counter

import pytest

from questions.evaluation.contradiction import contradict, deny
from questions.evaluation.extract import choose_parts, extract, key_sentence
from questions.evaluation.injection import INJECTIONS
from questions.evaluation.suite import checks_for, texts_of
from questions.evaluation.variants import (
    lacking_keywords,
    list_keywords,
    make_bullets,
    make_markdown,
    mistype,
    pad,
    reorder_criteria,
    shuffle_words,
)
from questions.evaluation.wording import FILLER
from questions.grading import MAX_REPLY_CHARACTERS
from questions.packs import shipped_bank
from questions.question import Question

BANK = shipped_bank()
TEXT = "The cache keeps results because computing them is slow. Measure it before you ship."


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        ("The cache is warm.", "The cache is not warm."),
        ("The cache is not warm.", "The cache is warm."),
        ("It isn’t the model.", "It is the model."),
        ("I'd measure it.", "I would not measure it."),
        ("There's no real cache.", "There is real cache."),
        ("Measure it first.", "Do not measure it first."),
        ("Warm caches pay.", "It is not true that warm caches pay."),
        ("Nobody can’t see. I'll wait.", "Nobody can see. I will not wait."),
    ],
)
def test_denying(said: str, denied: str) -> None:
    assert deny(said) == denied


@pytest.mark.parametrize(
    ("said", "contradicted"),
    [
        ("Raise k before you ship.", "Lower k before you ship."),
        ("It works with a filter.", "It works without a filter."),
        ("The cache is warm.", "The cache is not warm."),
        ("Exact search comes first.", "Approximate search comes first."),
    ],
)
def test_contradicting(said: str, contradicted: str) -> None:
    assert contradict(said) == contradicted


@pytest.mark.parametrize("question", BANK, ids=lambda q: q.id)
def test_every_sentence_of_an_answer_is_denied_and_contradicted(question: Question) -> None:
    for exemplar in question.exemplars:
        assert deny(exemplar.text) != exemplar.text
    # Most have a word with an opposite; a line of sums has none.
    assert any(contradict(e.text) != deny(e.text) for e in question.exemplars)


def test_keywords_come_once_and_without_order_words() -> None:
    assert (
        list_keywords(f"{TEXT} {TEXT}") == "cache, keeps, results, computing, slow, measure, ship"
    )


def test_shuffling_keeps_every_word() -> None:
    assert Counter(shuffle_words(TEXT).split()) == Counter(TEXT.split())
    assert shuffle_words(TEXT) != TEXT
    assert shuffle_words(TEXT) == shuffle_words(TEXT)


def test_mistyping_swaps_letters_in_some_long_words() -> None:
    text = BANK[0].model_answer
    pairs = list(zip(text.split(), mistype(text).split(), strict=True))
    changed = [(a, b) for a, b in pairs if a != b]
    assert 0.02 < len(changed) / len(pairs) < 0.12
    assert all(sorted(a) == sorted(b) for a, b in changed)


def test_layouts_keep_the_words() -> None:
    assert make_bullets(TEXT).count("\n- ") == 1
    assert make_markdown(TEXT).splitlines()[2].startswith("1. **The** cache")


def test_padding_reaches_the_length_and_keeps_the_text_whole() -> None:
    padded = pad(TEXT, MAX_REPLY_CHARACTERS)
    assert MAX_REPLY_CHARACTERS - 100 < len(padded) <= MAX_REPLY_CHARACTERS
    assert padded.count(TEXT) == 1
    assert len(set(padded.split(". "))) > 400


def test_filler_is_a_hundred_words() -> None:
    assert len(FILLER.split()) == 100


def test_lacking_keywords_are_the_most_repeated() -> None:
    source = "router router cache queue queue queue latency"
    assert lacking_keywords("The caches are warm.", source, 3) == ["queue", "router", "latency"]


def test_injections_are_all_different() -> None:
    assert len(INJECTIONS) == len(set(INJECTIONS.values())) >= 18
    assert "\u200b" in INJECTIONS["zero-width"]
    assert all(ord(char) > 0xE0000 for char in INJECTIONS["tag characters"])
    assert not INJECTIONS["homoglyphs"].isascii()


@pytest.mark.parametrize("question", BANK, ids=lambda q: q.id)
def test_parts_are_worth_their_shares_and_lie_within_one_another(question: Question) -> None:
    weights = {c.id: c.weight for c in question.rubric.criteria}
    parts = choose_parts(question, question.rubric.ids)
    for share, part in zip((0.25, 0.5, 0.75), parts, strict=True):
        worth = sum(weights[id_] for id_ in part) / question.rubric.total_weight
        assert worth == pytest.approx(share, abs=0.1)
    assert set(parts[0]) < set(parts[1]) < set(parts[2])
    texts = [extract(question, question.model_answer, part) for part in parts]
    lengths = [len(text.split()) for text in (*texts, question.model_answer)]
    assert 0 < lengths[0] < lengths[1] < lengths[2] < lengths[3]
    whole = extract(question, question.model_answer, question.rubric.ids)
    assert len(whole.split()) > 0.9 * lengths[3]
    assert key_sentence(question, question.model_answer) in question.model_answer


def test_criteria_are_turned_round() -> None:
    turned = reorder_criteria(BANK[0])
    assert turned.rubric.ids == BANK[0].rubric.ids[::-1]
    assert turned.prompt == BANK[0].prompt


def test_the_same_question_gets_the_same_checks() -> None:
    def shown(question: Question) -> list[tuple[str, str, tuple[str, ...]]]:
        return [
            (check.relation, check.case, tuple(a.reply for a in check.attempts))
            for check in checks_for(texts_of(question, BANK))
        ]

    assert shown(BANK[3]) == shown(BANK[3])
    cases = [(relation, case) for relation, case, _ in shown(BANK[3])]
    assert len(cases) > 90


def test_a_question_without_exemplars_is_refused() -> None:
    bare = BANK[0].model_copy(update={"exemplars": BANK[0].exemplars[:2]})
    with pytest.raises(ValueError, match="an exemplar of every band"):
        texts_of(bare, BANK)


def test_off_topic_answers_are_other_roles_answers() -> None:
    texts = texts_of(BANK[0], BANK)
    foreign = {q.model_answer for q in BANK if q.role is not BANK[0].role}
    assert len(set(texts.off_topic)) == 2
    assert set(texts.off_topic) <= foreign
