"""The courses that the report shows: the largest, without those whose numbers would give a small group away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from reporter.figure import count
from reporter.source import Source
from reporter.suppression import TOTAL, hide_parts

MOST = 40
"""Courses that a report shows; a page that names thousands helps nobody."""
_TITLE = 70
"""Characters of a title."""


@dataclass(frozen=True)
class Courses:
    """Which courses are shown, and what is said of the others."""

    titles: dict[str, str]
    """By course_id as text, the largest first; each title once."""
    hidden: frozenset[str]
    """Courses left out as they, or what a total would give away of them, are small groups."""
    others: int
    """Courses left out as there are too many, or as nobody is enrolled."""
    is_total_shown: bool
    """Whether all courses together are a group that may be shown."""

    @property
    def ids(self) -> list[int]:
        """The courses that are shown."""
        return [int(key) for key in self.titles]

    @property
    def known_rows(self) -> list[str]:
        """The rows of tables by course whose sums the report tells, of the others and of all by subtraction."""
        return [*self.titles, OTHERS, TOTAL] if self.is_total_shown else [*self.titles]

    def name(self, course_id: object) -> str:
        """The course's key in filters; the key of all others for what is not shown."""
        key = str(course_id)
        return key if key in self.titles else OTHERS

    def left_out(self, smallest: int) -> str:
        """What is said of the courses that are not shown; empty where there are none."""
        said = []
        if self.hidden:
            hidden = count(len(self.hidden), "course")
            said.append(f"{hidden} with fewer than {smallest} learners, or next in size to one, hidden")
        if self.others:
            said.append(f"{count(self.others, 'course')} without learners or beyond the {MOST} largest not shown")
        return f" Left out: {'; '.join(said)} (all are in marts.fct_course_completions)." if said else ""


OTHERS = "others"


def read_courses(source: Source) -> Courses:
    """The courses by the number of enrolled learners."""
    rows = source.rows(
        "select completions.course_id, courses.course_title, enrolled_learner_count as n"
        " from marts.fct_course_completions as completions"
        " left join marts.dim_courses as courses using (course_id)"
        " order by n desc, course_id"
    )
    sizes = {str(row["course_id"]): row["n"] for row in rows}
    few = source.rows(
        "select course_id from marts.fct_enrollments where is_enrolled_learner group by course_id"
        " having count(distinct user_key) < ?",
        source.smallest,
    )
    hidden = hide_parts(sizes, source.smallest, {str(row["course_id"]) for row in few})
    kept = [row for row in rows if row["n"] and str(row["course_id"]) not in hidden][:MOST]
    shortened = {str(row["course_id"]): shorten(row["course_title"] or "Untitled course", _TITLE) for row in kept}
    repeated = Counter(shortened.values())
    titles = {key: f"{title} (course {key})" if repeated[title] > 1 else title for key, title in shortened.items()}
    gone = frozenset(hidden - {TOTAL})
    return Courses(titles, gone, len(rows) - len(titles) - len(gone), TOTAL not in hidden)


def shorten(text: str, most: int) -> str:
    """The text in one line, cut where it is too long."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
