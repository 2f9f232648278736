"""What the gate finds in the build alone: empty, incomplete, unreadable, rejected and unmatched data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from loader.catalog import DATA_SETS
from loader.warehouse.database import quote
from publisher.audit_tables import columns_of
from publisher.finding import Finding, exceeds, limit, short, told
from publisher.sight import Sight

_NEEDED = ("users", "courses", "enrollments")
"""Without rows of these in scope there are no figures."""

_WHOLE = ("users", "courses", "enrollments", "course_activities", "user_activities")
"""A gap in one of these makes figures wrong."""

_EQUALLY_NEW = ("enrollments", "user_activities")

_DECIDING = {
    "users": ["email_address"],
    "courses": ["is_sandbox", "end_date"],
    "enrollments": [
        *("enrollment_status", "completion_status", "completed_date", "enrollment_date"),
        *("has_admin_permission", "has_mentor_permission"),
    ],
    "course_activities": ["is_todo", "deadline", "target"],
    "user_activities": ["submitted", "points_received", "achieved", "last_active_date"],
    "lecture_page_views": ["visit_type", "last_active_date"],
}
"""Columns without which somebody or something is counted wrongly; record_deleted, too, where the platform has it."""

_UNMATCHED = ("unknown_user", "unknown_course", "unknown_activity", "unknown_page")

# As macros/white_space.sql and macros/to_clean_text.sql have them.
_BLANK = r"[\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
_INVISIBLE = r"[\x{ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{feff}]"


def empty_data_sets(sight: Sight) -> Iterator[Finding]:
    """Data sets of which nothing is in scope."""
    before: dict[str, int] = {}
    if sight.published("audit.row_accounting", "data_set", "reason", "row_count"):
        before = dict(
            sight.rows(f"select data_set, row_count from {sight.before}.audit.row_accounting where reason = 'in_scope'")
        )
    accounts = sight.rows(
        "select data_set, sum(row_count)::bigint, coalesce(sum(row_count) filter (reason = 'in_scope'), 0)::bigint,"
        " max_by(reason, row_count) from audit.row_accounting group by all order by data_set"
    )
    for data_set, in_raw, in_scope, reason in accounts:
        had = before.get(data_set, 0)
        if in_scope or not (in_raw or had or data_set in _NEEDED):
            continue
        compared = f" (the published file: {had:,})" if had else ""
        where = f"none of {in_raw:,} rows is in scope{compared}, e.g. because of {reason}" if in_raw else (
            f"there is not one row{compared}, e.g. because no file of it was loaded"
        )  # fmt: skip
        advice = "look at audit.row_accounting" if in_raw else "fetch the data set or put its file there"
        yield Finding("empty_data_set", data_set, None, 1.0, in_raw, f"{data_set}: {where}; {advice}")


def incomplete_data_sets(sight: Sight) -> Iterator[Finding]:
    """Gaps of the extraction, and of two data sets that belong together the one that ends long before the other."""
    gaps = sight.rows(
        "select data_set, updated_after, updated_until from raw._extraction_intervals"
        " where kind = 'gap' and data_set in ? order by all",
        list(_WHOLE),
    )
    for data_set, found in groupby(gaps, key=lambda gap: gap[0]):
        intervals = list(found)
        days = sum((until - after for _, after, until in intervals), timedelta()) / timedelta(days=1)
        _, after, until = intervals[0]
        sentence = (
            f"{data_set}: {len(intervals):,} gap(s), {days:.1f} days in all, in what was extracted, e.g."
            f" {after:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC; run `novoed extract`, load and build again"
        )
        yield Finding("incomplete_data_set", data_set, None, days, len(intervals), sentence)
    ends = {data_set: _end(sight, data_set) for data_set in _EQUALLY_NEW}
    first, last = sorted(_EQUALLY_NEW, key=lambda data_set: (ends[data_set] is None, ends[data_set]))
    if ends[first] is None or ends[last] is None:
        return
    days = (ends[last] - ends[first]) / timedelta(days=1)
    most = limit(sight.build, "max_stale_days")
    if days > most:
        sentence = (
            f"{first}: what is known of it ends {days:.1f} days (at most {most:g}) before {last}, e.g. nothing is known"
            f" after {ends[first]:%Y-%m-%d %H:%M} UTC, of {last} until {ends[last]:%Y-%m-%d %H:%M}; fetch {first} again"
        )
        column = DATA_SETS[first].updated_column
        yield Finding("incomplete_data_set", first, column, days, 0, sentence)


def _end(sight: Sight, data_set: str) -> Any:
    """Until when a data set is known; None where nothing is."""
    (covered,) = sight.row(
        "select max(updated_until) from raw._extraction_intervals where kind = 'covered' and data_set = ?", data_set
    )
    (newest,) = sight.row(f"select max(updated_at) from staging.stg_novoed__{data_set} where updated_at <= _loaded_at")
    return max((moment for moment in (covered, newest) if moment), default=None)


def missing_columns(sight: Sight) -> Iterator[Finding]:
    """Columns that the latest file of a data set lacks and had before, and those that none has and figures need."""
    if "header" not in columns_of(sight.connection, sight.built)["raw._files"]:
        return  # loaded by an earlier version: the next load adds it
    files = sight.rows(
        "select data_set, source_file, row_count, header, replaced_columns from raw._files"
        " order by data_set, loaded_at, source_file"
    )
    for data_set, found in groupby(files, key=lambda file: file[0]):
        if data_set in DATA_SETS:
            yield from _missing_columns(sight, data_set, list(found))


def _missing_columns(sight: Sight, data_set: str, files: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Of one data set; `files` are its files, the latest one last."""
    _, latest, row_count, header, replaced = files[-1]
    if header is None:  # loaded by an earlier version, and gone since
        return
    known = DATA_SETS[data_set].known_columns
    had = {column: name for _, name, _, columns, _ in files[:-1] for column in columns or []}
    had |= dict.fromkeys(replaced or [], f"{latest} before it was replaced")
    missing = {
        column: f"{data_set}.{column}: the latest file, {latest} ({row_count:,} records), lacks it, e.g. {had[column]}"
        " has it"
        for column in sorted(known & had.keys() - {*header})
    }
    if all(columns is not None for *_, columns, _ in files) and sight.row(f"select count(*) from raw.{data_set}")[0]:
        deciding = [*_DECIDING.get(data_set, []), *({"record_deleted"} & {*_documented(data_set)})]
        for column in deciding:
            if not any(column in columns for *_, columns, _ in files):
                text = f"{data_set}.{column}: none of {len(files):,} file(s) has it, e.g. {latest}, and figures need it"
                missing.setdefault(column, text)
    for column, sentence in missing.items():
        advice = "rename the column to what it was, or fetch the data set again"
        yield Finding("missing_column", data_set, column, 1.0, row_count, f"{sentence}; {advice}")


