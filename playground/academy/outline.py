"""The courses of the sample academy, with their lecture pages and activities."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from playground.academy.chance import DAY
from playground.academy.clock import Calendar, seconds
from playground.academy.offerings import OFFERINGS, SANDBOXES, SEASONS, Offering
from playground.academy.people import INSTITUTION
from playground.academy.questions import QuestionBank, Row

_POINTS = {"Assignment": 20, "Video Practice": 10, "Quiz": 10, "Timed Exam": 30, "Course-Wide Discussion": 2,
           "Team Discussion": 2, "Private Feedback": 3, "Public Feedback": 3, "Video": 1, "Audio": 1,
           "Third Party Tool": 5}  # fmt: skip
"""Points of one attempt in full."""
_TITLES = {"Quiz": "Check your understanding: {}", "Assignment": "Assignment: {}",
           "Video Practice": "Practice: {}, on camera",
           "Public Feedback": "Give feedback on {}", "Private Feedback": "Private feedback for your peers: {}",
           "Course-Wide Discussion": "Discussion: {}", "Team Discussion": "Team discussion: {}",
           "Submission Carousel": "Gallery: {}", "Live Video Event": "Live session: {}", "Video": "Watch: {}",
           "Audio": "Listen: {}", "Third Party Tool": "Simulation: {}", "Timed Exam": "Final exam",
           "Survey": "How was this course?", "Poll": "Quick poll: {}, where are you today?",
           "Profile Completion": "Complete your profile", "Team Formation": "Join your project team",
           "Group Formation": "Choose a practice group"}  # fmt: skip


@dataclass
class Outline:
    """Every course with what it holds, as rows of the data sets plus the columns that drive the simulation.

    courses: course_no, reach, finish, never, pace_days, opens, closes · pages: page_no, page_count ·
    activities: act_no, act_key, place (order on its page), full_points, attainable (points), question_count. Times are
    seconds.
    """

    calendar: Calendar
    random: Random
    bank: QuestionBank
    courses: list[Row] = field(default_factory=list)
    pages: list[Row] = field(default_factory=list)
    activities: list[Row] = field(default_factory=list)
    _ids: dict[str, int] = field(default_factory=dict)

    def delete_some(self) -> None:
        """Marks one in twenty optional videos, the last page of course 7 and a survey item as deleted."""
        optional = [row for row in self.activities if not row["is_todo"] and row["activity_type"] in ("Audio", "Video")]
        for activity in optional[::20]:
            activity["record_deleted"] = True
        page = [row for row in self.pages if row["course_no"] == 7][-1]
        page["record_deleted"] = True
        for activity in self.activities:
            if activity["lecture_page_id"] == page["lecture_page_id"]:
                activity["record_deleted"], activity["is_todo"] = True, False
        survey_options = [row for row in self.bank.options if row["activity_type"] == "Survey"]
        for option in survey_options:
            option["record_deleted"] = option["question_id"] == survey_options[0]["question_id"]

    def _next(self, kind: str, first: int) -> int:
        self._ids[kind] = self._ids.get(kind, first) + self.random.randint(1, 4)
        return self._ids[kind]

    def add_course(self, offering: Offering, start: int, is_sandbox: bool) -> None:
        """One run of an offering, with its pages, activities and questions."""
        course_no = len(self.courses)
        first_day = self.calendar.monday(start)
        begins = seconds(first_day)
        code = offering.code.format(year=first_day.year)
        is_cohort = offering.kind == "cohort"
        weeks = len(offering.topics)
        ends = begins + (weeks + 1) * 7 * DAY - 1  # a week to wrap up
        title = offering.title.format(year=first_day.year)
        if is_cohort and not is_sandbox:
            title += f", {SEASONS[str(first_day.month)]} {first_day.year}"
        self.courses.append(
            {
                "course_no": course_no,
                "course_id": self._next("course", 8100),
                "institution_id": INSTITUTION,
                "institution_name": 'Meridian Industries, "The Academy"',
                "catalog_id": code,
                "lxp_external_id": f"lxp-{code.lower()}-{first_day:%Y-%m}" if self.random.random() < 0.7 else None,
                "lms_external_id": None if is_cohort else f"LMS{2000 + course_no}",
                "title": title,
                "start_date": begins + 8 * 3600 if is_cohort else None,
                "end_date": ends if is_cohort else None,
                "release_date": begins + 8 * 3600 - (3 * DAY if is_cohort else 0),
                "closed_date": ends + 30 * DAY if is_cohort else None,
                "registration_close_date": begins + 5 * DAY if is_cohort else None,
                "registration_type": offering.registration,
                "self_paced": not is_cohort,
                "self_paced_access_limit": offering.access_days,
                "is_sandbox": is_sandbox,
                "duration": weeks * (3 if is_cohort else 1),
                "created_date": begins - 80 * DAY + 10 * 3600,
                "record_updated_date": begins - 9 * DAY + 15 * 3600,
                "automated_completions_enabled": offering.is_automated,
                "num_of_points_required": None,
                "num_assignments_required": None,
                "reach": offering.reach,
                "finish": min(max(offering.finish + self.random.uniform(-0.06, 0.06), 0.2), 0.92),
                "never": offering.never * self.random.uniform(1.1, 1.6),
                "pace_days": {"cohort": 0.0, "skills": 9.0 * weeks, "compliance": 13.0}[offering.kind],
                "opens": begins + 8 * 3600,
                "is_cohort": is_cohort,
                "is_compliance": offering.kind == "compliance",
            }
        )
        self._fill(offering, self.courses[-1])

    def _fill(self, offering: Offering, course: Row) -> None:
        kind, topics = offering.kind, offering.topics
        first_activity, first_page = len(self.activities), len(self.pages)
        for week, topic in enumerate(topics):
            section = f"Week {week + 1}: {topic}" if kind == "cohort" else f"Part {week + 1}: {topic}"
            section_id = self._next("section", 30_000)
            for page_title, kinds in _pages(kind, week, len(topics), topic):
                page: Row = {
                    "page_no": len(self.pages) - first_page,
                    "course_no": course["course_no"],
                    "lecture_page_id": self._next("page", 51_000),
                    "title": page_title,
                    "course_id": course["course_id"],
                    "release_date": _number(course, "opens") + (week * 7 * DAY if kind == "cohort" else 0),
                    "created_date": _number(course, "created_date") + (len(self.pages) - first_page) * 1900,
                    "section_id": section_id,
                    "section_title": section,
                    "institution_id": INSTITUTION,
                    "record_deleted": False,
                    "updated_date": _number(course, "created_date") + 20 * DAY + week * 4_000,
                }
                self.pages.append(page)
                for place, (activity_type, is_required) in enumerate(kinds):
                    is_todo = is_required and offering.has_requirements
                    self._add_activity(
                        offering, page, topic, activity_type, is_todo, place, len(self.activities) - first_activity
                    )
        for page in self.pages[first_page:]:
            page["page_count"] = len(self.pages) - first_page
        required = [row for row in self.activities[first_activity:] if row["is_todo"]]
        if offering.is_automated and offering.has_requirements:
            if offering.asks_for_points:
                course["num_of_points_required"] = round(0.6 * sum(_number(row, "attainable") for row in required))
            assignments = sum(row["activity_type"] == "Assignment" for row in required)
            course["num_assignments_required"] = max(assignments - 1, 0) if kind == "cohort" else None

    def _add_activity(
        self, offering: Offering, page: Row, topic: str, activity_type: str, is_todo: bool, place: int, act_no: int
    ) -> None:
        is_feedback = activity_type in ("Private Feedback", "Public Feedback")
        is_cohort = offering.kind == "cohort"
        target = None
        if activity_type in ("Video", "Audio"):
            target = self.random.randint(150, 900)
        elif activity_type == "Live Video Event":
            target = self.random.choice((2700, 3600))
        elif is_feedback:
            target = self.random.choice((1, 2, 2, 3))
        has_deadline = is_todo and is_cohort and activity_type not in ("Video", "Audio")
        # Due at the end of the page's week, a minute before midnight; the exam, whose deadline is hard, a week later.
        is_hard = activity_type == "Timed Exam"
        due_day = _number(page, "release_date") // DAY + (13 if is_hard else 6)
        deadline = due_day * DAY + 86_340 if has_deadline else None
        activity: Row = {
            "act_no": act_no,
            "act_key": _number(page, "course_no") * 256 + act_no,
            "course_no": page["course_no"],
            "page_no": page["page_no"],
            "place": place,
            # Ids count per type, so the same id can name two activities: the key is id and type.
            "activity_id": str(self._next(activity_type, 4_000)),
            "activity_type": activity_type,
            "course_id": page["course_id"],
            "institution_id": INSTITUTION,
            "activity_title": _TITLES[activity_type].format(topic[0].lower() + topic[1:]),
            "is_todo": is_todo,
            "release_date": page["release_date"],
            "deadline": deadline,
            "hard_deadline": is_hard if has_deadline else None,
            "target": target,
            "lecture_page_id": page["lecture_page_id"],
            "lecture_page_title": page["title"],
            "section_id": page["section_id"],
            "section_title": page["section_title"],
            "updated_date": _number(page, "updated_date") + 3_600 + place * 60,
            "record_deleted": False,
            "full_points": _POINTS.get(activity_type),
            "attainable": _POINTS.get(activity_type, 0) * (target or 1 if is_feedback else 1),
        }
        activity["question_count"] = self.bank.add_set(activity, topic)
        self.activities.append(activity)


def _number(row: Row, column: str) -> int:
    """A whole number of a row; times are numbers of seconds."""
    value = row[column]
    assert isinstance(value, int)
    return value


def _pages(kind: str, week: int, weeks: int, topic: str) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Titles of a week's lecture pages, each with its activities: type, and whether it is required."""
    is_last = week == weeks - 1
    if kind == "compliance":
        pages = [
            (topic, [("Video", True), ("Audio", False)]),
            (f"{topic}: what would you do?", [("Quiz", True)] if week else [("Third Party Tool", True)]),
        ]
        if is_last:
            pages.append(("Final exam and certificate", [("Timed Exam", True), ("Survey", False)]))
        return pages
    if kind == "skills":
        pages = [(topic, [("Video", True), ("Video", False), ("Poll", False)])]
        if week == 0:
            pages[0][1].append(("Profile Completion", False))
        pages.append(
            (
                f"Try it: {topic}",
                [("Quiz", True)] if week % 2 == 0 else [("Third Party Tool", week == 1), ("Audio", False)],
            )
        )
        if is_last:
            pages.append(("Wrap-up", [("Assignment", True), ("Course-Wide Discussion", False), ("Survey", False)]))
        return pages
    pages = [(topic, [("Video", True), ("Video", False)])]
    if week == 0:
        pages.insert(0, ("Welcome", [("Profile Completion", True), ("Poll", False), ("Course-Wide Discussion", True)]))
        pages.append(("Meet your team", [("Team Formation", True), ("Group Formation", False)]))
    elif week % 3 == 1:
        pages.append((f"{topic}: apply it", [("Quiz", True), ("Assignment", True), ("Submission Carousel", True)]))
        pages.append(("Learn from your peers", [("Public Feedback", True), ("Private Feedback", False)]))
    elif week % 3 == 2:
        pages.append((f"{topic}: practice", [("Audio", False), ("Video Practice", True), ("Private Feedback", True)]))
        pages.append(("Team work", [("Team Discussion", True), ("Live Video Event", False)]))
    else:
        pages.append((f"{topic}: apply it", [("Third Party Tool", False), ("Assignment", True), ("Quiz", False)]))
    if is_last:
        pages.append(("Looking back", [("Timed Exam", True), ("Course-Wide Discussion", False), ("Survey", True)]))
    return pages


def make_outline(calendar: Calendar, seed: int) -> Outline:
    """The 40 courses of the academy and its sandboxes, in order of `course_no`."""
    outline = Outline(calendar, Random(seed), QuestionBank(Random(seed + 1)))
    for offering in OFFERINGS:
        for start in offering.starts:
            outline.add_course(offering, start, is_sandbox=False)
    for offering in SANDBOXES:
        outline.add_course(offering, offering.starts[0], is_sandbox=True)
    outline.delete_some()
    return outline
