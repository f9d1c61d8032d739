"""Imported drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("question_id", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_drafts_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("team_id", "digest", name=op.f("uq_drafts_team_id_digest")),
    )
    op.create_index(op.f("ix_drafts_team_id"), "drafts", ["team_id"], unique=False)
    op.create_index("ix_drafts_team_id_state", "drafts", ["team_id", "state"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_drafts_team_id_state", table_name="drafts")
    op.drop_index(op.f("ix_drafts_team_id"), table_name="drafts")
    op.drop_table("drafts")
