"""Who completes: by course and month of enrollment, how soon, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reporter import charts
from reporter.courses import Courses
from reporter.figure import ALL, Choice, Column, Figure, Row, Section, State, begin, count, month, ratio, share
from reporter.source import Source
from reporter.suppression import TOTAL, hide_cells

_MONTHS = 24
"""Months of enrollment to choose from."""
_CURVES = 12
"""Months of enrollment that are drawn as curves."""
_DAYS = (0, 3, 7, 10, 14, 21, 30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 365)
"""Days since enrollment at which a curve is read."""
_REST = "rest"
_WITHIN = 90
"""Days that the finding above the curves speaks of."""


@dataclass(frozen=True)
class Cohorts:
    """Learners by course and month of enrollment, and which of them are hidden."""

    cells: dict[tuple[str, str], dict[str, int]]
    """By course (or OTHERS, or TOTAL) and month (or what lies before, or TOTAL); the rest is in none of the months."""
    months: list[str]
    """Newest first."""
    hidden: set[tuple[str, str]]


_COUNTS = ("enrolled", "completed", "ever", "ever_completed")


def read_cohorts(source: Source, courses: Courses) -> Cohorts:
    """Counts by course and month; months before the newest and enrollments without a date together are the rest."""
    found = source.rows(
        "select course_id, cohort_month, enrolled_learner_count as enrolled, completed_learner_count as completed,"
        " ever_enrolled_learner_count as ever, ever_completed_learner_count as ever_completed"
        " from marts.fct_completion_cohorts"
    )
    totals = source.rows(
        "select course_id, enrolled_learner_count as enrolled, completed_learner_count as completed,"
        " ever_enrolled_learner_count as ever, ever_completed_learner_count as ever_completed"
        " from marts.fct_course_completions"
    )
    months = sorted({month(row["cohort_month"]) for row in found}, reverse=True)[:_MONTHS]
    cells: dict[tuple[str, str], dict[str, int]] = {}

    def add(key: tuple[str, str], row: dict[str, Any], sign: int = 1) -> None:
        cell = cells.setdefault(key, dict.fromkeys(_COUNTS, 0))
        for name in _COUNTS:
            cell[name] += sign * row[name]

    for row in totals:
        add((courses.name(row["course_id"]), _REST), row)
    for row in found:
        if month(row["cohort_month"]) in months:
            add((courses.name(row["course_id"]), month(row["cohort_month"])), row)
            add((courses.name(row["course_id"]), _REST), row, -1)
    few = {
        (str(row["course_id"]), month(row["cohort_month"]))
        for row in source.rows(
            "select course_id, cohort_month from marts.fct_enrollments where is_enrolled_learner"
            " and cohort_month is not null group by all having count(distinct user_key) < ?",
            source.smallest,
        )
    }
    hidden = set[tuple[str, str]]().union(
        *(
            hide_cells({key: cell[size] for key, cell in cells.items()}, source.smallest, few, courses.known_rows)
            for size in ("enrolled", "ever")
        )
    )
    for (course, column), cell in list(cells.items()):
        for margin in ((course, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            add(margin, cell)
    return Cohorts(cells, months, hidden)


def completion_by_course(source: Source, courses: Courses, cohorts: Cohorts) -> Section:
    """Completion by course, of all and of those who enrolled in a month."""
    states = {ALL: _by_course(source, courses, cohorts, TOTAL)}
    states |= {name: _by_course(source, courses, cohorts, name) for name in cohorts.months}
    figure = Figure(
        "completion-by-course",
        "A bar per course from 0 to the share of its enrolled learners who have completed, the lowest first; the tick"
        " is the share with those who have left.",
        [
            Column("course", "Course"),
            Column("n", "Enrolled (n)", "count"),
            Column("completed", "Completed", "count"),
            Column("ratio", "Completed, share", "share"),
            Column("ever", "Ever enrolled (n)", "count"),
            Column("with_leavers", "Share with leavers", "share"),
        ],
        states,
        charts=[
            (
                "",
                charts.share_bars(
                    "course",
                    "ratio",
                    "text",
                    "Completed (tick: with those who left)",
                    {
                        "course": ("Course", "text"),
                        "n": ("Enrolled", "count"),
                        "completed": ("Completed", "count"),
                        "ratio": ("Completed, share", "share"),
                        "with_leavers": ("Share with leavers", "share"),
                    },
                    tick="with_leavers",
                ),
            )
        ],
        cards=("completion_ratio", "completion_with_leavers_ratio"),
        choice=Choice("Month of enrollment", {ALL: "All months"} | {name: name for name in cohorts.months}),
        source="marts.fct_completion_cohorts",
    )
    return Section("completion", "Completion by course", [figure])


def _by_course(source: Source, courses: Courses, cohorts: Cohorts, column: str) -> State:
    rows: list[dict[str, Any]] = []
    hidden = 0
    for key, title in courses.titles.items():
        cell = cohorts.cells.get((key, column))
        if not cell or not cell["ever"]:
            continue
        if (key, column) in cohorts.hidden:
            hidden += 1
            continue
        completed = ratio(cell["completed"], cell["enrolled"])
        rows.append(
            {
                "course": title,
                "n": cell["enrolled"],
                "completed": cell["completed"],
                "ratio": completed,
                "ever": cell["ever"],
                "with_leavers": ratio(cell["ever_completed"], cell["ever"]),
                "text": f"{share(completed)} (n {cell['enrolled']:,})",
            }
        )
    rows.sort(key=lambda row: (row["ratio"] is None, row["ratio"], row["course"]))
    of_all = cohorts.cells.get((TOTAL, column), dict.fromkeys(_COUNTS, 0))
    when = "" if column == TOTAL else f" who enrolled in {column}"
    if (TOTAL, column) in cohorts.hidden or not of_all["enrolled"]:
        title = f"Too few learners{when} to tell a share of all courses"
        note = ""
    else:
        title = (
            f"{share(ratio(of_all['completed'], of_all['enrolled']))} of"
            f" {count(of_all['enrolled'], 'enrolled learner')}{when} have completed"
        )
        if rows and rows[0]["ratio"] is not None and len(rows) > 1:
            title += f"; least in {rows[0]['course']} ({share(rows[0]['ratio'])})"
        note = f"n = {of_all['enrolled']:,} enrollments of status Enrolled; {count(len(rows), 'course')} shown."
    if hidden:
        note += (
            f" {count(hidden, 'course')} with fewer than {source.smallest} learners of that month, or next in size,"
            " hidden."
        )
    return State(title, f"{note}{courses.left_out(source.smallest)}".strip(), rows)


def curves(source: Source, courses: Courses, cohorts: Cohorts) -> Section:
    """Which share completes within how many days, by month of enrollment, in both readings."""
    months = cohorts.months[:_CURVES]
    found = source.rows(
        "select course_id, cohort_month, day, at_risk_learner_count as n, completed_learner_count as completed,"
        " left_learner_count as gone, completed_by_day_ratio as ratio, completed_if_none_left_ratio as if_none_left"
        " from marts.fct_time_to_complete where strftime(cohort_month, '%Y-%m') in (select unnest(?))"
        " order by course_id, cohort_month, day",
        months,
    )
    by_course: dict[str, list[Row]] = {}
    for (course, at), steps in groupby(found, key=lambda row: (str(row["course_id"]), month(row["cohort_month"]))):
        if course in courses.titles and (course, at) not in cohorts.hidden:
            by_course.setdefault(course, []).extend(_read_curve(at, list(steps)))
    states = {}
    together: list[Row] = []
    for at in reversed(months):
        if (TOTAL, at) not in cohorts.hidden:
            of_month = [row for row in found if month(row["cohort_month"]) == at]
            together.extend(_read_curve(at, _estimate(of_month)))
    if together and courses.is_total_shown:
        states[ALL] = _curve_state(source, "all courses", together)
    for key, title in courses.titles.items():
        if key in by_course:
            states[key] = _curve_state(source, title, by_course[key])
    tips = {
        "cohort": ("Enrolled in", "text"),
        "day": ("Days since", "count"),
        "ratio": ("Completed", "share"),
        "if_none_left": ("If nobody had left", "share"),
        "n": ("Learners at the start", "count"),
    }
    figure = Figure(
        "curves",
        "A curve per month of enrollment: the share that has completed within so many days; the later the month, the"
        " darker. Left, who has left counts as not completed; right, what the share would be if nobody had left.",
        [
            Column("cohort", "Enrolled in"),
            Column("day", "Days since enrollment", "count"),
            Column("n", "Learners at the start (n)", "count"),
            Column("ratio", "Completed, share", "share"),
            Column("if_none_left", "If nobody had left", "share"),
        ],
        states or {ALL: State("Too few learners have enrolled in any month to draw a curve", "", [])},
        charts=[
            (label, charts.curves("day", field, "cohort", tips))
            for label, field in (("Who has left has not completed", "ratio"), ("If nobody had left", "if_none_left"))
        ],
        cards=(
            "marts.fct_time_to_complete.completed_by_day_ratio",
            "marts.fct_time_to_complete.completed_if_none_left_ratio",
        ),
        follows_course=True,
        source="marts.fct_time_to_complete",
    )
    return Section("curves", "How soon learners complete", [figure])


def _estimate(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same estimates as the mart's for several courses together: everybody of the month, whatever the course."""
    ended: dict[int, list[int]] = {}
    by_course: dict[int, list[dict[str, Any]]] = {}
    for row in steps:
        by_course.setdefault(row["course_id"], []).append(row)
    for rows in by_course.values():
        for row, following in zip(rows, [*rows[1:], {"n": 0}], strict=True):
            counts = ended.setdefault(row["day"], [0, 0, 0])
            counts[0] += row["completed"]
            counts[1] += row["gone"]
            counts[2] += row["n"] - following["n"]
    under_way = sum(counts[2] for counts in ended.values())
    still_there, completed, none_left = 1.0, 0.0, 1.0
    found = []
    for at in sorted(ended):
        done, gone, out = ended[at]
        completed += still_there * done / under_way
        still_there *= (under_way - done - gone) / under_way
        none_left *= (under_way - done) / under_way
        found.append({"day": at, "n": under_way, "ratio": completed, "if_none_left": 1 - none_left})
        under_way -= out
    return found


