"""``/prep questions``: a team's own questions, listed, suggested, added, edited and retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.bank.index import index_job
from handlers.bank.own import Taken, Written, add, edit, own_question, suggest
from handlers.command import Choice, Command, Option
from handlers.feature import Feature
from handlers.invocation import CommandInvocation, FormSubmission
from handlers.message import (
    Bullets,
    Context,
    Heading,
    Message,
    OpenForm,
    Outcome,
    Response,
    SelectField,
    Text,
    TextField,
    bold,
    code,
    line,
    say,
)
from handlers.offers.author import OfferButtons
from handlers.ports import Clock
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join
from handlers.teams.permission import may_lead
from handlers.wording import legible
from questions.importers.approve import NotReady
from questions.question import Question
from questions.role import Role, find_role

COMMAND: Final = Command(
    name="questions",
    description="Your team's own questions: list, suggest; for leads: add, edit, retire",
    options=(
        Option(
            name="action",
            description="list, suggest, versions, answers, offer; for leads add, edit, retire",
            choices=(
                Choice(value="list", label="List them"),
                Choice(value="suggest", label="Suggest one"),
                Choice(value="versions", label="Show one's versions"),
                Choice(value="add", label="Add one"),
                Choice(value="edit", label="Edit one"),
                Choice(value="retire", label="Retire one", aliases=("remove", "delete")),
                Choice(value="answers", label="List teammates' model answers"),
                Choice(value="offer", label="Offer your answer to one as a model answer"),
                Choice(value="withdraw", label="Take a teammate's model answer out"),
            ),
        ),
        Option(name="question", description="Which one: its id, as the list shows it"),
        Option(
            name="named",
            description="Whether an answer that you offer shows your name",
            choices=(Choice(value="no", label="No"), Choice(value="yes", label="Yes")),
        ),
    ),
    opens_form=True,
)
# The shortest text that every platform's form takes in one field.
MAX_FIELD: Final = 2_800
_SHOWN: Final = 30
_OFFERS: Final = frozenset({"answers", "offer", "withdraw"})
_FIELDS: Final = {"prompt": "Question", "model_answer": "Model answer", "tests": "What it tests"}
_ROLE: Final = "role"
_DIFFICULTY: Final = "difficulty"
_LEVELS: Final = (("1", "1, easy"), ("2", "2"), ("3", "3, middling"), ("4", "4"), ("5", "5, hard"))
_NOT_A_LEAD: Final = say(
    "Only people who run this workspace, and those they named with /prep managers, change the "
    "team's questions. You can suggest one with /prep questions suggest."
)
_UNKNOWN: Final = say("Your team has no question of that id. /prep questions lists them.")
_NO_PROMPT: Final = say("A question needs words: write it, then send it again.")
_NO_ROLE: Final = say("Pick the role that the question is for, then send it again.")
_SAME: Final = say("Nothing differs, so it stays as it is.")


class QuestionsCommand:
    """Handles `COMMAND` and its forms."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock, offers: OfferButtons) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._offers = offers

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """List the team's questions, or do something to one."""
        caller, options = invocation.caller, invocation.options
        action = options.get("action", "versions" if "question" in options else "list")
        wanted = options.get("question", "").strip()
        if action == "suggest":
            return _form(ActionKind.BANK_SUGGEST, "Suggest a question", None)
        if action in _OFFERS:
            return await self._about_offers(invocation, action, wanted)
        async with self._unit_of_work() as work:
            team_id = (await join(work, caller)).team.id
            if action == "list":
                return Response(message=_list(await work.questions.all(team_id)))
            if action == "versions":
                versions = await work.questions.versions(team_id, wanted)
                return Response(message=_versions(wanted, versions) if versions else _UNKNOWN)
            if not await may_lead(work, caller):
                return Response(message=_NOT_A_LEAD)
            lane = caller.user.platform
            return await _change(work, team_id, action, wanted, lane=lane)

    async def _about_offers(
        self, invocation: CommandInvocation, action: str, wanted: str
    ) -> Outcome:
        caller = invocation.caller
        if action == "answers":
            return await self._offers.list(caller)
        if action == "withdraw":
            return await self._offers.withdraw_named(caller, wanted)
        is_named = invocation.options.get("named") == "yes"
        return await self._offers.offer(caller, wanted, named=is_named)

    async def suggested(self, submission: FormSubmission) -> Response:
        """Put a suggestion into the leads' queue."""
        written = _written(submission.values)
        if isinstance(written, Message):
            return _not_taken(written)
        async with self._unit_of_work() as work:
            member = await join(work, submission.caller)
            taken = await suggest(
                work, member.team.id, written, by=member.member.name, now=self._clock.now()
            )
        if not taken.is_new:
            return Response(message=say("Thank you, your team has this suggestion already."))
        told = "Thank you! A lead looks at it with /prep drafts and decides."
        return Response(message=say(told, *_warning(taken)))

    async def added(self, submission: FormSubmission) -> Response:
        """Store a lead's question."""
        written = _written(submission.values)
        if isinstance(written, Message):
            return _not_taken(written)
        async with self._unit_of_work() as work:
            if not await may_lead(work, submission.caller):
                return _not_taken(_NOT_A_LEAD)
            member = await join(work, submission.caller)
            try:
                taken = await add(work, member.team.id, written, by=member.member.name)
            except NotReady as error:
                return _not_taken(say(f"It still lacks {', '.join(error.missing)}."))
            await work.enqueue(index_job(member.team.id, submission.caller.user.platform))
        name = taken.question.id if taken.question is not None else ""
        return Response(message=say("Added: ", code(name), ".", *_warning(taken)))

    async def edited(self, submission: FormSubmission) -> Response:
        """Store a new version of a question."""
        written = _written(submission.values, partial=True)
        if isinstance(written, Message):
            return _not_taken(written)
        async with self._unit_of_work() as work:
            if not await may_lead(work, submission.caller):
                return _not_taken(_NOT_A_LEAD)
            team_id = (await join(work, submission.caller)).team.id
            question = await own_question(work, team_id, submission.action.subject)
            if question is None:
                return _not_taken(_UNKNOWN)
            changes: dict[str, object] = {_ROLE: written.role, _DIFFICULTY: written.difficulty}
            given = {name for name in _FIELDS if submission.values.get(name, "").strip()}
            changes |= {name: getattr(written, name) for name in given}
            try:
                fresh = await edit(work, team_id, question, changes)
            except NotReady as error:
                return _not_taken(say(f"That can't be stored yet: {', '.join(error.missing)}."))
            if fresh is not None:
                await work.enqueue(index_job(team_id, submission.caller.user.platform))
        if fresh is None:
            return Response(message=_SAME)
        told = f"Saved as version {fresh.version} of “{fresh.title}”. Earlier grades keep theirs."
        return Response(message=say(told))


