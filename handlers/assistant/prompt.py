"""What a person can ask for in a conversation without typing a command.

Slash commands don't work in a thread, and a pane for an assistant is one: what is suggested there
arrives as an ordinary message, and is a command all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from handlers.message import Message, say


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """Something that is offered to be asked.

    Attributes:
        title: what is shown, at most 30 characters.
        message: what is sent when it is picked.
        command: the command that it means; by its name alone it is understood as well.
    """

    title: str
    message: str
    command: str


# Slack shows four at most.
PROMPTS: Final = (
    Prompt(title="Today's question", message="Ask me today's question", command="today"),
    Prompt(title="A mock interview", message="Practise an interview with me", command="practice"),
    Prompt(title="My progress", message="How am I doing?", command="progress"),
    Prompt(title="What can you do?", message="What can you do?", command="help"),
)
# Understood as well, and not offered for want of a place.
_UNOFFERED: Final = (
    Prompt(title="Leaderboard", message="Show the leaderboard", command="leaderboard"),
)

GREETING: Final[Message] = say(
    "Hello! Ask me for today's question and answer it here as you would in the interview: I read "
    "your answer and tell you what earned what. Or have me hold a whole mock interview with you."
)


def find_prompt(text: str) -> Prompt | None:
    """Return the prompt that a message is, or ``None`` where it says something of its own."""
    said = _fold(text)
    known = (*PROMPTS, *_UNOFFERED)
    return next((p for p in known if said in {_fold(p.message), _fold(p.command)}), None)


def _fold(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().strip(" \t\n?!./").split())
