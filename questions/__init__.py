"""What Prepbot asks and how an answer is judged: pure rules, no network, clock or database."""
