"""How channels play, who may manage them, and what happens to answers that are edited."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_UNREVEALED = sa.text("reveal_at IS NOT NULL AND reveal IS NULL")


def upgrade() -> None:
    op.create_table(
        "channel_settings",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("grades", sa.String(), nullable=False),
        sa.Column("reveal_at", sa.Time(), nullable=False),
        sa.Column("edit_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_channel_settings_team_id")
        ),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_settings")),
    )
    op.create_index(op.f("ix_channel_settings_team_id"), "channel_settings", ["team_id"])
    op.create_table(
        "managers",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_managers_member_id")),
        sa.ForeignKeyConstraint(["named_by"], ["members.id"], name=op.f("fk_managers_named_by")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_managers_team_id")),
        sa.PrimaryKeyConstraint("team_id", "member_id", name=op.f("pk_managers")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("user_ref", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_notices_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index(op.f("ix_notices_team_id"), "notices", ["team_id"])
    op.create_table(
        "deleted_messages",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_deleted_messages")),
    )
    op.add_column("schedules", sa.Column("owner", sa.String()))
    op.add_column(
        "occurrences", sa.Column("grades", sa.String(), nullable=False, server_default="open")
    )
    op.add_column("occurrences", sa.Column("reveal_at", UtcDateTime(timezone=True)))
    op.add_column("occurrences", sa.Column("reveal", sa.String()))
    op.add_column(
        "occurrences", sa.Column("zone", sa.String(), nullable=False, server_default="UTC")
    )
    op.create_index(
        "ix_occurrences_unrevealed",
        "occurrences",
        ["reveal_at"],
        sqlite_where=_UNREVEALED,
        postgresql_where=_UNREVEALED,
    )
    op.add_column("answers", sa.Column("place", sa.String()))
    op.add_column("answers", sa.Column("author", sa.String()))
    op.add_column(
        "answers", sa.Column("begun", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("answers", sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("answers", sa.Column("first_text", sa.Text()))
    op.add_column("answers", sa.Column("waiting_text", sa.Text()))
    op.add_column("answers", sa.Column("edited_at", UtcDateTime(timezone=True)))
    op.add_column(
        "answers", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(op.f("ix_answers_occurrence_id"), "answers", ["occurrence_id"])
    op.create_index(op.f("ix_answers_place"), "answers", ["place"])
    _place_old_answers()


def _place_old_answers() -> None:
    """Give the answers that stand in a message its address without the thread."""
    answers = sa.table(
        "answers", sa.column("id", sa.String), sa.column("message"), sa.column("place")
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(answers.c.id, answers.c.message).where(answers.c.message.is_not(None))
    ).all()
    for id_, message in rows:
        platform, workspace, channel, _, message_id = message.split("/")
        connection.execute(
            sa.update(answers)
            .where(answers.c.id == id_)
            .values(place=f"{platform}/{workspace}/{channel}//{message_id}")
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_answers_place"), table_name="answers")
    op.drop_index(op.f("ix_answers_occurrence_id"), table_name="answers")
    for column in (
        "shared",
        "edited_at",
        "waiting_text",
        "first_text",
        "round",
        "begun",
        "author",
        "place",
    ):
        op.drop_column("answers", column)
    op.drop_index("ix_occurrences_unrevealed", table_name="occurrences")
    for column in ("zone", "reveal", "reveal_at", "grades"):
        op.drop_column("occurrences", column)
    op.drop_column("schedules", "owner")
    op.drop_table("deleted_messages")
    op.drop_index(op.f("ix_notices_team_id"), table_name="notices")
    op.drop_table("notices")
    op.drop_table("managers")
    op.drop_index(op.f("ix_channel_settings_team_id"), table_name="channel_settings")
    op.drop_table("channel_settings")
