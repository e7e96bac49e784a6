"""Which flaw a candidate's words mean, and whether they name its mechanism: only ever to their credit."""
