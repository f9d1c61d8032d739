"""The assistant pane: what to suggest to somebody who opens it."""
