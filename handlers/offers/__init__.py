"""Members' answers among the model answers."""
