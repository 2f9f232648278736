"""Lands NovoEd's org-level analytics data, as it came, in a DuckDB file.

Exit status: 0 all done; 1 something was rejected or failed and everything else was done; 2 wrong usage or settings,
nothing was touched.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from loader.api.budget import LIMITS
from loader.catalog import DATA_SETS
from loader.errors import DatabaseUnavailable, LoaderError, UsageError
from loader.landing.folder import walk_landing
from loader.settings import Settings, read_settings
from loader.warehouse.load import load_files
from loader.warehouse.status import read_status, status_table
from novoed.screen.extract import extract_and_show
from novoed.screen.load import LoadReport, console, report_published, say
from playground.academy import write_sample
from playground.landing import (
    fill_with_sample,
    holds_other_rows,
    is_sample,
    needs_sample,
    other_files,
    refuse_sample,
)
from playground.platform.behavior import Behavior
from playground.platform.command import serve
from playground.platform.faults import parse_faults
from playground.platform.shelf import Quirks
from publisher.published_file import publish as write_published

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


def _known(names: list[str]) -> list[str]:
    for name in names:
        if name not in DATA_SETS:
            raise typer.BadParameter(f"there is no data set {name!r}; there are {', '.join(DATA_SETS)}")
    return names


DataSetNames = Annotated[
    list[str], typer.Option("--data-set", metavar="NAME", callback=_known, help="Only this data set; repeatable.")
]
DatabaseFile = Annotated[Path | None, typer.Option("--database", metavar="FILE", help="Default: NOVOED_DATABASE.")]


@app.command()
def sample(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to; a folder per data set.")],
    learners: Annotated[int, typer.Option("--learners", metavar="N", min=1, help="People who learn.")] = 1500,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed gives the same files.")] = 20240101,
) -> None:
    """Write a synthetic institution as CSV files."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is no folder")
    rows = write_sample(out, learners=learners, seed=seed)
    for data_set, count in rows.items():
        say(f"{data_set}: {count:,} rows")
    say(f"The sample institution (made-up people) is in {out}")


@app.command()
def load(
    landing: Annotated[Path | None, typer.Option("--landing", metavar="DIR", help="Default: NOVOED_LANDING.")] = None,
    database: DatabaseFile = None,
    data_sets: DataSetNames = [],  # noqa: B006  # typer reads it
) -> None:
    """Load what is new or changed in the landing folder into schema raw."""
    settings = read_settings()
    if landing is not None and not landing.is_dir():
        raise UsageError(f"--landing {landing} is no folder")
    is_clean = _load(landing or settings.landing, database or settings.database, data_sets)
    raise typer.Exit(0 if is_clean else 1)


@app.command()
def refresh() -> None:
    """Extract where credentials are set, then load; the sample where there is neither credential nor CSV file.

    Exit status 3: the database cannot be used, so there is nothing to build from.
    """
    settings = read_settings()
    is_clean = True
    if settings.has_credentials:
        refuse_sample(settings.landing)
        is_clean = _extract(settings)
    else:
        _refuse_half_set_credentials(settings)
    try:
        if not settings.has_credentials and needs_sample(settings.landing, walk_landing(settings.landing)):
            _make_sample(settings)
        is_clean = _load(settings.landing, settings.database, []) and is_clean
    except DatabaseUnavailable as error:
        print(f"novoed: {error}", file=sys.stderr)
        raise typer.Exit(3) from None
    raise typer.Exit(0 if is_clean else 1)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: an object by data set.")] = False,
) -> None:
    """Show, per data set, what is loaded, which interval was extracted, and its gaps."""
    settings = read_settings()
    found = read_status(settings.landing, settings.database)
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        console.print(status_table(found))


@app.command()
def publish(
    database: DatabaseFile = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Default: NOVOED_PUBLISHED.")] = None,
) -> None:
    """Write the analysts' file: schemas marts and audit, in place of the file published before."""
    settings = read_settings()
    report_published(write_published(database or settings.database, to or settings.published))


