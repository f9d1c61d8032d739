"""Repository files, saved pages, transcripts and guides: every part comes in."""

from __future__ import annotations

import pytest

from questions.importers.card import Card, Footing, Sample
from tests.questions.importers.samples import (
    GUIDE,
    PAGE,
    REPOSITORY_FILE,
    TRANSCRIPT,
    as_iso_8859_7,
    cards,
    dump,
    read,
)


def only(found: list[Card]) -> Card:
    (card,) = found
    return card


def test_a_repository_file_comes_in_whole() -> None:
    card = only(cards(REPOSITORY_FILE, "ML_Engineer/Q4_Warm_Starts.md"))
    assert card.role == "ML Engineer"
    assert card.topic == "Warm Starts & Caching"
    assert card.prompt == (
        "Your nightly training run takes nine hours, and most of it is reading data. "
        "What do you do?"
    )
    assert card.answer.startswith("I would **measure before I cut**—nine hours")
    assert card.answer.endswith("The readers wait less than 5% of the time.")
    for part in (
        "| Reading | 320 |",
        "# a comment, not a heading",
        "#### Solution",
        "- **Prefetch**",
    ):
        assert part in card.answer
    assert card.tests == ["Profiling before optimising", "Knowing what storage costs"]


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("### ", "## ").replace("## Topic", "# Topic"),
        lambda text: (
            text.replace("### Question", "**Question:**")
            .replace("### Answer", "**Answer:**")
            .replace("### What This Question Tests", "**What This Question Tests:**")
        ),
        lambda text: text.replace("### Question", "### 1. Question:").replace(
            "### Answer", "### 2. Expert answer"
        ),
        lambda text: text.replace("> ", "“", 1).replace("What do you do?", "What do you do?”"),
    ],
    ids=["capitals", "CRLF", "other levels", "bold marks", "numbered", "quoted"],
)
def test_variants_of_a_repository_file_come_in_alike(change: object) -> None:
    assert callable(change)
    card = only(cards(change(REPOSITORY_FILE), "q.md"))
    assert card.topic.casefold() == "warm starts & caching"
    assert card.prompt.casefold().startswith("your nightly training run")
    assert card.prompt.casefold().endswith("what do you do?")
    assert "prefetch" in card.answer.casefold()
    assert [point.casefold() for point in card.tests] == [
        "profiling before optimising",
        "knowing what storage costs",
    ]


def test_a_file_of_several_questions_keeps_them_apart() -> None:
    second = REPOSITORY_FILE.replace("Warm Starts & Caching", "Second").replace("nine", "ten")
    found = cards(REPOSITORY_FILE + "\n---\n\n" + second.partition("\n")[2], "q.md")
    assert [card.topic for card in found] == ["Warm Starts & Caching", "Second"]
    assert ["ten hours" in card.answer for card in found] == [False, True]
    assert {card.role for card in found} == {"ML Engineer"}


FILES = {
    "README.md": "# Questions\n\nA collection. Enjoy.",
    "ML_Engineer/Q1_Warm.md": REPOSITORY_FILE,
    "Data_Scientist/Q2_Lift.md": REPOSITORY_FILE.replace("# ML Engineer", "# Data Scientist"),
}


@pytest.mark.parametrize("in_rows", [False, True])
@pytest.mark.parametrize("joiner", ["\n", " "], ids=["rows", "one line"])
def test_a_dump_gives_its_files_questions(*, in_rows: bool, joiner: str) -> None:
    found = cards(dump(FILES, in_rows=in_rows).replace("\n", joiner), "dump.txt")
    assert [card.role for card in found] == ["ML Engineer", "Data Scientist"]
    assert found[0].origin.endswith("ML_Engineer/Q1_Warm.md")
    assert [vars(card) | {"origin": ""} for card in found[:1]] == [
        vars(card) | {"origin": ""} for card in cards(REPOSITORY_FILE, "q.md")
    ]


def test_a_dump_that_lost_bytes_says_where_and_guesses_what_it_can() -> None:
    text = REPOSITORY_FILE.replace("two", "2").replace(
        "reader → cache", "users—not models—wait; it’s slow → cache"
    )
    found = read(as_iso_8859_7(dump({"ML_Engineer/a.md": text}, in_rows=True)), "dump.txt")
    (one,) = found.texts
    answer = one.reading.cards[0].answer
    assert "**measure before I cut**—nine hours" in answer
    assert "users—not models—wait; it’s slow \N{REPLACEMENT CHARACTER} cache" in answer
    assert "β" not in answer
    assert one.source.damage.lost == 2
    assert one.source.damage.guessed["—"] == 3
    assert any("were lost in 6 places" in notice for notice in one.notices)


