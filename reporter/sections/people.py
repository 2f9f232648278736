"""Who is overdue, by name: only in a report that is asked for names."""

from __future__ import annotations

from typing import Any

from loader.errors import UsageError
from reporter.courses import Courses, shorten
from reporter.figure import ALL, Column, Figure, Section, State, begin, count, day, more
from reporter.source import Source

_MOST = 500
_MOST_OF_COURSE = 100


def people(source: Source, courses: Courses) -> Section:
    """The learners with an overdue requirement. Raises UsageError where the published file has no names."""
    ((users, named),) = source.connection.execute(
        "select count(*), count(coalesce(email, first_name, last_name)) from marts.dim_users"
    ).fetchall()
    if users and not named:
        raise UsageError(
            "The published file was written without names, so --with-names has none to show. Run `novoed publish` for a"
            " file with names, or leave the option out."
        )
    found = source.rows(
        "select open.course_id, concat_ws(' ', users.first_name, users.last_name) as name, users.email,"
        " coalesce(open.activity_title, open.requirement_kind) as requirement, open.deadline_at, open.days_overdue,"
        " open.can_still_be_met from marts.fct_outstanding_requirements as open"
        " inner join marts.dim_users as users using (user_id, institution_id)"
        " where open.is_overdue order by open.can_still_be_met desc, open.days_overdue desc, name, requirement"
    )
    rows = [
        {
            "name": row["name"] or None,
            "email": row["email"],
            "course": courses.titles.get(str(row["course_id"]), f"course {row['course_id']}"),
            "requirement": shorten(row["requirement"], 60),
            "deadline": day(row["deadline_at"]),
            "days": row["days_overdue"],
            "can": row["can_still_be_met"],
            "course_id": str(row["course_id"]),
        }
        for row in found
    ]
    states = {ALL: _state("all courses", rows, _MOST)}
    for key, title in courses.titles.items():
        own = [row for row in rows if row["course_id"] == key]
        if own:
            states[key] = _state(title, own, _MOST_OF_COURSE)
    figure = Figure(
        "people",
        "Each overdue requirement with the learner's name, those that can still be met first.",
        [
            Column("name", "Name"),
            Column("email", "E-mail"),
            Column("course", "Course"),
            Column("requirement", "Requirement"),
            Column("deadline", "Deadline"),
            Column("days", "Days overdue", "count"),
            Column("can", "Can still be met"),
        ],
        states,
        follows_course=True,
        source="marts.fct_outstanding_requirements",
    )
    return Section(
        "people", "Who is overdue", [figure], "This page names people: share it only with those who may know."
    )


def _state(title: str, rows: list[dict[str, Any]], most: int) -> State:
    note = f"{begin(title)}."
    note += more(len(rows) - most, "further requirement", "marts.fct_outstanding_requirements")
    kept = [{name: value for name, value in row.items() if name != "course_id"} for row in rows[:most]]
    return State(f"{count(len(rows), 'requirement is', 'requirements are')} overdue", note, kept)
