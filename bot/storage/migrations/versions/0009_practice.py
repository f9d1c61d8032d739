"""Practice sessions and their turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('open', 'paused')")


def upgrade() -> None:
    op.create_table(
        "practice_sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("user_ref", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("in_thread", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("wake_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_practice_sessions_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_practice_sessions_team_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_sessions")),
    )
    for column in ("team_id", "member_id", "wake_at"):
        op.create_index(op.f(f"ix_practice_sessions_{column}"), "practice_sessions", [column])
    for column in ("member_id", "user_ref"):
        op.create_index(
            f"uq_practice_sessions_open_{column}",
            "practice_sessions",
            [column],
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
    op.create_table(
        "practice_turns",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=True),
        sa.Column("question_version", sa.Integer(), nullable=True),
        sa.Column("follow_up", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("probes", sa.Text(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("deadline_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("seconds_left", sa.Float(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_key", sa.String(), nullable=True),
        sa.Column("answer_message", sa.String(), nullable=True),
        sa.Column("answer_place", sa.String(), nullable=True),
        sa.Column("answer_round", sa.Integer(), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("begun", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("clarified", sa.Boolean(), nullable=False),
        sa.Column("recording", sa.Text(), nullable=False),
        sa.Column("spoken_seconds", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_practice_turns_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["practice_sessions.id"], name=op.f("fk_practice_turns_session_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_practice_turns_team_id")),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_practice_turns")),
        sa.UniqueConstraint("answer_key", name=op.f("uq_practice_turns_answer_key")),
    )
    for column in ("team_id", "member_id", "answer_place"):
        op.create_index(op.f(f"ix_practice_turns_{column}"), "practice_turns", [column])


def downgrade() -> None:
    op.drop_table("practice_turns")
    op.drop_table("practice_sessions")
