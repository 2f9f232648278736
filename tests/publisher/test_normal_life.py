"""What happens in the life of an academy passes the gate: files are loaded, computed by the reference, published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from hand_built import query
from loader.errors import HeldBack
from loader.landing.folder import walk_landing
from loader.warehouse.load import load_files
from playground.academy import write_sample
from publisher.publish import publish
from reference.built import build

DAY = timedelta(days=1)
HEADERS = {
    "users": "user_id,institution_id,first_name,last_name,email_address,external_id,bio,headline,last_active_date,"
    "created_date,record_updated_date,record_deleted",
    "courses": "course_id,institution_id,title,start_date,end_date,is_sandbox,record_updated_date",
    "course_activities": "activity_id,activity_type,course_id,institution_id,is_todo,deadline,target,updated_date,"
    "record_deleted",
    "enrollments": "enrollment_id,course_id,user_id,institution_id,enrollment_status,enrollment_date,completion_status,"
    "completed_date,has_admin_permission,has_mentor_permission,record_updated_date,record_deleted",
    "user_activities": "user_id,course_id,institution_id,activity_type,activity_id,submitted,last_active_date,"
    "points_received,achieved,updated_date,outcome_id,record_deleted",
}


class Academy:
    """One institution of five courses, with one required quiz each, which closes at the end of its course."""

    def __init__(self, folder: Path) -> None:
        self.database, self.published = folder / "novoed.duckdb", folder / "published" / "novoed.duckdb"
        self._landing = folder / "landing"
        self.today = datetime(2026, 9, 1)
        numbers = range(5)
        self.bring("courses", (f"{n},1,Course {n},2026-09-01,2026-12-15,false,{self.now}" for n in numbers))
        self.bring("course_activities", (f"{n},Quiz,{n},1,true,2026-12-15,,{self.now},false" for n in numbers))

    @property
    def now(self) -> str:
        return f"{self.today:%Y-%m-%dT%H:%M:%SZ}"

    def bring(self, data_set: str, lines: Iterable[str]) -> None:
        """A file of today's arrives."""
        file = self._landing / data_set / f"{self.today:%Y-%m-%d}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join([HEADERS[data_set], *lines, ""]), encoding="utf-8")

    def enroll(self, people: Iterable[int]) -> None:
        """New people, spread over the courses."""
        everybody = [*people]
        self.bring("users", (f"{n},1,A,B,p{n}@x.example,,,,{self.now},{self.now},{self.now},false" for n in everybody))
        self.update(everybody)

    def update(self, people: Iterable[int], *, completed: Iterable[int] = (), **changed: str) -> None:
        """The enrollments of these people come again."""
        done = {*completed}
        values = {"status": "Enrolled", "enrolled": "2026-09-01T08:00:00Z", "deleted": "false"} | changed
        self.bring(
            "enrollments",
            (
                f"{n},{n % 5},{n},1,{values['status']},{values['enrolled']},"
                + (f"Completed,{self.now}" if n in done else "Not Completed,")
                + f",false,false,{self.now},{values['deleted']}"
                for n in people
            ),
        )

    def hand_in(self, people: Iterable[int]) -> None:
        """Each of them answers the quiz of their course."""
        lines = (f"{n},{n % 5},1,Quiz,{n % 5},1,{self.now},5,0.5,{self.now},1,false" for n in people)
        self.bring("user_activities", lines)

    def publish(self, *accept: str, version: str = "0.4.0", **settings: object) -> None:
        """A night's work, at the end of which the day is over."""
        list(load_files(self.database, walk_landing(self._landing)))
        build(self.database, self.today + DAY / 2, version, **settings)
        publish(self.database, self.published, accept=accept)
        self.today += DAY

    def figures(self) -> dict[str, float]:
        """The changes of all courses together."""
        rows = query(
            self.published,
            "select measure, change from audit.published_changes where mart = 'fct_course_completions' and course_id is"
            " null and measure <> 'row_count'",
        )
        return dict(rows)  # type: ignore[arg-type]


@pytest.fixture
def academy(tmp_path: Path) -> Academy:
    return Academy(tmp_path)


def remembered(academy: Academy) -> list[tuple[object, ...]]:
    return query(academy.published, "select reason, subject, row_count from audit.gate_findings")


def test_a_new_cohort_doubles_an_academy_of_twenty(academy: Academy) -> None:
    academy.enroll(range(20))
    academy.publish()
    academy.enroll(range(20, 40))
    academy.publish()
    assert academy.figures() == {
        "enrolled_learner_count": 20,
        "outstanding_requirement_count": 20,
    }