def _read_curve(cohort: str, steps: list[dict[str, Any]]) -> list[Row]:
    """The curve at fixed days, as far as it is known."""
    rows: list[Row] = []
    for at in _DAYS:
        if at > steps[-1]["day"]:
            break
        before = [row for row in steps if row["day"] <= at]
        value = before[-1] if before else {"ratio": 0.0, "if_none_left": 0.0}
        rows.append(
            {
                "cohort": cohort,
                "day": at,
                "n": steps[0]["n"],
                "ratio": round(value["ratio"], 3),
                "if_none_left": round(value["if_none_left"], 3),
            }
        )
    return rows


def _curve_state(source: Source, title: str, rows: list[Row]) -> State:
    at_day = [row for row in rows if row["day"] == _WITHIN]
    if at_day:
        newest = at_day[-1]
        finding = (
            f"{share(newest['ratio'])} of those who enrolled in {newest['cohort']} completed within {_WITHIN} days"  # type: ignore[arg-type]
        )
        if len(at_day) > 1:
            finding += f", {share(at_day[0]['ratio'])} of those of {at_day[0]['cohort']}"  # type: ignore[arg-type]
    else:
        finding = f"No month of enrollment has had {_WITHIN} days yet"
    sizes = {str(row["cohort"]): row["n"] for row in rows}
    return State(
        finding,
        f"{begin(title)}; n = {sum(sizes.values()):,} learners of {count(len(sizes), 'month')}."  # type: ignore[arg-type]
        f" Left out: months before the {_CURVES} latest, months with fewer than {source.smallest} learners or next in"
        " size, auditors, and completions without a date. Read at fixed days; a curve ends where nothing is known yet.",
        rows,
    )


