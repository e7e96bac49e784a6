"""The questions that only people can answer, and the guesses that they see after their own decision."""
