"""A course with enough learners for statistics: plain people, many of them alike, in cohorts with ties."""

from __future__ import annotations

from datetime import datetime, timedelta

from reference.records import FILES, LOAD_RUNS, Plan, Records
from reference.staging import Raw

FIRST = 200
"""Number of the first of them; those of `Institution` come before."""
SEEDS = 2_000_000
"""Added to the institution's seed, so that they are drawn apart from everything else."""


class Classroom(Records):
    """Rows of users, enrollments and attempts, in `rows`; _source_row is still missing."""

    def __init__(self, seed: int, of: Records, plans: list[Plan]) -> None:
        super().__init__(seed + SEEDS, of.settings, of.base)
        self.seed = seed
        self.rows: dict[str, list[Raw]] = {"users": [], "enrollments": [], "user_activities": []}
        self.users = [(self.base + FIRST + number, self.base + 1) for number in range(self.rng.choice([0, 0, 12, 16]))]
        months = [self.moment().replace(day=1, hour=8, minute=0, second=0, microsecond=0) for _ in range(2)]
        for user, institution in self.users:
            row: Raw = {
                "user_id": str(user),
                "institution_id": str(institution),
                "email_address": f"{user}@example.com",
            }
            self._put("users", row, "record_updated_date")
            course = of.courses[0 if self.chance(0.9) else 1]
            self._put("enrollments", self._enrollment(user, institution, course, months), "record_updated_date")
            for plan in plans:
                at = self.moment()
                for outcome in self.rng.sample(["o1", "o2", None], self.rng.choice([0, 1, 2])):
                    row = self.attempt_row(user, institution, plan, outcome)
                    if self.chance(0.5):
                        row["last_active_date"] = self.time(at, 0)
                    self._put("user_activities", row, "updated_date")

    def _put(self, data_set: str, row: Raw, updated: str) -> None:
        file, run = self.rng.choice(FILES)
        origin = {"_source_file": f"{data_set}/{self.seed:05}/{file}", "_loaded_at": LOAD_RUNS[run]}
        self.rows[data_set].append(row | {updated: self.time(self.moment(), 0.05)} | origin)

    def _enrollment(self, user: int, institution: int, course: int, months: list[datetime]) -> Raw:
        """Completed, left or both after a few days, or neither."""
        enrolled = self.rng.choice([months[0], *months]) + timedelta(
            days=self.rng.randint(0, 3), hours=self.rng.randint(0, 9)
        )
        return self.enrollment_row(user, user, institution, course) | {
            "enrollment_id": str(user),
            "user_id": str(user),
            "institution_id": str(institution),
            "course_id": str(course),
            "enrollment_status": self.rng.choice(["Enrolled", "Enrolled", "Withdrawn", "Removed by Teaching Team"]),
            "enrollment_date": self.time(enrolled, 0),
            "unenrollment_date": self._later(enrolled, 0.7),
            "last_active_date": self._later(enrolled, 0.8),
            "completion_status": self.rng.choice(["Completed", "Not Completed"]),
            "completed_date": self._later(enrolled, 0.95),
            "has_admin_permission": "false",
            "has_mentor_permission": self.rng.choice([None, "false", "0.0", "no"]),
        }

    def _later(self, enrolled: datetime, probability: float) -> str | None:
        if not self.chance(probability):
            return None
        days = self.rng.choice([-1, 0, 2, 2, 2, 5, 5, 9, 400])
        return self.time(
            self.rng.choice([enrolled, enrolled, self.as_of]) + timedelta(days=days, hours=self.rng.randint(-3, 3)), 0
        )
