"""The DuckDB file: schema raw, filled from the landing folder."""
