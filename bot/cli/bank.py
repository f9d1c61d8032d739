"""Finding a question for a command."""

from __future__ import annotations

import click

from questions.packs import PackError, find_shipped
from questions.question import Question


def find_question(question_id: str) -> Question:
    """Return a shipped question.

    Raises:
        click.ClickException: there is none of this id (offers near ones), or it can't be read.
    """
    try:
        found, near = find_shipped(question_id)
    except PackError as error:
        raise click.ClickException(str(error)) from error
    if found is None:
        hint = f" Did you mean {' or '.join(near)}?" if near else " See `prepbot questions list`."
        raise click.ClickException(f"There is no question “{question_id}”.{hint}")
    return found
