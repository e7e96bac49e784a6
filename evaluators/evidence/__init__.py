"""What the log holds for and against: statements, the artifact at each moment, what checks are run on."""