def test_a_page_comes_in_whole() -> None:
    card = only(cards(PAGE))
    assert card.role == "AI Retrieval Systems Engineer"
    assert (card.topic, card.level) == ("System Design", "Advanced")
    assert card.prompt == "How do you shard a vector index?"
    assert card.prompt_footing is Footing.STATED
    assert card.overview == "An index outgrows one machine sooner than its documents do."
    assert card.answer.endswith("2. Merge: re-rank what comes back.")
    assert card.hook == "An index that fits today won't in a year."
    assert card.core.startswith("First I would measure growth.")
    assert card.core.endswith("Finally I would rehearse losing a shard.")
    assert card.punchline == "Shards are easy to make and hard to undo, so I make few."


def without_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


@pytest.mark.parametrize(
    "change",
    [
        without_blank_lines,
        lambda text: "\n".join(text.split("\n")[5:]),
        lambda text: text.replace("System DesignAdvancedGeneric\n", "System Design | Advanced\n"),
        lambda text: text.replace('"', "“"),
        lambda text: text.replace('Hook: "', "Hook: „").replace('year."', "year.“"),
        lambda text: text.replace("Core Execution:", "CORE:").replace("Hook:", "HOOK:"),
        lambda text: text.replace("Expert Answer:", "Expert answer"),
        lambda text: text + "\n\nRelated Questions\nWhat is a replica?\n© 2031 ABHacks",
    ],
    ids=["packed", "no category", "bars", "curly", "German", "short marks", "no colon", "footer"],
)
def test_variants_of_a_page_come_in_alike(change: object) -> None:
    assert callable(change)
    card = only(cards(change(PAGE)))
    assert card.prompt == "How do you shard a vector index?"
    assert card.overview.startswith("An index outgrows")
    assert card.answer.startswith("Split by document")
    assert "re-rank what comes back." in card.answer
    assert "An index that fits today" in card.hook
    assert "rehearse losing a shard" in card.core
    assert "so I make few" in card.punchline
    assert "replica" not in f"{card.answer}{card.punchline}"


def test_a_page_saved_as_html_comes_in_alike() -> None:
    def tagged(line: str) -> str:
        mark = line.rstrip(":") in {"Overview", "Interview Question", "Expert Answer"}
        return f"<h2>{line}</h2>" if mark else f"<p>{line}</p>"

    body = "\n".join(tagged(line) for line in PAGE.split("\n") if line.strip())
    html = f"<!doctype html><html><body><nav>Home What is this?</nav>{body}</body></html>"
    card = only(cards(html, "page.html"))
    assert (card.prompt, card.level) == ("How do you shard a vector index?", "Advanced")
    assert card.hook == "An index that fits today won't in a year."


def test_a_transcript_gives_its_questions_with_scores() -> None:
    found = cards(TRANSCRIPT)
    assert [card.prompt for card in found] == [
        (
            "It's impressive that your churn model saved two million. "
            "Could you elaborate on how you measured that saving?"
        ),
        "How would you choose the sample size of an A/B test?",
        "When does a holdout mislead you?",
    ]
    assert {card.role for card in found} == {"Data Scientist"}
    samples: list[Sample] = [card.samples[0] for card in found]
    assert [(s.score, s.scale) for s in samples] == [(5, 5), (4, 5), (2.5, 5)]
    assert samples[0].text.startswith("We held out a tenth")
    assert samples[0].text.endswith("from 8% to 5%.") or samples[0].text.endswith("fell to 5%.")
    assert samples[2].remark == "Interference was named, and not what to do about it."
    assert "Lind" not in " ".join(card.prompt for card in found)


