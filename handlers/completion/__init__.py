"""Looking values up while somebody is still typing a command."""
