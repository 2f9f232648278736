"""`novoed` and `python -m novoed`: the command line of `novoed.cli`, or one sentence where it cannot even start."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of both."""
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
