"""One step a module, oldest first by number."""
