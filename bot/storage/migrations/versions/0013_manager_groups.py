"""Roles of the platform whose people may manage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "manager_groups",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("group_ref", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["named_by"], ["members.id"], name=op.f("fk_manager_groups_named_by")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_manager_groups_team_id")),
        sa.PrimaryKeyConstraint("team_id", "group_ref", name=op.f("pk_manager_groups")),
    )


def downgrade() -> None:
    op.drop_table("manager_groups")
