"""A team's own questions."""
