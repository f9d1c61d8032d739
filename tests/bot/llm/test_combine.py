"""What several judgements come to: rules that hold for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.llm.combine import combine
from bot.llm.stretch import overlap
from bot.llm.verify import MAX_ERRORS
from questions.grading import CriterionVerdict, FactualError, Judgement, Rewording
from questions.question import Verdict

_IDS = ("key", "expiry")
_SENTENCES = tuple(f"Claim {n} is made here" for n in range(9))
_REPLY = ". ".join(_SENTENCES)
_INVENTED = "words that stand nowhere"


def _said(id_: str, verdict: Verdict, quote: str, comment: str = "") -> CriterionVerdict:
    return CriterionVerdict(criterion_id=id_, verdict=verdict, quote=quote, comment=comment)


def _error(quote: str) -> FactualError:
    return FactualError(quote=quote, correction="No.")


_verdicts = st.tuples(
    *(
        st.builds(
            _said,
            st.just(id_),
            st.sampled_from(Verdict),
            st.sampled_from([*_SENTENCES, _INVENTED, ""]),
            st.text("abc", max_size=4),
        )
        for id_ in _IDS
    )
)
_judgements = st.builds(
    Judgement,
    verdicts=_verdicts,
    errors=st.lists(st.sampled_from(_SENTENCES).map(_error), unique=True, max_size=5).map(tuple),
    rewording=st.none()
    | st.builds(Rewording, original=st.sampled_from(_SENTENCES), stronger=st.just("Better.")),
)
_samples = st.lists(_judgements, min_size=1, max_size=9)


def _vote(said: CriterionVerdict) -> float:
    return said.verdict.share if said.quote in _SENTENCES else 0.0


def _votes(samples: Sequence[Judgement], index: int) -> list[float]:
    return sorted(_vote(sample.verdicts[index]) for sample in samples)


@given(_judgements)
def test_a_single_sample_stays_as_it_is(judgement: Judgement) -> None:
    assert combine([judgement], _REPLY) == judgement


@given(_judgements, st.integers(2, 9))
def test_samples_that_agree_come_to_what_they_say(judgement: Judgement, times: int) -> None:
    combined = combine([judgement] * times, _REPLY)

    assert combined.verdicts == judgement.verdicts
    assert combined.errors == judgement.errors
    assert combined.rewording == judgement.rewording
    assert combined.samples == (judgement.verdicts,) * times


@given(_samples.filter(lambda samples: len(samples) > 1))
def test_each_verdict_is_the_lower_median_and_one_samples_own_words(
    samples: list[Judgement],
) -> None:
    combined = combine(samples, _REPLY)

    assert combined.samples == tuple(sample.verdicts for sample in samples)
    for index, verdict in enumerate(combined.verdicts):
        votes = _votes(samples, index)
        assert _vote(verdict) == votes[(len(votes) - 1) // 2]
        at_least = sum(vote >= _vote(verdict) for vote in votes)
        assert 2 * at_least > len(votes)
        assert verdict in [sample.verdicts[index] for sample in samples]


@given(_samples.filter(lambda samples: len(samples) > 1), st.randoms(use_true_random=False))
def test_the_order_of_the_samples_changes_no_vote(samples: list[Judgement], random: Random) -> None:
    shuffled = list(samples)
    random.shuffle(shuffled)
    one, other = combine(samples, _REPLY), combine(shuffled, _REPLY)

    assert [_vote(v) for v in one.verdicts] == [_vote(v) for v in other.verdicts]


@given(_samples.filter(lambda samples: len(samples) > 1))
def test_an_error_counts_exactly_if_more_than_half_found_it(samples: list[Judgement]) -> None:
    combined = combine(samples, _REPLY)
    found = {
        quote
        for quote in _SENTENCES
        if 2 * sum(quote in [e.quote for e in s.errors] for s in samples) > len(samples)
    }

    kept = [error.quote for error in combined.errors]
    assert len(kept) == len(set(kept)) == min(len(found), MAX_ERRORS)
    assert set(kept) <= found


def test_errors_that_overlap_are_the_same_error() -> None:
    quotes = ["Claim 1 is made", "1 is made here", "Claim 3 is made"]
    samples = [
        Judgement(verdicts=(_said("key", Verdict.MISSED, ""),), errors=(_error(quote),))
        for quote in quotes
    ]
    (error,) = combine(samples, _REPLY).errors

    assert overlap(error.quote, _SENTENCES[1], _REPLY)


def test_the_words_come_from_a_sample_that_gave_the_verdict() -> None:
    quote = _SENTENCES[0]
    said = [
        _said("key", Verdict.MET, _INVENTED, "invented"),
        _said("key", Verdict.MET, quote, "met"),
        _said("key", Verdict.MISSED, "", "missed"),
        _said("key", Verdict.PARTIAL, quote, "partial"),
    ]
    samples = [Judgement(verdicts=(verdict,)) for verdict in said]

    assert combine(samples, _REPLY).verdicts[0].comment == "missed"
    assert combine(samples[1:], _REPLY).verdicts[0].comment == "partial"
    assert combine([*samples[1:], samples[1]], _REPLY).verdicts[0].comment == "partial"
    assert combine([samples[1], samples[1], samples[2]], _REPLY).verdicts[0].comment == "met"
