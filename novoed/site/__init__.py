"""The pages that describe the warehouse: dbt's site, and a dictionary to read and print."""
