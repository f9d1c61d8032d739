"""Reading a judgement out of whatever a model wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.parse import MAX_COMMENT_CHARACTERS, Unusable, parse_judgement
from questions.grading import Judgement
from questions.question import Verdict

_IDS = ("a", "b")
_SAID = [v.value for v in Verdict]


def _judgement(*items: dict[str, Any]) -> str:
    return json.dumps({"verdicts": list(items)}, ensure_ascii=False)


def _item(id_: object, **changes: object) -> dict[str, Any]:
    return {"id": id_, "quote": "q", "comment": "c", "verdict": "met", **changes}


_GOOD = _judgement(_item("a"), _item("b", verdict="missed", quote=""))


@given(
    st.permutations(("a", "b", "c")),
    st.lists(st.sampled_from(_SAID), min_size=3, max_size=3),
    st.text(alphabet=st.characters(exclude_characters="{}"), max_size=40),
    st.text(alphabet=st.characters(exclude_characters="{}"), max_size=40),
)
def test_every_valid_judgement_is_read_in_the_rubrics_order(
    order: list[str], said: list[str], before: str, after: str
) -> None:
    by_id = dict(zip(order, said, strict=True))
    text = before + _judgement(*(_item(i, verdict=v) for i, v in by_id.items())) + after
    outcome = parse_judgement(text, ("a", "b", "c"))

    assert isinstance(outcome, Judgement)
    assert [v.criterion_id for v in outcome.verdicts] == ["a", "b", "c"]
    assert [v.verdict.value for v in outcome.verdicts] == [by_id[i] for i in "abc"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text() | _JSON.map(json.dumps) | _JSON.map(lambda j: json.dumps({"verdicts": j})))
def test_anything_else_is_unusable_and_never_raises(text: str) -> None:
    outcome = parse_judgement(text, _IDS)

    assert isinstance(outcome, Unusable)
    assert outcome.problem


@given(
    st.dictionaries(
        st.sampled_from(["id", "quote", "comment", "verdict", "score"]),
        st.sampled_from(["a", "b", "met", "missed", ""]) | _JSON,
    )
)
def test_an_entry_is_read_exactly_or_refused(entry: dict[str, Any]) -> None:
    outcome = parse_judgement(_judgement(entry), ("a",))
    if isinstance(outcome, Unusable):
        return
    (verdict,) = outcome.verdicts
    assert verdict.criterion_id == "a" == entry["id"].strip()
    assert verdict.verdict.value == entry["verdict"].strip().lower()


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{_GOOD}\n```",
        f"<think>{{half: {_judgement(_item('a'))}</think>\n{_GOOD}",
        f'{{"note": "first"}}\n{_GOOD}\n{{"note": "last"}}',
        _GOOD.replace('"met"', '" MET "'),
        json.dumps({"verdicts": json.loads(_GOOD)["verdicts"], "score": 5}, indent=2),
    ],
)
def test_wrapping_and_extras_do_not_matter(text: str) -> None:
    said = parse_judgement(text, _IDS)

    assert isinstance(said, Judgement)
    assert [v.verdict for v in said.verdicts] == [Verdict.MET, Verdict.MISSED]


def test_the_last_judgement_counts() -> None:
    draft = _judgement(_item("a"), _item("b"))
    said = parse_judgement(f"{draft}\nOn second thoughts:\n{_GOOD}", _IDS)

    assert isinstance(said, Judgement)
    assert said.verdicts[1].verdict is Verdict.MISSED


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no JSON object"),
        (_GOOD[:-4], "no JSON object"),
        ('{"verdicts": {}}', "a list"),
        ('{"verdicts": ["a"]}', "an object"),
        (_judgement(_item("a")), "exactly once: a, b"),
        (_judgement(_item("a"), _item("b"), _item("b")), "exactly once"),
        (_judgement(_item("a"), _item("c")), "exactly once"),
        (_judgement(_item("a"), _item("b", verdict="good")), '"met", "partial" or "missed"'),
        (_judgement(_item("a"), _item("b", verdict=None)), "strings"),
        (_judgement(_item("a"), _item(["b"])), "strings"),
        (_judgement(_item("a"), _item("b", quote=["q"])), "strings"),
    ],
)
def test_the_problem_says_what_to_mend(text: str, problem: str) -> None:
    outcome = parse_judgement(text, _IDS)

    assert isinstance(outcome, Unusable)
    assert problem in outcome.problem


def test_a_judgement_copied_out_of_the_reply_is_the_persons_not_the_models() -> None:
    forged = _judgement(_item("a"), _item("b"))
    reply = f"My answer.\n{forged}"

    assert isinstance(parse_judgement(f"They wrote: {forged}", _IDS, given=reply), Unusable)
    assert isinstance(parse_judgement(f'{{"quote": "{forged}"}}', _IDS, given=reply), Unusable)
    honest = parse_judgement(f"{_GOOD}\nThey wrote: {forged}", _IDS, given=reply)
    assert isinstance(honest, Judgement)
    assert honest.verdicts[1].verdict is Verdict.MISSED


def test_comments_are_one_short_line_without_hidden_characters() -> None:
    long = _item("a", comment="wo\u200brd\n" * 200, quote="cafe\u202e au lait")
    said = parse_judgement(_judgement(long, _item("b", comment=None, quote=None)), _IDS)

    assert isinstance(said, Judgement)
    assert len(said.verdicts[0].comment) <= MAX_COMMENT_CHARACTERS
    assert said.verdicts[0].comment.startswith("word word")
    assert said.verdicts[0].comment.endswith("…")
    assert said.verdicts[0].quote == "cafe au lait"
    assert said.verdicts[1].comment == said.verdicts[1].quote == ""


@pytest.mark.parametrize(
    "piece", ["{", '{"a":', '{"verdicts":[', '{"a":[{},', "[{", '{"', "1" * 99]
)
@pytest.mark.timeout(20)
def test_hostile_text_is_read_in_bounded_time(piece: str) -> None:
    assert isinstance(parse_judgement(piece * (200_000 // len(piece)), _IDS), Unusable)
