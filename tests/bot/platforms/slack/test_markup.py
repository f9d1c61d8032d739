from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.markup import escape, escaped_length, mrkdwn, read
from handlers.message import Span, Style, bold, code, italic


@pytest.mark.parametrize(
    ("slack", "typed"),
    [
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt; is how &lt; is written", "&lt; is how < is written"),
        ("<@U1> and <@U2|grace>", "@U1 and @grace"),
        ("<#C1|general> and <#C2>", "#general and #C2"),
        ("<!here> <!channel> <!subteam^S1|@backend>", "@here @channel @backend"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("<https://a.b/?c=1&amp;d=2>", "https://a.b/?c=1&d=2"),
        ("<https://a.b|the docs>", "the docs"),
        ("<mailto:a@b.c|a@b.c>", "a@b.c"),
        ("<mailto:a@b.c>", "a@b.c"),
        ("List<int> and a<b>c stay", "List<int> and a<b>c stay"),
        ("", ""),
    ],
)
def test_what_slack_sends_reads_as_it_was_typed(slack: str, typed: str) -> None:
    assert read(slack) == typed


@given(st.text())
def test_what_slack_escapes_is_read_back(text: str) -> None:
    assert read(escape(text)) == text


@given(st.text(alphabet="a&<>🎉é"))
def test_the_length_once_escaped_is_right(text: str) -> None:
    assert escaped_length(text) == len(escape(text))


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (Span("a & <!channel>"), "a &amp; &lt;!channel&gt;"),
        (bold("hi"), "*hi*"),
        (bold("  hi "), "  *hi* "),
        (italic("<@U1>"), "_&lt;@U1&gt;_"),
        (code("/prep help"), "`/prep help`"),
        (bold("two\nlines"), "two\nlines"),
        (code("a`b"), "a`b"),
        (bold("  "), "  "),
    ],
)
def test_spans_are_styled_where_slack_can_show_it(span: Span, shown: str) -> None:
    assert mrkdwn(span) == shown


@given(st.text(), st.sampled_from(Style))
def test_a_styled_span_is_two_characters_longer_at_most(text: str, style: Style) -> None:
    assert len(mrkdwn(Span(text, style))) <= escaped_length(text) + 2
