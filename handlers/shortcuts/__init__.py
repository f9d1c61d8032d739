"""Shortcuts: answering without a command, and having a message graded as it stands."""
