"""What people say about their grades with one press."""
