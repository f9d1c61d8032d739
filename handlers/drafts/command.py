"""``/prep drafts``: a lead looks through what was imported, and approves, edits or drops it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.bank.index import index_job
from handlers.command import Choice, Command, Option, UsageError
from handlers.drafts.decide import Decided, approve, drop, edit
from handlers.drafts.message import PAGE, decided_message, draft_message, list_message
from handlers.drafts.record import DraftState, StoredDraft
from handlers.feature import Feature
from handlers.invocation import ActionInvocation, Caller, CommandInvocation, FormSubmission
from handlers.message import Message, OpenForm, Outcome, Response, SelectField, TextField, code, say
from handlers.offers.desk import OfferDesk
from handlers.records import Member
from handlers.roles import ROLE_CHOICES
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join
from handlers.teams.permission import may_lead
from handlers.wording import legible
from questions.importers.approve import NotReady
from questions.importers.revise import Revision, revise
from questions.role import Role, find_role

COMMAND: Final = Command(
    name="drafts",
    description="Look through imported drafts: approve, edit or drop each (for leads)",
    options=(
        Option(
            name="action",
            description="look, approve, edit or drop; more lists what follows; offers: answers",
            choices=(
                Choice(value="list", label="List them"),
                Choice(value="more", label="List the next ones"),
                Choice(value="look", label="Look at one", aliases=("show",)),
                Choice(value="approve", label="Make one a question"),
                Choice(value="edit", label="Edit one"),
                Choice(value="drop", label="Put one away", aliases=("delete",)),
                Choice(value="offers", label="List answers offered as model answers"),
                Choice(value="accept", label="Take an offered answer up"),
                Choice(value="decline", label="Decline an offered answer"),
            ),
        ),
        Option(name="draft", description="Which one: its number, as the list shows it"),
        Option(name="role", description="Only this role's drafts", choices=ROLE_CHOICES),
    ),
    manages=True,
    opens_form=True,
)
# The shortest text that every platform's form takes in one field.
MAX_FIELD: Final = 2_800
_LEAST: Final = 4

_ROLE: Final = "role"
_PROMPT: Final = "prompt"
_ANSWER: Final = "model-answer"
_TESTS: Final = "tests"
_DIFFICULTY: Final = "difficulty"
_LEVELS: Final = (("1", "1, easy"), ("2", "2"), ("3", "3, middling"), ("4", "4"), ("5", "5, hard"))
_NOT_A_LEAD: Final = say(
    "Only people who run this workspace, and those they named with /prep managers, decide on "
    "drafts."
)
_NOT_HERE: Final = say(
    "Here I can't tell who leads your team. Use /prep drafts in a channel of your server."
)
_NO_PROMPT: Final = say("A question needs words: write the prompt, then send it again.")


@dataclass(frozen=True)
class _Case:
    """A draft that a lead may decide on now."""

    lead: Member
    stored: StoredDraft


class DraftsCommand:
    """Handles `COMMAND`, the buttons of its messages, and the form behind one of them."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, offers: OfferDesk) -> None:
        self._unit_of_work = unit_of_work
        self._offers = offers
        self._clicks: dict[ActionKind, Callable[[ActionInvocation], Awaitable[Outcome]]] = {
            ActionKind.DRAFT_LOOK: self.look,
            ActionKind.DRAFT_APPROVE: self.approve,
            ActionKind.DRAFT_EDIT: self.edit,
            ActionKind.DRAFT_DROP: self.drop,
        }

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """List the drafts that wait, the surest first, or do something to one.

        Raises:
            UsageError: it is not said which draft.
        """
        caller, options = invocation.caller, invocation.options
        role = find_role(options[_ROLE]) if _ROLE in options else None
        action = options.get("action", "look" if "draft" in options else "list")
        if action in {"list", "more"}:
            typed = options.get("draft", "")
            start = PAGE if action == "more" else 0
            return await self._list(caller, int(typed) if typed.isdigit() else start, role)
        if action in {"offers", "accept", "decline"}:
            return await self._offers.handle(caller, action, options.get("draft", ""))
        draft_id = await self._named(caller, options.get("draft", ""))
        kind = {
            "look": ActionKind.DRAFT_LOOK,
            "approve": ActionKind.DRAFT_APPROVE,
            "edit": ActionKind.DRAFT_EDIT,
            "drop": ActionKind.DRAFT_DROP,
        }[action]
        click = ActionInvocation(caller=caller, action=Action(kind, draft_id))
        return await self._clicks[kind](click)

    async def more(self, invocation: ActionInvocation) -> Outcome:
        """List the drafts that come next."""
        offset, _, role = invocation.action.subject.partition("-")
        start = int(offset) if offset.isdigit() and len(offset) < 7 else 0
        return await self._list(invocation.caller, start, find_role(role) if role else None)

    async def look(self, invocation: ActionInvocation) -> Outcome:
        """Show one draft in full."""
        async with self._unit_of_work() as work:
            case = await _case(work, invocation.caller, invocation.action.subject)
        return case if isinstance(case, Response) else Response(message=draft_message(case.stored))

    async def approve(self, invocation: ActionInvocation) -> Outcome:
        """Make a draft a question of the team."""
        async with self._unit_of_work() as work:
            case = await _case(work, invocation.caller, invocation.action.subject)
            if isinstance(case, Response):
                return case
            try:
                question = await approve(work, case.stored, by=case.lead.name)
            except NotReady as error:
                told = (
                    f"Not yet: this draft lacks {', '.join(error.missing)}. Press Edit to add it."
                )
                return _not_taken(draft_message(case.stored, told=told))
            except Decided as error:
                return _not_taken(decided_message(error.draft))
            team_id, lane = case.stored.team_id, invocation.caller.user.platform
            await work.enqueue(index_job(team_id, lane))
        message = say(
            f"“{question.title}” is now a question of your team for {question.role.title}: ",
            code(question.id),
        )
        return Response(message=message)

    async def drop(self, invocation: ActionInvocation) -> Outcome:
        """Put a draft away."""
        async with self._unit_of_work() as work:
            case = await _case(work, invocation.caller, invocation.action.subject)
            if isinstance(case, Response):
                return case
            try:
                await drop(work, case.stored, by=case.lead.name)
            except Decided as error:
                return _not_taken(decided_message(error.draft))
        return Response(
            message=say(
                f"Dropped “{case.stored.draft.title}”. Importing it again won't bring it back."
            )
        )

    async def edit(self, invocation: ActionInvocation) -> Outcome:
        """Open the form for a draft's words."""
        async with self._unit_of_work() as work:
            case = await _case(work, invocation.caller, invocation.action.subject)
        return case if isinstance(case, Response) else _form(case.stored)

    async def edited(self, submission: FormSubmission) -> Response:
        """Store what the form says, and show the draft as it is now."""
        values = submission.values
        if not any(ch.isalnum() for ch in values.get(_PROMPT, "long")):
            return _not_taken(_NO_PROMPT)
        async with self._unit_of_work() as work:
            case = await _case(work, submission.caller, submission.action.subject)
            if isinstance(case, Response):
                return case
            draft = revise(case.stored.draft, _revision(values))
            try:
                stored = await edit(work, case.stored, draft)
            except Decided as error:
                return _not_taken(decided_message(error.draft))
        return Response(message=draft_message(stored, told="Saved. Approve it when it is right."))

    async def _named(self, caller: Caller, typed: str) -> str:
        """Return the id of the draft that the beginning of one names."""
        prefix = typed.strip().casefold()
        if len(prefix) < _LEAST or not prefix.isalnum():
            raise UsageError("Say which draft, for example: /prep drafts look 3f2a9c10")
        async with self._unit_of_work() as work:
            if await _refuse(work, caller) is not None:
                # Who may not look need not know what there is.
                return prefix
            found = await work.drafts.beginning((await join(work, caller)).team.id, prefix)
        if len(found) > 1:
            raise UsageError(f"Several drafts begin with “{prefix}”: type more of the number.")
        return found[0].id if found else prefix

    async def _list(self, caller: Caller, offset: int, role: Role | None) -> Outcome:
        async with self._unit_of_work() as work:
            refused = await _refuse(work, caller)
            if refused is not None:
                return Response(message=refused)
            team_id = (await join(work, caller)).team.id
            waiting = DraftState.WAITING
            total = await work.drafts.count(team_id, waiting, role)
            page = await work.drafts.page(
                team_id, state=waiting, role=role, limit=PAGE, offset=offset
            )
        return Response(message=list_message(page, total=total, offset=offset, role=role))


