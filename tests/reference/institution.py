"""Small random institutions in which every odd case is likely, as the rows of schema `raw`.

The same seed gives the same institution; its ids lie in a range of their own, so that many of them fit one database.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from reference.attributes import AttributeFiles
from reference.casting import ENUMERATIONS
from reference.classroom import Classroom
from reference.extraction import CALLS, random_calls
from reference.question_sets import QuestionSets, question_set_plans
from reference.records import FILES, LOAD_RUNS, Plan, Records
from reference.settings import CHOICES
from reference.staging import Raw

SPAN = 1_000_000
"""Ids per institution: seed * SPAN and up."""


UNKNOWN_TYPES = ("Hologram", "hologram", "Videos", "video  practice")
COMMON_TYPES = ("Private Feedback", "Public Feedback", "Video", "Audio", "Live Video Event", "Assignment", "Quiz")
UNKNOWN_COLUMNS = ("email", "is_deleted", "updated_at", "title_", "order", "2nd", "row_number", "reason", "enrolled_at")
"""Columns that no data set documents, some with names that staging gives to others."""
VISITS = ((), ("First",), ("Last",), ("First", "Last"), ("First", "Last", "Middle"))


class Institution(Records):
    """Rows of `raw` of one institution, in `rows` by data set."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, CHOICES[seed % len(CHOICES)], seed * SPAN)
        self.seed = seed
        self.rows: dict[str, list[Raw]] = {}
        self.institutions = [self.base + 1] * 4 + [self.base + 2]
        users = [(self.base + n, self.rng.choice(self.institutions)) for n in range(1, self.rng.randint(5, 12))]
        self.users = users + [(user, self.base + 2) for user, _ in users[:2]]
        self.pages = [(self.base + n, self.rng.choice(self.courses)) for n in range(1, 2 * len(self.courses))]
        self.activities = [self._plan(n) for n in range(self.rng.randint(8, 12))]
        self.question_sets = question_set_plans(self)
        self.activities += self.question_sets
        self._generate()

    def add(self, data_set: str, make: Callable[[], Raw]) -> None:
        """One to three versions of a record over files and load runs, their updated timestamps often equal."""
        count = self.rng.choice([1, 1, 1, 2, 3])
        shared = self.moment()
        for _ in range(count):
            row = make()
            updated = "record_updated_date" if data_set in ("users", "courses", "enrollments") else "updated_date"
            row[updated] = self.time(shared if self.chance(0.6) else self.near(shared), 0.1)
            file, run = self.rng.choice(FILES)
            row |= {name: self.rng.choice(["1", "true", "2024-01-01", "staff@novoed.com"]) for name in UNKNOWN_COLUMNS}
            row["_source_file"] = f"{data_set}/{self.seed:05}/{file}"
            row["_loaded_at"] = LOAD_RUNS[run]
            self.rows.setdefault(data_set, []).append(row)

    def _plan(self, number: int) -> Plan:
        target = self.rng.choice([None, "0", "1", "2", "3", "2.5", "-1", "100", "100.1", "33.3", "0.7"])
        kind = self.rng.choice(COMMON_TYPES if self.chance(0.7) else ENUMERATIONS["activity_type"])
        return Plan(
            # Activities of two types may share an id
            activity_id=f"{self.base + number}" if self.chance(0.5) else f"A{self.base}-{number // 2}",
            activity_type=self.rng.choice(UNKNOWN_TYPES) if self.chance(0.06) else kind,
            course_id=self.rng.choice([*self.courses, *self.courses, self.base + 99]),
            target=None if target is None else Decimal(target),
            deadline=self.deadline() if self.chance(0.7) else None,
            moved_to=self.rng.choice(self.courses) if self.chance(0.15) else None,
        )

    def deadline(self) -> datetime:
        """Around as_of, seldom long before; on whole days now and then."""
        at = self.near(self.as_of) if self.chance(0.85) else self.as_of - timedelta(days=self.rng.randint(90, 400))
        return at.replace(hour=0, minute=0, second=0, microsecond=0) if self.chance(0.3) else at

    def _generate(self) -> None:
        for user, institution in self.users:
            if not self.chance(0.05):
                self.add("users", partial(self.user_row, user, institution))
            if self.chance(0.5):
                self.add("user_org_roles", partial(self.role_row, user, institution))
        for course in self.courses:
            self.add("courses", partial(self.course_row, course))
        for page, course in self.pages:
            self.add("lecture_pages", partial(self.page_row, page, course))
        for plan in self.activities:
            self.add("course_activities", partial(self.activity_row, plan))
        enrollment = self.base
        for user, institution in self.users:
            for course in self.courses:
                for _ in range(self.rng.choice([0, 1, 1, 1, 2] if self.chance(0.3) else [0, 1, 1])):
                    enrollment += 1
                    self.add("enrollments", partial(self.enrollment_row, enrollment, user, institution, course))
            for plan in self.activities:
                for outcome in self.rng.sample([None, "o1", "o2", "O2", "o 3", "70"], self.attempts_of(user)):
                    self.add("user_activities", partial(self.attempt_row, user, institution, plan, outcome))
        # A page view's key has no institution: each of its users belongs to one here
        for user, institution in dict(self.users[::-1]).items():
            for page, course in self.pages:
                if course in self.unseen or self.mood(user) == "absent":
                    continue
                for visit in self.rng.choice(VISITS):
                    make = partial(self.view_row, user, institution, page, course, visit, self.doing(user))
                    self.add("lecture_page_views", make)
        classroom = Classroom(self.seed, self, self.question_sets)
        for data_set, rows in classroom.rows.items():
            self.rows[data_set] += rows
        self.rows |= QuestionSets(self.seed, self, [*self.users, *classroom.users], self.question_sets).rows
        self.rows |= AttributeFiles(self.seed, self, self.users).rows
        self._number_rows()
        if self.seed % 10 < len(CHOICES):
            # One per ten seeds and choice, in turn
            self.rows[CALLS] = random_calls(self.seed, self.seed // 10)

    def attempts_of(self, user: int) -> int:
        return self.rng.choice([0, 0, 0, 0, 0, 1] if self.mood(user) == "absent" else [0, 0, 1, 2, 4])

    def _number_rows(self) -> None:
        for rows in self.rows.values():
            self.rng.shuffle(rows)
            for number, row in enumerate(rows, start=1):
                row["_source_row"] = number
