"""What is required: who has fulfilled it, which activity holds people up, what is overdue and what is left."""

from __future__ import annotations

from typing import Any

from reporter import charts
from reporter.courses import Courses, shorten
from reporter.figure import ALL, Column, Figure, Section, State, count, day, more, ratio
from reporter.source import Source

_MART = "marts.fct_requirement_bottlenecks"
_ACROSS = 30
"""Activities of a course in the heat map."""
_MOST = 40
"""Activities of a course, or deadlines, that are shown."""
_WORST = 20
"""Activities of all courses that are shown."""
_TITLE = 60

_IN_TIME, _LATE, _OVERDUE, _OPEN = "Fulfilled", "Fulfilled late", "Overdue", "Open, not overdue"
_TOO_LATE, _ASAP, _AHEAD, _UNDATED = "Overdue, too late", "Overdue, can still be met", "Due later", "Without a deadline"


def requirements(source: Source, courses: Courses) -> Section:
    """Fulfillment by activity and course, and the activities that hold people up."""
    activities = _read_activities(source, courses)
    return Section(
        "requirements",
        "What is required, and who has fulfilled it",
        [_heat_map(source, courses, activities), _bottlenecks(source, courses, activities)],
        "Fulfilled is computed from the attempts, by the rule of the activity's type. Late means late, or touched again"
        " after the deadline before we first saw it.",
    )


def _read_activities(source: Source, courses: Courses) -> dict[str, list[dict[str, Any]]]:
    """Required activities with people who are expected to fulfill them, by course, in the order of the course."""
    found = source.rows(
        "select bottlenecks.course_id, bottlenecks.activity_key, activities.activity_title, activities.activity_type,"
        " expected_learner_count as n, fulfilled_learner_count as fulfilled, open_learner_count as open,"
        " overdue_learner_count as overdue, late_learner_count as late, sole_open_learner_count as sole,"
        " bottlenecks.fulfillment_ratio as ratio, activities.deadline_at"
        " from marts.fct_requirement_bottlenecks as bottlenecks"
        " inner join marts.dim_activities as activities using (activity_id, activity_type)"
        " where expected_learner_count >= ? and bottlenecks.course_id in (select unnest(?))"
        " order by bottlenecks.course_id, activities.released_at nulls first, activities.deadline_at nulls last,"
        " activities.lecture_page_id, bottlenecks.activity_key",
        source.smallest,
        courses.ids,
    )
    by_course: dict[str, list[dict[str, Any]]] = {key: [] for key in courses.titles}
    for row in found:
        by_course[str(row["course_id"])].append(row)
    return {key: rows for key, rows in by_course.items() if rows}


def _heat_map(source: Source, courses: Courses, activities: dict[str, list[dict[str, Any]]]) -> Figure:
    rows: list[dict[str, Any]] = []
    cut = 0
    for key, found in activities.items():
        cut += max(0, len(found) - _ACROSS)
        for position, row in enumerate(found[:_ACROSS], start=1):
            rows.append(
                {
                    "course": courses.titles[key],
                    "position": position,
                    "activity": _title(row),
                    "n": row["n"],
                    "fulfilled": row["fulfilled"],
                    "ratio": round(row["ratio"], 3),
                }
            )
    finding = "No required activity has learners who are expected to fulfill it"
    if rows:
        low = [row for row in rows if row["ratio"] < 0.5]
        required = count(len(rows), "required activity", "required activities")
        finding = f"{len(low):,} of {required} are fulfilled by fewer than half"
    note = f"{count(len(activities), 'course')} with requirements."
    note += more(cut, f"activity beyond the first {_ACROSS}", _MART, f"activities beyond the first {_ACROSS}")
    return Figure(
        "fulfillment",
        "A square per course (down) and required activity in the order of the course (across): the darker, the fewer of"
        " the enrolled learners have fulfilled it.",
        [
            Column("course", "Course"),
            Column("position", "No.", "count"),
            Column("activity", "Activity"),
            Column("n", "Expected (n)", "count"),
            Column("fulfilled", "Fulfilled", "count"),
            Column("ratio", "Fulfilled, share", "share"),
        ],
        {ALL: State(finding, f"{note}{courses.left_out(source.smallest)}", rows)},
        charts=[
            (
                "",
                charts.heat_map(
                    "position",
                    "course",
                    "ratio",
                    ("Required activity of the course, in its order", "Fulfilled"),
                    {
                        "course": ("Course", "text"),
                        "activity": ("Activity", "text"),
                        "ratio": ("Fulfilled", "share"),
                        "n": ("Expected", "count"),
                    },
                ),
            )
        ],
        cards=("marts.fct_requirement_bottlenecks.fulfillment_ratio", "fulfillment_ratio"),
        source=_MART,
    )


