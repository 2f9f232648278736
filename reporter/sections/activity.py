"""What happens when: enrollments, completions and active learners by month, and how far learners get page by page."""

from __future__ import annotations

from datetime import date
from typing import Any

from reporter import charts
from reporter.courses import Courses, shorten
from reporter.figure import ALL, Column, Figure, Section, State, count, month, more, share
from reporter.sections.completion import Cohorts
from reporter.source import Source
from reporter.suppression import TOTAL, hide_cells

_MONTHS = 24
_PAGES = 60
_TITLE = 60
_ENROLLED, _COMPLETED, _ACTIVE = _MEASURES = ("Enrollments", "Completions", "Active learners")


def months(source: Source, courses: Courses, cohorts: Cohorts) -> Section:
    """Enrollments, completions and active learners by month."""
    counts = "sum(enrollment_count)::bigint as enrolled, sum(completion_count)::bigint as completed"
    overall = source.rows(
        f"select activity_month, {counts}, sum(active_learner_count)::bigint as active,"
        " bool_and(is_month_complete) as is_complete from marts.fct_monthly_activity group by activity_month"
        " order by activity_month desc limit ?",
        _MONTHS,
    )
    by_course = source.rows(
        f"select course_id, activity_month, {counts}, sum(active_learner_count)::bigint as active,"
        " bool_and(is_month_complete) as is_complete from marts.fct_course_monthly_activity"
        " where activity_month >= (select min(activity_month) from (select distinct activity_month from"
        " marts.fct_monthly_activity order by activity_month desc limit ?)) group by all",
        _MONTHS,
    )
    shown = _months_between(overall)
    cells: dict[tuple[str, str], dict[str, Any]] = {}
    for row in by_course:
        cell = cells.setdefault(
            (courses.name(row["course_id"]), month(row["activity_month"])),
            {"enrolled": 0, "completed": 0, "active": 0},
        )
        for name in cell:
            cell[name] += row[name]
    hidden = {
        name: hide_cells(
            {key: cell[name] for key, cell in cells.items()},
            source.smallest,
            cohorts.hidden if name == "enrolled" else (),
        )
        for name in ("enrolled", "completed")
    }
    hidden["active"] = {key for key, cell in cells.items() if cell["active"] < source.smallest}
    unfinished = {month(row["activity_month"]) for row in overall if not row["is_complete"]}
    states = {}
    if shown and courses.is_total_shown:
        together = {month(row["activity_month"]): row | {"hidden": row["active"] < source.smallest} for row in overall}
        rows = [
            _row(at, together.get(at, {}), lambda name, at=at: (TOTAL, at) in hidden[name]
                 or (name == "active" and 0 < together[at]["active"] < source.smallest), unfinished)
            for at in shown
        ]  # fmt: skip
        states[ALL] = _month_state(source, "All courses", rows)
    for key, title in courses.titles.items():
        rows = [
            _row(at, cells.get((key, at), {}), lambda name, at=at, key=key: (key, at) in hidden[name], unfinished)
            for at in shown
        ]
        begun = [number for number, row in enumerate(rows) if any(row[name] != 0 for name in _MEASURES)]
        if begun:
            states[key] = _month_state(source, title, rows[begun[0] :])
    figure = Figure(
        "months",
        "A line each for enrollments, completions and different active learners by month.",
        [
            Column("month", "Month"),
            *(Column(name, name, "count") for name in _MEASURES),
            Column("whole", "Month is over"),
        ],
        states or {ALL: State("Nothing has happened yet", "", [])},
        charts=[
            (
                "",
                charts.months(
                    "at",
                    {_ENROLLED: charts.ORANGE, _COMPLETED: charts.ACCENT, _ACTIVE: "#555555"},
                    "People a month",
                ),
            )
        ],
        cards=("active_learners", "completion_velocity_ratio"),
        follows_course=True,
        source="marts.fct_monthly_activity",
    )
    return Section("months", "Enrollments, completions and active learners", [figure])


