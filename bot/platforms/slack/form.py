"""A form as a Slack modal, and what travels with it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.platforms.slack import limits
from bot.platforms.slack.markup import clip
from bot.platforms.slack.payload import JsonObject, Payload, object_at, objects_at, text_at
from bot.platforms.slack.render import render_blocks
from bot.platforms.slack.tidy import clean
from handlers.actions import Action, UnknownAction
from handlers.message import Field, OpenForm, SelectField, TextField

CALLBACK = "prepbot-form"
_INPUT = "input"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a form was opened: a sent modal itself no longer knows.

    Attributes:
        channel_id: the channel.
        thread_ts: the thread, empty outside of one.
        workspace_id: the workspace; a modal may only know its organisation.
    """

    channel_id: str
    thread_ts: str = ""
    workspace_id: str = ""


def render_view(form: OpenForm, origin: Origin) -> JsonObject:
    """Return the modal for ``views.open``; every field's ``block_id`` is its name."""
    intro = render_blocks(
        form.intro, most=limits.MODAL_BLOCKS - len(form.fields), with_buttons=False
    )
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain(form.title, limits.MODAL_TITLE),
        "submit": _plain(form.submit_label, limits.MODAL_SUBMIT),
        "close": _plain("Cancel", limits.MODAL_SUBMIT),
        "private_metadata": pack_metadata(form.action, origin),
        "blocks": [*intro, *map(_input, form.fields)],
    }


def pack_metadata(action: Action, origin: Origin) -> str:
    """Return what the modal carries: what comes back, and where it came from."""
    return json.dumps(
        {
            "action": action.pack(),
            "channel": origin.channel_id,
            "thread": origin.thread_ts,
            "workspace": origin.workspace_id,
        }
    )


def unpack_metadata(text: str) -> tuple[Action, Origin]:
    """Read what a modal carried.

    Raises:
        UnknownAction: it is none of ours, or of a release that this one does not know.
    """
    try:
        carried = json.loads(text)
    except ValueError as error:
        raise UnknownAction(text) from error
    origin = Origin(
        channel_id=text_at(carried, "channel"),
        thread_ts=text_at(carried, "thread"),
        workspace_id=text_at(carried, "workspace"),
    )
    return Action.unpack(text_at(carried, "action")), origin


def read_values(view: object) -> dict[str, str]:
    """Return what was typed, by field name."""
    state = view.get("state") if isinstance(view, dict) else None
    values = state.get("values") if isinstance(state, dict) else None
    if not isinstance(values, dict):
        return {}
    return {name: _value(block) for name, block in values.items()}


def field_at_fault(body: Payload, field: str) -> str:
    """Return the block that an error is shown under: the field's, else the first text field's.

    Args:
        body: a ``view_submission``.
        field: the field's name; may be empty, or none of the form's.

    Returns:
        The empty text where the form has no field.
    """
    inputs = [b for b in objects_at(body, "view", "blocks") if text_at(b, "type") == _INPUT]
    names = [text_at(block, "block_id") for block in inputs]
    if field in names:
        return field
    # A choice made in vain is seen; a text must be kept at hand.
    inputs.sort(key=lambda block: text_at(block, "element", "type") != "plain_text_input")
    typed = read_values(object_at(body, "view"))
    return next((text_at(block, "block_id") for block in inputs), next(iter(typed), ""))


def reason(why: str) -> str:
    """Return why a form was not taken, as its error line shows it."""
    return clip(clean(why).strip(), limits.INPUT_ERROR) or "…"


def instead(why: str) -> JsonObject:
    """Return the acknowledgement that shows a reason in the form's place."""
    text: JsonObject = {"type": "plain_text", "text": reason(why)}
    view = {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain("Not taken", limits.MODAL_TITLE),
        "close": _plain("Close", limits.MODAL_SUBMIT),
        "blocks": [{"type": "section", "text": text}],
    }
    return {"response_action": "update", "view": view}


def _value(block: object) -> str:
    picked = text_at(block, _INPUT, "selected_option", "value")
    return picked or text_at(block, _INPUT, "value")


def _input(field: Field) -> JsonObject:
    element = _select(field) if isinstance(field, SelectField) else _text_input(field)
    if field.placeholder:
        element["placeholder"] = _plain(field.placeholder, limits.INPUT_PLACEHOLDER)
    return {
        "type": "input",
        "block_id": field.name,
        "label": _plain(field.label or field.name, limits.INPUT_LABEL),
        "element": element,
    }


def _select(field: SelectField) -> JsonObject:
    options: list[JsonObject] = [
        {"text": _plain(label, limits.OPTION_TEXT), "value": value}
        for value, label in field.options[: limits.OPTIONS]
    ]
    element: JsonObject = {"type": "static_select", "action_id": _INPUT, "options": options}
    initial = next((option for option in options if option["value"] == field.initial), None)
    if initial is not None:
        element["initial_option"] = initial
    return element


def _text_input(field: TextField) -> JsonObject:
    element: JsonObject = {
        "type": "plain_text_input",
        "action_id": _INPUT,
        "multiline": True,
        "max_length": limits.INPUT_TEXT,
    }
    if field.initial:
        element["initial_value"] = clip(clean(field.initial), limits.INPUT_TEXT)
    return element


def _plain(text: str, limit: int) -> JsonObject:
    return {"type": "plain_text", "text": clip(clean(text).strip(), limit) or "…"}
