"""Workspaces that the bot was installed in, and installations under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installations",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("org_ref", sa.String(), nullable=True),
        sa.Column("bot_user_id", sa.String(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("installed_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("renewing_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_installations")),
    )
    op.create_index(op.f("ix_installations_org_ref"), "installations", ["org_ref"], unique=False)
    op.create_table(
        "install_requests",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_install_requests")),
    )


def downgrade() -> None:
    op.drop_table("install_requests")
    op.drop_index(op.f("ix_installations_org_ref"), table_name="installations")
    op.drop_table("installations")
