"""The command line: reads settings, calls one module per command, turns errors into exit statuses."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from loader.catalog import DATA_SETS
from loader.errors import LoaderError, UsageError
from loader.settings import read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


def main() -> None:
    """Entry point of `loader` and `python -m loader`."""
    try:
        app()
    except LoaderError as error:
        print(f"loader: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
