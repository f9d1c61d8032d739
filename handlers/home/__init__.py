"""A person's own page: today's questions, their progress, what comes next."""