def test_what_is_no_question_of_a_transcript_is_left_out_with_its_reason() -> None:
    (one,) = read(TRANSCRIPT).texts
    reasons = {left.reason for left in one.reading.left_out}
    assert {"small talk", "a tool call", "small talk and the candidate's questions"} <= reasons
    leak = next(left for left in one.reading.left_out if left.reason == "a tool call")
    assert "default_api" in leak.text


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("AI Recruiter:", "**Interviewer:**").replace(
            'Candidate: "', '**Candidate:** "'
        ),
        lambda text: text.replace("AI Recruiter:", "[00:01:02] Interviewer:"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("   Score: 4/5", "   **Score:** 8/10"),
        lambda text: text.replace("AI Recruiter", "Hiring Manager (Interviewer)"),
    ],
    ids=["bold", "times", "CRLF", "out of ten", "other name"],
)
def test_variants_of_a_transcript_come_in_alike(change: object) -> None:
    assert callable(change)
    found = cards(change(TRANSCRIPT))
    assert len(found) == 3
    shares = [(card.samples[0].score or 0) / card.samples[0].scale for card in found]
    assert shares == [1.0, 0.8, 0.5]


def test_an_answer_without_a_verdict_has_no_score() -> None:
    cut = TRANSCRIPT[: TRANSCRIPT.index("   Q2:")]
    scores = [card.samples[0].score for card in cards(cut)]
    assert scores == [5, 4, None]
    assert any("no score" in remark for remark in cards(cut)[2].remarks)


def test_a_level_of_an_answer_is_no_level_of_the_question() -> None:
    text = (
        "**Question**\n\nHow deep?\n\n**Answer**\n\nIt depends.\n\n**Level 1: shallow**\n\nFast.\n"
    )
    card = only(cards(text + "\n**What This Question Tests**\n\n- Depth\n", "q.md"))
    assert "**Level 1: shallow**" in card.answer
    assert (card.level, card.tests) == ("", ["Depth"])


def test_an_answer_with_headings_is_no_transcript() -> None:
    text = "### Question\n\nWhy?\n\n### Answer\n\n**Hypothesis 1**: a.\n\n**Hypothesis 2**: b?\n\n"
    assert only(cards(text + "**Hypothesis 1**: c.\n**Hypothesis 2**: d.", "q.md")).prompt == "Why?"


def test_a_guide_gives_scenarios_and_strategies() -> None:
    found = cards(GUIDE)
    assert [card.prompt for card in found] == [
        "You get texts in nine languages and one tokenizer made for English.",
        "A customer's part numbers fall into twelve pieces each.",
        "How would you reason about cost per language?",
        "Talk me through vocabularies: how does it show in practice, and what do you do about it?",
    ]
    assert [card.answer for card in found[2:]] == [
        "I'd count tokens per word for each language. Then I'd retrain.",
        "Part numbers deserve rules.",
    ]
    assert [card.prompt_footing for card in found] == [Footing.STATED] * 2 + [Footing.PROPOSED] * 2
    assert found[2].tests[-1] == "Be concrete."
    for card in found:
        assert card.role == "NLP Engineer"
        assert any("Fertility" in note for note in card.notes)


def test_a_guides_own_questions_are_taken_where_it_has_them() -> None:
    text = GUIDE.replace("Answer Strategy", "Which tokenizer would you take?\nAnswer Strategy", 1)
    found = cards(text)
    assert found[2].prompt == "Which tokenizer would you take?"
    assert found[2].prompt_footing is Footing.STATED


def test_asking_for_more_belongs_to_the_question_before() -> None:
    nudge = (
        "AI Recruiter: I see. Could you give me a more specific example?\n\n"
        'Candidate: "Say, two thousand users a side."\n\nAI Recruiter: tool_code'
    )
    found = cards(TRANSCRIPT.replace("AI Recruiter: tool_code", nudge))
    assert len(found) == 3
    assert found[1].samples[0].text.endswith("Say, two thousand users a side.")
    assert [card.samples[0].score for card in found] == [5, 4, 2.5]


def test_a_question_behind_a_tool_call_is_still_one() -> None:
    text = TRANSCRIPT.replace(
        "How would you choose the sample size of an A/B test?",
        "tool_code\nprint(default_api.x())\n\nHow would you choose the sample size of an A/B test?",
    )
    found = cards(text)
    assert found[1].prompt == "How would you choose the sample size of an A/B test?"
    assert "default_api" not in found[1].prompt


def test_a_blueprint_in_bullets_comes_in() -> None:
    text = PAGE
    for mark in ("Hook:", "Core Execution:", "Punchline:"):
        text = text.replace(mark, f"- **{mark}**")
    card = only(cards(text))
    assert card.hook.startswith("An index that fits today")
    assert card.punchline.endswith("so I make few.")
