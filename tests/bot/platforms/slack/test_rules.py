"""Which test holds Slack's rules, and the promises about faults, on which transport.

A test that takes the fixture `app`, or the whole bot's `driver`, runs once for each way in which
Slack reaches the bot; what concerns one way alone says so here.
"""

from __future__ import annotations

import importlib
import inspect
from dataclasses import dataclass
from typing import Final

import pytest

from tests.bot.platforms.slack.conftest import HTTP, SOCKET_MODE

_HERE: Final = "tests.bot.platforms.slack"
_WHOLE: Final = "tests.bot.scenario.test_slack_faults"
BOTH: Final = (SOCKET_MODE, HTTP)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Where a rule is tested; each is ``module::test`` or ``module::Class::test``."""

    tests: tuple[str, ...]
    ways: tuple[str, ...] = BOTH


def _here(module: str, *names: str, ways: tuple[str, ...] = BOTH) -> Proof:
    return Proof(tests=tuple(f"{_HERE}.{module}::{name}" for name in names), ways=ways)


def _whole(*names: str) -> Proof:
    return Proof(tests=tuple(f"{_WHOLE}::{name}" for name in names))


RULES: Final[dict[str, tuple[Proof, ...]]] = {
    "acknowledged only once stored": (
        _here("test_replies", "TestStoring::test_a_reply_is_acknowledged_only_after_it_is_stored"),
        _here("test_commands", "TestSlowly::test_a_form_is_acknowledged_only_after_it_is_handled"),
    ),
    "acknowledged within three seconds, however long the answer takes": (
        _here(
            "test_commands",
            "TestSlowly::test_a_command_is_acknowledged_in_time_and_answered_later",
        ),
    ),
    "not acknowledged while the database is down or locked, so delivered again": (
        _here(
            "test_replies", "test_a_reply_that_is_not_stored_is_not_acknowledged_and_comes_again"
        ),
        _here("test_changes", "test_a_change_that_is_not_stored_is_not_acknowledged"),
        _here(
            "test_http",
            "test_a_reply_that_is_not_stored_is_not_acknowledged_and_comes_again",
            ways=(HTTP,),
        ),
        _whole("test_a_locked_database_is_not_acknowledged_and_the_redelivery_is_graded"),
    ),
    "a repeated delivery keeps its address and shows nothing new": (
        _here(
            "test_replies",
            "test_a_duplicate_is_handed_on_with_the_same_address",
            "test_a_message_to_the_person_stands_in_the_thread_once",
        ),
        _whole("test_a_grade_stands_once_whatever_becomes_of_its_first_try"),
    ),
    "deliveries come in any order": (
        _here(
            "test_delivery",
            "test_deliveries_in_any_order_keep_their_addresses",
            "test_a_change_may_come_before_its_message",
        ),
    ),
    "a retry is never dropped for being one": (
        _here("test_delivery", "test_a_retry_of_what_was_never_stored_is_taken"),
    ),
    "`disconnect` in a burst, and a connection that breaks, lose nothing": (
        _here(
            "test_lifecycle",
            "test_nothing_is_lost_where_slack_replaces_connections_in_a_burst",
            "test_replies_arrive_after_slack_replaces_the_connection",
            "test_replies_arrive_after_the_connection_broke_and_slack_was_away",
            "test_a_connection_needs_no_details",
            ways=(SOCKET_MODE,),
        ),
    ),
    "what was written, changed or deleted meanwhile is found": (
        _here(
            "test_lifecycle",
            "TestSweep::test_replies_sent_between_two_connections_are_found",
            ways=(SOCKET_MODE,),
        ),
        _whole(
            "test_what_was_changed_while_the_bot_was_away_is_found_when_it_is_back",
            "test_an_answer_that_was_deleted_while_the_bot_was_away_is_taken_back",
        ),
    ),
    "a 429 is tried again after its Retry-After": (
        _here(
            "test_delivery",
            "test_what_is_said_is_said_again_after_the_pause_that_slack_asks_for",
            "test_an_answer_goes_another_way_where_slack_asks_to_slow_down",
        ),
        _whole("test_a_grade_stands_once_whatever_becomes_of_its_first_try"),
    ),
    "what Slack took before the connection broke is not posted twice": (
        _here("test_delivery", "test_what_slack_took_before_the_connection_broke_stands_once"),
        _whole(
            "test_a_grade_stands_once_whatever_becomes_of_its_first_try",
            "test_a_question_that_slack_took_before_the_connection_broke_stands_once",
        ),
    ),
    "a dead token pauses and says to install again": (
        _here("test_delivery", "test_a_token_that_died_does_not_stop_what_comes_in"),
        _here("test_lifecycle", "test_a_revoked_token_is_named_at_the_start", ways=(SOCKET_MODE,)),
        _here("test_http", "test_a_dead_token_is_named_at_the_start", ways=(HTTP,)),
        _whole("test_a_dead_token_pauses_the_schedule_with_its_reason"),
    ),
    "a missing scope is named": (_whole("test_a_missing_scope_is_named"),),
    "a lost channel pauses its schedule, its owner is told how to mend it, others go on": (
        _whole("test_a_lost_channel_pauses_its_schedule_and_the_others_go_on"),
    ),
    "a wrong clock and a stale signature are refused": (
        _here(
            "test_http",
            "TestSignature::test_a_clock_may_be_wrong_by_five_minutes",
            "TestSignature::test_a_stale_request_is_refused",
            ways=(HTTP,),
        ),
    ),
    "a replayed request changes nothing": (
        _here(
            "test_http",
            "TestSignature::test_a_replay_changes_nothing",
            "TestSignature::test_a_replayed_command_is_not_carried_out_again",
            "TestStoring::test_the_same_request_twice_at_once_is_handled_once",
            ways=(HTTP,),
        ),
    ),
    "malformed headers are refused": (
        _here(
            "test_http",
            "TestSignature::test_headers_that_are_not_slacks_are_refused",
            "TestSignature::test_another_secret_or_a_changed_body_is_refused",
            ways=(HTTP,),
        ),
    ),
    "malformed bodies break nothing": (
        _here("test_delivery", "test_a_malformed_payload_breaks_nothing"),
        _here(
            "test_http",
            "TestBodies::test_a_malformed_body_is_no_failure_of_ours",
            "TestBodies::test_an_enormous_body_is_not_read_to_its_end",
            ways=(HTTP,),
        ),
    ),
    "own messages, other bots' and unfurled links are not taken for words of people": (
        _here("test_delivery", "test_own_messages_and_other_bots_are_not_replies"),
        _here("test_replies", "test_what_is_no_persons_reply_is_acknowledged_and_ignored"),
        _here("test_changes", "test_an_unfurled_link_is_no_edit"),
    ),
    "what nobody handles is acknowledged": (
        _here("test_delivery", "test_what_slack_withholds_or_nobody_handles_is_acknowledged"),
        _here("test_commands", "test_what_nobody_handles_is_acknowledged"),
    ),
}


def found(path: str) -> object:
    """Return a test by its path; raises where there is none."""
    module, *names = path.split("::")
    test: object = importlib.import_module(module)
    for name in names:
        test = getattr(test, name)
    return test


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_held_by_tests(rule: str) -> None:
    for proof in RULES[rule]:
        assert all(callable(found(path)) for path in proof.tests)


@pytest.mark.parametrize("rule", RULES)
def test_what_holds_on_both_transports_runs_on_both(rule: str) -> None:
    for proof in RULES[rule]:
        for path in proof.tests if proof.ways == BOTH else ():
            module = importlib.import_module(path.partition("::")[0])
            wanted = {"app", "driver"} & set(inspect.signature(found(path)).parameters)  # type: ignore[arg-type]
            marked = "usefixtures" in str(getattr(module, "pytestmark", ""))
            assert wanted or marked, path
            assert not hasattr(module, "transport"), path


def test_each_transport_is_proven_by_itself() -> None:
    ways = {way for proofs in RULES.values() for proof in proofs for way in proof.ways}
    assert ways == set(BOTH)
