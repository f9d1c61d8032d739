"""Text that was read in the wrong encoding comes back, and what is lost is counted."""

from __future__ import annotations

import pytest

from questions.importers.lost import find_damage, restore
from questions.importers.repair import REPLACEMENT, decode, repair


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_unicode_encoding_is_told_from_the_bytes(encoding: str) -> None:
    text = "Was misst der F1-Wert — und wozu? Über alle Klassen hinweg."
    assert decode(text.encode(encoding)) == text


def test_an_eight_bit_text_is_read_as_one() -> None:
    assert decode("Größe – naïve café".encode("cp1252")) == "Größe – naïve café"


def test_a_sequence_that_was_cut_is_a_loss_and_nothing_else() -> None:
    text = decode("It costs — much — more".encode()[:-6] + b" x")
    assert repair(text).damage.lost == text.count(REPLACEMENT) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "cp1253", "cp1251", "macroman", "cp437"])
def test_misread_text_is_undone(encoding: str) -> None:
    wrong = "Users—not models—wait: it’s “fine”…".encode().decode(encoding, errors="ignore")
    fixed = repair(f"The answer to that is plain. {wrong}")
    if len(wrong.encode(encoding)) == len("Users—not models—wait: it’s “fine”…".encode()):
        assert "Users—not models—wait: it’s “fine”…" in fixed.text
        assert fixed.damage.mended == 1


@pytest.mark.parametrize("encoding", ["koi8-r", "cp850"])
def test_encodings_that_ftfy_does_not_know_are_undone_where_they_recur(encoding: str) -> None:
    text = "Users—not models—wait: it’s “fine”, and 3×4 → 12."
    assert repair(text.encode().decode(encoding)).text == text


def lossy(text: str, encoding: str) -> str:
    wrong = text.encode().decode(encoding, errors="ignore")
    return "".join(ch for ch in wrong if ch == "\x85" or not "\x80" <= ch <= "\x9f")


SAID = "the users—not the models—wait, and it’s 3×4 in that case → yes"


@pytest.mark.parametrize("encoding", ["iso-8859-7", "iso-8859-1", "iso-8859-5"])
def test_lost_bytes_are_guessed_from_their_surroundings_or_marked(encoding: str) -> None:
    fixed = repair(lossy(SAID, encoding))
    assert fixed.text == SAID.replace("→", REPLACEMENT)
    assert fixed.damage.lost == 1
    assert fixed.damage.guessed == {"—": 2, "’": 1, "×": 1}
    assert "were lost in 5 places" in str(fixed.damage)


def test_check_marks_and_boxes_come_back() -> None:
    text = "The trade-offs of it are in the list:\n- ✅ Simple to do\n┌──┐\n│ a │\n└──┘\n"
    fixed = repair(lossy(text, "iso-8859-7"))
    assert "- ✅ Simple to do" in fixed.text
    assert "│ a │" in fixed.text
    assert "β" not in fixed.text


@pytest.mark.parametrize(
    "text",
    [
        "Adam uses β1 and β2; the policy is π and the value of α is to be set.",
        "Η μηχανική μάθηση είναι η μελέτη αλγορίθμων.",
        "Le château du roi est à côté de la forêt où l’âne mange.",
        "Das Maß — größer als nötig — heißt F1.",
        "Трансформеры заменили рекуррентные сети.",
    ],
)
def test_what_is_meant_is_left_alone(text: str) -> None:
    assert repair(text).text == text
    assert find_damage(text) == ""
    assert restore(text).text == text


def test_controls_go_and_lines_end_alike() -> None:
    assert repair("a\x00b\r\nc\rd\x1b e—\x07").text == "ab\nc\nd e—"
