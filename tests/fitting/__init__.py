"""Fitting the local grader's parameters; see ``__main__``."""
