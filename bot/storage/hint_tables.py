"""The tables of hints, skips and roles that manage; beside the others in `tables.METADATA`."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.tables import METADATA, UtcDateTime, team_column

hints = sa.Table(
    "hints",
    METADATA,
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), primary_key=True),
    sa.Column("question_id", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    team_column(),
    sa.Column("taken_at", UtcDateTime, nullable=False),
)

manager_groups = sa.Table(
    "manager_groups",
    METADATA,
    sa.Column("team_id", sa.String, sa.ForeignKey("teams.id"), primary_key=True),
    sa.Column("group_ref", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("named_by", sa.String, sa.ForeignKey("members.id"), nullable=False),
    sa.Column("named_at", UtcDateTime, nullable=False),
)

skips = sa.Table(
    "skips",
    METADATA,
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), primary_key=True),
    sa.Column("occurrence_id", sa.String, sa.ForeignKey("occurrences.id"), primary_key=True),
    team_column(),
    sa.Column("skipped_at", UtcDateTime, nullable=False),
)
