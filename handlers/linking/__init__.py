"""One person, one team, on several platforms: `/prep link` and `/prep unlink`."""
