"""Durable jobs: DBOS, and an in-memory fake."""
