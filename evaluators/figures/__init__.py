"""The figures of one session: detection, reliance, resistance, natural flaws, and the process beside them."""
