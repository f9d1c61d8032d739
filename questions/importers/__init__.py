"""Outside material becomes drafts of questions: a module a format, the order in `read.py`."""
