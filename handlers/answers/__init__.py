"""An answer's way from a reply to a grade that is shown."""
