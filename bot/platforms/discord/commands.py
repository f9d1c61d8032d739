"""Our commands as Discord's: one group ``/prep`` and a command on messages.

They are put to Discord only when they changed.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import discord
from discord import app_commands

from bot.platforms.discord.parse import Interaction, Picked, picked_of
from bot.platforms.discord.wording import Wordings, translatable
from handlers.command import ROOT, Command, Option, OptionKind

_log = logging.getLogger(__name__)

GRADE_THIS: Final = "Grade this answer"

Answer = Callable[[Interaction, str, Mapping[str, str | None]], Awaitable[None]]
"""Takes the interaction, the command's name and its options, and responds."""

Complete = Callable[[Interaction, str, str, str], Awaitable[list[app_commands.Choice[str]]]]
"""Takes the interaction, the command's and the option's name and what was typed so far."""

GradeThis = Callable[[Interaction, discord.Message], Awaitable[None]]
"""Takes the interaction and the message that the command was used on, and responds."""


@dataclass(frozen=True, kw_only=True)
class CommandMemory:
    """Remembers the hash of the commands that Discord has; survives restarts.

    Attributes:
        load: returns the remembered hash, or ``None``.
        save: remembers a hash.
    """

    load: Callable[[], Awaitable[str | None]]
    save: Callable[[str], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What responds to calls.

    Attributes:
        answer: to a command.
        complete: to an option that is being typed.
        grade_this: to the command on messages.
        explain: where a call fits no command, for example after an update.
    """

    answer: Answer
    complete: Complete
    grade_this: GradeThis
    explain: Callable[[Interaction], Awaitable[None]]


class Commands(app_commands.CommandTree[discord.Client]):
    """The command tree of a client; a command that Discord still shows but we lack is explained.

    They are offered in servers, in conversations with the bot and, to whom installed it for
    themselves, everywhere else.

    Args:
        client: the client that receives the calls.
        commands: the declared commands.
        calls: what responds to calls.
    """

    def __init__(
        self, client: discord.Client, commands: Sequence[Command], *, calls: Calls
    ) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._explain = calls.explain
        group = app_commands.Group(name=ROOT, description="Prepare for interviews together")
        for command in commands:
            group.add_command(_build(command, calls))
        self.add_command(group)

        async def grade_this(interaction: Interaction, message: discord.Message) -> None:
            await calls.grade_this(interaction, message)

        # The library reads the command's kind from the callback's annotations.
        grade_this.__annotations__["message"] = discord.Message
        self.add_command(app_commands.ContextMenu(name=GRADE_THIS, callback=grade_this))

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Explain a call that fits no command of ours."""
        if not isinstance(
            error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch
        ):
            await super().on_error(interaction, error)
        elif interaction.type is discord.InteractionType.autocomplete:
            _log.info("Discord asks about a command that is no longer ours")
        else:
            await self._explain(interaction)

    async def digest(self) -> str:
        """Return a hash of all that Discord is told, and of the application it is told for."""
        translator = await self._translated()
        payload = [
            await command.get_translated_payload(self, translator)
            for command in self.get_commands()
        ]
        text = json.dumps([self.client.application_id, payload], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    async def sync_if_changed(self, memory: CommandMemory | None) -> bool:
        """Put the commands to Discord, unless it has them already; return whether it was done.

        Raises:
            discord.HTTPException: Discord refused them.
        """
        digest = await self.digest()
        if memory is not None and await memory.load() == digest:
            return False
        try:
            await self.sync()
        except app_commands.CommandSyncFailure as error:
            # An application may be set so that nobody installs it for themselves.
            _log.warning("offering the commands in servers only: %s", error)
            self.allowed_installs.user = False
            self.allowed_contexts.private_channel = False
            await self.sync()
        if memory is not None:
            await memory.save(digest)
        return True

    async def _translated(self) -> app_commands.Translator:
        if self.translator is None:
            await self.set_translator(Wordings())
        # It was just set.
        return cast("app_commands.Translator", self.translator)


def _build(command: Command, calls: Calls) -> app_commands.Command[app_commands.Group, ..., None]:
    async def call(interaction: Interaction, **options: str | Picked | None) -> None:
        given = {
            name: value if value is None or isinstance(value, str) else picked_of(value).pack()
            for name, value in options.items()
        }
        await calls.answer(interaction, command.name, given)

    # The library reads a command's options from its callback's signature.
    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                "interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction
            ),
            *(_parameter(option) for option in command.options),
        ]
    )
    built: Any = call
    for decorate in _decorators(command, calls):
        built = decorate(built)
    name, description = translatable(command.name, command.description, command.wordings)
    return app_commands.Command(name=name, description=description, callback=built)


def _decorators(command: Command, calls: Calls) -> Iterator[Callable[[Any], Any]]:
    """Yield what tells the library about a command's options."""
    options = command.options
    words = {o.name: translatable(o.name, o.description, o.wordings) for o in options}
    if words:
        yield app_commands.rename(**{name: both[0] for name, both in words.items()})
        yield app_commands.describe(**{name: both[1] for name, both in words.items()})
    looked_up = {o.name: _completion(command.name, o.name, calls) for o in options if o.lookup}
    if looked_up:
        yield app_commands.autocomplete(**looked_up)
    choices = {
        option.name: [app_commands.Choice(name=c.label, value=c.value) for c in option.choices]
        for option in options
        if option.choices and not option.lookup
    }
    if choices:
        yield app_commands.choices(**choices)


def _completion(command: str, option: str, calls: Calls) -> Any:  # noqa: ANN401  (the library's type is private)
    async def complete(interaction: Interaction, text: str) -> list[app_commands.Choice[str]]:
        return await calls.complete(interaction, command, option, text)

    return complete


def _parameter(option: Option) -> inspect.Parameter:
    kind: Any = str
    if option.kind is OptionKind.PERSON:
        kind = discord.User | discord.Role if option.groups else discord.User
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind | None
    )
