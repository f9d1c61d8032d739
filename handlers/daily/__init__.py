"""The daily question: when it is due, which one, and posting it."""
