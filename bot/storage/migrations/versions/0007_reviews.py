"""How people did, what follows from it, and when they want to practise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("question_version", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("missed", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_outcomes_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_outcomes_team_id")),
        sa.PrimaryKeyConstraint("source", "number", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_team_id"), "outcomes", ["team_id"], unique=False)
    op.create_index("ix_outcomes_team_id_at", "outcomes", ["team_id", "at"], unique=False)
    op.create_index("ix_outcomes_member_id_at", "outcomes", ["member_id", "at"], unique=False)
    op.create_table(
        "ratings",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("grades", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_ratings_team_id")),
        sa.PrimaryKeyConstraint("team_id", "kind", "subject", name=op.f("pk_ratings")),
    )
    op.create_table(
        "reminders",
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_ref", sa.String(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("weekdays", sa.String(), nullable=False),
        sa.Column("effective_from", UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_reminders_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_reminders_team_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_reminders")),
    )
    op.create_index(op.f("ix_reminders_team_id"), "reminders", ["team_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reminders")
    op.drop_table("ratings")
    op.drop_table("outcomes")
