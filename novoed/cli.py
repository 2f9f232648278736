"""Lands NovoEd's org-level analytics data in a DuckDB file and brings the marts that dbt builds from it to readers.

Exit status: 0 all done; 1 something was rejected, failed or held back and everything else was done; 2 wrong usage or
settings, nothing was touched; 130 interrupted.
"""

# What a single command needs is imported within it, where that takes a while: the main job starts without it.

from __future__ import annotations

import json
import signal
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from loader.catalog import DATA_SETS, FILE_SETS, pick, pick_landed
from loader.errors import LoaderError, UsageError
from loader.settings import read_settings
from loader.warehouse.database import at_work_on
from loader.warehouse.parquet import export_raw
from loader.warehouse.status import read_status
from novoed import job
from novoed.screen.changes import show_changes
from novoed.screen.console import complain, counted, print_whatever_the_output_lacks, say
from novoed.screen.tables import show_exported, show_published, show_put_back, show_raw_export, show_status
from playground.landing import clean_sample
from publisher import export as exporting
from publisher.finding import REASONS
from publisher.gate import check_reasons
from publisher.movements import read_movements
from publisher.publish import publish as publish_file
from publisher.rollback import put_back


class _Commands(TyperGroup):
    def invoke(self, context: Any) -> object:  # typer keeps the type to itself
        """As any group does, but an interrupt ends in a line and the conventional status."""
        try:
            return super().invoke(context)
        except KeyboardInterrupt as interrupt:
            advice = str(interrupt) or "What was done before stays; run it again, it goes on from there."
            complain(f"Interrupted. {advice}")
            raise typer.Exit(130) from None


app = typer.Typer(name="novoed", cls=_Commands, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


def _fetched(names: list[str] | None) -> list[str]:
    return [data_set.name for data_set in pick(names)] if names else []


def _landed(names: list[str] | None) -> list[str]:
    return pick_landed(names) if names else []


def _show_version(is_asked: bool) -> None:
    if is_asked:
        say(f"novoed-warehouse {version('novoed-warehouse')}")
        raise typer.Exit


FetchedNames = Annotated[
    list[str] | None,
    typer.Option(
        "--data-set",
        metavar="NAME",
        callback=_fetched,
        autocompletion=lambda: list(DATA_SETS),
        show_default="all of them",
        help="Only this data set; repeatable.",
    ),
]
LandedNames = Annotated[
    list[str] | None,
    typer.Option(
        "--data-set",
        metavar="NAME",
        callback=_landed,
        autocompletion=lambda: list(FILE_SETS),
        show_default="all of them",
        help="Only this data set, or user_attributes or course_attributes; repeatable.",
    ),
]
LandingFolder = Annotated[
    Path | None,
    typer.Option("--landing", metavar="DIR", show_default="NOVOED_LANDING", help="The landing folder."),
]


def _reasons(names: list[str] | None) -> list[str]:
    check_reasons(names or [])
    return names or []


AcceptedReasons = Annotated[
    list[str] | None,
    typer.Option(
        "--accept",
        metavar="REASON",
        callback=_reasons,
        autocompletion=lambda: list(REASONS),
        show_default="none",
        help="Publish in spite of what the gate finds for this reason; repeatable.",
    ),
]
DatabaseFile = Annotated[
    Path | None,
    typer.Option("--database", metavar="FILE", show_default="NOVOED_DATABASE", help="The DuckDB file."),
]


@app.callback()
def _main(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None: ...


_main.__doc__ = __doc__


@app.command()
def run(accept: AcceptedReasons = None) -> None:
    """The main job, as `make` runs it: extract where credentials are set, load, build, publish.

    Without credentials and CSV files it makes a sample institution first.
    """
    settings = read_settings()
    with at_work_on(settings.database):
        is_all_done = job.run(settings, accept or [])
    _end(is_all_done=is_all_done)


@app.command()
def refresh() -> None:
    """The main job's first half, as `make load` runs it: extract where credentials are set, then load.

    Rejected records alone leave the exit status 0: they are named, counted and kept in raw._rejects.
    """
    settings = read_settings()
    with at_work_on(settings.database):
        report = job.refresh(settings)
    _end(is_all_done=report.is_complete)


@app.command()
def extract(
    data_set: FetchedNames = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TS", show_default="what is missing", help="Fetch again what was updated after, UTC."),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TS", show_default="now", help="Fetch what was updated until then, UTC.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and do nothing.")] = False,
) -> None:
    """Fetch what is missing from the platform's API into the landing folder."""
    job.fetch(read_settings(), data_set or [], since, until, is_dry_run=dry_run)


