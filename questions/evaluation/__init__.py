"""How well a grader agrees with people, and how little it can be fooled."""
