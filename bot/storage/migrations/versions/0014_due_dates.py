"""Finding the latest dates of all schedules without reading every occurrence there ever was."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_occurrences_local_date", "occurrences", ["local_date"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_occurrences_local_date", table_name="occurrences")
