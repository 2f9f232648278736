"""The main job: extract, load, build, publish; and the parts of it that have a command of their own.

What is refused or fails is named and makes the whole end with status 1, after everything else was done. Rejected
records alone do not: they are named, counted and kept in raw._rejects.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from loader.catalog import pick_landed
from loader.errors import BuildFailed, ExtractIncomplete, HeldBack, LoaderError, UsageError
from loader.extract.plan import make_plan, read_order
from loader.landing.folder import walk_landing
from loader.settings import Settings
from loader.warehouse.compact import compact
from loader.warehouse.load import load_files
from novoed.dbt import forget_results, ran_out_of_space, read_metrics, read_warnings, run_dbt
from novoed.screen.console import complain, say
from novoed.screen.headline import HEADLINE
from novoed.screen.load import LoadReport
from novoed.screen.outcome import show_outcome, show_unloaded
from novoed.screen.tables import show_published
from playground.landing import fill_with_sample, holds_other_rows, needs_sample, refuse_mixture, refuse_sample
from publisher.publish import publish

_QUIET = ("--log-level", "error", "--log-level-file", "warn")
"""Errors on the screen; warnings in logs/dbt.log, as `tell_outcome` tells what they mean."""


def run(settings: Settings, accept: Sequence[str] = ()) -> bool:
    """The main job; whether all that there is was fetched, loaded and published.

    `accept`: reasons of the gate whose findings are let through. Raises LoaderError where it cannot go on.
    """
    report = refresh(settings)
    try:
        build(settings)
    except BuildFailed:
        show_unloaded(report.unloaded)
        raise
    tell_outcome(settings, report)
    try:
        published = publish(
            settings.database,
            settings.published,
            accept=accept,
            keep=settings.published_keep,
            mode=settings.published_mode,
        )
    except HeldBack as held:
        complain(str(held))
        complain(f"Built, not published: held back because of {', '.join(held.reasons)}, see above.")
        return False
    except UsageError:
        raise
    except LoaderError as error:
        complain(f"Built, not published: {error}")
        return False
    show_published(published)
    say("For people: `make report` writes the report, one page that can be mailed.")
    if said := compact(settings.database):
        say(said)
    if not report.is_complete:
        complain("Built and published, but not everything was loaded: see the messages above.")
    return report.is_complete


def refresh(settings: Settings) -> LoadReport:
    """Extract where credentials are set, then load; the sample where there is neither credential nor CSV file."""
    unfetched = []
    if settings.credentials() is None:
        _make_sample_if_needed(settings)
    else:
        try:
            fetch(settings)
        except UsageError:
            raise
        except LoaderError as error:  # what was landed is loaded in any case
            complain(str(error))
            unfetched.append(f"not fetched: {error}")
    report = load(settings.landing, settings.database, memory=settings.memory)
    report.unloaded = unfetched + report.unloaded
    return report


def fetch(
    settings: Settings,
    data_sets: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    *,
    is_dry_run: bool = False,
) -> None:
    """API → landing folder. Raises UsageError before anything is touched, ExtractIncomplete naming what is missing."""
    from loader.extract.run import extract  # what calls the API takes a while to import
    from novoed.screen.extract import ExtractReport, show_plan

    settings.needed_credentials()
    refuse_sample(settings.landing)
    plan = make_plan(settings.landing, read_order(settings, data_sets, since, until, datetime.now(UTC)))
    if is_dry_run or plan.is_long:
        show_plan(plan)
    if is_dry_run:
        return
    with ExtractReport() as report:
        outcome = extract(settings, plan, report)
    rows, calls = sum(outcome.row_counts.values()), sum(outcome.call_counts.values())
    say(f"Fetched {rows:,} rows in {calls:,} calls into {settings.landing}.")
    if outcome.failures:
        raise ExtractIncomplete("Not everything could be fetched.\n" + "\n".join(f"  {f}" for f in outcome.failures))


def load(landing: Path, database: Path, data_sets: Sequence[str] = (), *, memory: str | None = None) -> LoadReport:
    """Landing folder → schema raw; how it went. Raises UsageError, DatabaseUnavailable."""
    names = pick_landed(data_sets)
    if landing.exists() and not landing.is_dir():
        raise UsageError(f"The landing folder {landing} is not a folder; give another one")
    if not landing.exists():
        say(f"note: there is no landing folder {landing} yet")
    found = walk_landing(landing)
    refuse_mixture(found, database)
    with LoadReport(found) as report:
        for result in load_files(database, found, data_sets=names, progress=report.advance, memory=memory):
            report.add(result)
    report.summarize()
    return report


def build(settings: Settings) -> None:
    """Schema raw → marts, with every test of the data. Raises BuildFailed.

    The unit tests judge the code, not the data: `make test` and a plain `dbt build` run them. What dbt warns of is told
    by the block that follows, with the audit table to look at.
    """
    say("Building the marts and testing them (dbt build) …")
    forget_results()
    if run_dbt(settings.database, *_QUIET, "build", "--exclude-resource-type", "unit_test", memory=settings.memory):
        if ran_out_of_space():
            raise BuildFailed(
                "dbt build ended because the disk is full; nothing was published, what was published before stays. Make"
                f" room where {settings.database} lies, then run it again."
            )
        raise BuildFailed(
            "dbt build ended with the errors above; nothing was published, what was published before stays. Mend what"
            " they name, then run it again."
        )


def tell_outcome(settings: Settings, report: LoadReport) -> None:
    """What the load and the build came to, beside the file published before, which publish replaces next."""
    show_outcome(settings.database, settings.published, report.unloaded, read_warnings(), read_metrics(HEADLINE))


def write_docs(settings: Settings, to: Path) -> None:
    """dbt's site as one page, and the dictionary beside it. Raises BuildFailed, LoaderError."""
    from novoed.site.pages import write_site  # what writes HTML is not part of the main job

    if run_dbt(settings.database, "--log-level", "error", "docs", "generate", "--static", memory=settings.memory):
        raise BuildFailed("The docs describe a built warehouse: run `make` first, then `make docs`.")
    for page in write_site(settings.database, settings.published, to):
        say(f"Open it in a browser: {page}")


def write_report(settings: Settings, to: Path, *, with_names: bool) -> None:
    """The report of the published file as one page. Raises UsageError without the extra `report`, LoaderError."""
    try:
        from reporter.report import write_report as write  # what it draws with is not part of the main job
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("altair", "great_tables", "vl_convert"):
            raise
        raise UsageError(
            f"The report needs the package {error.name}, which is not installed. Run `make report`, or install it as it"
            " does: python -m pip install --no-deps --require-hashes -r requirements-report.lock"
        ) from None
    write(settings.published, to, with_names=with_names)
    names = " It names people: share it only with those who may know." if with_names else ""
    say(f"The report is one page that needs nothing else, open it in a browser: {to}.{names}")


def _make_sample_if_needed(settings: Settings) -> None:
    landing = settings.landing
    found = walk_landing(landing)
    if not needs_sample(landing, found):
        if found.has_attributes_alone:
            say(f"note: {landing} has attributes of yours alone, and no data set of the platform.")
            say("No sample institution is made: made-up and real people would mix.")
        return
    if holds_other_rows(settings.database):
        say(f"note: {landing} has no CSV files, but {settings.database} holds rows of earlier ones.")
        say("No sample institution is made: made-up and real people would mix.")
        return
    say(f"There are no credentials and no CSV files in {landing}: writing a sample institution there.")
    say("Everybody in it is made up.")
    fill_with_sample(landing)
