"""The machine that runs Prepbot: one folder an outside system, and the wiring."""