async def _change(
    work: UnitOfWork, team_id: str, action: str, wanted: str, *, lane: str
) -> Outcome:
    """Do what only leads may: open a form, or retire a question."""
    if action == "add":
        return _form(ActionKind.BANK_ADD, "Add a question", None)
    question = await own_question(work, team_id, wanted)
    if question is None:
        return Response(message=_UNKNOWN)
    if action == "edit":
        return _form(ActionKind.BANK_EDIT, "Edit this question", question)
    await work.questions.retire(team_id, question.id)
    await work.enqueue(index_job(team_id, lane))
    told = f"“{question.title}” is retired: it is not asked any more, and its grades stay."
    return Response(message=say(told))


def _form(kind: ActionKind, title: str, question: Question | None) -> OpenForm:
    """Return the form; a text longer than a field takes is left out, so as not to be cut."""
    texts = {name: getattr(question, name) if question else "" for name in _FIELDS}
    intro = "The rubric is proposed from the model answer, so make each of its points a sentence."
    if any(len(text) > MAX_FIELD for text in texts.values()):
        intro = "What is too long for a form is left out here, and stays as it is."
    fields: list[TextField | SelectField] = [
        SelectField(
            name=_ROLE,
            label="Role",
            options=tuple((role.value, role.title) for role in Role),
            initial=question.role.value if question else "",
        ),
        *(
            TextField(name=name, label=_FIELDS[name], initial=text)
            for name, text in texts.items()
            if len(text) <= MAX_FIELD
        ),
        SelectField(
            name=_DIFFICULTY,
            label="Difficulty",
            options=_LEVELS,
            initial=str(question.difficulty) if question else "3",
        ),
    ]
    return OpenForm(
        title=title,
        intro=say(intro),
        fields=tuple(fields),
        action=Action(kind, question.id if question else ""),
    )


def _written(values: Mapping[str, str], *, partial: bool = False) -> Written | Message:
    role = find_role(values.get(_ROLE, ""))
    if role is None:
        return _NO_ROLE
    prompt = legible(values.get("prompt", ""))
    if not any(ch.isalnum() for ch in prompt) and not (partial and "prompt" not in values):
        return _NO_PROMPT
    level = values.get(_DIFFICULTY, "")
    return Written(
        role=role,
        prompt=prompt,
        model_answer=legible(values.get("model_answer", "")),
        tests=legible(values.get("tests", "")),
        difficulty=int(level) if level in {"1", "2", "3", "4", "5"} else 3,
    )


def _warning(taken: Taken) -> tuple[str, ...]:
    return tuple(f" It asks nearly the same as {name}: do you need both?" for name in taken.near)


def _list(own: list[Question]) -> Message:
    how = Context(line(code("/prep questions suggest"), " suggests one."))
    if not own:
        return Message(blocks=(Text(line("Your team has no questions of its own yet.")), how))
    items = tuple(
        line(code(q.id), " ", bold(q.title), f" · {q.role.title} · version {q.version}")
        for q in own[:_SHOWN]
    )
    more = (Text(line(f"… and {len(own) - _SHOWN} more.")),) if len(own) > _SHOWN else ()
    return Message(blocks=(Heading("Your team's questions"), Bullets(items), *more, how))


def _versions(question_id: str, versions: list[tuple[Question, bool]]) -> Message:
    items = tuple(
        line(f"version {q.version}{', retired' if retired else ''}: {q.prompt[:200]}")
        for q, retired in versions
    )
    return Message(blocks=(Heading(f"Versions of {question_id}"), Bullets(items)))


def _not_taken(message: Message) -> Response:
    return Response(message=message, accepted=False)