@app.command()
def load(
    landing: LandingFolder = None,
    database: DatabaseFile = None,
    data_set: LandedNames = None,
) -> None:
    """Load what is new or changed in the landing folder into schema raw."""
    settings = read_settings()
    if landing is not None and not landing.is_dir():
        raise UsageError(f"--landing {landing} is not a folder; give the folder with a folder per data set in it")
    database = database or settings.database
    with at_work_on(database):
        report = job.load(landing or settings.landing, database, data_set or [], memory=settings.memory)
    _end(is_all_done=report.is_complete and not report.rejected_record_count)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: an object by data set.")] = False,
) -> None:
    """Show, per data set, what is loaded, which interval was extracted, and its gaps."""
    settings = read_settings()
    found = read_status(settings.landing, settings.database)
    if as_json:
        say(json.dumps(found, indent=2))
    else:
        show_status(found)


@app.command()
def doctor() -> None:
    """Look at the machine, the settings, the files and the API, and say what to do.

    It changes nothing, and asks the API once at most.
    """
    from novoed.doctor import examine
    from novoed.screen.doctor import show_findings

    _end(is_all_done=not show_findings(examine()))


@app.command()
def publish(
    database: DatabaseFile = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", show_default="NOVOED_PUBLISHED", help="The analysts' file."),
    ] = None,
    accept: AcceptedReasons = None,
    without_names: Annotated[
        bool, typer.Option("--without-names", help="Leave out who people are: for a file that leaves the team.")
    ] = False,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="spark|DIR",
            show_default="the database",
            help="Publish what was built on Spark: there, or in a folder of Parquet files from a cluster.",
        ),
    ] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Put the file published before back; a second time undoes it.")
    ] = False,
) -> None:
    """Write the analysts' file: schemas marts and audit, in place of the file published before."""
    settings = read_settings()
    tables = settings.spark_warehouse / "tables" if from_ == "spark" else Path(from_) if from_ else None
    target, mode = to or settings.published, settings.published_mode
    if rollback:
        if database or accept or without_names or from_:
            raise UsageError("--rollback puts a file back as it is; of the other options it takes --to alone")
        show_put_back(target, put_back(target, mode=mode))
        return
    show_published(
        publish_file(
            database or settings.database,
            target,
            accept=accept or [],
            without_names=without_names,
            keep=settings.published_keep,
            mode=mode,
            tables=tables,
        )
    )


