"""What somebody missed comes back to them when it is about to be forgotten."""
