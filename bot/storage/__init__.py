"""Storage on SQLAlchemy: SQLite by default, PostgreSQL to scale."""
