"""Points, boards and their windows."""
