from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from questions.lint import exemplar_score, lint_files
from questions.packs import (
    PackError,
    find_shipped,
    pack_files,
    parse_pack,
    read_pack,
    shipped_bank,
    write_pack,
)
from questions.question import Band, Question
from questions.role import Role

GOOD = pack_files()[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("path", pack_files(), ids=lambda path: path.stem)
def test_every_shipped_question_reads_back_as_it_was_written(path: Path) -> None:
    question = read_pack(path)
    assert parse_pack(write_pack(question), path) == question


def test_the_shipped_bank_is_fit_to_post() -> None:
    read, findings = lint_files(pack_files(), is_bank=True)
    assert [str(finding) for finding in findings] == []
    assert Counter(q.role for q in read) == dict.fromkeys(Role, 30)


@pytest.mark.parametrize("question", shipped_bank(), ids=lambda q: q.id)
def test_exemplars_rise_from_weak_to_strong(question: Question) -> None:
    scores = {e.band: exemplar_score(question, e) for e in question.exemplars}
    assert scores[Band.WEAK] < scores[Band.MIDDLING] < scores[Band.STRONG]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (lambda t: "", 1, "begins with front matter"),
        (lambda t: t.replace("\n---\n", "\n", 1), None, "no closing ---"),
        (lambda t: t.replace("difficulty: ", "difficulty: 9"), 8, "difficulty"),
        (lambda t: t.replace("role: ai-architect", "role: plumber"), 4, "role"),
        (lambda t: t.replace("kind:", "colour: red\nkind:"), 7, "unknown key 'colour'"),
        (lambda t: t.replace("version: 1", "version: ["), None, "front matter"),
        (lambda t: t.replace("## Model answer", "## Modal answer"), None, "Modal answer"),
        (lambda t: t.replace("## Follow-ups", "## Prompt"), None, "stands twice"),
        (lambda t: t.replace("### Weak", "### Feeble"), None, "### Weak"),
        (lambda t: t.replace("version: 1", "version: &v 1\ntitle: *v"), 4, "aliases"),
    ],
)
def test_a_bad_pack_file_is_named_with_its_line(
    change: object, line: int | None, reason: str
) -> None:
    with pytest.raises(PackError) as caught:
        parse_pack(change(GOOD), Path("some.md"))  # type: ignore[operator]
    assert reason in caught.value.reason
    assert caught.value.line >= 1
    if line is not None:
        assert caught.value.line == line


def test_a_file_that_is_not_text_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.md"
    path.write_bytes(b"---\nid: x\n\xff\xfe\n")
    with pytest.raises(PackError, match=r"bad\.md:3: this is not UTF-8"):
        read_pack(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="can't be opened"):
        read_pack(tmp_path / "none.md")


def test_lint_names_what_is_unfit(tmp_path: Path) -> None:
    folder = tmp_path / "ai-architect"
    folder.mkdir()
    bad = folder / "other-name.md"
    text = GOOD.replace("## Follow-ups", "## Follow-ups\n\n- [Company Name here] again?", 1)
    bad.write_text(text.replace("### Hook\n\n", "### Hook\n\nTBD "), encoding="utf-8")
    twin = folder / "twin.md"
    twin.write_text(GOOD, encoding="utf-8")
    _, findings = lint_files([bad, twin])
    messages = [finding.message for finding in findings]
    assert any("is not the file's name" in message for message in messages)
    assert any("placeholder" in message for message in messages)
    assert any("is taken by" in message for message in messages)
    assert all(finding.line >= 1 for finding in findings)


def test_a_wrong_id_is_offered_near_ones() -> None:
    known = shipped_bank()[0].id
    assert find_shipped(known)[0] == shipped_bank()[0]
    found, near = find_shipped(known[:-1])
    assert found is None
    assert known in near