def test_a_term_ends_and_open_requirements_fall(academy: Academy) -> None:
    """Of 200, 60 hand in and 20 others complete all the same: 40 % less is open. Then one in twenty leaves."""
    academy.enroll(range(200))
    academy.publish()
    academy.today = datetime(2026, 12, 15)
    academy.hand_in(n for n in range(200) if n % 5 == 0 or n % 10 == 2)
    academy.update(range(200), completed=range(1, 200, 8))
    academy.publish()
    assert academy.figures() == {
        "completed_learner_count": 25,
        "completion_ratio": 0.125,
        "outstanding_requirement_count": -80,
    }
    academy.update(range(3, 200, 20), status="Unenrolled")
    academy.publish()
    assert academy.figures()["enrolled_learner_count"] == -10


def test_a_first_week_without_attempts(academy: Academy) -> None:
    academy.enroll(range(60))
    academy.publish()
    academy.today += 6 * DAY
    academy.hand_in(range(3))
    academy.publish()
    assert academy.figures() == {"outstanding_requirement_count": -3}


def test_a_course_that_the_platform_deletes_is_held_once_accepted_once_and_quiet_after(academy: Academy) -> None:
    """Of a fifth of all enrollments, and three more."""
    academy.enroll(range(300))
    academy.publish()
    academy.update([*range(0, 300, 5), 1, 6, 11], deleted="true")
    before = academy.published.read_bytes()
    sentence = r"fct_enrollments: 63 of 300 \(21%; at most 20%\) published rows are gone, e\.g\. enrollment_id 0; "
    with pytest.raises(HeldBack, match=sentence):
        academy.publish()
    assert academy.published.read_bytes() == before
    academy.publish("lost_rows")
    assert remembered(academy) == [("lost_rows", "fct_enrollments", 63)]
    left = "select sum(change) from audit.published_changes where measure = 'left_deleted'"
    assert query(academy.published, left) == [(63,)]
    academy.publish()
    assert remembered(academy) == []


def test_a_version_and_vars_change(academy: Academy) -> None:
    academy.enroll(range(100))
    academy.hand_in(range(0, 100, 2))
    academy.publish()
    academy.publish(version="0.5.0", reporting_timezone="Asia/Tokyo", never_started_after_days=0, silent_after_days=1)
    academy.publish(version="0.5.0", excluded_email_domains=("novoed.com", "nobody.example"))


def test_a_var_that_takes_everybody_away_is_held_back_and_the_sentence_names_it(academy: Academy) -> None:
    academy.enroll(range(100))
    academy.publish()
    with pytest.raises(HeldBack, match=r'\(excluded_email_domains: \["novoed\.com"\] → \["x\.example"\]\)') as held:
        academy.publish(excluded_email_domains=("x.example",))
    assert "empty_data_set" in held.value.reasons


def test_a_format_of_timestamps_is_added(academy: Academy) -> None:
    """A spreadsheet saved the file again; first held back, then read, then published."""
    academy.enroll(range(100))
    academy.publish()
    academy.update(range(100), enrolled="9/1/2026 08:00")
    sentence = (
        r"enrollments\.enrollment_date: 100 of 100 \(100%; at most 5%\) values .* e\.g\. `9/1/2026 08:00`; the file"
    )
    with pytest.raises(HeldBack, match=sentence) as held:
        academy.publish()
    assert held.value.reasons == ("unreadable_values", "rewritten_dates")
    academy.publish(timestamp_formats=("%m/%d/%Y %H:%M",))
    assert academy.figures() == {}


EVERY_WEEK = [date(2024, 12, 30) + 7 * DAY * week + DAY * (week % 7) for week in range(52)]
"""In the past: what is dated later than its load says nothing of until when a data set is known."""


@pytest.mark.parametrize(
    "last_day", [date(2024, 2, 29), *(pytest.param(day, marks=pytest.mark.faults) for day in EVERY_WEEK)], ids=str
)
def test_the_sample_passes_on_any_day(tmp_path: Path, last_day: date) -> None:
    """On its last day and, as nobody fetches more, long after."""
    write_sample(tmp_path / "landing", learners=20, last_day=last_day)
    database, published = tmp_path / "novoed.duckdb", tmp_path / "published" / "novoed.duckdb"
    list(load_files(database, walk_landing(tmp_path / "landing")))
    for days in (0, 400):
        build(database, datetime.combine(last_day, datetime.min.time()) + days * DAY)
        publish(database, published)
    assert query(published, "select count(*) from audit.publication") == [(2,)]