def _documented(data_set: str) -> tuple[str, ...]:
    """Columns of the platform's dictionary, which the question sets have not."""
    return DATA_SETS[data_set].columns if DATA_SETS[data_set].key else ()


def unreadable_values(sight: Sight) -> Iterator[Finding]:
    """Columns of which too many values could not be cast, or are none of the article's."""
    failed = sight.rows(
        "select distinct data_set, column_name from audit.cast_failures where not is_placeholder_date order by all"
    )
    for data_set, column in failed:
        value_count, count, example = sight.row(
            f"with failed as (select value_text from audit.cast_failures"
            "     where data_set = ? and column_name = ? and not is_placeholder_date)"
            " select count(*) filter (not regexp_full_match(value, ?)), count(value_text), min(value_text)"
            f" from ({_values(data_set, column)}) left join failed on value = value_text",
            data_set, column, f"{_BLANK}*",
        )  # fmt: skip
        if exceeds(sight.build, count, value_count, "max_unreadable_ratio"):
            sentence = (
                f"{data_set}.{column}: {told(sight.build, count, value_count, 'max_unreadable_ratio')} values could not"
                f" be read, e.g. `{short(example)}`; {_advice(column, example)}"
            )
            yield Finding("unreadable_values", data_set, column, count / value_count, count, sentence)
    unknown = sight.rows(
        "select data_set, column_name, list(value_text), max_by(value_text, row_count)"
        " from audit.unknown_enumeration_values group by all order by data_set, column_name"
    )
    for data_set, column, texts, example in unknown:
        clean = f"trim(regexp_replace(regexp_replace(value, '{_INVISIBLE}', '', 'g'), '{_BLANK}+', ' ', 'g'))"
        value_count, count = sight.row(
            f"select count(*) filter ({clean} <> ''), count(*) filter (list_contains(?, {clean}))"
            f" from ({_values(data_set, column)})",
            texts,
        )
        if exceeds(sight.build, count, value_count, "max_unreadable_ratio"):
            sentence = (
                f"{data_set}.{column}: {told(sight.build, count, value_count, 'max_unreadable_ratio')} values are none"
                f" of the platform's, e.g. `{short(example)}`; look at audit.unknown_enumeration_values"
            )
            yield Finding("unreadable_values", data_set, column, count / value_count, count, sentence)


