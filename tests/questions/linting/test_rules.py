"""One broken question a rule: what is said, and of which line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from questions.lint import lint_files
from questions.packs import SHIPPED

ROLE, ID = "ai-architect", "agent-with-one-service-account"
GOOD = (SHIPPED / ROLE / f"{ID}.md").read_text(encoding="utf-8")

Change = Callable[[str], str]


def section(title: str, body: str) -> Change:
    """Give a section another body."""

    def change(text: str) -> str:
        head = re.compile(rf"(\n#+ {title}\n\n).*?(?=\n\n##|\Z)", re.DOTALL)
        assert head.search(text)
        return head.sub(lambda found: found[1] + body, text, count=1)

    return change


def words(old: str, new: str) -> Change:
    """Put other words in the place of the first that are so."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def all_weights_alike(text: str) -> str:
    return re.sub(r"weight: \d", "weight: 2", text)


def three_criteria(text: str) -> str:
    for id_ in ("enforce-at-data", "filter-not-boundary", "respond-now"):
        text = re.sub(rf"  - id: {id_}\n(    .*\n)+", "", text)
        text = re.sub(rf", {id_}: \w+", "", text)
    return text


def read_twice(text: str) -> str:
    return words(
        '"The Confused Deputy (Norm Hardy)"',
        '"The Confused Deputy (Norm Hardy)"\n  - the confused deputy (Norm Hardy).',
    )(text)


def no_reading(text: str) -> str:
    return re.sub(r"reading:\n(  - .*\n)+", "reading: []\n", text)


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (section("Prompt", "Read the trace."), "## Prompt", "Prompt: 3 words"),
        (section("Model answer", "Revoke it."), "## Model answer", "Model answer: 2 words"),
        (
            words("met: Revoke the signed addresses and", "met: Revoke. #"),
            "  - id: respond-now",
            "respond-now: 1 words",
        ),
        (section("Core", "- One point."), "### Core", "Core: 1 entries"),
        (section("Follow-ups", "- Why?"), "## Follow-ups", "Follow-ups: 1 entries"),
        (section("Common mistakes", "- None"), "## Common mistakes", "Common mistakes: 1 entries"),
        (all_weights_alike, "rubric:", "all criteria weigh the same"),
        (three_criteria, "rubric:", "rubric.criteria"),
        (no_reading, "reading: []", "name at least one"),
        (section("Hook", "TBD"), "### Hook", "a placeholder was left in: 'TBD'"),
        (words("band: middling", "band: weak"), None, "there must be one weak, one middling"),
        (
            words(
                "{deputy-token: partial, tainted-after-read: partial",
                "{deputy-token: met, tainted-after-read: met",
            ),
            "### Weak",
            "the verdicts score 2.",
        ),
        (
            words("{deputy-token: partial, tainted", "{nothing-known: partial, tainted"),
            "  - band: weak",
            "look at: deputy-token, nothing-known",
        ),
        (words(f"id: {ID}", "id: another-id"), "id: another-id", "is not the file's name"),
        (words(f"role: {ROLE}", "role: ml-engineer"), "role: ml-", "is not the folder's name"),
        (
            words('"RFC 8693: OAuth 2.0 Token Exchange"', "https://example.org/rfc8693"),
            "https://example.org",
            "name the work instead of an address",
        ),
        (words('"RFC 8693: OAuth 2.0 Token Exchange"', '"8693"'), "8693", "is no title"),
        (read_twice, "The Confused Deputy", "is listed twice"),
        (
            words("## Follow-ups\n\n", "## Follow-ups\n\n- See `no-such-question` first?\n"),
            "no-such-question",
            "there is no question `no-such-question`",
        ),
        (
            words("text: Names the service account", "text: Names teh service account"),
            "teh service",
            "spelling: 'teh'; perhaps 'the'",
        ),
    ],
    ids=[
        *("prompt", "model answer", "met", "core", "follow-ups", "mistakes", "weights", "criteria"),
        *("no reading", "placeholder", "bands", "score", "unknown criterion", "id", "role"),
        *("address", "no title", "repeated title", "unknown question", "spelling"),
    ],
)
def test_a_broken_question_is_named_with_its_line(
    tmp_path: Path, change: Change, line: str | None, message: str
) -> None:
    path = tmp_path / ROLE / f"{ID}.md"
    path.parent.mkdir()
    path.write_text(change(GOOD), encoding="utf-8")

    _, findings = lint_files([path])

    (found,) = (finding for finding in findings if message in finding.message)
    assert found.path == path
    if line is not None:
        assert line in path.read_text(encoding="utf-8").split("\n")[found.line - 1]


def test_the_unbroken_question_has_no_finding(tmp_path: Path) -> None:
    path = tmp_path / ROLE / f"{ID}.md"
    path.parent.mkdir()
    path.write_text(GOOD, encoding="utf-8")

    assert lint_files([path])[1] == []
