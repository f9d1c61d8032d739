"""The tables. Every row carries its team; migrations in ``migrations/`` build the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite, which has no zones, keeps it naive."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into what the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  (SQLAlchemy passes it)
    ) -> datetime | None:
        """Return an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA: Final = sa.MetaData(naming_convention=_NAMES)


def team_column() -> sa.Column[str]:
    """Return the column that says whose a row is; a table's own, so a new one each time."""
    return sa.Column("team_id", sa.String, sa.ForeignKey("teams.id"), nullable=False, index=True)


teams = sa.Table(
    "teams",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("zone", sa.String, nullable=False),
    # The team that it is part of since both were linked.
    sa.Column("joined_into", sa.String),
)

workspaces = sa.Table(
    "workspaces",
    METADATA,
    sa.Column("ref", sa.String, primary_key=True),
    team_column(),
)

members = sa.Table(
    "members",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    team_column(),
    sa.Column("name", sa.String, nullable=False),
)

identities = sa.Table(
    "identities",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    team_column(),
    sa.Column("user_ref", sa.String, nullable=False, index=True),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), nullable=False),
    sa.UniqueConstraint("team_id", "user_ref"),
)

questions = sa.Table(
    "questions",
    METADATA,
    # The shipped bank is stored under a team id that is no team's, hence no foreign key.
    sa.Column("team_id", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("role", sa.String, nullable=False, index=True),
    sa.Column("difficulty", sa.Integer, nullable=False),
    # Also in the body: people look questions up by these while they type.
    sa.Column("topic", sa.String, nullable=False, server_default=""),
    sa.Column("title", sa.String, nullable=False, server_default=""),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

schedules = sa.Table(
    "schedules",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    team_column(),
    sa.Column("channel", sa.String, nullable=False, unique=True),
    sa.Column("at", sa.Time, nullable=False),
    sa.Column("zone", sa.String, nullable=False),
    sa.Column("weekdays", sa.String, nullable=False),
    sa.Column("roles", sa.String, nullable=False),
    sa.Column("effective_from", UtcDateTime, nullable=False),
    sa.Column("paused", sa.String),
    sa.Column("owner", sa.String),
)

channel_settings = sa.Table(
    "channel_settings",
    METADATA,
    sa.Column("channel", sa.String, primary_key=True),
    team_column(),
    sa.Column("grades", sa.String, nullable=False),
    sa.Column("reveal_at", sa.Time, nullable=False),
    sa.Column("edit_minutes", sa.Integer, nullable=False),
)

managers = sa.Table(
    "managers",
    METADATA,
    sa.Column("team_id", sa.String, sa.ForeignKey("teams.id"), primary_key=True),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), primary_key=True),
    sa.Column("named_by", sa.String, sa.ForeignKey("members.id"), nullable=False),
    sa.Column("named_at", UtcDateTime, nullable=False),
)

