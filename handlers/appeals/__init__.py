"""Appeals: a second reading of an answer, and a lead's decision about its grade."""
