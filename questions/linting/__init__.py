"""The rules that need more than one question, a word list, an embedding or a grader."""
