"""`prepbot evaluate`: data sets, attempts to fool the grader, and sample answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from questions.evaluation.relation import Relation
from questions.packs import shipped_bank
from questions.role import Role
from tests.bot.cli.conftest import Prepbot
from tests.wire.fake_model import FakeModel
from tests.wire.model_behaviour import refuses, status

SMALL = Path(__file__).parents[2] / "data" / "small.jsonl"
MEASURES = {"pearson", "spearman", "rmse", "qwk", "mean_bias", "macro_f1"}
AGREEMENT = {"n", "graded", "share_ungraded", "ungraded", "counted_as_zero", *MEASURES}


@pytest.fixture
def small(tmp_path: Path) -> str:
    """The fixture data in the working folder, so that messages name it shortly."""
    (tmp_path / "small.jsonl").write_bytes(SMALL.read_bytes())
    return "small.jsonl"


async def evaluated(prepbot: Prepbot, *args: str, code: int = 0) -> dict[str, Any]:
    shown = await prepbot("evaluate", *args, "--json")
    assert shown.exit_code == code, shown.stderr
    values = json.loads(shown.stdout)
    assert isinstance(values, dict)
    return values


async def test_a_data_set_with_the_local_grader(prepbot: Prepbot, small: str) -> None:
    report = await evaluated(prepbot, "--data", small, "--grader", "local")

    assert set(report) >= AGREEMENT
    assert (report["grader"], report["is_estimate"]) == ("local", True)
    assert (report["n"], report["malformed"]) == (24, 0)
    assert report["pearson"] > 0.5
    assert 0 < report["rmse"] < 2.5
    assert report["counted_as_zero"]["empty"] == 1
    assert report["non_blank"]["n"] == 20
    assert set(report["non_blank"]) == AGREEMENT
    assert [q["qid"] for q in report["by_question"]] == ["cache", "index", "queue"]
    assert sum(q["n"] for q in report["by_question"]) == 24
    assert report["rows_per_second"] > 0
    assert report["calibration"] is None


async def test_a_data_set_with_the_model(prepbot: Prepbot, model: FakeModel, small: str) -> None:
    report = await evaluated(prepbot, "--data", small)
    assert report["grader"] == "openai:gpt-5-mini"
    assert report["n"] == 24
    criteria = {len(request.criteria) for request in model.requests}
    assert criteria == {2, 3}
    texts = {c["met"] for request in model.requests for c in request.criteria}
    assert "It keeps results that were computed before." in texts


async def test_a_calibration_is_measured_on_the_rest(prepbot: Prepbot, small: str) -> None:
    report = await evaluated(prepbot, "--data", small, "--grader", "local", "--calibrate", "9")
    calibration = report["calibration"]
    assert calibration["used"] == 9
    assert calibration["before"]["n"] == calibration["after"]["n"] == 15
    assert calibration["slope"] >= 0
    assert set(calibration["after_non_blank"]) == AGREEMENT


async def test_people_see_a_table_and_a_drawing(
    prepbot: Prepbot, model: FakeModel, small: str, tmp_path: Path
) -> None:
    shown = await prepbot("evaluate", "--data", small, "--plot", "out.png", "--calibrate", "6")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("openai:gpt-5-mini: 24 answers, ")
    heads = next(line for line in lines if "non-blank" in line)
    assert heads.split() == ["all", "non-blank", "rest", "calibrated", "and", "non-blank"]
    assert any(line.startswith("pearson ") for line in lines)
    assert any(line.startswith("queue") for line in lines)
    assert "24/24" in shown.stderr
    drawing = (tmp_path / "out.png").read_bytes()
    assert drawing.startswith(b"\x89PNG\r\n")
    assert len(drawing) > 5000


async def test_malformed_lines_are_named_and_skipped(
    prepbot: Prepbot, model: FakeModel, small: str, tmp_path: Path
) -> None:
    lines = (tmp_path / small).read_bytes().splitlines()
    (tmp_path / "mixed.jsonl").write_bytes(b"\n".join([b"{", *lines[:3], b"", b'{"qid": "a"}']))
    shown = await prepbot("evaluate", "--data", "mixed.jsonl", "--json")
    assert shown.exit_code == 0
    assert "mixed.jsonl:1: this is not JSON" in shown.stderr
    assert "mixed.jsonl:6: question: " in shown.stderr
    assert "2 malformed lines skipped." in shown.stderr
    report = json.loads(shown.stdout)
    assert (report["n"], report["malformed"]) == (3, 2)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"[]\n{}\n"])
async def test_a_file_without_a_usable_row(
    prepbot: Prepbot, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "none.jsonl").write_bytes(content)
    shown = await prepbot("evaluate", "--data", "none.jsonl", "--grader", "local", "--json")
    assert shown.exit_code == 1
    assert shown.stdout == ""
    assert shown.stderr.splitlines()[-1] == "Error: none.jsonl has no usable row."


async def test_refusals_are_ungraded_and_no_zero(
    prepbot: Prepbot, model: FakeModel, small: str
) -> None:
    model.default = refuses()
    shown = await prepbot("evaluate", "--data", small, "--json")
    report = json.loads(shown.stdout)
    assert shown.exit_code == 0
    assert report["ungraded"] == {"refused": 21}
    assert report["share_ungraded"] == pytest.approx(21 / 24, abs=1e-4)
    assert report["graded"] == sum(report["counted_as_zero"].values()) == 3
    assert report["pearson"] is None


@pytest.mark.parametrize("what", [("--data", "small.jsonl"), ("--robustness",), ("--exemplars",)])
async def test_a_model_that_is_down_ends_it_at_once(
    prepbot: Prepbot, model: FakeModel, small: str, what: tuple[str, ...]
) -> None:
    model.default = status(503)
    shown = await prepbot("evaluate", *what)
    assert shown.exit_code == 1
    assert shown.stdout == ""
    assert "Nothing can be evaluated, because " in shown.stderr.splitlines()[-1]
    assert len(model.requests) == 1


async def test_robustness_exits_with_1_where_floors_are_broken(
    prepbot: Prepbot, model: FakeModel
) -> None:
    # The fake model counts words, so keyword lists fool it.
    report = await evaluated(prepbot, "--robustness", "--role", "ml engineer", code=1)
    relations = {r["claim"]: r for r in report["relations"]}
    assert set(relations) == {r.value for r in Relation}
    assert report["keeps_floors"] is False
    keywords = relations[Relation.KEYWORDS.value]
    assert keywords["total"] == len([q for q in shipped_bank() if q.role is Role.ML_ENGINEER])
    assert keywords["share_broken"] == pytest.approx(
        1 - keywords["held"] / keywords["total"], abs=1e-4
    )
    assert keywords["floor"] == 0.1
    assert relations[Relation.INJECTION.value]["share_broken"] == 0
    assert relations[Relation.EMPTY.value]["share_broken"] == 0
    assert len(report["exemplars"]["questions"]) == keywords["total"]

    broken = [r for r in report["relations"] if r["share_broken"]]
    assert all(set(w) == {"question", "case", "scores"} for r in broken for w in r["worst"])
    assert all(r["worst"] for r in broken)


async def test_exemplars_with_the_local_grader(prepbot: Prepbot) -> None:
    few = ("--role", "ml-engineer", "--sample", "3")
    shown = await prepbot("evaluate", "--exemplars", "--grader", "local", *few, "--json")
    report = json.loads(shown.stdout)
    assert shown.exit_code == (0 if report["rmse"] <= 0.9 else 1)
    assert report["n"] == 3 * len(report["questions"]) == 9
    assert report["ordered"] == sum(q["ordered"] for q in report["questions"]) >= 2
    assert report["mae"] <= report["rmse"]
    people = await prepbot("evaluate", "--exemplars", "--grader", "local", *few)
    assert "exemplars: 9 graded, 0 refused" in people.stdout


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ([], 2, "Choose one of --data, --robustness, --exemplars, --interviewer and --retrieval."),
        (["--data", "small.jsonl", "--robustness"], 2, "Choose one of"),
        (["--robustness", "--calibrate", "5"], 2, "go with --data"),
        (["--exemplars", "--plot", "a.png"], 2, "go with --data"),
        (["--data", "small.jsonl", "--role", "ml-engineer"], 2, "--role and --sample go with"),
        (["--robustness", "--role", "plumber"], 2, "there is no role “plumber”"),
        (["--data", "small.jsonl", "--calibrate", "0"], 2, "--calibrate"),
        (["--data", "nowhere.jsonl"], 1, "nowhere.jsonl can't be read (No such file"),
        (["--data", "."], 1, ". can't be read (Is a directory)"),
        (["--data", "small.jsonl", "--plot", "no/such.png"], 1, "no/such.png can't be written"),
        (["--data", "small.jsonl", "--grader", "openai"], 1, "OPENAI_API_KEY"),
    ],
)
async def test_what_cannot_be_asked_for_is_said(
    prepbot: Prepbot, small: str, args: list[str], code: int, said: str
) -> None:
    shown = await prepbot("evaluate", *args)
    assert shown.exit_code == code
    assert said in shown.stderr.splitlines()[-1]
    assert shown.stdout == ""


async def test_more_calibrators_than_answers(
    prepbot: Prepbot, model: FakeModel, small: str
) -> None:
    shown = await prepbot("evaluate", "--data", small, "--calibrate", "24")
    assert shown.exit_code == 1
    assert "20 answers can be used to calibrate, so not by 24" in shown.stderr.splitlines()[-1]


async def test_made_up_candidates_meet_the_interviewer(prepbot: Prepbot) -> None:
    shown = await prepbot("evaluate", "--interviewer", "--sessions", "2", "--json")
    assert shown.exit_code == 0, shown.stdout
    report = json.loads(shown.stdout)
    assert report["sessions"] == {"strong": 1, "weak": 1}
    assert report["turns"] > 4
    assert set(report["offences"].values()) == {0}
    alone = await prepbot("evaluate", "--exemplars", "--sessions", "2")
    assert alone.exit_code == 2
    assert "--sessions goes with --interviewer" in alone.stderr
