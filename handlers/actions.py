"""Typed payloads of buttons and forms, packed into a short, versioned text.

Old messages live for ever, so a payload names its kind and version, and unpacking one that is
no longer known is an ordinary outcome with its own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Discord's custom_id is the smallest place a payload must fit in; Slack's value takes 2000.
MAX_PACKED: Final = 100
_PART: Final = re.compile(r"^[A-Za-z0-9_-]+$")
_PREFIX: Final = "pb"


class ActionKind(StrEnum):
    """What a click or a sent form asks for."""

    ANSWER = "answer"
    ANSWER_TODAY = "answer-today"
    APPEAL = "appeal"
    BANK_ADD = "bank-add"
    BANK_EDIT = "bank-edit"
    BANK_SUGGEST = "bank-suggest"
    DRAFT_APPROVE = "draft-approve"
    DRAFT_DROP = "draft-drop"
    DRAFT_EDIT = "draft-edit"
    DRAFT_LOOK = "draft-look"
    DRAFTS_MORE = "drafts-more"
    GRADE_THIS = "grade-this"
    HELPFUL = "helpful"
    HINT = "hint"
    JOIN_TEAMS = "join-teams"
    KEEP_PRIVATE = "keep"
    LEADERBOARD = "board"
    OFFER = "offer"
    OFFER_ACCEPT = "offer-accept"
    OFFER_DECLINE = "offer-decline"
    OFFER_NAMED = "offer-named"
    OFFER_UNNAMED = "offer-unnamed"
    OFFER_WITHDRAW = "offer-withdraw"
    OVERRIDE = "override"
    PICK = "pick"
    PRACTICE = "practice"
    PRACTICE_HINT = "practice-hint"
    PRACTICE_PAUSE = "practice-pause"
    PRACTICE_POST = "practice-post"
    PRACTICE_QUIT = "practice-quit"
    PRACTICE_RESTART = "practice-restart"
    PRACTICE_RESUME = "practice-resume"
    PRACTICE_SHARE = "practice-share"
    PRACTICE_SKIP = "practice-skip"
    REPORT = "report"
    SHARE = "share"
    SHOW_GRADE = "show-grade"
    SKIP = "skip"
    UNHELPFUL = "unhelpful"
    UNLINK = "unlink"
    UPHOLD = "uphold"

    @property
    def opens_form(self) -> bool:
        """Whether a click on it may open a form; see `handlers.command.Command.opens_form`."""
        return self in _OPENING


_OPENING: Final = frozenset(
    {
        ActionKind.ANSWER,
        ActionKind.ANSWER_TODAY,
        ActionKind.APPEAL,
        ActionKind.DRAFT_EDIT,
        ActionKind.GRADE_THIS,
        ActionKind.OVERRIDE,
        ActionKind.PRACTICE,
    }
)


class ActionTooLong(ValueError):
    """The payload would not fit into a button."""


class UnknownAction(ValueError):
    """The payload is of no kind or version that this release knows."""


@dataclass(frozen=True)
class Action:
    """A button's payload: a kind, its version, and what it is about.

    Attributes:
        kind: what it asks for.
        subject: the id of the row it is about: letters, digits, ``_`` and ``-``; may be empty.
        version: of this kind's payload.

    Raises:
        ActionTooLong: packed, it would be longer than `MAX_PACKED` characters.
        ValueError: the subject holds another character.
    """

    kind: ActionKind
    subject: str = ""
    version: int = 1

    def __post_init__(self) -> None:
        if self.subject and not _PART.match(self.subject):
            raise ValueError(f"a payload's subject can't hold {self.subject!r}")
        if len(self.pack()) > MAX_PACKED:
            raise ActionTooLong(f"{len(self.pack())} characters, {MAX_PACKED} fit")

    def pack(self) -> str:
        """Return the text form, for example ``pb:answer:1:4fe1``."""
        return f"{_PREFIX}:{self.kind}:{self.version}:{self.subject}"

    @staticmethod
    def unpack(text: str) -> Action:
        """Read the text form.

        Raises:
            UnknownAction: the text is no payload of ours, or of a kind or version unknown here.
        """
        parts = text.split(":")
        if len(parts) != 4 or parts[0] != _PREFIX:
            raise UnknownAction(text)
        try:
            kind, version = ActionKind(parts[1]), int(parts[2])
            action = Action(kind, parts[3], version)
        except ValueError as error:
            raise UnknownAction(text) from error
        if version != 1:
            raise UnknownAction(text)
        return action
