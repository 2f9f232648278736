"""What `changes` shows: what moved between the last two published files, the largest first, with their cause."""

from __future__ import annotations

from novoed.screen.console import counted, say
from publisher.changes import COUNTS, OUTSTANDING, RATIO
from publisher.movements import CourseMovement, Movement, Movements, Number

_SHOWN = 10
"""Courses; audit.published_changes has them all."""

_WORDS = dict(
    zip(
        (RATIO, *COUNTS, OUTSTANDING),
        ("completion", "enrolled", "completed", "overdue", "at risk", "open requirements"),
        strict=True,
    )
)


def show_changes(found: Movements) -> None:
    """How everything was computed otherwise, where it was; then all courses together, each course, and the rows."""
    if found.computed_otherwise:
        say("ATTENTION: the two files were computed otherwise, which may be why figures moved:")
        for difference in found.computed_otherwise:
            say(f"  {difference}")
    since = f"since {found.published_before_at:%Y-%m-%d %H:%M}" if found.published_before_at else ""
    if found.is_empty:
        say(f"Nothing moved {since} (UTC)." if since else "This is the first publication: there is nothing to compare.")
        return
    say(f"Published {found.published_at:%Y-%m-%d %H:%M}, {since or 'compared with a file of an older version'} (UTC):")
    if found.overall:
        say(f"  All courses: {_figures(found.overall)}")
    for course in found.courses[:_SHOWN]:
        say(f"  {_course(course)}")
    if (more := len(found.courses) - _SHOWN) > 0:
        say(f"  {counted(more, 'more course')}: select * from audit.published_changes")
    for data_set, reasons in found.scope.items():
        moved = ", ".join(f"{reason} {_arrow(movement)}" for reason, movement in reasons.items())
        say(f"  rows of {data_set}: {moved}")
    for mart, movement in found.row_counts.items():
        say(f"  rows of {mart}: {_arrow(movement)}")


def _course(course: CourseMovement) -> str:
    """`Course X (course 7): completion 0.61 → 0.58; 14 enrollments came, 3 left (deleted_user)`."""
    parts = [_figures(course.measures)] if course.measures else []
    moved = [f"{counted(course.came, 'enrollment')} came"] if course.came else []
    if course.left:
        reasons = course.left_by_reason
        why = ", ".join(reasons if len(reasons) == 1 else (f"{count:,} {reason}" for reason, count in reasons.items()))
        moved.append(f"{course.left:,} left ({why})" if moved else f"{counted(course.left, 'enrollment')} left ({why})")
    parts += [", ".join(moved)] if moved else []
    title = f"{course.course_title or 'gone'} (course {course.course_id})"
    return f"{title}: {'; '.join(parts)}"


def _figures(measures: dict[str, Movement]) -> str:
    return ", ".join(f"{word} {_arrow(measures[name])}" for name, word in _WORDS.items() if name in measures)


def _arrow(movement: Movement) -> str:
    """`0.61 → 0.58`, with as many digits as it takes to see the difference."""
    digits = 2
    while digits < 9 and _shown(movement.before, digits) == _shown(movement.after, digits):
        digits += 1
    return f"{_shown(movement.before, digits)} → {_shown(movement.after, digits)}"


def _shown(value: Number, digits: int) -> str:
    if value is None:
        return "-"
    return f"{value:.{digits}f}" if isinstance(value, float) else f"{value:,}"
