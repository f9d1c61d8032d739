"""Hints taken, questions skipped, and questions found by topic and title."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hints",
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("taken_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_hints_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_hints_team_id")),
        sa.PrimaryKeyConstraint("member_id", "question_id", "number", name=op.f("pk_hints")),
    )
    op.create_index(op.f("ix_hints_team_id"), "hints", ["team_id"], unique=False)
    op.create_table(
        "skips",
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("occurrence_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("skipped_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_skips_member_id")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_skips_occurrence_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_skips_team_id")),
        sa.PrimaryKeyConstraint("member_id", "occurrence_id", name=op.f("pk_skips")),
    )
    op.create_index(op.f("ix_skips_team_id"), "skips", ["team_id"], unique=False)
    for name in ("topic", "title"):
        op.add_column("questions", sa.Column(name, sa.String(), nullable=False, server_default=""))
    _fill_in()


def _fill_in() -> None:
    """Read topic and title out of the bodies: unchanged questions are not stored again."""
    questions = sa.table(
        "questions",
        *(sa.column(name) for name in ("team_id", "id", "version", "body", "topic", "title")),
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(questions.c.team_id, questions.c.id, questions.c.version, questions.c.body)
    )
    for row in rows.fetchall():
        body = json.loads(row.body)
        connection.execute(
            sa.update(questions)
            .where(
                questions.c.team_id == row.team_id,
                questions.c.id == row.id,
                questions.c.version == row.version,
            )
            .values(topic=body["topic"], title=body["title"])
        )


def downgrade() -> None:
    for name in ("title", "topic"):
        op.drop_column("questions", name)
    op.drop_index(op.f("ix_skips_team_id"), table_name="skips")
    op.drop_table("skips")
    op.drop_index(op.f("ix_hints_team_id"), table_name="hints")
    op.drop_table("hints")
