"""Small random institutions in which every odd case is likely, as the rows of schema `raw`.

The same seed gives the same institution; its ids lie in a range of their own, so that many of them fit one database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from reference.casting import ENUMERATIONS
from reference.spelling import AS_OF, BAD_BOOLEANS, Speller
from reference.staging import Raw

WATCH_THRESHOLD = Decimal("0.9")
SPAN = 1_000_000
"""Ids per institution: seed * SPAN and up."""

FILES = (("m.csv", 0), ("B.csv", 1), ("a.csv.gz", 1), ("z/é.csv", 1), ("k.csv.zst", 2))
"""Name and load run of the files that rows come from."""
LOAD_RUNS = tuple(datetime(2024, 6, day, 3, 0, 0, 250_000) for day in (1, 8, 15))

EMAILS = (
    "ann@example.com", "B@Example.com ", "staff@novoed.com", " Staff@NovoEd.COM ", "x@notnovoed.com",
    "x@novoed.com.org", "novoed.com", "x@sub.novoed.com", "@novoed.com", "a@novoed.com\t", "a@ novoed.com",
    "a@novoed.co",
    "carl@example.com", "dora@example.com", "emil@example.com", "é@example.com", "'q\"@example.com", None, "",
)  # fmt: skip
UNKNOWN_TYPES = ("Hologram", "hologram", "Videos", "video  practice")
ROLES = (
    "org_admin", "org_mentor", "course_manager", "org_admin,course_manager", " Org_Mentor , ORG_ADMIN",
    "org_administrator", "course_manager,,org_mentor,", "owner", "", "org_admin;org_mentor", None,
)  # fmt: skip
COMMON_TYPES = ("Private Feedback", "Public Feedback", "Video", "Audio", "Live Video Event", "Assignment", "Quiz")
VISITS = ((), ("First",), ("Last",), ("First", "Last"), ("First", "Last", "Middle"))


@dataclass(frozen=True)
class Plan:
    """An activity as it is meant, before its rows get odd."""

    activity_id: str
    activity_type: str
    course_id: int
    target: Decimal | None
    deadline: datetime | None


class Institution(Speller):
    """Rows of `raw` of one institution, in `rows` by data set."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.seed = seed
        self.base = seed * SPAN
        self.rows: dict[str, list[Raw]] = {}
        self.institutions = [self.base + 1] * 4 + [self.base + 2]
        users = [(self.base + n, self.rng.choice(self.institutions)) for n in range(1, self.rng.randint(5, 12))]
        self.users = users + [(user, self.base + 2) for user, _ in users[:2]]
        self.courses = [self.base + n for n in range(1, self.rng.randint(4, 6))]
        self.pages = [(self.base + n, self.rng.choice(self.courses)) for n in range(1, 2 * len(self.courses))]
        self.activities = [self._plan(n) for n in range(self.rng.randint(8, 12))]
        self._generate()

    def add(self, data_set: str, make: Callable[[], Raw], versions: bool = True) -> None:
        """One to three versions of a record over files and load runs, their updated timestamps often equal."""
        count = self.rng.choice([1, 1, 1, 2, 3]) if versions else 1
        shared = self.moment()
        for _ in range(count):
            row = make()
            updated = "record_updated_date" if data_set in ("users", "courses", "enrollments") else "updated_date"
            row[updated] = self.time(shared if self.chance(0.6) else self.near(shared), 0.1)
            file, run = self.rng.choice(FILES)
            row["_source_file"] = f"{data_set}/{self.seed:05}/{file}"
            row["_loaded_at"] = LOAD_RUNS[run]
            self.rows.setdefault(data_set, []).append(row)

    def course(self, right: int) -> str | None:
        """The course, seldom another or an unknown one."""
        wrong = self.rng.choice([*self.courses, self.base + 99]) if self.chance(0.05) else right
        return self.id(wrong, 0.02)

    def institution(self, right: int) -> str | None:
        return self.id(self.base + 77 if self.chance(0.03) else right, 0.02)

    def user(self, right: int) -> str | None:
        return self.id(self.base + 55 if self.chance(0.03) else right, 0.02)

    def _plan(self, number: int) -> Plan:
        target = self.rng.choice([None, "0", "1", "2", "3", "2.5", "-1", "100", "100.1", "33.3", "0.7"])
        kind = self.rng.choice(COMMON_TYPES if self.chance(0.7) else ENUMERATIONS["activity_type"])
        return Plan(
            # Activities of two types may share an id
            activity_id=f"{self.base + number}" if self.chance(0.5) else f"A{self.base}-{number // 2}",
            activity_type=self.rng.choice(UNKNOWN_TYPES) if self.chance(0.06) else kind,
            course_id=self.rng.choice([*self.courses, *self.courses, self.base + 99]),
            target=None if target is None else Decimal(target),
            deadline=self.near(AS_OF) if self.chance(0.7) else None,
        )

    def _generate(self) -> None:
        for user, institution in self.users:
            if not self.chance(0.05):
                self.add("users", partial(self._user, user, institution))
            if self.chance(0.5):
                self.add("user_org_roles", partial(self._role, user, institution))
        for course in self.courses:
            self.add("courses", partial(self._course, course))
        for page, course in self.pages:
            self.add("lecture_pages", partial(self._page, page, course))
        for plan in self.activities:
            self.add("course_activities", partial(self._activity, plan))
        enrollment = self.base
        for user, institution in self.users:
            for course in self.courses:
                for _ in range(self.rng.choice([0, 1, 1, 1, 2] if self.chance(0.3) else [0, 1, 1])):
                    enrollment += 1
                    self.add("enrollments", partial(self._enrollment, enrollment, user, institution, course))
            for plan in self.activities:
                for outcome in self.rng.sample([None, "o1", "o2", "O2", "o 3"], self.rng.choice([0, 0, 1, 2, 4])):
                    self.add("user_activities", partial(self._attempt, user, institution, plan, outcome))
        # A page view's key has no institution: each of its users belongs to one here
        for user, institution in dict(self.users[::-1]).items():
            for page, course in self.pages:
                for visit in self.rng.choice(VISITS):
                    make = partial(self._view, user, institution, page, course, visit, self.moment())
                    self.add("lecture_page_views", make)
        for number in range(6):
            self._question_sets(number)
        self._number_rows()

    def _number_rows(self) -> None:
        for rows in self.rows.values():
            self.rng.shuffle(rows)
            for number, row in enumerate(rows, start=1):
                row["_source_row"] = number

    def _user(self, user: int, institution: int) -> Raw:
        return {
            "user_id": self.id(user),
            "institution_id": self.id(institution),
            "first_name": self.title("Ann"),
            "last_name": self.title("Lee"),
            "email_address": self.rng.choice(EMAILS[10:]) if self.chance(0.6) else self.rng.choice(EMAILS),
            "external_id": self.odd("X-1"),
            "last_active_date": self.any_time(),
            "created_date": self.any_time(),
            "record_deleted": self.boolean(0.06),
            "surprise": self.title("new column"),
        }

    def _role(self, user: int, institution: int) -> Raw:
        return {
            "user_id": self.user(user),
            "institution_id": self.institution(institution),
            "org_admin_role": self.rng.choice(ROLES),
        }

    def _course(self, course: int) -> Raw:
        return {
            "course_id": self.id(course),
            "institution_id": self.id(self.base + 1),
            "institution_name": self.title("Academy"),
            "catalog_id": self.odd("CAT-7"),
            "title": self.title("Course"),
            "start_date": self.any_time(),
            "end_date": self.time(self.near(AS_OF), 0.2),
            "release_date": self.any_time(),
            "closed_date": self.any_time(),
            "registration_close_date": self.any_time(),
            "registration_type": self.enumeration("registration_type", 0.1, "Invite only"),
            "self_paced": self.boolean(0.6),
            "self_paced_access_limit": self.count(None, 0, 0, 1, 30, 30, 90, -3),
            "is_sandbox": self.boolean(0.08, 0.2),
            "duration": self.count(None, 0, 40),
            "created_date": self.any_time(),
            "automated_completions_enabled": self.boolean(0.5),
            "num_of_points_required": self.count(None, 0, 1, 10, 10, 25),
            "num_assignments_required": self.count(None, 0, 1, 1, 2),
        }

    def _page(self, page: int, course: int) -> Raw:
        same = datetime(2024, 1, 1)
        return {
            "lecture_page_id": self.id(page),
            "title": self.title("Page"),
            "course_id": self.course(course),
            "release_date": self.time(same if self.chance(0.5) else self.moment()),
            "created_date": self.any_time(),
            "section_id": self.id(self.base + 3),
            "section_title": self.title("Section"),
            "institution_id": self.id(self.base + 1),
            "record_deleted": self.odd("1" if self.chance(0.08) else "0", BAD_BOOLEANS, 0.1),
        }

    def _activity(self, plan: Plan) -> Raw:
        return {
            "activity_id": self.odd(plan.activity_id),
            "activity_type": self.spell(plan.activity_type),
            "course_id": self.course(plan.course_id),
            "institution_id": self.id(self.base + 1),
            "activity_title": self.title("Activity"),
            "is_todo": self.boolean(0.8),
            "release_date": self.any_time(),
            "deadline": self.time(plan.deadline),
            "hard_deadline": self.boolean(0.4),
            "target": self.decimal(plan.target),
            "lecture_page_id": self.id(self.pages[0][0]),
            "lecture_page_title": self.title("Page"),
            "section_id": self.id(self.base + 3),
            "section_title": self.title("Section"),
            "record_deleted": self.boolean(0.06),
        }

    def _enrollment(self, enrollment: int, user: int, institution: int, course: int) -> Raw:
        enrolled = self.moment()
        # Due dates are reached to the second: limits of 30 and 90 days after the enrollment
        completed = self.near(enrolled + timedelta(days=self.rng.choice([0, 1, 30, 90])))
        statuses = ("Enrolled", "Enrolled", "Enrolled", *ENUMERATIONS["enrollment_status"])
        overdue = self.near(AS_OF - timedelta(days=30))
        return {
            "enrollment_id": self.id(enrollment),
            "course_id": self.course(course),
            "user_id": self.user(user),
            "institution_id": self.institution(institution),
            "enrollment_status": self.spell(self.rng.choice(statuses), 0.04, "Paused"),
            "enrollment_date": self.time(overdue if self.chance(0.2) else enrolled, 0.06),
            "unenrollment_date": self.any_time() if self.chance(0.3) else None,
            "last_active_date": self.any_time(),
            "first_visit_course_home_date": self.time(self.moment()) if self.chance(0.4) else None,
            "completion_status": self.enumeration("completion_status", 0.06, "Passed"),
            "completed_date": self.time(completed) if self.chance(0.7) else None,
            "course_role_id": self.id(5),
            "user_role_name": self.title("Learner"),
            "has_admin_permission": self.boolean(0.06, 0.2),
            "has_mentor_permission": self.boolean(0.06, 0.2),
            "registered_by_user_id": self.id(user),
            "record_deleted": self.boolean(0.05),
        }

    def _attempt(self, user: int, institution: int, plan: Plan, outcome: str | None) -> Raw:
        goal = WATCH_THRESHOLD * (plan.target or Decimal(10))
        step = self.rng.choice([Decimal(0), Decimal(0), Decimal("-0.01"), Decimal("0.01"), -goal / 2, goal, -goal])
        points = self.rng.choice([None, "0", "1", "5", "10", "2.5", "0.1", "0.2", "-1", "3.333"])
        at = self.near(plan.deadline) if plan.deadline and self.chance(0.6) else self.moment()
        return {
            "user_id": self.user(user),
            "course_id": self.course(plan.course_id),
            "institution_id": self.institution(institution),
            "activity_type": self.spell(plan.activity_type),
            "activity_id": self.odd(plan.activity_id if self.chance(0.97) else "gone"),
            "submitted": self.count(None, 0, 0, 1, 1, 1, 2, -1),
            "last_active_date": None if self.chance(0.15) else self.time(at),
            "points_received": self.decimal(None if points is None else Decimal(points)),
            "achieved": self.decimal(goal + step) if self.chance(0.8) else None,
            "outcome_id": outcome if outcome is None else self.odd(outcome, (), 0.02),
            "record_deleted": self.boolean(0.05),
        }

    def _view(self, user: int, institution: int, page: int, course: int, visit: str, at: datetime) -> Raw:
        return {
            "user_id": self.user(user),
            "lecture_page_id": self.id(self.base + 88 if self.chance(0.03) else page),
            "visit_type": self.spell(visit),
            "last_active_date": self.time(self.near(at)),
            "course_id": self.id(self.base + 99 if self.chance(0.03) else course, 0.02),
            "institution_id": self.institution(institution),
        }

    def _question_sets(self, number: int) -> None:
        """Questions know their course, responses also their user; whole records repeat."""
        course = self.course(self.rng.choice(self.courses))
        question: Raw = {"question_id": f"{self.base + number}", "course_id": course, "text": self.title("Why?")}
        question["record_deleted"] = self.boolean(0.1)
        user, institution = self.rng.choice(self.users)
        response: Raw = {
            "question_id": f"{self.base + number}",
            "user_id": self.user(user),
            "institution_id": self.institution(institution),
            "course_id": course,
            "answer": self.rng.choice([None, " 4", "4", "4 ", "yes"]),
        }
        for data_set, record in (("question_set_questions", question), ("question_set_responses", response)):
            self.add(data_set, partial(dict, record))
            rows = self.rows[data_set]
            if self.chance(0.5):
                file, run = self.rng.choice(FILES)
                copy = {"_source_file": f"{data_set}/{self.seed:05}/{file}", "_loaded_at": LOAD_RUNS[run]}
                rows.append(rows[-1] | copy)
