"""Whatever is said, no limit of Discord's is ever broken and nobody is mentioned."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.discord.completion import render_choices
from bot.platforms.discord.form import render_form
from bot.platforms.discord.forum import Tag, choose_tags
from bot.platforms.discord.thread import thread_name
from handlers.actions import Action, ActionKind
from handlers.command import Choice
from handlers.message import (
    Bullets,
    Button,
    Buttons,
    ButtonStyle,
    CodeBlock,
    Context,
    Detail,
    Feedback,
    Fields,
    Heading,
    Message,
    OpenForm,
    Quote,
    Span,
    Style,
    Text,
    TextField,
    bold,
    code,
    italic,
)
from handlers.ports import TargetGone
from tests.bot.platforms.discord.test_render import ANSWER, payload
from tests.wire.fake_discord_rules import check_message, check_modal, check_thread_name

words = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="*_`~|>#-<@[]()\\ \n1.👀é", max_size=400),
    st.builds(
        lambda text, times: text * times, st.text(min_size=1, max_size=9), st.integers(0, 900)
    ),
)
lines = st.lists(st.builds(Span, words, st.sampled_from(Style)), max_size=3).map(tuple)
actions = st.builds(
    Action, st.sampled_from(ActionKind), st.from_regex(r"[A-Za-z0-9_-]{0,80}", fullmatch=True)
)
contents = st.one_of(
    st.builds(Heading, words),
    st.builds(Text, lines),
    st.builds(Bullets, st.lists(lines, max_size=4).map(tuple), st.booleans()),
    st.builds(Quote, words),
    st.builds(CodeBlock, words),
    st.builds(Context, lines),
    st.builds(Fields, st.lists(st.tuples(words, words), max_size=30).map(tuple)),
)
blocks = st.one_of(
    contents,
    st.builds(Detail, st.lists(contents, max_size=4).map(tuple)),
    st.builds(Feedback, actions, actions),
    st.builds(
        Buttons,
        st.lists(st.builds(Button, words, actions, st.sampled_from(ButtonStyle)), max_size=9).map(
            tuple
        ),
    ),
)
messages = st.builds(
    Message, blocks=st.lists(blocks, max_size=14).map(tuple), summary=st.one_of(st.just(""), words)
)
forms = st.builds(
    OpenForm,
    title=words,
    intro=messages,
    fields=st.lists(
        st.builds(
            TextField,
            name=st.from_regex(r"[a-z]{1,20}", fullmatch=True),
            label=words,
            placeholder=words,
            initial=words,
        ),
        min_size=1,
        max_size=5,
    ).map(tuple),
    action=actions,
)


@settings(max_examples=150, deadline=None)
@given(messages)
def test_no_message_breaks_a_limit(message: Message) -> None:
    shown = payload(message)

    check_message(shown)
    assert shown["embeds"]


@settings(max_examples=80, deadline=None)
@given(forms)
def test_no_form_breaks_a_limit(form: OpenForm) -> None:
    check_modal(render_form(form).to_dict())


shouts = st.sampled_from(["@everyone", "@here", "@EVERYONE", "@Here", "<@1>", "<@&2>"])
typed_texts = st.builds(lambda a, shout, b: a + shout + b, words, shouts, words)


def every_kind_of_block(typed: str) -> Message:
    said = (Span(typed), bold(typed), italic(typed), code(typed))
    return Message(
        blocks=(
            Heading(typed),
            Text(said),
            Bullets((said,)),
            Quote(typed),
            CodeBlock(typed),
            Fields(((typed, typed),)),
            Context(said),
            Detail((Quote(typed),)),
            Buttons((Button(typed, ANSWER),)),
        ),
        summary=typed,
    )


@settings(max_examples=100, deadline=None)
@given(typed_texts)
def test_nobody_is_mentioned_by_what_someone_typed(typed: str) -> None:
    shown = json.dumps(payload(every_kind_of_block(typed)), ensure_ascii=False).casefold()

    assert "@everyone" not in shown
    assert "@here" not in shown


@settings(max_examples=60, deadline=None)
@given(typed_texts)
def test_nobody_is_mentioned_by_a_form_or_a_title(typed: str) -> None:
    assert "@everyone" not in thread_name(typed).casefold()
    check_thread_name(thread_name(typed))
    form = OpenForm(
        title="T",
        intro=every_kind_of_block(typed),
        fields=(TextField(name="a", label="A"),),
        action=ANSWER,
    )
    intro, *_ = render_form(form).to_dict()["components"]
    assert "@everyone" not in str(intro).casefold()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.builds(Choice, value=words, label=words), max_size=40))
def test_what_is_offered_breaks_no_limit(found: list[Choice]) -> None:
    offered = render_choices(found)

    assert len(offered) <= 25
    for choice in offered:
        assert 1 <= len(choice.name) <= 100
        assert 1 <= len(choice.value) <= 100
        assert choice.value in {each.value for each in found}


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": st.integers(1, 10**18).map(str),
                "name": words.filter(bool),
                "moderated": st.booleans(),
            }
        ),
        max_size=30,
    ),
    st.lists(words, max_size=12),
    st.booleans(),
)
def test_tags_are_the_forums_own_at_most_five_and_none_that_only_moderators_may_use(
    available: list[Tag], wanted: list[str], needs_one: bool
) -> None:
    free = {tag["id"] for tag in available if not tag["moderated"]}
    if needs_one and not free:
        with pytest.raises(TargetGone, match="asks for a tag"):
            choose_tags(available, wanted, needs_one=needs_one)
        return
    chosen = choose_tags(available, wanted, needs_one=needs_one)
    assert len(chosen) == len(set(chosen)) <= 5
    assert set(chosen) <= free
    assert chosen or not needs_one
