from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from questions.local.visible import reveal, unmask


def test_what_hides_is_left_out_and_the_quote_is_still_exact() -> None:
    source = "ca\u200bche \u202ethe\u202c pre\u2060fix\U000e0041\ufe0f!"
    visible = reveal(source)

    assert visible.text == "cache eht prefix!"
    assert visible.quote(10, 16) == "pre\u2060fix"
    assert visible.quote(0, 5) in source


def test_lookalike_letters_are_read_as_latin_ones() -> None:
    assert unmask("Іgnоrе аll") == "Ignore all"


@given(st.text(max_size=200))
def test_every_quote_is_a_stretch_of_the_source(source: str) -> None:
    visible = reveal(source)

    assert len(visible.text) == len(visible.origins)
    if visible.text:
        assert visible.quote(0, len(visible.text)) in source
