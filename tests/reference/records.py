"""One random row of each data set, its values odd now and then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from reference.casting import ENUMERATIONS
from reference.settings import Settings
from reference.spelling import BAD_BOOLEANS, Speller
from reference.staging import Raw

FILES = (("m.csv", 0), ("B.csv", 1), ("a.csv.gz", 1), ("z/é.csv", 1), ("k.csv.zst", 2))
"""Name and load run of the files that rows come from."""
LOAD_RUNS = tuple(datetime(2024, 6, day, 3, 0, 0, 250_000) for day in (1, 8, 15))
EMAILS = (
    "B@Example.com ", "staff@novoed.com", " Staff@NovoEd.COM ", "x@notnovoed.com", "x@partner.example",
    "x@novoed.com.org", "novoed.com", "x@sub.novoed.com", "@novoed.com", "a@novoed.com\t", "a@ novoed.com",
    "a@novoed.co", "Staff@novoed.com\u200b", "a@novo\u00aded.com", "\ufeffa@novoed.com\u3000",
    "a@\u2060novoed.com\u2028",
    "ann@example.com", "Ann@Example.com", "ann@example.com\u200b", "\xa0an\u200dn@example.com", "é@example.com",
    "'q\"@example.com", None, "",
)  # fmt: skip
"""Of staff, of people who look like staff, and of one person twice."""
ROLES = (
    "org_admin", "org_mentor", "course_manager", "org_admin,course_manager", " Org_Mentor , ORG_ADMIN",
    "org\u200b_mentor,\u3000Course_Manager\ufeff",
    "org_administrator", "course_manager,,org_mentor,", "owner", "", "org_admin;org_mentor", None,
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """An activity as it is meant, before its rows get odd."""

    activity_id: str
    activity_type: str
    course_id: int
    target: Decimal | None
    deadline: datetime | None
    moved_to: int | None = None
    """The course in which the activity stands by now; its attempts still name the first."""


class Records(Speller):
    """Rows of the institution whose ids begin at `base`."""

    def __init__(self, seed: int, settings: Settings, base: int) -> None:
        super().__init__(seed, settings)
        self.base = base
        self.courses = [base + number for number in range(1, self.rng.randint(4, 6))]
        self.unseen = {course for course in self.courses if self.chance(0.2)}
        """Courses without any page view or visit of the home."""
        self.moods: dict[int, str] = {}
        """Whether somebody is `active`, `silent` for some time or `absent` altogether."""

    def mood(self, user: int) -> str:
        return self.moods.setdefault(user, self.rng.choice(["active", "active", "silent", "absent"]))

    def doing(self, user: int) -> datetime:
        """When somebody does something."""
        silence = timedelta(days=self.rng.randint(25, 60)) if self.mood(user) == "silent" else timedelta(0)
        return min(self.moment(), self.as_of + timedelta(days=20) - silence)

    def course(self, right: int) -> str | None:
        """The course, seldom another or an unknown one."""
        wrong = self.rng.choice([*self.courses, self.base + 99]) if self.chance(0.05) else right
        return self.id(wrong, 0.02)

    def institution(self, right: int) -> str | None:
        return self.id(self.base + 77 if self.chance(0.03) else right, 0.02)

    def user(self, right: int) -> str | None:
        return self.id(self.base + 55 if self.chance(0.03) else right, 0.02)

    def ending(self) -> datetime:
        """When a course ends: about as_of, more often later, on whole days now and then."""
        at = self.near(self.as_of) if self.chance(0.5) else self.as_of + timedelta(days=self.rng.randint(1, 300))
        return at.replace(hour=0, minute=0, second=0, microsecond=0) if self.chance(0.3) else at

    def user_row(self, user: int, institution: int) -> Raw:
        return {
            "user_id": self.id(user),
            "institution_id": self.id(institution),
            "first_name": self.title("Ann"),
            "last_name": self.title("Lee"),
            "email_address": f"p{user}@example.com" if self.chance(0.5) else self.rng.choice(EMAILS),
            "external_id": self.key(self.rng.choice([f"X-{user}", f"x-{user}", f"X-{self.base} A"])),
            "bio": self.title("Bio"),
            "headline": self.title("Headline"),
            "last_active_date": self.any_time(),
            "created_date": self.any_time(),
            "record_deleted": self.boolean(0.06),
        }

    def role_row(self, user: int, institution: int) -> Raw:
        return {
            "user_id": self.user(user),
            "institution_id": self.institution(institution),
            "org_admin_role": self.rng.choice(ROLES),
        }

    def course_row(self, course: int) -> Raw:
        return {
            "course_id": self.id(course),
            "institution_id": self.id(self.base + 1),
            "institution_name": self.title("Academy"),
            "catalog_id": self.odd(f"CAT-{course % 2}-{self.base}" if course % 3 else f"Cat-{course % 2}-{self.base}"),
            "lxp_external_id": self.odd("LXP-7"),
            "lms_external_id": self.odd("LMS-7"),
            "title": self.title("Course"),
            "start_date": self.any_time(0.3) if self.chance(0.3) else self.time(self.past()),
            "end_date": self.time(self.ending(), 0.3),
            "release_date": self.any_time(0.3) if self.chance(0.3) else self.time(self.past()),
            "closed_date": self.time(self.ending(), 0.5),
            "registration_close_date": self.any_time(),
            "registration_type": self.enumeration("registration_type", 0.1, "Invite only"),
            "self_paced": self.boolean(0.6),
            "self_paced_access_limit": self.count(None, 0, 0, 1, 30, 30, 30, 90, 90, -3, 2**31),
            "is_sandbox": self.boolean(0.08, 0.2),
            "duration": self.count(None, 0, 40),
            "created_date": self.any_time(),
            "automated_completions_enabled": self.boolean(0.5),
            "num_of_points_required": self.count(None, 0, 1, 10, 10, 25),
            "num_assignments_required": self.count(None, 0, 1, 1, 2),
        }

    def page_row(self, page: int, course: int) -> Raw:
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
            "record_deleted": self.odd(
                self.rng.choice(["1", "1.0"] if self.chance(0.08) else ["0", "0", "0.0"]), BAD_BOOLEANS, 0.1
            ),
        }

    def activity_row(self, plan: Plan) -> Raw:
        return {
            "activity_id": self.key(plan.activity_id),
            "activity_type": self.spell(plan.activity_type),
            "course_id": self.course(plan.moved_to or plan.course_id),
            "institution_id": self.id(self.base + 1),
            "activity_title": self.title("Activity"),
            "is_todo": self.boolean(0.8),
            "release_date": self.any_time(0.3) if self.chance(0.4) else self.time(self.past()),
            "deadline": self.time(plan.deadline),
            "hard_deadline": self.boolean(0.4),
            "target": self.decimal(plan.target),
            "lecture_page_id": self.id(self.base + 1),
            "lecture_page_title": self.title("Page"),
            "section_id": self.id(self.base + 3),
            "section_title": self.title("Section"),
            "record_deleted": self.boolean(0.06),
        }

    def home_visit(self, user: int, course: int) -> str | None:
        if course in self.unseen or self.mood(user) == "absent":
            return None
        return self.time(self.doing(user)) if self.chance(0.5) else None

    def enrollment_row(self, enrollment: int, user: int, institution: int, course: int) -> Raw:
        enrolled = self.moment()
        # Due dates are reached to the second: limits of 30 and 90 days after the enrollment
        completed = self.near(enrolled + timedelta(days=self.rng.choice([0, 1, 30, 90])))
        statuses = ("Enrolled",) * 6 + ("Withdrawn", *ENUMERATIONS["enrollment_status"])
        completion = self.rng.choice(("Completed", "Not Completed", "Not Completed"))
        overdue = self.near(self.as_of - timedelta(days=30))
        return {
            "enrollment_id": self.id(enrollment),
            "course_id": self.course(course),
            "user_id": self.user(user),
            "institution_id": self.institution(institution),
            "enrollment_status": self.spell(self.rng.choice(statuses), 0.04, "Paused"),
            "enrollment_date": self.time(overdue if self.chance(0.2) else enrolled, 0.06),
            "unenrollment_date": self.any_time() if self.chance(0.3) else None,
            "last_active_date": self.any_time(),
            "first_visit_course_home_date": self.home_visit(user, course),
            "completion_status": self.spell(completion, 0.04, "Passed"),
            "completed_date": self.time(completed) if self.chance(0.7) else None,
            "course_role_id": self.id(5),
            "user_role_name": self.title("Learner"),
            "has_admin_permission": self.boolean(0.06, 0.2),
            "has_mentor_permission": self.boolean(0.06, 0.2),
            "registered_by_user_id": self.rng.choice([None, self.id(user), self.id(user), self.id(self.base + 2)]),
            "record_deleted": self.boolean(0.05),
        }

    def attempt_row(self, user: int, institution: int, plan: Plan, outcome: str | None) -> Raw:
        goal = self.settings.watch_threshold * (plan.target or Decimal(10))
        steps = (Decimal(0), Decimal(0), Decimal("-0.01"), Decimal("0.01"), -goal / 2, goal, -goal, -2 * goal)
        points = self.rng.choice([None, "0", "1", "5", "10", "2.5", "0.1", "0.2", "0.7", "-1", "3.333"])
        at = self.near(plan.deadline) if plan.deadline and self.chance(0.4) else self.doing(user)
        return {
            "user_id": self.user(user),
            "course_id": self.course(plan.course_id),
            "institution_id": self.institution(institution),
            "activity_type": self.spell(plan.activity_type),
            "activity_id": self.key(plan.activity_id if self.chance(0.97) else "gone"),
            "submitted": self.count(None, 0, 0, 1, 1, 1, 2, -1),
            "last_active_date": None if self.chance(0.15) else self.time(at),
            "points_received": self.decimal(None if points is None else Decimal(points)),
            "achieved": self.decimal(goal + self.rng.choice(steps)) if self.chance(0.8) else None,
            "outcome_id": outcome if outcome is None else self.key(outcome, 0.02),
            "record_deleted": self.boolean(0.05),
        }

    def view_row(self, user: int, institution: int, page: int, course: int, visit: str, at: datetime) -> Raw:
        return {
            "user_id": self.user(user),
            "lecture_page_id": self.id(self.base + 88 if self.chance(0.03) else page),
            "visit_type": self.spell(visit),
            "last_active_date": self.time(self.near(at)),
            "course_id": self.id(self.base + 99 if self.chance(0.03) else course, 0.02),
            "institution_id": self.institution(institution),
        }