def _load(landing: Path, database: Path, data_sets: list[str]) -> bool:
    """Loads and reports; whether all went well."""
    if landing.exists() and not landing.is_dir():
        raise UsageError(f"The landing folder {landing} is no folder")
    if not landing.exists():
        say(f"note: there is no landing folder {landing} yet")
    found = walk_landing(landing)
    others = other_files(found) if is_sample(landing) else []
    with LoadReport(found) as report:
        for result in load_files(database, found, data_sets=data_sets or None, progress=report.advance):
            report.add(result)
    report.summarize()
    if others:
        say(
            f"ATTENTION: {landing} holds the sample institution, and beside it {len(others):,} CSV file(s) of another"
            " source were loaded: made-up and real people are mixed. To load yours alone: `make clean`, then `make`."
        )
    return report.is_clean


def _make_sample(settings: Settings) -> None:
    if holds_other_rows(settings.database):
        say(f"note: {settings.landing} has no CSV files, but {settings.database} holds rows of earlier ones.")
        say("No sample institution is made: made-up and real people would mix.")
        return
    say(f"There are no credentials and no CSV files in {settings.landing}: writing a sample institution there.")
    say("Everybody in it is made up.")
    fill_with_sample(settings.landing)


def _extract(settings: Settings) -> bool:
    """Extracts what is missing of every data set; whether all went well. What was landed is loaded in any case."""
    try:
        extract_and_show(settings, [], None, None, dry_run=False)
    except UsageError:
        raise
    except LoaderError as error:
        print(f"novoed: {error}", file=sys.stderr)
        return False
    return True


def _refuse_half_set_credentials(settings: Settings) -> None:
    values = {
        "NOVOED_API_URL": settings.api_url,
        "NOVOED_API_KEY": settings.api_key,
        "NOVOED_API_SECRET": settings.api_secret,
    }
    missing = [name for name, value in values.items() if value is None]
    if 0 < len(missing) < len(values):
        raise UsageError(
            f"The credentials are incomplete. Not set: {', '.join(missing)}. Set what is missing, or unset the others."
        )


@app.command("extract")
def extract_command(
    data_set: Annotated[list[str] | None, typer.Option(help="Only this data set; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help="Fetch again what was updated after this UTC time.")] = None,
    until: Annotated[str | None, typer.Option(help="Fetch only what was updated until this UTC time.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and do nothing.")] = False,
) -> None:
    """Fetch what is missing from the platform's API into the landing folder."""
    extract_and_show(read_settings(), data_set or [], since, until, dry_run)


@app.command("serve")
def serve_command(
    landing: Annotated[Path, typer.Option("--from", help="The landing folder to serve.")],
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 8765,
    page_cap: Annotated[int, typer.Option(min=1, help="Most rows on a page.")] = 20_000,
    smallest_share: Annotated[float, typer.Option(min=0, max=1, help="Page sizes vary from this share up.")] = 0.9,
    limits: Annotated[bool, typer.Option(help="Keep the platform's rate limits.")] = True,
    token_seconds: Annotated[int, typer.Option(min=1, help="Life of an OAuth token.")] = 3_600,
    fault: Annotated[list[str] | None, typer.Option(help="NAME=SHARE, such as storm=0.1; may be repeated.")] = None,
    hidden_fractions: Annotated[bool, typer.Option(help="Print seconds, filter on fractions.")] = False,
    hourly_ties: Annotated[bool, typer.Option(help="Cut every updated timestamp to the hour.")] = False,
    new_column: Annotated[bool, typer.Option(help="Add a column that nobody knows.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the faults.")] = 0,
) -> None:
    """Stand in for the platform: serve a landing folder the way its API does, with faults as you like."""
    faults = parse_faults(fault or [], seed)
    behavior = Behavior(
        page_cap=page_cap,
        smallest_share=smallest_share,
        limits=LIMITS if limits else None,
        token_seconds=token_seconds,
    )
    quirks = Quirks(
        hidden_fractions=hidden_fractions,
        hourly_ties=hourly_ties,
        new_column=new_column,
        late_calls=int(faults.late_calls),
    )
    serve(landing, port, behavior, faults, quirks)


def main() -> None:
    """Entry point of `novoed` and `python -m novoed`."""
    try:
        app()
    except LoaderError as error:
        print(f"novoed: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"novoed: {where}{error.strerror or error}. Check who owns it, and the space left.", file=sys.stderr)
        sys.exit(1)
