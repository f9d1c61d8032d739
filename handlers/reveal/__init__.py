"""The reveal of a blind question: when it is due, and what is told then."""
