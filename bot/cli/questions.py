"""``prepbot questions``: list, show, lint and export."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot.cli.bank import find_question
from bot.cli.drafts import drafts, own_questions
from bot.cli.group import SuggestingGroup
from bot.cli.importing import import_command
from bot.cli.linting import lint_command
from bot.cli.role_option import read_role
from questions.lint import exemplar_score
from questions.packs import PackError, shipped_bank, write_pack
from questions.question import Question
from questions.role import Role


@click.group(cls=SuggestingGroup)
def questions() -> None:
    """List, show, check, import and export questions."""


questions.add_command(import_command)
questions.add_command(drafts)
questions.add_command(lint_command)


_ROLE = click.option("--role", callback=read_role, help="Only this role, e.g. ai-engineer.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@questions.command("list")
@_ROLE
@_JSON
def list_command(role: Role | None, *, as_json: bool) -> None:
    """List the shipped questions."""
    bank = [q for q in _bank() if role is None or q.role is role]
    if as_json:
        click.echo(json.dumps([_card(question) for question in bank], ensure_ascii=False, indent=2))
        return
    for question in bank:
        click.echo(f"{question.id:<34} {question.role:<32} {question.difficulty}  {question.title}")


@questions.command("show")
@click.argument("question_id", metavar="ID")
@_JSON
def show_command(question_id: str, *, as_json: bool) -> None:
    """Show a question with its rubric, model answer and exemplars."""
    question = find_question(question_id)
    if as_json:
        click.echo(question.model_dump_json(indent=2))
        return
    click.echo(write_pack(question))
    for exemplar in question.exemplars:
        click.echo(f"{exemplar.band}: {exemplar_score(question, exemplar)}/5")


@questions.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_ROLE
@click.option("--team", help="A team's own questions instead: its id or name.")
def export_command(folder: Path, role: Role | None, team: str | None) -> None:
    """Write the questions as pack files below FOLDER, one folder a role."""
    known = _bank() if team is None else own_questions(team)
    bank = [q for q in known if role is None or q.role is role]
    for question in bank:
        target = folder / question.role.value / f"{question.id}.md"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(write_pack(question), encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{target} can't be written ({error.strerror}).") from error
    click.echo(f"{len(bank)} questions written to {folder}.")


def _bank() -> tuple[Question, ...]:
    try:
        return shipped_bank()
    except PackError as error:
        raise click.ClickException(str(error)) from error


def _card(question: Question) -> dict[str, object]:
    return {
        "id": question.id,
        "version": question.version,
        "role": question.role.value,
        "topic": question.topic,
        "title": question.title,
        "kind": question.kind.value,
        "difficulty": question.difficulty,
    }
