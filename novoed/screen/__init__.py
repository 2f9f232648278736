"""What the commands show: progress, tables, messages."""
