"""The parts of the report, one per module: each asks the published file and returns sections of figures."""
