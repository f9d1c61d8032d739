"""Answers to commands, clicks and forms, by whatever way still reaches the person."""

from __future__ import annotations

import logging

from bot.platforms.slack.body import render_body
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.form import Origin, render_view
from bot.platforms.slack.parse import AnswerPlace
from bot.platforms.slack.payload import text_at
from handlers.message import OpenForm, Outcome, Response, Visibility, say
from handlers.ports import DeliveryFailed

_log = logging.getLogger(__name__)


class Answers:
    """Gives outcomes back where they were asked for. Never raises: a lost answer is logged."""

    def __init__(self, platform: SlackPlatform) -> None:
        self._web = platform.web

    async def give(self, place: AnswerPlace, outcome: Outcome) -> None:
        """Show a response, or open a form; where Slack won't open it, say so."""
        if isinstance(outcome, Response):
            await self._say(place, outcome)
            return
        try:
            await self._open(place, outcome)
        except DeliveryFailed:
            sorry = say("I couldn't open the form just now. Please try once more.")
            await self._say(place, Response(message=sorry))

    async def _open(self, place: AnswerPlace, form: OpenForm) -> None:
        origin = Origin(
            channel_id=place.channel_id,
            thread_ts=place.thread_ts,
            workspace_id=place.workspace_id,
        )
        view = render_view(form, origin)
        await self._web.call("views.open", trigger_id=place.trigger_id, view=view)

    async def _say(self, place: AnswerPlace, response: Response) -> None:
        for way in (self._respond, self._post, self._write_to):
            try:
                if await way(place, response):
                    return
            except DeliveryFailed as failure:
                _log.info("slack.answer_refused way=%s reason=%s", way.__name__, failure.reason)
        _log.error("slack.answer_lost channel=%s", place.channel_id)

    async def _respond(self, place: AnswerPlace, response: Response) -> bool:
        if not place.response_url:
            return False
        everyone = response.visibility is Visibility.EVERYONE
        body = render_body(response.message, place.thread_ts)
        body |= {
            "response_type": "in_channel" if everyone else "ephemeral",
            "replace_original": False,
        }
        await self._web.respond(place.response_url, body)
        return True

    async def _post(self, place: AnswerPlace, response: Response) -> bool:
        body = render_body(response.message, place.thread_ts)
        if place.is_direct or response.visibility is Visibility.EVERYONE:
            await self._web.call("chat.postMessage", channel=place.channel_id, **body)
        else:
            await self._web.call(
                "chat.postEphemeral", channel=place.channel_id, user=place.user_id, **body
            )
        return True

    async def _write_to(self, place: AnswerPlace, response: Response) -> bool:
        opened = await self._web.call("conversations.open", users=place.user_id)
        channel = text_at(opened, "channel", "id") or place.user_id
        await self._web.call("chat.postMessage", channel=channel, **render_body(response.message))
        return True
