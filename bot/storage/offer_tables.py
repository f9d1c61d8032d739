"""The tables of answers offered as model answers; beside the others in `tables.METADATA`."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.tables import METADATA, UtcDateTime, team_column

offers = sa.Table(
    "offers",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    team_column(),
    sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id"), nullable=False, index=True),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("question_id", sa.String, nullable=False),
    sa.Column("question_version", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("is_estimate", sa.Boolean, nullable=False),
    sa.Column("named", sa.Boolean, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

# Rows are only ever added.
offer_events = sa.Table(
    "offer_events",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    team_column(),
    sa.Column("offer_id", sa.String, sa.ForeignKey("offers.id"), nullable=False, index=True),
    sa.Column("state", sa.String, nullable=False),
    # Whoever did it: a row goes with its offer, not with them.
    sa.Column("done_by", sa.String, sa.ForeignKey("members.id")),
    sa.Column("at", UtcDateTime, nullable=False),
)