@app.command()
def changes(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one object.")] = False,
) -> None:
    """Show what moved between the last two published files, and why."""
    found = read_movements(read_settings().published)
    if as_json:
        say(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        show_changes(found)


@app.command()
def export(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where to; a file per mart.")],
    format_: Annotated[exporting.Format | None, typer.Option("--format", help="What kind of file.")] = None,
    mart: Annotated[
        list[str] | None,
        typer.Option("--mart", metavar="NAME", show_default="all of them", help="Only this mart; repeatable."),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Schema raw of the database instead, as Parquet: what is new since last time.")
    ] = False,
) -> None:
    """Write the published marts as files, for tools that do not open DuckDB's.

    With --raw: a folder of Parquet files for each table of schema raw, which Spark builds the marts from.
    """
    if raw:
        if format_ or mart:
            raise UsageError(
                "--raw writes every table of schema raw as Parquet; of the other options it takes --to alone"
            )
        show_raw_export(to, export_raw(read_settings().database, to))
        return
    if format_ is None:
        raise UsageError("--format is missing: parquet, csv or xlsx (or --raw for schema raw)")
    exported = show_exported(exporting.export(read_settings().published, to, format_, mart or []))
    _end(is_all_done=all(found.failure is None for found in exported))


@app.command()
def docs(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The page.")] = Path("data/docs/index.html"),
) -> None:
    """Write the docs site as one page, and the dictionary of all tables beside it."""
    job.write_docs(read_settings(), to)


@app.command()
def report(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The page.")] = Path("data/report/index.html"),
    with_names: Annotated[
        bool, typer.Option("--with-names", help="List by name who is overdue: for those who may know it.")
    ] = False,
) -> None:
    """Write the report as one page, from the published file alone."""
    job.write_report(read_settings(), to, with_names=with_names)


@app.command()
def sample(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to; a folder per data set.")],
    learners: Annotated[int, typer.Option("--learners", metavar="N", min=1, help="People who learn.")] = 1500,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Another seed gives other people.")] = 20240101,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DATE", show_default="today", help="The last day; the data end as it begins, UTC."
        ),
    ] = None,
) -> None:
    """Write a synthetic institution as CSV files: the two years before its last day.

    The same arguments give the same files.
    """
    from playground.academy import write_sample
    from playground.academy.clock import read_last_day

    last_day = read_last_day(until) if until is not None else None
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is not a folder; give another one")
    for name, count in write_sample(out, learners=learners, seed=seed, last_day=last_day).items():
        say(f"{name}: {counted(count, 'row')}")
    say(f"The sample institution (made-up people) is in {out}")


@app.command("clean-sample")
def clean_sample_command() -> None:
    """Remove the sample institution that `make` made, from the landing folder and the database."""
    settings = read_settings()
    for line in clean_sample(settings.landing, settings.database):
        say(line)


@app.command()
def serve(
    landing: Annotated[Path, typer.Option("--from", metavar="DIR", help="The landing folder to serve.")],
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="Port on 127.0.0.1; 0: a free one.")] = 8765,
    page_cap: Annotated[int, typer.Option(metavar="N", min=1, help="Most rows on a page.")] = 20_000,
    smallest_share: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=1, help="Page sizes vary from this share of the cap up.")
    ] = 0.9,
    limits: Annotated[bool, typer.Option(help="Keep the platform's rate limits.")] = True,
    token_seconds: Annotated[int, typer.Option(metavar="N", min=1, help="Life of an OAuth token.")] = 3_600,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=SHARE", show_default="none", help="Such as storm=0.1; repeatable."),
    ] = None,
    hidden_fractions: Annotated[
        bool, typer.Option("--hidden-fractions", help="Print seconds, filter on fractions.")
    ] = False,
    hourly_ties: Annotated[
        bool, typer.Option("--hourly-ties", help="Cut every updated timestamp to the hour.")
    ] = False,
    new_column: Annotated[bool, typer.Option("--new-column", help="Add a column that nobody knows.")] = False,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the faults.")] = 0,
) -> None:
    """Stand in for the platform: serve a landing folder the way its API does, with faults as you like."""
    from loader.api.budget import LIMITS
    from playground.platform import command as stand_in
    from playground.platform.behavior import Behavior
    from playground.platform.faults import parse_faults
    from playground.platform.shelf import Quirks

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
    stand_in.serve(landing, port, behavior, faults, quirks, say)


def _end(*, is_all_done: bool) -> None:
    raise typer.Exit(0 if is_all_done else 1)


def main() -> None:
    """Runs the command that was asked for; every error ends in one message and its exit status."""
    print_whatever_the_output_lacks()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill`, `timeout`, a scheduler: as Ctrl+C
    try:
        app(prog_name="novoed")
    except LoaderError as error:
        complain(str(error))
        sys.exit(error.exit_status)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        complain(f"{where}{error.strerror or error}. Check who owns it, and the space left.")
        sys.exit(1)
