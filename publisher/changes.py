"""audit.published_changes and audit.scope_changes: how the figures of a file differ from those of the file before.

A measure is compared where both files have its columns, so that a file of an older version is no obstacle.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from loader.warehouse.database import quote
from publisher.audit_tables import columns_of, make_table

MART = "fct_course_completions"
COUNTS = ("enrolled_learner_count", "completed_learner_count", "overdue_learner_count", "at_risk_learner_count")
RATIO = "completion_ratio"
REQUIREMENTS = "fct_outstanding_requirements"
OUTSTANDING = "outstanding_requirement_count"

CHANGES = {
    "mart": ("varchar", "Name of the mart."),
    "course_id": ("bigint", "The course; NULL for all of them together."),
    "measure": (
        "varchar",
        "A column of the mart; `outstanding_requirement_count`: rows of fct_outstanding_requirements; `row_count`: rows"
        " of the mart; `came_count`, `left_count`: enrollments that are in the course now and were not, or the"
        " other way round; `left_` and a reason of audit.row_accounting: those that left for it, `left_not_loaded`"
        " where the enrollment is nowhere in raw, `left_in_scope` where it is in another course now.",
    ),
    "before": ("double", "In the file published before; NULL: it is new."),
    "after": ("double", "In this file; NULL: it is gone."),
    "change": ("double", "After minus before, a missing count as 0; NULL where one of two ratios is missing."),
}
SCOPE_CHANGES = {
    "data_set": ("varchar", "The data set."),
    "reason": ("varchar", "Where its rows went, as in audit.row_accounting."),
    "before": ("bigint", "Rows of raw in the file published before."),
    "after": ("bigint", "Rows of raw in this file."),
    "change": ("bigint", "After minus before."),
}


def write_changes(connection: duckdb.DuckDBPyConnection, *, built: str, before: str | None, after: str) -> None:
    """Makes both tables in the current catalog, which is `after`; empty where there is no file before.

    `built` is the catalog of the database, which knows where an enrollment went.
    """
    then, now = columns_of(connection, before), columns_of(connection, after)
    figures = "select null as mart where false"
    scope = "select null as data_set where false"
    if before:
        figures = " union all by name ".join(
            [
                _compared(_figures(before, then, now), _figures(after, now, then)),
                *_movements(built, before, after, then, now),
            ]
        )
        if "audit.row_accounting" in then and "audit.row_accounting" in now:
            scope = _scope_changes(before, after)
    make_table(
        connection,
        "published_changes",
        "One row per mart, course_id and measure that differs from the file published before; empty without one.",
        CHANGES,
        figures,
    )
    make_table(
        connection,
        "scope_changes",
        "One row per data_set and reason with another number of rows than in the file published before: why rows left"
        " or came.",
        SCOPE_CHANGES,
        scope,
    )


def _figures(catalog: str, own: Mapping[str, set[str]], other: Mapping[str, set[str]]) -> str:
    """The query of every figure of one file (mart, course_id, measure, value) that the other file has, too."""

    def both_have(table: str, *columns: str) -> bool:
        return all({*columns} <= tables.get(f"marts.{table}", set()) for tables in (own, other))

    marts = f"{quote(catalog)}.marts"
    values: list[tuple[str, str, str, str]] = []
    """Measure, its value per row, its value of all together, and what the latter is of."""
    for column in COUNTS:
        if both_have(MART, "course_id", column):
            values.append((column, column, f"coalesce(sum({column}), 0)", MART))
    if both_have(MART, "course_id", RATIO, "enrolled_learner_count", "completed_learner_count"):
        values.append((RATIO, RATIO, "sum(completed_learner_count) / nullif(sum(enrolled_learner_count), 0)", MART))
    if both_have(MART, "course_id") and both_have(REQUIREMENTS, "course_id"):
        own_count = f"(select count(*) from {marts}.{REQUIREMENTS} as open where open.course_id = courses.course_id)"
        values.append((OUTSTANDING, own_count, "count(*)", REQUIREMENTS))
    selects = [
        f"select '{MART}' as mart, {course} as course_id, '{measure}' as measure, cast({value} as double) as value"
        f" from {marts}.{table} as courses"
        for measure, own_value, total, total_of in values
        for course, value, table in (("course_id", own_value, MART), ("null", total, total_of))
    ]
    selects += [
        f"select '{name}' as mart, null as course_id, 'row_count' as measure, cast(count(*) as double) as value"
        f" from {marts}.{quote(name)}"
        for schema, _, name in (table.partition(".") for table in sorted(own))
        if schema == "marts"
    ]
    return " union all ".join(selects)


def _compared(before: str, after: str) -> str:
    """The query of what differs between the figures of two files."""
    return (
        "select coalesce(after.mart, before.mart) as mart, coalesce(after.course_id, before.course_id) as course_id,"
        " coalesce(after.measure, before.measure) as measure, before.value as before, after.value as after,"
        f" case when coalesce(after.measure, before.measure) = '{RATIO}' then after.value - before.value"
        " else coalesce(after.value, 0) - coalesce(before.value, 0) end as change"
        f" from ({before}) as before full join ({after}) as after"
        " on before.mart = after.mart and before.course_id is not distinct from after.course_id"
        " and before.measure = after.measure"
        " where coalesce(before.value, 0) <> coalesce(after.value, 0)"
    )


def _movements(
    built: str, before: str, after: str, then: Mapping[str, set[str]], now: Mapping[str, set[str]]
) -> list[str]:
    """The queries of the enrollments that came to a course and left it, where both files name them."""
    keys = "enrollment_id, course_id"
    if not all({"enrollment_id", "course_id"} <= tables.get("marts.fct_enrollments", set()) for tables in (then, now)):
        return []
    old, new = (f"select {keys} from {quote(catalog)}.marts.fct_enrollments" for catalog in (before, after))
    left = (
        f"select gone.course_id, 'left_' || coalesce(scoped.scope_reason, 'not_loaded') as reason"
        f" from ({old} except {new}) as gone"
        f" left join {quote(built)}.intermediate.int_enrollments_scoped as scoped"
        " on gone.enrollment_id = scoped.enrollment_id"
    )
    return [
        "select 'fct_enrollments' as mart, course_id, measure, cast(count(*) as double) as after,"
        f" cast(count(*) as double) as change from ({moved}) as moved group by course_id, measure"
        for moved in (
            f"select course_id, 'came_count' as measure from ({new} except {old}) as came",
            f"select course_id, 'left_count' as measure from ({left}) as gone",
            f"select course_id, reason as measure from ({left}) as gone",
        )
    ]


def _scope_changes(before: str, after: str) -> str:
    """The query of what differs between the accounts of two files; a reason that does not occur has no row in them."""
    then, now = (
        f"(select data_set, reason, row_count from {quote(catalog)}.audit.row_accounting)"
        for catalog in (before, after)
    )
    return (
        "select data_set, reason, coalesce(before.row_count, 0) as before, coalesce(after.row_count, 0) as after,"
        " coalesce(after.row_count, 0) - coalesce(before.row_count, 0) as change"
        f" from {then} as before full join {now} as after using (data_set, reason)"
        " where coalesce(before.row_count, 0) <> coalesce(after.row_count, 0)"
    )
