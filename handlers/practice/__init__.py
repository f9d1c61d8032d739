"""Practice by direct message: a mock interview, step by step."""