def _months_between(overall: list[dict[str, Any]]) -> list[str]:
    """Every month from the first to the last, oldest first."""
    if not overall:
        return []
    first, last = overall[-1]["activity_month"], overall[0]["activity_month"]
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [month(date(number // 12, number % 12 + 1, 1)) for number in numbers][-_MONTHS:]


def _row(at: str, cell: dict[str, Any], is_hidden: Any, unfinished: set[str]) -> dict[str, Any]:
    named = {"enrolled": _ENROLLED, "completed": _COMPLETED, "active": _ACTIVE}
    values = {label: None if cell and is_hidden(name) else cell.get(name, 0) for name, label in named.items()}
    return {"month": at, "at": f"{at}-01", **values, "whole": at not in unfinished}


def _month_state(source: Source, title: str, rows: list[dict[str, Any]]) -> State:
    whole = [row for row in rows if row["whole"] and row[_ACTIVE]]
    finding = "No month with active learners is over yet"
    if whole:
        best = max(whole, key=lambda row: (row[_ACTIVE], row["month"]))
        finding = (
            f"{count(whole[-1][_ACTIVE], 'learner')} were active in {whole[-1]['month']}, at most {best[_ACTIVE]:,} in"
            f" {best['month']}"
        )
    hidden = sum(row[name] is None for row in rows for name in _MEASURES)
    note = f"{title}, the latest {count(len(rows), 'month')}."
    if rows and not rows[-1]["whole"]:
        note += f" {rows[-1]['month']} is not over."
    if hidden:
        note += f" {count(hidden, 'figure')} of fewer than {source.smallest} people, or next in size, hidden."
    note += " Active learners do not add up over courses or months. Left out: administrators and mentors."
    return State(finding, note, rows)


def funnel(source: Source, courses: Courses) -> Section:
    """How many of a course's learners have viewed each of its pages."""
    found = source.rows(
        "select funnel.course_id, page_position as position, pages.lecture_page_title as title,"
        " enrolled_learner_count as n, viewer_count as viewers, reach_ratio as reach, drop_ratio as lost"
        " from marts.fct_lecture_page_funnel as funnel inner join marts.dim_lecture_pages as pages"
        " using (lecture_page_id)"
        " where reach_ratio is not null and enrolled_learner_count >= ? and funnel.course_id in (select unnest(?))"
        " order by funnel.course_id, page_position",
        source.smallest,
        courses.ids,
    )
    by_course: dict[str, list[dict[str, Any]]] = {key: [] for key in courses.titles}
    for row in found:
        by_course[str(row["course_id"])].append(row)
    states = {}
    for key, pages in by_course.items():
        if not pages:
            continue
        rows = [
            {
                "page": f"{row['position']}. {shorten(row['title'] or 'Untitled page', _TITLE)}",
                "viewers": row["viewers"],
                "n": row["n"],
                "reach": round(row["reach"], 3),
                "lost": None if row["lost"] is None else round(row["lost"], 3),
                "text": share(row["reach"]),
            }
            for row in pages[:_PAGES]
        ]
        worst = max(rows, key=lambda row: row["lost"] or 0)
        finding = f"{courses.titles[key]}: nobody is lost from page to page"
        if (worst["lost"] or 0) > 0:
            lost = f"{share(worst['lost'])} of those before it"
            finding = f"{courses.titles[key]}: most are lost at page {worst['page']} ({lost})"
        note = f"n = {rows[0]['n']:,} people of status Enrolled. Left out: pages that are not released."
        note += more(len(pages) - _PAGES, "further page", "marts.fct_lecture_page_funnel")
        states[key] = State(finding, note, rows)
    figure = Figure(
        "funnel",
        "A bar per page of a course, in the order of release: the share of its learners who have viewed it.",
        [
            Column("page", "Page"),
            Column("viewers", "Viewers", "count"),
            Column("n", "Learners (n)", "count"),
            Column("reach", "Reached, share", "share"),
            Column("lost", "Lost since the page before", "share"),
        ],
        states or {ALL: State("No course has pages that were released to enough learners", "", [])},
        charts=[
            (
                "",
                charts.share_bars(
                    "page",
                    "reach",
                    "text",
                    "Learners who have viewed the page",
                    {
                        "page": ("Page", "text"),
                        "viewers": ("Viewers", "count"),
                        "n": ("Learners", "count"),
                        "lost": ("Lost since the page before", "share"),
                    },
                ),
            )
        ],
        cards=("marts.fct_lecture_page_funnel.reach_ratio", "marts.fct_lecture_page_funnel.drop_ratio"),
        follows_course=True,
        source="marts.fct_lecture_page_funnel",
    )
    return Section(
        "funnel", "How far learners get, page by page", [figure], "Per course; without a choice, the largest course."
    )
