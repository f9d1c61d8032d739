"""Grading through an OpenAI-compatible endpoint."""
