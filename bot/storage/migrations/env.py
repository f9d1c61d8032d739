"""Alembic's entry: migrations run on the connection that they are given."""

from __future__ import annotations

from alembic import context

from bot.storage.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