async def _refuse(work: UnitOfWork, caller: Caller) -> Message | None:
    if await may_lead(work, caller):
        return None
    return _NOT_HERE if caller.workspace is None else _NOT_A_LEAD


async def _case(work: UnitOfWork, caller: Caller, draft_id: str) -> _Case | Response:
    """Return the draft for a lead of its team, or what to tell them instead.

    A message stands in a chat for ever, so whoever presses its buttons is looked at anew.
    """
    refused = await _refuse(work, caller)
    if refused is not None:
        return _not_taken(refused)
    lead = await join(work, caller)
    stored = await work.drafts.get(lead.team.id, draft_id)
    if stored is None or stored.state is not DraftState.WAITING:
        return _not_taken(decided_message(stored))
    return _Case(lead.member, stored)


def _form(stored: StoredDraft) -> OpenForm:
    """Return the form; a text longer than a field takes is left out, so as not to be cut."""
    draft = stored.draft
    texts = {_PROMPT: draft.prompt, _ANSWER: draft.model_answer, _TESTS: draft.tests}
    labels = {_PROMPT: "Question", _ANSWER: "Model answer", _TESTS: "What it tests"}
    too_long = [labels[name] for name, text in texts.items() if len(text) > MAX_FIELD]
    intro = "The rubric and the speaking blueprint that were proposed follow the model answer."
    if too_long:
        intro = (
            f"Too long for a form: {', '.join(too_long).lower()}. To change it, use: prepbot "
            f"questions drafts edit {stored.id[:8]}"
        )
    roles = tuple((role.value, role.title) for role in Role)
    role = draft.role.value if draft.role is not None else ""
    fields: list[TextField | SelectField] = [
        SelectField(name=_ROLE, label="Role", options=roles, initial=role),
        *(
            TextField(name=name, label=labels[name], initial=text)
            for name, text in texts.items()
            if len(text) <= MAX_FIELD
        ),
        SelectField(
            name=_DIFFICULTY, label="Difficulty", options=_LEVELS, initial=str(draft.difficulty)
        ),
    ]
    return OpenForm(
        title="Edit this draft",
        intro=say(intro),
        fields=tuple(fields),
        action=Action(ActionKind.DRAFT_EDIT, stored.id),
        submit_label="Save",
    )


def _revision(given: Mapping[str, str]) -> Revision:
    level, role = given.get(_DIFFICULTY, ""), given.get(_ROLE, "")
    return Revision(
        role=find_role(role) if role else None,
        prompt=_legible(given.get(_PROMPT)),
        model_answer=_legible(given.get(_ANSWER)),
        tests=_legible(given.get(_TESTS)),
        difficulty=int(level) if level in {"1", "2", "3", "4", "5"} else None,
    )


def _legible(text: str | None) -> str | None:
    """Drop control characters, which a database may refuse and nobody can read."""
    if text is None:
        return None
    return legible(text)


def _not_taken(message: Message) -> Response:
    return Response(message=message, accepted=False)
