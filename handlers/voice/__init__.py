"""Spoken answers: fetched, and written down."""
