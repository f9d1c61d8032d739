"""The console: a whole platform in a terminal, or on piped lines."""
