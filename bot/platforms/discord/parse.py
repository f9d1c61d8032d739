"""What Discord hands us, as neutral values. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import discord

from bot.platforms.discord.form import form_values
from bot.platforms.discord.rights import Deed, missing
from handlers.actions import Action, ActionKind
from handlers.command import Group, Person
from handlers.invocation import (
    ActionInvocation,
    Attachment,
    Caller,
    CommandInvocation,
    FormSubmission,
    IncomingReply,
    PointedMessage,
)
from handlers.refs import ChannelRef, MessageRef, Place, Platform, ThreadRef, UserRef, WorkspaceRef

DIRECT = "@me"
_REALM = "global"
_MOST_FILE_BYTES = 200_000
# The key of the server among those who installed the app.
_BY_GUILD = 0
_BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)

Picked = discord.User | discord.Member | discord.Role
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
        attachments=tuple(
            _attachment(file) for file in message.attachments if not is_written_out(file)
        ),
    )


def is_written_out(file: discord.Attachment) -> bool:
    """Whether a file is a text that Discord made of a long message: it is read as the message."""
    is_text = (file.content_type or "").startswith("text/plain")
    return is_text and file.size <= _MOST_FILE_BYTES


def _attachment(file: discord.Attachment) -> Attachment:
    return Attachment(
        name=file.filename, media_type=file.content_type or "", size=file.size, url=file.url
    )


def is_elsewhere(interaction: Interaction) -> bool:
    """Whether somebody brought us along to where we are no member.

    Who installed the app for themselves can use it in any server, group or conversation of
    theirs. Nothing can be posted there; only they see what we answer.
    """
    if interaction.guild_id is None:
        return interaction.context.private_channel
    owners = interaction._integration_owners  # noqa: SLF001  (two of its three readers are public)
    return bool(owners) and _BY_GUILD not in owners


def direct_caller(interaction: Interaction, conversation: ChannelRef) -> Caller:
    """Return who brought us along, as if they were in their conversation with us.

    Args:
        interaction: what they did.
        conversation: their direct-message conversation with the bot.
    """
    return Caller(
        user=_user(interaction.user),
        display_name=interaction.user.display_name,
        workspace=None,
        channel=conversation,
        is_direct=True,
        may_manage=True,
    )


def user_of(interaction: Interaction) -> UserRef:
    """Return who uses a command, button or form."""
    return _user(interaction.user)


def caller_of(interaction: Interaction) -> Caller | None:
    """Return who uses a command, button or form; ``None`` in a place unknown to us."""
    inside = interaction.channel
    place = place_of(inside)
    if place is None or is_elsewhere(interaction) or _is_media(inside):
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
        groups=_groups(interaction.user),
        thread_is_private=isinstance(inside, discord.Thread) and inside.is_private(),
        lacks=() if is_direct else _lacks(interaction),
    )


def _lacks(interaction: Interaction) -> tuple[str, ...]:
    """Return the permissions that asking questions takes and the bot lacks, as Discord says."""
    allowed = interaction.app_permissions
    # Without any it could not have been called: Discord does not say then.
    return missing(allowed, Deed.ASK) if allowed.value else ()


def command_of(
    interaction: Interaction, caller: Caller, name: str, options: Mapping[str, str | None]
) -> CommandInvocation:
    """Return a command as it was called; options that were not given are absent."""
    given = {option: value for option, value in options.items() if value is not None}
    return CommandInvocation(caller=caller, name=name, options=given, id=_id(interaction))


def person_of(user: discord.User | discord.Member) -> Person:
    """Return somebody who was picked in a command."""
    return Person(user=_user(user), name=user.display_name)


def picked_of(picked: Picked) -> Person | Group:
    """Return whom somebody picked in a command: a person, or everybody with a role."""
    if isinstance(picked, discord.Role):
        workspace = _workspace(str(picked.guild.id))
        return Group(workspace=workspace, id=str(picked.id), name=picked.name)
    return person_of(picked)


def click_of(interaction: Interaction, caller: Caller) -> ActionInvocation:
    """Return a click on a button.

    Raises:
        handlers.actions.UnknownAction: the button is not one of this release.
    """
    return ActionInvocation(caller=caller, action=_action(interaction), id=_id(interaction))


def pointed_of(caller: Caller, message: discord.Message) -> PointedMessage:
    """Return the message that a message command was used on.

    Its content comes with the command, whether or not the bot may read messages.
    """
    thread_id = None if caller.thread is None else caller.thread.id
    author = _user(message.author) if is_by_a_person(message) else None
    ref = MessageRef(channel=caller.channel, id=str(message.id), thread_id=thread_id)
    return PointedMessage(message=ref, author=author, text=message.content)


def grade_this_of(
    interaction: Interaction, caller: Caller, message: discord.Message
) -> ActionInvocation:
    """Return the message command "Grade this answer" as the shortcut that it is."""
    return ActionInvocation(
        caller=caller,
        action=Action(ActionKind.GRADE_THIS),
        id=_id(interaction),
        about=pointed_of(caller, message),
    )


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


def _is_media(channel: object) -> bool:
    """Whether a thread is a post of a media channel, which takes pictures and films only."""
    parent = channel.parent if isinstance(channel, discord.Thread) else None
    return isinstance(parent, discord.ForumChannel) and parent.is_media()


def _groups(user: discord.User | discord.Member) -> frozenset[str]:
    """Return the addresses of somebody's roles in the server; the library knows more of some."""
    if not isinstance(user, discord.Member):
        return frozenset()
    workspace = _workspace(str(user.guild.id))
    ids = user._roles  # noqa: SLF001  (`roles` leaves out what its cache does not hold)
    return frozenset(Group(workspace=workspace, id=str(id_)).ref for id_ in ids)