notices = sa.Table(
    "notices",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    team_column(),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("user_ref", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
)

# A deletion can overtake the message that it deletes.
deleted_messages = sa.Table(
    "deleted_messages",
    METADATA,
    sa.Column("place", sa.String, primary_key=True),
    sa.Column("deleted_at", UtcDateTime, nullable=False),
)

occurrences = sa.Table(
    "occurrences",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    team_column(),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("local_date", sa.Date, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # No foreign key: a schedule may be removed, what it did stays.
    sa.Column("schedule_id", sa.String, index=True),
    sa.Column("role", sa.String),
    sa.Column("question_id", sa.String),
    sa.Column("question_version", sa.Integer),
    sa.Column("message", sa.String),
    sa.Column("thread", sa.String, index=True),
    sa.Column("reason", sa.String),
    sa.Column("grades", sa.String, nullable=False, server_default="open"),
    sa.Column("reveal_at", UtcDateTime),
    sa.Column("reveal", sa.String),
    sa.Column("zone", sa.String, nullable=False, server_default="UTC"),
    sa.Index("ix_occurrences_channel_local_date", "channel", "local_date"),
    sa.Index("ix_occurrences_local_date", "local_date"),
    sa.Index(
        "ix_occurrences_unrevealed",
        "reveal_at",
        sqlite_where=sa.text("reveal_at IS NOT NULL AND reveal IS NULL"),
        postgresql_where=sa.text("reveal_at IS NOT NULL AND reveal IS NULL"),
    ),
)

answers = sa.Table(
    "answers",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    team_column(),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), nullable=False),
    sa.Column(
        "occurrence_id",
        sa.String,
        sa.ForeignKey("occurrences.id"),
        nullable=False,
        index=True,
    ),
    sa.Column("question_id", sa.String, nullable=False),
    sa.Column("question_version", sa.Integer, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("show_in", sa.String, nullable=False),
    sa.Column("message", sa.String),
    # The message without its thread: not every platform tells where a deleted one stood.
    sa.Column("place", sa.String, index=True),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("reason", sa.String),
    sa.Column("detail", sa.String),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("author", sa.String),
    sa.Column("begun", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("round", sa.Integer, nullable=False, server_default="1"),
    sa.Column("first_text", sa.Text),
    sa.Column("waiting_text", sa.Text),
    sa.Column("edited_at", UtcDateTime),
    sa.Column("shared", sa.Boolean, nullable=False, server_default=sa.false()),
)

grades = sa.Table(
    "grades",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    team_column(),
    sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id"), nullable=False, index=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("grader", sa.String, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

deliveries = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("key", sa.String, primary_key=True),
    team_column(),
    sa.Column("message", sa.String),
    sa.Column("thread", sa.String),
)

scores = sa.Table(
    "scores",
    METADATA,
    sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id"), primary_key=True),
    team_column(),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), nullable=False),
    sa.Column("question_id", sa.String, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("points", sa.Integer, nullable=False),
    sa.Column("earned_at", UtcDateTime, nullable=False),
    sa.Column("earned_on", sa.Date, nullable=False),
    sa.Index("ix_scores_team_id_earned_on", "team_id", "earned_on"),
)

judgements = sa.Table(
    "judgements",
    METADATA,
    sa.Column("team_id", sa.String, sa.ForeignKey("teams.id"), primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

spending = sa.Table(
    "spending",
    METADATA,
    sa.Column("team_id", sa.String, sa.ForeignKey("teams.id"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), primary_key=True),
    sa.Column("tokens", sa.BigInteger, nullable=False),
    sa.Column("micro_usd", sa.BigInteger, nullable=False),
)

reservations = sa.Table(
    "reservations",
    METADATA,
    sa.Column("key", sa.String, primary_key=True),
    team_column(),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("tokens", sa.BigInteger, nullable=False),
    sa.Column("micro_usd", sa.BigInteger, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

appeals = sa.Table(
    "appeals",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    team_column(),
    sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id"), nullable=False),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("first_score", sa.Float, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("second_grade", sa.Text),
    sa.Column("no_second", sa.String),
    sa.Column("decided_by", sa.String, sa.ForeignKey("members.id")),
    sa.Column("decided_score", sa.Float),
    sa.Column("decision_reason", sa.Text),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # One undecided appeal an answer, whoever sends a second one at the same moment.
    sa.Index(
        "uq_appeals_undecided_answer_id",
        "answer_id",
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'reconsidered')"),
        postgresql_where=sa.text("state IN ('open', 'reconsidered')"),
    ),
)

# A workspace may be installed before it has a team, hence no team here.
installations = sa.Table(
    "installations",
    METADATA,
    sa.Column("ref", sa.String, primary_key=True),
    sa.Column("org_ref", sa.String, index=True),
    sa.Column("bot_user_id", sa.String, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("expires_at", UtcDateTime),
    sa.Column("installed_at", UtcDateTime, nullable=False),
    sa.Column("left_at", UtcDateTime),
    sa.Column("renewing_until", UtcDateTime),
)

install_requests = sa.Table(
    "install_requests",
    METADATA,
    sa.Column("state", sa.String, primary_key=True),
    sa.Column("browser", sa.String, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

feedback = sa.Table(
    "feedback",
    METADATA,
    sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("member_id", sa.String, sa.ForeignKey("members.id"), primary_key=True),
    sa.Column("prompt_version", sa.String, primary_key=True),
    team_column(),
    sa.Column("helpful", sa.Boolean, nullable=False),
    sa.Column("pressed_at", UtcDateTime, nullable=False),
)

drafts = sa.Table(
    "drafts",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    team_column(),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("role", sa.String),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("question_id", sa.String),
    sa.Column("decided_by", sa.String, nullable=False),
    # What was imported once, and perhaps dropped, does not come again.
    sa.UniqueConstraint("team_id", "digest"),
    sa.Index("ix_drafts_team_id_state", "team_id", "state"),
)
