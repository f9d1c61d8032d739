"""Hints to a question, and skipping one."""
