"""Where the platform's completion status and the requirements disagree."""

from __future__ import annotations

from typing import Any

from reporter import charts
from reporter.courses import Courses
from reporter.figure import ALL, Column, Figure, Section, State, count, ratio, share
from reporter.source import Source

_WITHOUT, _MET, _SAME, _NONE = (
    "Completed, not met",
    "Met, not completed",
    "They agree",
    "Nothing required",
)


def agreement(source: Source, courses: Courses) -> Section:
    """Completions by what the requirements say of them."""
    found = {str(row["course_id"]): row for row in source.rows("from marts.fct_completion_agreement")}
    rows: list[dict[str, Any]] = []
    for key, title in courses.titles.items():
        row = found[key]
        rows.append(
            {
                "course": title,
                "n": row["enrolled_learner_count"],
                _WITHOUT: row["completed_without_requirements_learner_count"],
                _MET: row["requirements_met_not_completed_learner_count"],
                _SAME: row["consistent_learner_count"],
                _NONE: row["no_requirements_learner_count"],
                "ratio": None if row["disagreement_ratio"] is None else round(row["disagreement_ratio"], 3),
            }
        )
    rows.sort(key=lambda row: (-row[_WITHOUT] - row[_MET], row["course"]))
    with_requirements = sum(row["n"] - row[_NONE] for row in rows)
    apart = sum(row[_WITHOUT] + row[_MET] for row in rows)
    finding = "No course has requirements to compare with"
    if with_requirements:
        finding = (
            f"For {share(ratio(apart, with_requirements))} of {count(with_requirements, 'learner')} of courses with"
            " requirements the two disagree"
        )
    enrolled = sum(row["n"] for row in rows)
    at_one = sum(not row[_WITHOUT] + row[_MET] for row in rows)
    figure = Figure(
        "agreement",
        "A bar per course: for how many enrolled learners the platform's status and the requirements, computed here,"
        " disagree. Why they part is on the first page of the docs site.",
        [
            Column("course", "Course"),
            Column("n", "Enrolled (n)", "count"),
            *(Column(name, name, "count") for name in (_WITHOUT, _MET, _SAME, _NONE)),
            Column("ratio", "Disagree, share", "share"),
        ],
        {
            ALL: State(
                finding,
                f"n = {enrolled:,} enrollments of status Enrolled; {count(at_one, 'course')} in which the two agree"
                f" throughout or nothing is required not drawn.{courses.left_out(source.smallest)}",
                rows[: len(rows) - at_one],
            )
        },
        charts=[
            (
                "",
                charts.stacked_bars(
                    "course",
                    {_WITHOUT: charts.ORANGE, _MET: charts.ACCENT},
                    "Enrolled learners for whom the two disagree",
                    {"course": ("Course", "text"), "n": ("Enrolled", "count")},
                ),
            )
        ],
        cards=("marts.fct_completion_agreement.disagreement_ratio",),
        source="marts.fct_completion_agreement",
    )
    return Section("agreement", "Where the platform's status and ours disagree", [figure])
