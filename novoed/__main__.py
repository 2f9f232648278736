"""`novoed` and `python -m novoed`: the command line of `novoed.cli`, or one sentence where it cannot even start."""

from __future__ import annotations

import atexit
import gc
import sys


def main() -> None:
    """Entry point of both."""
    # What is imported stays to the end: looking through it for garbage, all along and once more then, takes 0.1 s.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    try:
        from novoed.cli import main as run_commands
    except ImportError as error:
        lacking = error.name or "what it needs"
        print(
            f"novoed: this Python lacks {lacking}. Run `make` once, then `source .venv/bin/activate`.", file=sys.stderr
        )
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    run_commands()


if __name__ == "__main__":
    main()
