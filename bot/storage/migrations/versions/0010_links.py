"""Accounts and teams that are one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("teams", sa.Column("joined_into", sa.String(), nullable=True))
    op.create_table(
        "link_codes",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("user_ref", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_link_codes")),
        sa.UniqueConstraint("user_ref", "kind", name=op.f("uq_link_codes_user_ref_kind")),
    )
    op.create_table(
        "link_attempts",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("user_ref", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_link_attempts")),
    )
    op.create_index(op.f("ix_link_attempts_user_ref"), "link_attempts", ["user_ref"])
    op.create_table(
        "links",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("kept_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("last_identity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("parted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_links")),
        sa.UniqueConstraint("id", name=op.f("uq_links_id")),
    )
    op.create_index(op.f("ix_links_kept_id"), "links", ["kept_id"])
    op.create_table(
        "link_moves",
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_link_moves_link_id")),
        sa.PrimaryKeyConstraint("link_id", "table", "key", "column", name=op.f("pk_link_moves")),
    )


def downgrade() -> None:
    op.drop_table("link_moves")
    op.drop_table("links")
    op.drop_table("link_attempts")
    op.drop_table("link_codes")
    op.drop_column("teams", "joined_into")
