"""How a channel plays."""
