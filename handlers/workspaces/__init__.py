"""Workspaces that the bot is installed in, and what happens when one removes it."""
