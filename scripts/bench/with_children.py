"""Runs a Python module's `cli` and waits for all that it started, so that their time and memory are counted, too.

`python -m bench.with_children dbt.cli.main ARGUMENTS`: Spark's Java goes on for a moment after dbt has ended.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

_PR_SET_CHILD_SUBREAPER = 36


def main(module: str, *arguments: str) -> int:
    """Returns the exit status of the module; its children that outlive it become this process's own."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    status = subprocess.run([sys.executable, "-c", f"from {module} import cli; cli()", *arguments], check=False)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return status.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
