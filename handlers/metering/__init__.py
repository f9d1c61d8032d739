"""What grading may cost: budgets by person, team and day, and judgements that are used again."""
