"""One judgement by the model: asked for, mended where need be, and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.llm.endpoint import ChatEndpoint, ContentRefused, PromptTooLong
from bot.llm.instructions import APPEAL_VERSION, JUDGE_VERSION
from bot.llm.outcome import MALFORMED, REFUSED, TOO_LONG, TRUNCATED
from bot.llm.parse import Unusable, parse_judgement
from bot.llm.prompt import build_messages, repair_messages
from bot.llm.schema import judgement_schema
from bot.llm.tally import Tally
from questions.grading import Judgement, Ungraded
from questions.ports import RelatedAnswer
from questions.question import Question

# A reasoning model may spend several times the judgement's own length before it writes a word.
LARGER: Final = 4


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is to be judged.

    Attributes:
        question: the question with its rubric.
        reply: the reply without hidden characters.
        related: model answers of related questions.
        reason: why the person appeals, without hidden characters; ``None`` if they do not.
    """

    question: Question
    reply: str
    related: Sequence[RelatedAnswer]
    reason: str | None = None

    @property
    def prompt_version(self) -> str:
        """The version of the words that it is judged with."""
        return JUDGE_VERSION if self.reason is None else APPEAL_VERSION


async def take_sample(
    endpoint: ChatEndpoint, case: Case, *, boundary: str, limit: int, tally: Tally
) -> Judgement | Ungraded:
    """Ask for one judgement. A truncated and an unreadable completion are tried again once each.

    Args:
        endpoint: where the model is.
        case: what is to be judged.
        boundary: a random string for the lines around what people wrote.
        limit: tokens the first completion may have.
        tally: counts what it costs.

    Returns:
        What the model said, as yet unverified and without usage, or why it said nothing.

    Raises:
        GraderUnavailable: the endpoint gave no completion.
    """
    try:
        return await _ask(endpoint, case, boundary=boundary, limit=limit, tally=tally)
    except ContentRefused:
        return REFUSED
    except PromptTooLong:
        return TOO_LONG


async def _ask(
    endpoint: ChatEndpoint, case: Case, *, boundary: str, limit: int, tally: Tally
) -> Judgement | Ungraded:
    ids = case.question.rubric.ids
    schema = judgement_schema(ids)
    messages = build_messages(
        case.question, case.reply, case.related, boundary=boundary, reason=case.reason
    )
    enlarged = repaired = False
    while True:
        completion = await endpoint.complete(messages, limit=limit, schema=schema)
        tally.add(completion)
        if completion.refused:
            return REFUSED
        if completion.truncated:
            if enlarged:
                return TRUNCATED
            enlarged, limit = True, limit * LARGER
            continue
        judgement = parse_judgement(
            completion.text, ids, given=f"{case.reply}\n{case.reason or ''}"
        )
        if not isinstance(judgement, Unusable):
            return judgement
        if repaired:
            return MALFORMED
        repaired = True
        messages = [*messages, *repair_messages(completion.text, judgement.problem)]
