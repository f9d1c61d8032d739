"""Objections to grades, and what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_score", sa.Float(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("second_grade", sa.Text(), nullable=True),
        sa.Column("no_second", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_score", sa.Float(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_appeals_answer_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["members.id"], name=op.f("fk_appeals_decided_by")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_appeals_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_appeals_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    op.create_index(op.f("ix_appeals_team_id"), "appeals", ["team_id"], unique=False)
    op.create_index(
        "uq_appeals_undecided_answer_id",
        "appeals",
        ["answer_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'reconsidered')"),
        postgresql_where=sa.text("state IN ('open', 'reconsidered')"),
    )


def downgrade() -> None:
    op.drop_index("uq_appeals_undecided_answer_id", table_name="appeals")
    op.drop_index(op.f("ix_appeals_team_id"), table_name="appeals")
    op.drop_table("appeals")
