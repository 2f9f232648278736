"""Takes the marts to their readers: reads the DuckDB file, never CSV."""