def _bottlenecks(source: Source, courses: Courses, activities: dict[str, list[dict[str, Any]]]) -> Figure:
    states = {}
    everywhere = [(key, row) for key, rows in activities.items() for row in rows]
    worst = sorted(everywhere, key=lambda pair: (-pair[1]["open"], pair[1]["activity_key"]))[:_WORST]
    if worst and courses.is_total_shown:
        rows = [_parts(row, f"{_title(row)} ({courses.titles[key]})") for key, row in worst]
        states[ALL] = State(
            f"{rows[0]['activity']} holds up most: {rows[0]['open']:,} of {rows[0]['n']:,} have not fulfilled it",
            f"The {len(rows)} of {count(len(everywhere), 'activity', 'activities')} that most learners have open."
            f"{courses.left_out(source.smallest)}",
            rows,
        )
    for key, found in activities.items():
        rows = [_parts(row, _title(row)) for row in found[:_MOST]]
        most = max(rows, key=lambda row: row["open"])
        note = f"{courses.titles[key]}, in the order of the course."
        note += more(len(found) - _MOST, "further activity", _MART, "further activities")
        states[key] = State(f"{most['activity']} is open for {most['open']:,} of {most['n']:,}", note, rows)
    return Figure(
        "bottlenecks",
        "A bar per required activity: of the learners who are expected to fulfill it, how many have, have late, are"
        " overdue, or have it open.",
        [
            Column("activity", "Activity"),
            Column("n", "Expected (n)", "count"),
            *(Column(name, name, "count") for name in (_IN_TIME, _LATE, _OVERDUE, _OPEN)),
            Column("ratio", "Fulfilled, share", "share"),
            Column("sole", "Only this is missing", "count"),
        ],
        states or {ALL: State("No required activity has learners who are expected to fulfill it", "", [])},
        charts=[
            (
                "",
                charts.stacked_bars(
                    "activity",
                    {_IN_TIME: charts.ACCENT, _LATE: charts.SKY, _OVERDUE: charts.ORANGE, _OPEN: charts.PALE},
                    "Learners",
                    {"activity": ("Activity", "text"), "n": ("Expected", "count")},
                ),
            )
        ],
        cards=("marts.fct_requirement_bottlenecks.sole_open_learner_count",),
        follows_course=True,
        source=_MART,
    )


def _parts(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "activity": name,
        "n": row["n"],
        _IN_TIME: row["fulfilled"] - row["late"],
        _LATE: row["late"],
        _OVERDUE: row["overdue"],
        _OPEN: row["open"] - row["overdue"],
        "ratio": ratio(row["fulfilled"], row["n"]),
        "sole": row["sole"],
        "open": row["open"],
    }


def _title(row: dict[str, Any]) -> str:
    return shorten(row["activity_title"] or f"Untitled {row['activity_type'] or 'activity'}", _TITLE)


