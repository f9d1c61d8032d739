"""Our commands as Discord's: one group ``/prep``, put to Discord only when it changed."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import discord
from discord import app_commands

from bot.platforms.discord.parse import Interaction, person_of
from handlers.command import ROOT, Command, Option, OptionKind

Answer = Callable[[Interaction, str, Mapping[str, str | None]], Awaitable[None]]
"""Takes the interaction, the command's name and its options, and responds."""


@dataclass(frozen=True, kw_only=True)
class CommandMemory:
    """Remembers the hash of the commands that Discord has; survives restarts.

    Attributes:
        load: returns the remembered hash, or ``None``.
        save: remembers a hash.
    """

    load: Callable[[], Awaitable[str | None]]
    save: Callable[[str], Awaitable[None]]


class Commands(app_commands.CommandTree[discord.Client]):
    """The command tree of a client; a command that Discord still shows but we lack is explained.

    Args:
        client: the client that receives the calls.
        commands: the declared commands.
        answer: what responds to a call.
        explain: what responds where a call fits no command, for example after an update.
    """

    def __init__(
        self,
        client: discord.Client,
        commands: Sequence[Command],
        *,
        answer: Answer,
        explain: Callable[[Interaction], Awaitable[None]],
    ) -> None:
        super().__init__(
            client, allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True)
        )
        self._explain = explain
        group = app_commands.Group(name=ROOT, description="Prepare for interviews together")
        for command in commands:
            group.add_command(_build(command, answer))
        self.add_command(group)

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Explain a call that fits no command of ours."""
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            await self._explain(interaction)
            return
        await super().on_error(interaction, error)

    def digest(self) -> str:
        """Return a hash of all that Discord is told, and of the application it is told for."""
        payload = [command.to_dict(self) for command in self.get_commands()]
        text = json.dumps([self.client.application_id, payload], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    async def sync_if_changed(self, memory: CommandMemory | None) -> bool:
        """Put the commands to Discord, unless it has them already; return whether it was done.

        Raises:
            discord.HTTPException: Discord refused them.
        """
        digest = self.digest()
        if memory is not None and await memory.load() == digest:
            return False
        await self.sync()
        if memory is not None:
            await memory.save(digest)
        return True


def _build(command: Command, answer: Answer) -> app_commands.Command[app_commands.Group, ..., None]:
    async def call(
        interaction: Interaction, **options: str | discord.User | discord.Member | None
    ) -> None:
        given = {
            name: value if value is None or isinstance(value, str) else person_of(value).pack()
            for name, value in options.items()
        }
        await answer(interaction, command.name, given)

    # The library reads a command's options from its callback's signature.
    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                "interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction
            ),
            *(_parameter(option) for option in command.options),
        ]
    )
    described = app_commands.describe(**{o.name: o.description for o in command.options})(call)
    choices = {
        option.name: [app_commands.Choice(name=c.label, value=c.value) for c in option.choices]
        for option in command.options
        if option.choices
    }
    built = app_commands.choices(**choices)(described) if choices else described
    return app_commands.Command(name=command.name, description=command.description, callback=built)


def _parameter(option: Option) -> inspect.Parameter:
    kind = discord.User if option.kind is OptionKind.PERSON else str
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind | None
    )
