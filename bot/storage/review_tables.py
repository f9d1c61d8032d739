"""The tables of reviews, ratings and reports; beside the others in `tables.METADATA`."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.practice_tables import practice_sessions
from bot.storage.tables import METADATA, UtcDateTime, team_column

# A ledger that only grows: of one source's lines the one with the highest number counts.
outcomes = sa.Table(
    "outcomes",
    METADATA,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    team_column(),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), nullable=False),
    sa.Column("question_id", sa.String, nullable=False),
    sa.Column("question_version", sa.Integer, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("difficulty", sa.Integer, nullable=False),
    sa.Column("missed", sa.String, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_outcomes_team_id_at", "team_id", "at"),
    sa.Index("ix_outcomes_member_id_at", "member_id", "at"),
)

ratings = sa.Table(
    "ratings",
    METADATA,
    sa.Column("team_id", sa.String, sa.ForeignKey("teams.id"), primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("subject", sa.String, primary_key=True),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("grades", sa.Integer, nullable=False),
)

reminders = sa.Table(
    "reminders",
    METADATA,
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), primary_key=True),
    team_column(),
    sa.Column("user_ref", sa.String, nullable=False),
    sa.Column("at", sa.Time, nullable=False),
    sa.Column("zone", sa.String, nullable=False),
    sa.Column("weekdays", sa.String, nullable=False),
    sa.Column("effective_from", UtcDateTime, nullable=False),
    sa.Column("last_date", sa.Date),
)

reports = sa.Table(
    "reports",
    METADATA,
    sa.Column("session_id", sa.String, sa.ForeignKey(practice_sessions.c.id), primary_key=True),
    team_column(),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("body", sa.Text),
    sa.Column("created_at", UtcDateTime, nullable=False),
)
