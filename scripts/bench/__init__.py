"""The benchmark: everything side by side in one run, against real comparators; `make bench`."""
