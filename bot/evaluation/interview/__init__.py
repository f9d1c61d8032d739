"""Trying the interviewer out: made-up candidates, a model that misbehaves, and a judge."""
