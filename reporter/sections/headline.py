"""The figures that everybody asks for first, each with its change since the publication before."""

from __future__ import annotations

from reporter.courses import Courses
from reporter.figure import ALL, Column, Figure, Kind, Row, Section, State, begin, count, ratio, share, shown
from reporter.source import Source

_MINUS = "\N{MINUS SIGN}"
_MEASURES: dict[str, tuple[str, Kind, str | None]] = {
    "learners": ("Different learners", "count", None),
    "enrolled": ("Enrolled learners", "count", "enrolled_learner_count"),
    "completed": ("Completed", "count", "completed_learner_count"),
    "completion_ratio": ("Completion ratio", "share", "completion_ratio"),
    "completion_with_leavers_ratio": ("Completion ratio with leavers", "share", None),
    "overdue": ("Overdue with the course", "count", "overdue_learner_count"),
    "at_risk": ("At risk", "count", "at_risk_learner_count"),
    "open_requirements": ("Open requirements", "count", "outstanding_requirement_count"),
}
"""By name: label, kind, and the measure of audit.published_changes."""


def headline(source: Source, courses: Courses) -> Section:
    """The headline of all courses and of each."""
    counts = _read(source)
    nobody = dict.fromkeys(next(iter(counts.values()), {}), 0)
    states = {}
    if courses.is_total_shown:
        states[ALL] = _state(source, None, "all courses", counts.get(None, nobody))
    for key, title in courses.titles.items():
        states[key] = _state(source, key, title, counts[key])
    if not states:
        states[ALL] = State("There are too few learners to say anything", "Nobody's figures can be told apart.", [])
    figure = Figure(
        "headline",
        "The main figures, each with its change since the publication before.",
        [Column("label", "Figure"), Column("now", "Now"), Column("change", "Change")],
        states,
        is_tiles=True,
        cards=("completion_ratio", "completion_with_leavers_ratio", "overdue_learners", "at_risk_learners"),
        follows_course=True,
        source="marts.fct_course_completions",
    )
    return Section("headline", "At a glance", [figure])


def _read(source: Source) -> dict[str | None, dict[str, int]]:
    """The counts of each course and, without a course, of all."""
    rows = source.rows(
        "with learners as (select course_id, count(distinct user_key) filter (where is_enrolled_learner) as learners,"
        " count(*) filter (where is_enrolled_learner) as enrolled,"
        " count(*) filter (where is_enrolled_learner and is_completed) as completed,"
        " count(*) filter (where is_learner and (is_enrolled_learner or has_left)) as ever,"
        " count(*) filter (where is_learner and is_completed and (is_enrolled_learner or has_left)) as ever_completed,"
        " count(*) filter (where is_overdue) as overdue, count(*) filter (where is_at_risk) as at_risk"
        " from marts.fct_enrollments group by rollup (course_id)),"
        " still_open as (select course_id, count(*) as open_requirements from marts.fct_outstanding_requirements"
        " group by rollup (course_id))"
        " select learners.*, coalesce(open_requirements, 0) as open_requirements from learners"
        " left join still_open on learners.course_id is not distinct from still_open.course_id"
    )
    return {None if row["course_id"] is None else str(row.pop("course_id")): row for row in rows}


def _state(source: Source, course: str | None, title: str, now: dict[str, int]) -> State:
    values = now | {
        "completion_ratio": ratio(now["completed"], now["enrolled"]),
        "completion_with_leavers_ratio": ratio(now["ever_completed"], now["ever"]),
    }
    before = _before(source, course)
    rows: list[Row] = [
        {"label": label, "now": shown(values[name], kind), "change": _change(before, measure, kind)}
        for name, (label, kind, measure) in _MEASURES.items()
    ]
    finding = (
        f"{share(values['completion_ratio'])} of {count(now['enrolled'], 'enrolled learner')} have completed;"
        f" {now['overdue']:,} are overdue, {now['at_risk']:,} at risk"
    )
    return State(finding, f"{begin(title)}. {_since(source, before)}", rows)


def _before(source: Source, course: str | None) -> dict[str, float | None] | None:
    """The changes since the publication before; None where there is none, or where it knew a small group only."""
    if source.movements.published_before_at is None:
        return None
    if course is None:
        moved = source.movements.overall
    else:
        moved = next((found.measures for found in source.movements.courses if str(found.course_id) == course), {})
    enrolled = moved.get("enrolled_learner_count")
    if enrolled is not None and (enrolled.before or 0) < source.smallest:
        return None
    return {measure: movement.change for measure, movement in moved.items()}


def _change(before: dict[str, float | None] | None, measure: str | None, kind: Kind) -> str:
    if before is None or measure is None:
        return ""
    change = before.get(measure, 0)
    if change is None:
        return "new"
    if kind == "share":
        points = round(100 * change, 1)
        return f"{points:+.1f} points".replace("-", _MINUS) if points else "no change"
    return f"{change:+,.0f}".replace("-", _MINUS) if change else "no change"


def _since(source: Source, before: dict[str, float | None] | None) -> str:
    if source.movements.published_before_at is None:
        return "This is the first publication, so there is nothing to compare with."
    if before is None:
        return "Changes are not shown, as the publication before had too few learners."
    since = f"Changes are since the publication of {source.movements.published_before_at:%Y-%m-%d %H:%M} UTC"
    other = source.movements.computed_otherwise
    return f"{since}, which was computed otherwise ({'; '.join(other)})." if other else f"{since}."
