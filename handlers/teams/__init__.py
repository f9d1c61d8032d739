"""Teams, workspaces and members."""
