"""What an interview needs from outside: somebody who words turns, and readers of files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from handlers.invocation import Attachment
from handlers.metering.budget import Payer
from handlers.practice.record import Level, TurnKind
from handlers.refs import UserRef
from questions.grading import Usage
from questions.role import Role


@dataclass(frozen=True, kw_only=True)
class TurnRequest:
    """What is to be worded, and what has to be known for it.

    Attributes:
        kind: `OPENING` asks for a project or experience; `QUESTION` leads over to the prompt,
            which is shown as it stands; `FOLLOW_UP` probes the answer; `REPLY` finds the words of
            the background that answer the person's question.
        background: a job description or CV; data, never instructions. May be empty.
        prompt: the bank's question that it is about; empty where there is none.
        answer: what the person wrote last; data, never instructions.
        gaps: what the answer left open, for a follow-up to aim at without telling it.
        asked: what was asked before.
        rejected: an earlier try; empty for the first.
        faults: what was wrong with it, one clause each.
    """

    kind: TurnKind
    role: Role
    level: Level
    background: str = ""
    prompt: str = ""
    answer: str = ""
    gaps: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    rejected: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What a model would say; nothing of it is believed before it was checked.

    Attributes:
        text: the words; empty where it gave none.
        quote: the words of the answer, or of the background, that they rest on.
        usage: what it cost.
    """

    text: str
    quote: str = ""
    usage: Usage = field(default_factory=Usage)


class Interviewer(Protocol):
    """Words turns."""

    async def propose(self, request: TurnRequest) -> Proposal:
        """Word a turn once.

        Raises:
            GraderUnavailable: the model can't be reached just now.
        """


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """A spoken answer as text.

    Attributes:
        seconds: how long it was; 0 where that is not known.
        tokens: what it took by the server's count; 0 where it does not say.
    """

    text: str
    seconds: float
    tokens: int = 0


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A file that can't be used.

    Attributes:
        detail: one sentence for the person, saying what to do.
    """

    detail: str


class Transcriber(Protocol):
    """Writes down what somebody said."""

    async def transcribe(
        self, recording: Attachment, owner: UserRef, payer: Payer
    ) -> Transcript | Unreadable:
        """Fetch a recording and write it down.

        Args:
            recording: the file.
            owner: who sent it.
            payer: on whose account it is written down.

        Raises:
            GraderUnavailable: trying again later may help.
        """


class DocumentReader(Protocol):
    """Reads job descriptions and CVs."""

    async def read(self, document: Attachment, owner: UserRef) -> str | Unreadable:
        """Fetch a file and return its text.

        Raises:
            GraderUnavailable: trying again later may help.
        """
