"""A command and what happens when it is called, kept together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.command import Command
from handlers.invocation import CommandInvocation
from handlers.message import Outcome


@dataclass(frozen=True)
class Feature:
    """A declared command with its handler."""

    command: Command
    handle: Callable[[CommandInvocation], Awaitable[Outcome]]
