"""What Discord hands us, as neutral values. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import discord

from bot.platforms.discord.form import form_values
from handlers.actions import Action
from handlers.command import Person
from handlers.invocation import (
    ActionInvocation,
    Caller,
    CommandInvocation,
    FormSubmission,
    IncomingReply,
)
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef, WorkspaceRef

DIRECT = "@me"
_REALM = "global"
_BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)

Place = ThreadRef | ChannelRef
Interaction = discord.Interaction[discord.Client]


def place_of(channel: object) -> Place | None:
    """Return the address of a thread, a channel or a direct-message conversation.

    ``None`` is a kind of channel we don't know, or one of which we only have the number.
    """
    if isinstance(channel, discord.DMChannel):
        return ChannelRef(platform=Platform.DISCORD, workspace_id=DIRECT, id=str(channel.id))
    if isinstance(channel, discord.Thread):
        parent = _channel(channel.guild.id, channel.parent_id)
        return ThreadRef(channel=parent, id=str(channel.id))
    if isinstance(channel, discord.abc.GuildChannel):
        return _channel(channel.guild.id, channel.id)
    return None


def place_of_message(message: MessageRef) -> Place:
    """Return where a message stands: its thread, or else its channel."""
    return message.thread or message.channel


def is_by_a_person(message: discord.Message) -> bool:
    """Whether a person wrote the message: no bot, no webhook, no notice of Discord's."""
    author = message.author
    is_machine = author.bot or author.system or message.webhook_id is not None
    return not is_machine and message.type in _BY_PEOPLE


def reply_of(message: discord.Message, place: Place, text: str) -> IncomingReply:
    """Return a person's message as a reply.

    Args:
        message: the message.
        place: the thread or direct-message conversation in which it stands.
        text: what it says.
    """
    is_direct = isinstance(place, ChannelRef)
    thread = place if isinstance(place, ThreadRef) else None
    channel = place.channel if isinstance(place, ThreadRef) else place
    return IncomingReply(
        caller=Caller(
            user=_user(message.author),
            display_name=message.author.display_name,
            workspace=None if is_direct else _workspace(channel.workspace_id),
            channel=channel,
            is_direct=is_direct,
            may_manage=is_direct,
            thread=thread,
        ),
        message=MessageRef(
            channel=channel, id=str(message.id), thread_id=None if thread is None else thread.id
        ),
        text=text,
    )


def caller_of(interaction: Interaction) -> Caller | None:
    """Return who uses a command, button or form; ``None`` in a place unknown to us."""
    place = place_of(interaction.channel)
    if place is None:
        return None
    thread = place if isinstance(place, ThreadRef) else None
    channel = place.channel if isinstance(place, ThreadRef) else place
    is_direct = channel.workspace_id == DIRECT
    return Caller(
        user=_user(interaction.user),
        display_name=interaction.user.display_name,
        workspace=None if is_direct else _workspace(channel.workspace_id),
        channel=channel,
        is_direct=is_direct,
        may_manage=is_direct or interaction.permissions.manage_guild,
        leads=not is_direct and interaction.permissions.manage_guild,
        thread=thread,
    )


def command_of(
    interaction: Interaction, caller: Caller, name: str, options: Mapping[str, str | None]
) -> CommandInvocation:
    """Return a command as it was called; options that were not given are absent."""
    given = {option: value for option, value in options.items() if value is not None}
    return CommandInvocation(caller=caller, name=name, options=given, id=_id(interaction))


def person_of(user: discord.User | discord.Member) -> Person:
    """Return somebody who was picked in a command."""
    return Person(user=_user(user), name=user.display_name)


def click_of(interaction: Interaction, caller: Caller) -> ActionInvocation:
    """Return a click on a button.

    Raises:
        handlers.actions.UnknownAction: the button is not one of this release.
    """
    return ActionInvocation(caller=caller, action=_action(interaction), id=_id(interaction))


def form_of(interaction: Interaction, caller: Caller) -> FormSubmission:
    """Return a sent form.

    Raises:
        handlers.actions.UnknownAction: the form is not one of this release.
    """
    components = cast("Sequence[Mapping[str, object]]", _data(interaction).get("components", ()))
    return FormSubmission(
        caller=caller,
        action=_action(interaction),
        values=form_values(components),
        id=_id(interaction),
    )


def _action(interaction: Interaction) -> Action:
    return Action.unpack(str(_data(interaction).get("custom_id", "")))


def _data(interaction: Interaction) -> Mapping[str, object]:
    return cast("Mapping[str, object]", interaction.data or {})


def _id(interaction: Interaction) -> str:
    return f"interaction:{interaction.id}"


def _user(user: discord.User | discord.Member) -> UserRef:
    return UserRef(platform=Platform.DISCORD, realm=_REALM, id=str(user.id))


def _workspace(id_: str) -> WorkspaceRef:
    return WorkspaceRef(platform=Platform.DISCORD, id=id_)


def _channel(guild_id: int, id_: int) -> ChannelRef:
    return ChannelRef(platform=Platform.DISCORD, workspace_id=str(guild_id), id=str(id_))
