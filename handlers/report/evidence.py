"""The words that a report may quote: what was said in the session, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.practice.record import PracticeTurn, TurnKind
from handlers.report.content import Claim, Content, Evidence, Speaker
from questions.grading import QuoteFinder
from questions.local.sentence import split_sentences
from questions.question import Question

# What a reader takes in beside a claim, in characters.
MAX_QUOTE: Final = 240


class Record:
    """What was said in a session, to quote from and to check quotes against.

    Args:
        turns: the session's turns, in order.
        questions: the questions that were asked, by id.
    """

    def __init__(self, turns: Sequence[PracticeTurn], questions: Mapping[str, Question]) -> None:
        self._answers = {turn.number: turn.answer for turn in turns if turn.answer.strip()}
        self._asked = {turn.number: asked_in(turn, questions) for turn in turns}
        self._finders = {n: QuoteFinder(text) for n, text in self._answers.items()}

    def yours(self, quote: str, turns: Sequence[int]) -> Evidence | None:
        """Return the person's own words that a quote repeats, from the first turn that has them.

        A quote that runs over from one answer into the next is cut at the first one's end.

        Args:
            quote: what a grader quoted.
            turns: the numbers of the turns in which it may stand.
        """
        for part in [quote, *quote.split("\n\n")]:
            for number in turns:
                finder = self._finders.get(number)
                found = finder.find(part) if finder and part.strip() else None
                if found is not None:
                    return Evidence(quote=cut(found), turn=number)
        return None

    def opening_of(self, number: int) -> Evidence | None:
        """Return the words that an answer begins with."""
        spans = split_sentences(self._answers.get(number, ""))
        return Evidence(quote=cut(spans[0].text), turn=number) if spans else None

    def asked(self, number: int) -> Evidence | None:
        """Return the words with which a turn asks: its question, else its first sentence."""
        spans = [span.text for span in split_sentences(self._asked.get(number, ""))]
        asking = [text for text in spans if text.rstrip("*_ ").endswith("?")]
        chosen = (asking or spans)[:1]
        if not chosen:
            return None
        return Evidence(quote=cut(chosen[0]), turn=number, speaker=Speaker.INTERVIEWER)

    def holds(self, evidence: Evidence) -> bool:
        """Return whether a quote stands, letter by letter, where it is said to stand."""
        said = self._answers if evidence.speaker is Speaker.YOU else self._asked
        return bool(evidence.quote.strip()) and evidence.quote in said.get(evidence.turn, "")


def unsupported(content: Content, record: Record) -> list[Claim]:
    """Return the claims of a report whose quotes do not stand in the session."""
    return [claim for claim in content.claims if not record.holds(claim.evidence)]


def cut(quote: str, most: int = MAX_QUOTE) -> str:
    """Return the beginning of a quote that is too long to read beside a claim, at a word's end.

    Nothing is put in the place of what is cut: what comes back is verbatim.

    Args:
        quote: what was said.
        most: how much of it is kept, in characters.
    """
    if len(quote) <= most:
        return quote
    head = quote[:most]
    space = max(head.rfind(" "), head.rfind("\n"))
    return head[: space if space > most // 2 else most].rstrip()


def asked_in(turn: PracticeTurn, questions: Mapping[str, Question]) -> str:
    """Return what the interviewer said in a turn, a question of the bank included."""
    question = questions.get(turn.question_id or "")
    if turn.kind is not TurnKind.QUESTION or question is None:
        return turn.text
    return f"{turn.text}\n\n{question.prompt}" if turn.text.strip() else question.prompt
