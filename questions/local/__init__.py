"""Grading without a language model: evidence for each criterion, weighed by fixed rules."""
