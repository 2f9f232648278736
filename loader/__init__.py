"""Lands NovoEd's org-level analytics data, as it came, in a DuckDB file."""
