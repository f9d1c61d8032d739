"""How drafts look in a chat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.drafts.record import DraftState, StoredDraft
from handlers.message import (
    Block,
    Bullets,
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
    italic,
    line,
    say,
)
from questions.importers.draft import Draft
from questions.role import Role

# With a row of buttons each and one for more, as many as Discord shows in one message.
PAGE: Final = 4
_SHOWN_ANSWER: Final = 1_500
_SHOWN_REMARKS: Final = 8

NONE_WAITING: Final = Message(
    blocks=(
        Text(line("No draft waits.")),
        Context(
            line(code("prepbot questions import PATH"), " on the server turns files into drafts.")
        ),
    )
)


def list_message(
    page: Sequence[StoredDraft], *, total: int, offset: int, role: Role | None
) -> Message:
    """Return a page of drafts with their buttons."""
    if not page:
        return NONE_WAITING
    of = f" for {role.title}" if role is not None else ""
    plural = "drafts wait" if total != 1 else "draft waits"
    blocks: list[Block] = [Heading(f"{total:,} {plural}{of}")]
    for stored in page:
        blocks += [Text(_card(stored)), Buttons((_look(stored), *_decisions(stored)))]
    if offset + len(page) < total:
        subject = str(offset + len(page)) + (f"-{role.value}" if role is not None else "")
        more = Button("More", Action(ActionKind.DRAFTS_MORE, subject))
        blocks.append(Buttons((more,)))
    return Message(blocks=tuple(blocks))


def draft_message(stored: StoredDraft, *, told: str = "") -> Message:
    """Return one draft in full, with what to look at; ``told`` comes first."""
    draft = stored.draft
    blocks: list[Block] = [Text(line(told))] if told else []
    blocks += [Heading(draft.title[:150]), Text(_facts(draft)), Text(line(bold("Question")))]
    blocks.append(Quote(draft.prompt or "—"))
    if draft.model_answer:
        blocks += [Text(line(bold("Model answer"))), Quote(_shorten(draft.model_answer))]
    if draft.criteria:
        made = " (proposed from the answer)" if "criteria" in draft.proposed else ""
        blocks.append(Text(line(bold("Rubric"), made)))
        blocks.append(Bullets(tuple(line(f"{c.text} ({c.weight})") for c in draft.criteria)))
    if draft.tests:
        blocks.append(Text(line(bold("What it tests"), f" {draft.tests}")))
    blocks += _samples(draft)
    if draft.remarks:
        shown = [line(str(remark)) for remark in draft.remarks[:_SHOWN_REMARKS]]
        blocks += [Text(line(bold("Look at"))), Bullets(tuple(shown))]
    place = f"{draft.origin}:{draft.line}" if draft.line else draft.origin
    blocks.append(Context(line(f"from {place}")))
    if stored.state is DraftState.WAITING:
        blocks.append(Buttons(_decisions(stored)))
    return Message(blocks=tuple(blocks))


def decided_message(stored: StoredDraft | None) -> Message:
    """Return that a draft needs no decision any more."""
    if stored is None:
        return say("I can't find that draft any more.")
    if stored.state is DraftState.APPROVED:
        return say(
            f"{stored.decided_by} has approved this draft already: it is the question ",
            code(stored.question_id or ""),
            ".",
        )
    return say(f"{stored.decided_by} has dropped this draft already.")


def _card(stored: StoredDraft) -> Line:
    draft = stored.draft
    findings = f"{len(draft.remarks)} to look at" if draft.remarks else "nothing to look at"
    role = draft.role.title if draft.role is not None else "no role"
    prompt = " ".join(draft.prompt.split())
    shown = prompt if len(prompt) <= 160 else f"{prompt[:159]}…"
    facts = f" · {role} · {draft.confidence:.0%} sure · {findings} "
    return line(code(stored.id[:8]), " ", bold(draft.title), facts, italic(shown))


def _facts(draft: Draft) -> Line:
    role = draft.role.title if draft.role is not None else "no role"
    level = f"difficulty {draft.difficulty}"
    return line(
        f"{role} · {draft.kind.value.replace('-', ' ')} · {level} · {draft.confidence:.0%} sure"
    )


def _samples(draft: Draft) -> list[Block]:
    return [
        Text(line(bold("Sample answer"), f" ({s.stated or 'no score'}): {_shorten(s.text, 400)}"))
        for s in draft.samples[:3]
    ]


def _look(stored: StoredDraft) -> Button:
    return Button("Look", Action(ActionKind.DRAFT_LOOK, stored.id))


def _decisions(stored: StoredDraft) -> tuple[Button, Button, Button]:
    return (
        Button("Approve", Action(ActionKind.DRAFT_APPROVE, stored.id), ButtonStyle.PRIMARY),
        Button("Edit", Action(ActionKind.DRAFT_EDIT, stored.id)),
        Button("Drop", Action(ActionKind.DRAFT_DROP, stored.id)),
    )


def _shorten(text: str, most: int = _SHOWN_ANSWER) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
