"""Answers offered as model answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("question_version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_offers_answer_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_offers_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_offers_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_answer_id"), "offers", ["answer_id"], unique=False)
    op.create_index(op.f("ix_offers_team_id"), "offers", ["team_id"], unique=False)
    op.create_table(
        "offer_events",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("offer_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["done_by"], ["members.id"], name=op.f("fk_offer_events_done_by")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_events_offer_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_offer_events_team_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_offer_events")),
    )
    op.create_index(op.f("ix_offer_events_offer_id"), "offer_events", ["offer_id"], unique=False)
    op.create_index(op.f("ix_offer_events_team_id"), "offer_events", ["team_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_offer_events_team_id"), table_name="offer_events")
    op.drop_index(op.f("ix_offer_events_offer_id"), table_name="offer_events")
    op.drop_table("offer_events")
    op.drop_index(op.f("ix_offers_team_id"), table_name="offers")
    op.drop_index(op.f("ix_offers_answer_id"), table_name="offers")
    op.drop_table("offers")
