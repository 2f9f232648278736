"""What to ask the API next, and what is proved to be complete."""