def _values(data_set: str, column: str) -> str:
    """A query of a column's values as they came: of the latest versions; of a key's column all of them."""
    versions = "" if column in DATA_SETS[data_set].key else (
        f" semi join staging.stg_novoed__{data_set} using (_source_file, _source_row)"
    )  # fmt: skip
    return f"select {quote(column)} as value from raw.{data_set}{versions}"


def _advice(column: str, example: str) -> str:
    if re.search("_date$|_at$|^deadline$", column):
        return "the file was probably saved by a spreadsheet: add `timestamp_formats` or fetch it again"
    if re.fullmatch(r"[0-9.,]+E\+?[0-9]+", example.strip(), re.IGNORECASE):
        return "a spreadsheet has cut the number: fetch the file again"
    return "look at audit.cast_failures, and mend the file or fetch it again"


def rejected_records(sight: Sight) -> Iterator[Finding]:
    """Data sets of whose records too many were rejected."""
    files = sight.rows(
        "select data_set, sum(rejected_row_count)::bigint, sum(row_count)::bigint,"
        " max_by(source_file, rejected_row_count) from raw._files group by all order by data_set"
    )
    for data_set, count, record_count, file in files:
        if exceeds(sight.build, count, record_count, "max_rejected_ratio"):
            row, reason = sight.row(
                "select source_row, reason from raw._rejects where data_set = ? and source_file = ?"
                " order by source_row limit 1",
                data_set, file,
            )  # fmt: skip
            sentence = (
                f"{data_set}: {told(sight.build, count, record_count, 'max_rejected_ratio')} records were rejected,"
                f" e.g. record {row:,} of {file} ({reason}); look at raw._rejects, and mend the file or fetch it again"
            )
            yield Finding("rejected_records", data_set, None, count / record_count, count, sentence)


def unmatched_rows(sight: Sight) -> Iterator[Finding]:
    """Data sets of whose rows too many point to nobody and nothing."""
    accounts = sight.rows(
        "select data_set, coalesce(sum(row_count) filter (list_contains(?, reason)), 0)::bigint,"
        " sum(row_count)::bigint, max_by(reason, row_count) filter (list_contains(?, reason))"
        " from audit.row_accounting where reason not in ('superseded', 'invalid_key', 'deleted')"
        " group by all order by data_set",
        list(_UNMATCHED), list(_UNMATCHED),
    )  # fmt: skip
    for data_set, count, row_count, reason in accounts:
        if exceeds(sight.build, count, row_count, "max_unmatched_ratio"):
            file, row = sight.row(
                f"select _source_file, _source_row from intermediate.int_{data_set}_scoped where scope_reason = ?"
                " order by all limit 1",
                reason,
            )
            sentence = (
                f"{data_set}: {told(sight.build, count, row_count, 'max_unmatched_ratio')} rows point to what is not"
                f" there, most of them {reason}, e.g. record {row:,} of {file}; fetch"
                f" {_PARENTS[reason]} again, or the file that is missing"
            )
            yield Finding("unmatched_rows", data_set, None, count / row_count, count, sentence)


_PARENTS = {
    "unknown_user": "users",
    "unknown_course": "courses",
    "unknown_activity": "course_activities",
    "unknown_page": "lecture_pages",
}
