"""How offers look in a chat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.grade_message import ESTIMATE, format_score, shorten
from handlers.message import (
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Context,
    Heading,
    Line,
    Message,
    Quote,
    Text,
    bold,
    code,
    line,
    say,
)
from handlers.offers.record import Offer, OfferState
from questions.band import band_of
from questions.question import Question

# With a row of buttons each, as many as Discord shows in one message.
PAGE: Final = 4
_SHOWN_ANSWER: Final = 1_200
_SHOWN_PROMPT: Final = 400

Case = tuple[Offer, Question]
"""An offer and the question that it answers."""

NONE_WAITING: Final = say("No answer is offered just now.")
NONE_STANDING: Final = Message(
    blocks=(
        Text(line("Your team has no teammate's answer among its model answers yet.")),
        Context(
            line(
                "Under a grade of at least 4.5 its author finds a button to offer the answer; ",
                code("/prep questions offer"),
                " does the same.",
            )
        ),
    )
)


def ask_message(answer_id: str) -> Message:
    """Return what offering means, with the choice about the name."""
    return Message(
        blocks=(
            Text(
                line(
                    "A lead of your team reads your answer and decides. Once taken up, it is shown "
                    "beside the model answer when the question is revealed, and graders may look "
                    "at it when your team answers other questions. You can take it back any time."
                )
            ),
            Buttons(
                (
                    Button(
                        "Offer it with my name",
                        Action(ActionKind.OFFER_NAMED, answer_id),
                        ButtonStyle.PRIMARY,
                    ),
                    Button("Offer it unnamed", Action(ActionKind.OFFER_UNNAMED, answer_id)),
                )
            ),
        )
    )


def offered_message(offer: Offer) -> Message:
    """Return that an answer is offered."""
    shown = "with your name" if offer.named else "without your name"
    return Message(
        blocks=(
            Text(
                line(
                    f"Thank you! Your answer is offered {shown} as ",
                    code(offer.id[:8]),
                    "; I tell you what a lead says.",
                )
            ),
            Buttons((_withdraw(offer),)),
        )
    )


def waiting_message(cases: Sequence[Case], total: int) -> Message:
    """Return the offers that wait, for a lead; ``total`` counts those that are not shown, too."""
    if not cases:
        return NONE_WAITING
    heading = "1 answer is offered" if total == 1 else f"{total} answers are offered"
    blocks: list[Block] = [Heading(heading)]
    for offer, question in cases:
        blocks += [
            Text(_head(offer, question)),
            Text(line(bold("Question: "), shorten(question.prompt, _SHOWN_PROMPT))),
            Quote(_cut(offer.text)),
        ]
        if offer.is_estimate:
            blocks.append(Context(line(ESTIMATE)))
        blocks.append(
            Buttons(
                (
                    Button(
                        "Accept", Action(ActionKind.OFFER_ACCEPT, offer.id), ButtonStyle.PRIMARY
                    ),
                    Button("Decline", Action(ActionKind.OFFER_DECLINE, offer.id)),
                )
            )
        )
    if total > len(cases):
        blocks.append(Context(line(f"{total - len(cases)} more follow once these are decided.")))
    return Message(blocks=tuple(blocks))


def standing_message(cases: Sequence[Case], total: int, *, removable: frozenset[str]) -> Message:
    """Return a team's answers among the model answers.

    Args:
        cases: those that are shown.
        total: how many there are.
        removable: ids of those that whoever looks may take out.
    """
    if not cases:
        return NONE_STANDING
    blocks: list[Block] = [Heading("Teammates' model answers")]
    for offer, question in cases:
        waits = line(" · waits for a lead") if offer.state is OfferState.WAITING else ()
        blocks.append(Text((*_head(offer, question), *waits)))
        blocks.append(Quote(shorten(offer.text, _SHOWN_PROMPT)))
        if offer.id in removable:
            blocks.append(Buttons((_withdraw(offer),)))
    if total > len(cases):
        blocks.append(Context(line(f"… and {total - len(cases)} more.")))
    return Message(blocks=tuple(blocks))


def told_author(offer: Offer, question: Question) -> Message | None:
    """Return what an author is told of their offer; ``None`` while nothing became of it."""
    title = bold(question.title)
    match offer.state:
        case OfferState.WAITING:
            return None
        case OfferState.ACCEPTED:
            thanks = line("Your answer to ", title, " is now one of your team's model answers. ")
            how = "You can take it back any time, here or with /prep questions answers."
            return Message(
                blocks=(Text((*thanks, *line(how))), Buttons((_withdraw(offer),))),
                summary="Your answer is a model answer now",
            )
        case OfferState.DECLINED:
            told = " is not taken up as a model answer this time. Your grade stays as it is."
        case OfferState.WITHDRAWN:
            told = " is not among your team's model answers any more. Your answer itself stays."
    return Message(blocks=(Text(line("Your answer to ", title, told)),))


def _head(offer: Offer, question: Question) -> Line:
    mark = " (estimate)" if offer.is_estimate else ""
    band = f"{format_score(offer.score)}, {band_of(offer.score).name}{mark}"
    return line(code(offer.id[:8]), " ", bold(question.title), f" · {offer.by} · {band}")


def _withdraw(offer: Offer) -> Button:
    return Button("Withdraw", Action(ActionKind.OFFER_WITHDRAW, offer.id))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_ANSWER else f"{text[: _SHOWN_ANSWER - 1].rstrip()}…"
