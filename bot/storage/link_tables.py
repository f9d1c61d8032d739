"""The tables of links; beside the others in `tables.METADATA`."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.tables import METADATA, UtcDateTime

# No foreign keys: a code or a link tells what was, and what it names may have moved since.
link_codes = sa.Table(
    "link_codes",
    METADATA,
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("team_id", sa.String, nullable=False),
    sa.Column("member_id", sa.String, nullable=False),
    sa.Column("user_ref", sa.String, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("user_ref", "kind"),
)

link_attempts = sa.Table(
    "link_attempts",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user_ref", sa.String, nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
)

links = sa.Table(
    "links",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("team_id", sa.String, nullable=False),
    sa.Column("kept_id", sa.String, nullable=False, index=True),
    sa.Column("other_id", sa.String, nullable=False),
    sa.Column("made_by", sa.String, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    # Whoever has a higher one came since.
    sa.Column("last_identity", sa.Integer, nullable=False, server_default="0"),
    sa.Column("parted", sa.Boolean, nullable=False, server_default=sa.false()),
)

# What a link moved: a row of a table, by its key, in one of its columns.
link_moves = sa.Table(
    "link_moves",
    METADATA,
    sa.Column("link_id", sa.String, sa.ForeignKey("links.id"), primary_key=True),
    sa.Column("table", sa.String, primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("column", sa.String, primary_key=True),
)
