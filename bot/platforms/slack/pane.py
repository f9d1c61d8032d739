"""The assistant pane: what it suggests, and what it says while an answer is read.

https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
https://docs.slack.dev/reference/methods/assistant.threads.setStatus
"""

from __future__ import annotations

from typing import Final

from bot.platforms.slack import limits
from bot.platforms.slack.web import SlackWeb
from handlers.assistant.prompt import PROMPTS
from handlers.ports import DeliveryFailed
from handlers.refs import MessageRef

_TITLE: Final = "Where shall we start?"
_READING: Final = "is reading your answer…"


async def suggest(web: SlackWeb, channel_id: str, thread_ts: str) -> None:
    """Offer the prompts in a pane. Never raises: it is a courtesy.

    Args:
        web: calls Slack.
        channel_id: the direct message that the pane shows.
        thread_ts: the pane's thread; empty in the newer pane for agents, which has none.
    """
    prompts = [{"title": p.title, "message": p.message} for p in PROMPTS[: limits.PROMPTS]]
    where = {"thread_ts": thread_ts} if thread_ts else {}
    try:
        await web.call(
            "assistant.threads.setSuggestedPrompts",
            channel_id=channel_id,
            title=_TITLE,
            prompts=prompts,
            **where,
        )
    except DeliveryFailed:
        return  # an app without a pane; logged where Slack refused it


async def show_status(web: SlackWeb, answer: MessageRef) -> None:
    """Say in a pane that an answer is being read. Never raises: it is a courtesy.

    Slack takes the status away by itself as soon as something is posted in the thread. Outside of
    direct messages there is no pane, and nothing happens.
    """
    await _set_status(web, answer, answer.thread_id or answer.id, _READING)


async def end_status(web: SlackWeb, answer: MessageRef) -> None:
    """Take the status away where nothing is posted in the answer's thread. Never raises.

    In the pane for agents every message begins a thread; what follows an answer stands beside it.
    """
    if answer.thread_id is None:
        await _set_status(web, answer, answer.id, "")


async def _set_status(web: SlackWeb, answer: MessageRef, thread_ts: str, status: str) -> None:
    if not answer.channel.is_direct:
        return
    try:
        await web.call(
            "assistant.threads.setStatus",
            channel_id=answer.channel.id,
            thread_ts=thread_ts,
            status=status,
        )
    except DeliveryFailed:
        return  # an app without a pane; logged where Slack refused it
