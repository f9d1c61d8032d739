"""The Home tab: a person's own page.

https://docs.slack.dev/surfaces/app-home
https://docs.slack.dev/reference/methods/views.publish
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.platforms.slack import limits
from bot.platforms.slack.payload import JsonObject
from bot.platforms.slack.render import render_blocks
from bot.platforms.slack.web import SlackWeb
from handlers.message import Feedback, Message
from handlers.ports import DeliveryFailed

CALLBACK: Final = "prepbot-home"


def render_home(page: Message) -> JsonObject:
    """Return the view for ``views.publish``. Slack has feedback buttons in messages only."""
    shown = tuple(block for block in page.blocks if not isinstance(block, Feedback))
    blocks = render_blocks(replace(page, blocks=shown), most=limits.HOME_BLOCKS)
    return {"type": "home", "callback_id": CALLBACK, "blocks": blocks}


async def publish_home(web: SlackWeb, user_id: str, page: Message) -> None:
    """Show ``page`` on somebody's Home tab in place of the earlier one. Never raises."""
    try:
        await web.call("views.publish", user_id=user_id, view=render_home(page))
    except DeliveryFailed:
        return  # logged where Slack refused it; the tab asks again when it is opened
