"""The tables of practice; beside the others in `tables.METADATA`."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.tables import METADATA, UtcDateTime, team_column


def _member() -> sa.Column[str]:
    return sa.Column(
        "member_id", sa.String, sa.ForeignKey("members.id"), nullable=False, index=True
    )


practice_sessions = sa.Table(
    "practice_sessions",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    team_column(),
    _member(),
    sa.Column("user_ref", sa.String, nullable=False),
    sa.Column("place", sa.String, nullable=False),
    sa.Column("in_thread", sa.Boolean, nullable=False),
    sa.Column("origin", sa.String),
    sa.Column("mode", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("level", sa.String, nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("background", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("zone", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("phase", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("wake_at", UtcDateTime, index=True),
    sa.Column("reminded", sa.Boolean, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    # One open session a person, and one an account, whoever asks twice at the same moment.
    sa.Index(
        "uq_practice_sessions_open_member_id",
        "member_id",
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'paused')"),
        postgresql_where=sa.text("state IN ('open', 'paused')"),
    ),
    sa.Index(
        "uq_practice_sessions_open_user_ref",
        "user_ref",
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'paused')"),
        postgresql_where=sa.text("state IN ('open', 'paused')"),
    ),
)

practice_turns = sa.Table(
    "practice_turns",
    METADATA,
    sa.Column("session_id", sa.String, sa.ForeignKey("practice_sessions.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    team_column(),
    _member(),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("question_id", sa.String),
    sa.Column("question_version", sa.Integer),
    sa.Column("follow_up", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("source", sa.String),
    sa.Column("probes", sa.Text, nullable=False),
    sa.Column("message", sa.String),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("deadline_at", UtcDateTime),
    sa.Column("seconds_left", sa.Float),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("answer_key", sa.String, unique=True),
    sa.Column("answer_message", sa.String),
    # The message without its thread: not every platform tells where a deleted one stood.
    sa.Column("answer_place", sa.String, index=True),
    sa.Column("answer_round", sa.Integer, nullable=False),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("begun", sa.Boolean, nullable=False),
    sa.Column("grade", sa.Text),
    sa.Column("score", sa.Float),
    sa.Column("reason", sa.String),
    sa.Column("detail", sa.String),
    sa.Column("hints", sa.Integer, nullable=False),
    sa.Column("clarified", sa.Boolean, nullable=False),
    sa.Column("recording", sa.Text, nullable=False),
    sa.Column("spoken_seconds", sa.Float),
)
