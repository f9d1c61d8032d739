"""Files that are broken, hostile or too large: each is named, and nothing escapes."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from questions.importers.collect import Collector
from questions.importers.finish import Finisher
from questions.importers.limits import Limits
from questions.importers.read import read_file
from questions.importers.role_guess import RoleGuess
from questions.importers.source import File
from tests.questions.importers.samples import PAGE, read

TIGHT = Limits(
    file_bytes=50_000, total_bytes=120_000, files=3, folder_depth=2, unpacked_bytes=90_000,
    ratio=20, nesting=6, nodes=60, drafts=4, field=100,
)  # fmt: skip


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def reasons(data: bytes, name: str, limits: Limits = TIGHT) -> list[str]:
    return [str(problem) for problem in read_file(File(name=name, data=data), limits).problems]


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.md", "it is empty"),
        (b"%PDF-1.7 ...", "a.pdf", "it is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a.md", "it is a picture"),
        (b"abc\x00\x01def", "a.txt", "it is no text"),
        (b"PK\x03\x04 not really", "a.zip", "the archive is broken"),
        (b"PK\x03\x04 not really", "a.apkg", "the archive is broken"),
        (b"SQLite format 3\x00" + b"\xff" * 600, "a.anki2", "its collection is broken"),
        (b"a: &x [1]\nb: *x\n", "a.yaml", "a.yaml:2: YAML aliases are not read"),
        (b"question: [\n", "a.yaml", "it is no YAML"),
        (b'{"question": nonsense}', "a.json", "a.json:1: it begins like JSON"),
        (b"x" * 50_001, "a.md", "it is larger than"),
        (b"<p>" * 70 + b"</p>", "a.html", "it holds more than 60 tags"),
        (b"[" * 9 + b'"a"' + b"]" * 9, "a.json", "nested deeper than 6 levels"),
        (b"[" * 100_000, "a.json", "it is larger than"),
        (json.dumps(["a"] * 70).encode(), "a.json", "holds more than 60 values"),
        (b"a:\n b:\n  c:\n   d:\n    e:\n     f:\n      g: 1\n", "a.yaml", "nested deeper"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(data: bytes, name: str, reason: str) -> None:
    (told,) = reasons(data, name)
    assert told.startswith(name)
    assert reason in told


def test_deep_nesting_is_no_crash() -> None:
    (told,) = reasons(b'{"a":' * 5_000, "a.json", Limits())
    assert "nested deeper" in told
    (told,) = reasons(b"[" * 200_000 + b"]" * 200_000, "a.json", Limits())
    assert "nested deeper" in told


@pytest.mark.parametrize(
    "name", ["../../etc/q.md", "/etc/q.md", "a/../../q.md", "..\\q.md", "C:\\q.md"]
)
def test_a_members_path_cannot_leave_the_archive(name: str, tmp_path: Path) -> None:
    found = read_file(
        File(name="a.zip", data=zipped({name: PAGE.encode(), "ok.txt": PAGE.encode()}))
    )
    assert [one.source.name for one in found.texts] == ["a.zip › ok.txt"]
    assert "leads out of the archive" in str(found.problems[0])
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_an_archive_is_not_followed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("q.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "links are not followed" in reasons(buffer.getvalue(), "a.zip")[0]


def test_a_bomb_is_cut_off_while_it_unpacks() -> None:
    bomb = zipped({"q.md": b" " * 20_000_000})
    (told,) = reasons(bomb, "a.zip", Limits())
    assert "unpacks to more than 100 times its size" in told


def test_an_archive_of_too_much_is_cut_off() -> None:
    members = {f"{n}.md": (f"word{n} " * 6_000).encode() for n in range(3)}
    told = reasons(zipped(members), "a.zip", replace(TIGHT, ratio=10_000))
    assert "the archive unpacks to more than" in told[-1]
    members = dict.fromkeys("abcd", b"x")
    assert "has 4 members; 3 are read" in reasons(zipped(members), "a.zip")[0]


def test_archives_within_archives_are_not_opened() -> None:
    inner = zipped({"q.md": PAGE.encode()})
    assert "archive within an archive" in reasons(zipped({"b.zip": inner}), "a.zip")[0]


def test_text_beyond_a_fields_length_is_cut_and_said() -> None:
    finisher = Finisher(guess=RoleGuess(()), limits=TIGHT)
    (one,) = read(PAGE.replace("Split by document", "Split by document. " * 20)).texts
    draft = finisher.finish(one.reading.cards[0])
    assert len(draft.model_answer) == 100
    assert any("cut at 100 characters" in str(remark) for remark in draft.remarks)


def collected(folder: Path, limits: Limits = TIGHT) -> list[str]:
    collector = Collector(Finisher(guess=RoleGuess(())), limits=limits)
    result = collector.collect([folder])
    return [str(problem) for problem in result.problems]


def test_links_out_of_a_folder_are_named_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(PAGE)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file.md").symlink_to(outside / "secret.md")
    (folder / "more").symlink_to(outside)
    told = collected(folder)
    assert len(told) == 2
    assert all("links are not followed" in one for one in told)


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"question": oops')
    (tmp_path / "b.txt").write_text(PAGE)
    collector = Collector(Finisher(guess=RoleGuess(())), limits=TIGHT)
    result = collector.collect([tmp_path, tmp_path / "missing.md"])
    assert [draft.prompt for draft in result.drafts] == ["How do you shard a vector index?"]
    told = [str(problem) for problem in result.problems]
    assert "there is no such file" in told[0]
    assert f"{tmp_path.name}/a.json:1: it begins like JSON" in told[1]


def test_folders_are_read_to_a_depth_and_a_number(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    for n in range(5):
        (tmp_path / f"{n}.md").write_text("x")
    told = " ".join(collected(tmp_path))
    assert "only the first 3 files of an import are read" in told
    for n in range(5):
        (tmp_path / f"{n}.md").unlink()
    assert "folders below 2 levels are not read" in " ".join(collected(tmp_path))


def test_an_import_has_a_size_in_all(tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text("word " * 9_000)
    assert "at most 0 MiB in all" in collected(tmp_path)[-1]


def test_an_import_has_a_number_of_questions(tmp_path: Path) -> None:
    rows = "".join(f"What is number {n}?,It is {n}.\n" for n in range(9))
    (tmp_path / "q.csv").write_text(f"question,answer\n{rows}")
    assert "takes at most 4 questions" in collected(tmp_path)[0]