def outstanding(source: Source, courses: Courses) -> Section:
    """What learners are still to do, by course, and by deadline within a course."""
    found = source.rows(
        "select course_id, cast(deadline_at as date) as deadline,"
        " coalesce(activity_title, case requirement_kind when 'points' then 'Points' when 'assignments' then"
        " 'Assignments' else activity_type end) as title, count(*) as open,"
        " count(*) filter (where is_overdue) as overdue,"
        " count(*) filter (where is_overdue and can_still_be_met) as can_still,"
        " count(*) filter (where can_still_be_met) as can_be_met"
        " from marts.fct_outstanding_requirements group by all order by deadline nulls last, open desc, title"
    )
    people = {
        str(row["course_id"]): row
        for row in source.rows(
            "select course_id, count(distinct enrollment_id) as learners,"
            " count(distinct enrollment_id) filter (where is_overdue) as overdue"
            " from marts.fct_outstanding_requirements group by course_id"
        )
    }
    by_course: dict[str, list[dict[str, Any]]] = {key: [] for key in courses.titles}
    for row in found:
        if str(row["course_id"]) in by_course:
            by_course[str(row["course_id"])].append(row)
    states = {}
    rows: list[dict[str, Any]] = []
    for key, parts in by_course.items():
        if not parts:
            continue
        added = {name: sum(row[name] for row in parts) for name in ("open", "overdue", "can_still", "can_be_met")}
        added["undated"] = sum(row["open"] for row in parts if row["deadline"] is None)
        rows.append(_split(added, courses.titles[key]))
        shown = [_split(row | {"undated": 0 if row["deadline"] else row["open"]}, _label(row)) for row in parts[:_MOST]]
        note = f"{courses.titles[key]}: {count(added['open'], 'open requirement')}, by deadline."
        note += more(len(parts) - _MOST, "further requirement", "marts.fct_outstanding_requirements")
        states[key] = State(
            f"{count(people[key]['learners'], 'learner')} still have something to do,"
            f" {people[key]['overdue']:,} of them are overdue with it",
            note,
            shown,
        )
    rows.sort(key=lambda row: (-row[_ASAP] - row[_TOO_LATE], -row["open"], row["label"]))
    total = {name: sum(row[name] for row in found) for name in ("open", "overdue", "can_be_met")}
    if rows and courses.is_total_shown:
        states = {
            ALL: State(
                f"{count(total['open'], 'requirement is', 'requirements are')} open, {total['overdue']:,} of them"
                f" overdue; {total['can_be_met']:,} can still be met",
                f"n = {total['open']:,} requirements of learners who have not completed, by course; choose a course to"
                f" see its deadlines.{courses.left_out(source.smallest)}",
                rows,
            )
        } | states
    figure = Figure(
        "outstanding",
        "A bar per course, or per deadline of a course: how many requirements of learners who have not completed are"
        " overdue, due later, or without a deadline.",
        [
            Column("label", "Course, or deadline and requirement"),
            Column("open", "Open (n)", "count"),
            *(Column(name, name, "count") for name in (_TOO_LATE, _ASAP, _AHEAD, _UNDATED)),
            Column("can_be_met", "Can still be met", "count"),
        ],
        states or {ALL: State("Nothing is outstanding", "", [])},
        charts=[
            (
                "",
                charts.stacked_bars(
                    "label",
                    {_TOO_LATE: charts.BROWN, _ASAP: charts.ORANGE, _AHEAD: charts.SKY, _UNDATED: charts.PALE},
                    "Open requirements of learners",
                    {"label": ("", "text"), "open": ("Open", "count")},
                ),
            )
        ],
        cards=("overdue_learners_in_open_courses", "marts.fct_outstanding_requirements.can_still_be_met"),
        follows_course=True,
        source="marts.fct_outstanding_requirements",
    )
    return Section("outstanding", "Overdue and outstanding", [figure])


def _split(row: dict[str, Any], label: str) -> dict[str, Any]:
    return {
        "label": label,
        "open": row["open"],
        _TOO_LATE: row["overdue"] - row["can_still"],
        _ASAP: row["can_still"],
        _AHEAD: row["open"] - row["overdue"] - row["undated"],
        _UNDATED: row["undated"],
        "can_be_met": row["can_be_met"],
    }


def _label(row: dict[str, Any]) -> str:
    return f"{day(row['deadline']) or 'No deadline'} · {shorten(row['title'] or 'Untitled', _TITLE)}"
