"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", "version", name=op.f("pk_questions")),
    )
    op.create_index(op.f("ix_questions_role"), "questions", ["role"], unique=False)
    op.create_table(
        "teams",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
    )
    op.create_table(
        "deliveries",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_deliveries_team_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_team_id"), "deliveries", ["team_id"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_members_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_team_id"), "members", ["team_id"], unique=False)
    op.create_table(
        "occurrences",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("question_id", sa.String(), nullable=True),
        sa.Column("question_version", sa.Integer(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_occurrences_team_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("id", name=op.f("uq_occurrences_id")),
        sa.UniqueConstraint("key", name=op.f("uq_occurrences_key")),
    )
    op.create_index(
        "ix_occurrences_channel_local_date", "occurrences", ["channel", "local_date"], unique=False
    )
    op.create_index(
        op.f("ix_occurrences_schedule_id"), "occurrences", ["schedule_id"], unique=False
    )
    op.create_index(op.f("ix_occurrences_team_id"), "occurrences", ["team_id"], unique=False)
    op.create_index(op.f("ix_occurrences_thread"), "occurrences", ["thread"], unique=False)
    op.create_table(
        "schedules",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("weekdays", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("effective_from", UtcDateTime(timezone=True), nullable=False),
        sa.Column("paused", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_schedules_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
        sa.UniqueConstraint("channel", name=op.f("uq_schedules_channel")),
    )
    op.create_index(op.f("ix_schedules_team_id"), "schedules", ["team_id"], unique=False)
    op.create_table(
        "workspaces",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_workspaces_team_id")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_workspaces")),
    )
    op.create_index(op.f("ix_workspaces_team_id"), "workspaces", ["team_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("occurrence_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("question_version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("show_in", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_answers_member_id")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_answers_occurrence_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_answers_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("key", name=op.f("uq_answers_key")),
    )
    op.create_index(op.f("ix_answers_state"), "answers", ["state"], unique=False)
    op.create_index(op.f("ix_answers_team_id"), "answers", ["team_id"], unique=False)
    op.create_table(
        "identities",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_ref", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_identities_member_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_identities_team_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_identities")),
        sa.UniqueConstraint("team_id", "user_ref", name=op.f("uq_identities_team_id_user_ref")),
    )
    op.create_index(op.f("ix_identities_team_id"), "identities", ["team_id"], unique=False)
    op.create_index(op.f("ix_identities_user_ref"), "identities", ["user_ref"], unique=False)
    op.create_table(
        "grades",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("grader", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_grades_answer_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_grades_team_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_grades")),
    )
    op.create_index(op.f("ix_grades_answer_id"), "grades", ["answer_id"], unique=False)
    op.create_index(op.f("ix_grades_team_id"), "grades", ["team_id"], unique=False)
    op.create_table(
        "scores",
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("earned_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_scores_answer_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_scores_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_scores_team_id")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_scores")),
    )
    op.create_index(op.f("ix_scores_team_id"), "scores", ["team_id"], unique=False)
    op.create_index("ix_scores_team_id_earned_on", "scores", ["team_id", "earned_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_scores_team_id_earned_on", table_name="scores")
    op.drop_index(op.f("ix_scores_team_id"), table_name="scores")
    op.drop_table("scores")
    op.drop_index(op.f("ix_grades_team_id"), table_name="grades")
    op.drop_index(op.f("ix_grades_answer_id"), table_name="grades")
    op.drop_table("grades")
    op.drop_index(op.f("ix_identities_user_ref"), table_name="identities")
    op.drop_index(op.f("ix_identities_team_id"), table_name="identities")
    op.drop_table("identities")
    op.drop_index(op.f("ix_answers_team_id"), table_name="answers")
    op.drop_index(op.f("ix_answers_state"), table_name="answers")
    op.drop_table("answers")
    op.drop_index(op.f("ix_workspaces_team_id"), table_name="workspaces")
    op.drop_table("workspaces")
    op.drop_index(op.f("ix_schedules_team_id"), table_name="schedules")
    op.drop_table("schedules")
    op.drop_index(op.f("ix_occurrences_thread"), table_name="occurrences")
    op.drop_index(op.f("ix_occurrences_team_id"), table_name="occurrences")
    op.drop_index(op.f("ix_occurrences_schedule_id"), table_name="occurrences")
    op.drop_index("ix_occurrences_channel_local_date", table_name="occurrences")
    op.drop_table("occurrences")
    op.drop_index(op.f("ix_members_team_id"), table_name="members")
    op.drop_table("members")
    op.drop_index(op.f("ix_deliveries_team_id"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("teams")
    op.drop_index(op.f("ix_questions_role"), table_name="questions")
    op.drop_table("questions")
