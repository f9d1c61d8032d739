"""What people do on Discord with more than a call, a click or a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_discord_gateway import GUILDS
from tests.wire.fake_discord_hooks import FakeInteraction
from tests.wire.fake_discord_world import FakeMessage, Json

_COMMAND, _COMPONENT, _AUTOCOMPLETE = 2, 3, 4
_ON_MESSAGE: Final = 3
_PRIVATE_CHANNEL: Final = 2


async def type_into(
    discord: FakeDiscord,
    user: str,
    command: str,
    option: str,
    text: str,
    *,
    others: Mapping[str, str] | None = None,
    channel_id: int | None = None,
) -> list[tuple[str, str]]:
    """Type into an option; return what is offered, as names with their values."""
    options: list[Json] = [{"name": n, "type": 3, "value": v} for n, v in (others or {}).items()]
    options.append({"name": option, "type": 3, "value": text, "focused": True})
    data = {
        "id": str(discord._world.new_id()),
        "name": "prep",
        "type": 1,
        "options": [{"name": command, "type": 1, "options": options}],
    }
    place = channel_id or discord.channel_id
    typed = await discord._interact(_AUTOCOMPLETE, place, user, data)
    answer = await discord.wait_until(lambda: typed.callback, what="what is offered")
    assert answer["type"] == 8
    choices = answer["data"]["choices"]
    assert len(choices) <= 25
    assert all(1 <= len(c["name"]) <= 100 and 1 <= len(c["value"]) <= 100 for c in choices)
    return [(choice["name"], choice["value"]) for choice in choices]


async def use_on_message(
    discord: FakeDiscord, message_id: int, user: str, *, command: str = "Grade this answer"
) -> FakeInteraction:
    """Use a message command; Discord hands the message over with its content."""
    message = discord.message(message_id)
    data = {
        "id": str(discord._world.new_id()),
        "name": command,
        "type": _ON_MESSAGE,
        "target_id": str(message_id),
        "resolved": {"messages": {str(message_id): message.payload()}},
    }
    return await discord._interact(_COMMAND, message.channel_id, user, data)


async def call_from_elsewhere(
    discord: FakeDiscord,
    user: str,
    command: str,
    options: Mapping[str, str] | None = None,
    *,
    between_people: bool = False,
    pressed: FakeMessage | None = None,
) -> FakeInteraction:
    """Call a command where only ``user`` has the app: who installed it for themselves.

    Args:
        discord: the fake.
        user: who.
        command: its name, or the custom id of the button that is pressed.
        options: what was typed.
        between_people: in a conversation of theirs with somebody else, rather than in a server
            that the bot is not in.
        pressed: the message whose button is pressed.
    """
    world = discord._world
    given = [{"name": n, "type": 3, "value": v} for n, v in (options or {}).items()]
    data: Json = {
        "id": str(world.new_id()),
        "name": "prep",
        "type": 1,
        "options": [{"name": command, "type": 1, "options": given}],
    }
    if pressed is not None:
        data = {"custom_id": command, "component_type": 2}
    kind = _COMMAND if pressed is None else _COMPONENT
    if between_people:
        place = world.direct_channel(world.user("Somebody else")).id
    else:
        place = discord.add_channel("not-ours")
    payload = world.interaction_payload(kind, place, user, data, manages=True)
    payload["authorizing_integration_owners"] = {"1": str(discord.user_id(user))}
    if between_people:
        payload["context"] = _PRIVATE_CHANNEL
    else:
        payload["guild_id"] = payload["guild"]["id"] = str(world.new_id())
    if pressed is not None:
        payload["message"] = pressed.payload()
    interaction = FakeInteraction(int(payload["id"]), payload["token"], payload)
    discord._rest.interactions.append(interaction)
    await discord._gateway.dispatch("INTERACTION_CREATE", payload)
    return interaction


async def name_role(
    discord: FakeDiscord, user: str, role: str, *, having: Sequence[int] = ()
) -> FakeInteraction:
    """Call ``/prep managers`` with a role picked from the list.

    Args:
        discord: the fake.
        user: who calls, with the permission Manage Server.
        role: the picked role's name.
        having: the ids of the caller's own roles.
    """
    world = discord._world
    picked = {
        **world.guild_payload(discord.guild_id)["roles"][0],
        "id": str(world.new_id()),
        "name": role,
    }
    options = [
        {"name": "action", "type": 3, "value": "add"},
        {"name": "person", "type": 9, "value": picked["id"]},
    ]
    data: Json = {
        "id": str(world.new_id()),
        "name": "prep",
        "type": 1,
        "options": [{"name": "managers", "type": 1, "options": options}],
        "resolved": {"roles": {picked["id"]: picked}},
    }
    payload = world.interaction_payload(_COMMAND, discord.channel_id, user, data, manages=True)
    payload["member"]["roles"] = [str(id_) for id_ in having]
    interaction = FakeInteraction(int(payload["id"]), payload["token"], payload)
    discord._rest.interactions.append(interaction)
    await discord._gateway.dispatch("INTERACTION_CREATE", payload)
    return interaction


def add_tags(
    discord: FakeDiscord, forum_id: int, names: Sequence[str], *, moderated: Sequence[str] = ()
) -> dict[str, str]:
    """Give a forum tags before the bot connects; return their ids by name."""
    forum = discord._world.channels[forum_id]
    for name in (*names, *moderated):
        tag = {"id": str(discord._world.new_id()), "name": name, "moderated": name in moderated}
        forum.tags.append(tag | {"emoji_id": None, "emoji_name": None})
    return {tag["name"]: tag["id"] for tag in forum.tags}


def require_tags(discord: FakeDiscord, forum_id: int) -> None:
    """Let a forum ask for a tag on every post."""
    discord._world.channels[forum_id].flags |= 1 << 4


async def start_private_thread(discord: FakeDiscord, user: str, name: str) -> int:
    """Let a person start a private thread that the bot is in; return its id."""
    world = discord._world
    parent, owner = world.channels[discord.channel_id], world.user(user)
    thread = world.add_thread(parent, name, world.new_id(), owner, private=True)
    await discord._gateway.dispatch("THREAD_CREATE", thread.payload(), GUILDS)
    return thread.id