def time_to_complete(source: Source, courses: Courses) -> Section:
    """How many days completing takes, by course, and who completes on time."""
    found = source.rows(
        "select course_id, count(days_to_complete) filter (where is_enrolled_learner and is_completed) as n,"
        " count(*) filter (where is_due) as due, count(*) filter (where is_due and is_completed_on_time) as on_time"
        " from marts.fct_enrollments group by course_id"
    )
    counted = {str(row["course_id"]): row for row in found}
    days = {str(row["course_id"]): row for row in source.rows("from marts.fct_course_completions")}
    rows: list[dict[str, Any]] = []
    few = 0
    for key, title in courses.titles.items():
        number = counted[key]
        if number["n"] < source.smallest:
            few += 1
            continue
        due = number["due"]
        rows.append(
            {
                "course": title,
                "n": number["n"],
                "median": round(days[key]["median_days_to_complete"], 1),
                "p75": round(days[key]["p75_days_to_complete"], 1),
                "due": due if due >= source.smallest else None,
                "on_time": ratio(number["on_time"], due) if due >= source.smallest else None,
            }
        )
    rows.sort(key=lambda row: (-row["median"], row["course"]))
    title = "Too few have completed to say how long it takes"
    if rows:
        title = f"Half of the completions take up to {rows[0]['median']:,.0f} days in {rows[0]['course']}"
        if len(rows) > 1:
            title += f", {rows[-1]['median']:,.0f} in {rows[-1]['course']}"
    note = f"n = {sum(row['n'] for row in rows):,} completions in {count(len(rows), 'course')}."
    if few:
        note += f" {count(few, 'course')} with fewer than {source.smallest} completions left out."
    figure = Figure(
        "time-to-complete",
        "A point per course: the days within which half of those who completed did so; the line leads to the days"
        " within which three quarters did.",
        [
            Column("course", "Course"),
            Column("n", "Completed with dates (n)", "count"),
            Column("median", "Median days", "number"),
            Column("p75", "Three quarters within (days)", "number"),
            Column("due", "Due (n)", "count"),
            Column("on_time", "On time, share", "share"),
        ],
        {ALL: State(title, f"{note}{courses.left_out(source.smallest)}", rows)},
        charts=[
            (
                "",
                charts.ranges(
                    "course",
                    "median",
                    "p75",
                    "Days: median to upper quartile",
                    {
                        "course": ("Course", "text"),
                        "median": ("Median days", "number"),
                        "p75": ("Three quarters within", "number"),
                        "n": ("Completed", "count"),
                    },
                ),
            )
        ],
        cards=("median_days_to_complete", "on_time_completion_ratio"),
        source="marts.fct_course_completions",
    )
    return Section("time-to-complete", "Time to complete", [figure])
