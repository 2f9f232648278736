"""What can go wrong, and the exit status each gives.

LoaderError                exit 1: something was rejected or failed, everything else was done
├── FileRefused            a file that cannot be read as CSV of its data set; nothing of it lands
└── DatabaseUnavailable    the DuckDB file cannot be opened or written
UsageError                 exit 2: wrong usage or settings, nothing was touched
"""

from __future__ import annotations


class LoaderError(Exception):
    """Something was rejected or failed. The message says what, for which data set and file, and what to do."""

    exit_status = 1


class FileRefused(LoaderError):
    """A file cannot be read as CSV of its data set; nothing of it lands."""


class DatabaseUnavailable(LoaderError):
    """The DuckDB file cannot be opened or written."""


class UsageError(LoaderError):
    """Wrong usage or settings; nothing was touched."""

    exit_status = 2
