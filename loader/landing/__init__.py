"""What lies in the landing folder's files: which files there are, and what a record is."""
