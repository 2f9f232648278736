"""The sample institution: the same every time, with everything that real extracts have, and with believable rates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from loader.catalog import DATA_SETS, FILE_SETS
from loader.errors import LoaderError, UsageError
from playground import academy as sample
from playground.academy import write_sample
from playground.academy.attempts import RESPONSE_COLUMNS
from playground.academy.questions import QUESTION_COLUMNS

STAMP = "%Y-%m-%d %H:%M:%S UTC"
NOBODY = "999999"
LAST_DAY = date(2026, 10, 31)
END = "2026-10-31 00:00:00 UTC"
ACTIVITY_TYPES = {
    *("Video", "Audio", "Assignment", "Video Practice", "Private Feedback", "Public Feedback", "Quiz", "Survey"),
    *("Course-Wide Discussion", "Team Discussion", "Poll", "Timed Exam", "Live Video Event", "Third Party Tool"),
    *("Profile Completion", "Submission Carousel", "Team Formation", "Group Formation"),
}

Read = Callable[[str], pl.DataFrame]


def files(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def read_rows(out: Path, data_set: str) -> pl.DataFrame:
    """Every row of a data set as text, in order of files."""
    paths = sorted((out / data_set).rglob("*.csv*"))
    return pl.concat([pl.read_csv(path, infer_schema=False) for path in paths])


def latest(rows: pl.DataFrame, data_set: str) -> pl.DataFrame:
    """The latest version per key, without deleted rows."""
    known = DATA_SETS[data_set]
    rows = rows.sort(known.updated_column, maintain_order=True).unique(known.key, keep="last", maintain_order=True)
    return rows.filter(~pl.col("record_deleted").is_in(["true", "1"])) if "record_deleted" in rows.columns else rows


def share(of: pl.Series) -> float:
    """How much of a column of booleans is true."""
    mean = of.mean()
    assert isinstance(mean, float)
    return mean


@pytest.fixture(scope="module")
def academy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    out = tmp_path_factory.mktemp("academy")
    return out, write_sample(out, last_day=LAST_DAY)


@pytest.fixture(scope="module")
def read(academy: tuple[Path, dict[str, int]]) -> Read:
    cache: dict[str, pl.DataFrame] = {}

    def reader(data_set: str) -> pl.DataFrame:
        if data_set not in cache:
            cache[data_set] = read_rows(academy[0], data_set)
        return cache[data_set]

    return reader


@pytest.fixture(scope="module")
def enrolled(read: Read) -> pl.DataFrame:
    """Learners' latest enrollments in the academy's finished or self-paced courses, with is_started."""
    staff = read("users").filter(
        pl.col("email_address").str.strip_chars().str.to_lowercase().str.ends_with("@novoed.com")
    )
    courses = latest(read("courses"), "courses").filter(
        (pl.col("is_sandbox") == "false") & (pl.col("end_date").is_null() | (pl.col("end_date") < END))
    )
    seen = read("lecture_page_views").select("user_id", "course_id").unique().with_columns(is_seen=True)
    return (
        latest(read("enrollments"), "enrollments")
        .filter((pl.col("has_admin_permission") == "false") & (pl.col("has_mentor_permission") == "false"))
        .join(staff, on="user_id", how="anti")
        .join(courses.select("course_id", "title", "release_date"), on="course_id")
        .join(seen, on=["user_id", "course_id"], how="left")
        .with_columns(
            is_completed=pl.col("completion_status") == "Completed",
            is_started=pl.col("is_seen").is_not_null() | pl.col("first_visit_course_home_date").is_not_null(),
        )
    )


# The files


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_sample(tmp_path / name, learners=60, seed=seed)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert files(tmp_path / "a")["users/sample-00001.csv"] != files(tmp_path / "c")["users/sample-00001.csv"]
    assert set(files(tmp_path / "a")) >= {"courses/sample-all.csv", "enrollments/2025/sample-00001.csv.gz"}


def test_writing_again_replaces_the_sample_and_leaves_nothing_of_a_larger_one(tmp_path: Path) -> None:
    write_sample(tmp_path / "fresh", learners=20)
    again = tmp_path / "again"
    write_sample(again, learners=300)
    (again / "users" / ".sample-00009.csv").write_text("cut off")
    (again / "users" / "notes.txt").write_text("mine")
    write_sample(again, learners=20)
    assert (again / "users" / "notes.txt").read_text() == "mine"
    (again / "users" / "notes.txt").unlink()
    assert files(again) == files(tmp_path / "fresh")


def test_refuses_a_folder_with_other_peoples_files_and_touches_nothing(tmp_path: Path) -> None:
    real = tmp_path / "users" / "export.csv"
    real.parent.mkdir()
    real.write_text("user_id\n1\n")
    with pytest.raises(UsageError, match=r"not the sample's: users/export\.csv \(1 in all\)\. Give another folder"):
        write_sample(tmp_path, learners=5)
    assert files(tmp_path) == {"users/export.csv": b"user_id\n1\n"}


def test_refuses_no_learners(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least 1 learner, not 0"):
        write_sample(tmp_path, learners=0)
    assert files(tmp_path) == {}


def test_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "courses").write_text("a file where the folder should be")
    with pytest.raises(LoaderError, match=r"cannot be written to .*courses: .*Give another folder"):
        write_sample(tmp_path, learners=5)


def test_one_learner_is_enough(tmp_path: Path) -> None:
    rows = write_sample(tmp_path, learners=1)
    assert list(rows) == list(FILE_SETS)
    assert min(rows.values()) > 0


def test_headers_are_the_dictionarys_and_counts_are_what_is_written(
    academy: tuple[Path, dict[str, int]], read: Read
) -> None:
    own = {"question_set_questions": QUESTION_COLUMNS, "question_set_responses": RESPONSE_COLUMNS}
    for name, data_set in DATA_SETS.items():
        assert read(name).columns == own.get(name, list(data_set.columns))
        assert read(name).height == academy[1][name]


def test_files_are_plain_and_compressed_and_split_by_year(academy: tuple[Path, dict[str, int]]) -> None:
    names = set(files(academy[0]))
    assert {name[name.index(".csv") :] for name in names} == {".csv", ".csv.gz", ".csv.zst"}
    assert {f"user_activities/{year}/sample-00001.csv" for year in (2024, 2025, 2026)} <= names


def test_a_learners_rows_do_not_depend_on_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = write_sample(tmp_path / "whole", learners=200)
    monkeypatch.setattr(sample, "BATCH", 70)
    split = write_sample(tmp_path / "split", learners=200)
    assert len(list((tmp_path / "split" / "users").glob("*[0-9].csv"))) == 4
    assert split == whole
    for data_set in ("enrollments", "user_activities", "question_set_responses"):
        # the rows that point to nothing are made from the first batch's, whichever those are
        both = [
            read_rows(tmp_path / name, data_set)
            .filter((pl.col("user_id").cast(pl.Int64) > 240_400) & (pl.col("user_id") != NOBODY))
            .with_columns(points_received=pl.lit(None) if data_set == "user_activities" else pl.lit(0))
            for name in ("whole", "split")
        ]
        assert both[0].sort(pl.all()).equals(both[1].sort(pl.all()))


def test_attributes_are_the_organizations_of_most_people_and_courses(read: Read) -> None:
    people, courses = read("user_attributes"), read("course_attributes")
    assert people.columns == ["external_id", "email_address", "department", "country", "manager"]
    assert courses.columns == ["course_id", "catalog_id", "program", "is_mandatory"]
    known = read("users").unique("user_id")
    by_id = known.join(people, on="external_id", how="semi").height
    by_email = known.join(
        people.filter(pl.col("external_id").is_null()),
        left_on=pl.col("email_address").str.to_lowercase(),
        right_on=pl.col("email_address").str.to_lowercase(),
        how="semi",
    ).height
    assert 0.85 < by_id / known.height < 0.93
    assert 0.04 < by_email / known.height < 0.1
    assert 0.05 < share(people["country"].is_null()) < 0.12
    assert share(people.select("external_id", "email_address").is_duplicated()) > 0.1, "some have an older row"
    assert set(courses["is_mandatory"]) == {"yes", "no"}
    assert {"Leadership", "Compliance"} < set(courses["program"])
    assert courses.filter(pl.col("course_id").is_not_null()).height == 1
    unmatched = courses.filter(pl.col("catalog_id").is_not_null()).join(read("courses"), on="catalog_id", how="anti")
    assert unmatched["catalog_id"].to_list() == ["SAFE-900"]


# What is in them


def test_forty_courses_beside_sandboxes_with_every_activity_type(read: Read) -> None:
    courses = latest(read("courses"), "courses")
    assert courses["is_sandbox"].value_counts().sort("is_sandbox")["count"].to_list() == [40, 2]
    assert set(courses["self_paced"]) == {"true", "false"}
    assert courses.filter(pl.col("self_paced") == "true")["self_paced_access_limit"].is_null().any()
    assert set(latest(read("course_activities"), "course_activities")["activity_type"]) == ACTIVITY_TYPES
    assert set(read("user_activities")["activity_type"]) == ACTIVITY_TYPES - {"Submission Carousel"}
    assert read("course_activities")["hard_deadline"].value_counts().drop_nulls().height == 2


def test_people_of_every_kind(read: Read) -> None:
    users = read("users")
    emails = users["email_address"].drop_nulls()
    assert {"Support@NovoEd.com", " kim.lee@novoed.com"} <= set(emails)
    assert emails.str.ends_with("@notnovoed.com").any()
    assert users["email_address"].is_null().any()
    assert users["bio"].drop_nulls().str.contains("\n").any()
    assert users["bio"].drop_nulls().str.contains('"').any()
    assert users["first_name"].str.contains("é").any()
    assert 1500 <= users["user_id"].n_unique() <= 1550
    roles = set(read("user_org_roles")["org_admin_role"])
    assert roles >= {"org_admin", "org_mentor", "course_manager", "org_mentor,course_manager", "org_admin, org_mentor"}


@pytest.mark.parametrize(
    "data_set", [name for name in DATA_SETS if name not in ("courses", "user_org_roles", "lecture_page_views")]
)
def test_deleted_rows_in_every_data_set_with_a_flag(read: Read, data_set: str) -> None:
    deleted = share(read(data_set)["record_deleted"].is_in(["true", "1"]))
    assert 0 < deleted < 0.04


@pytest.mark.parametrize(
    "data_set", ["users", "courses", "enrollments", "lecture_pages", "course_activities", "user_activities"]
)
def test_older_versions(read: Read, data_set: str) -> None:
    known = DATA_SETS[data_set]
    stamps = read(data_set).group_by(known.key).agg(pl.col(known.updated_column).n_unique().alias("versions"))
    assert 0.02 < share(stamps["versions"] > 1) < 0.5


@pytest.mark.parametrize(
    "data_set", ["users", "enrollments", "lecture_page_views", "question_set_responses", "user_activities"]
)
def test_some_rows_arrive_twice(read: Read, data_set: str) -> None:
    assert 0 < share(read(data_set).is_duplicated()) < 0.02


def test_rows_that_point_to_nothing_are_few(read: Read) -> None:
    attempts = read("user_activities")
    for parent, key in (
        ("users", ["user_id"]),
        ("courses", ["course_id"]),
        ("course_activities", ["activity_id", "activity_type"]),
    ):
        assert 1 <= attempts.join(read(parent), on=key, how="anti").height <= 5
    views = read("lecture_page_views")
    assert 1 <= views.join(read("lecture_pages"), on="lecture_page_id", how="anti").height <= 5
    for child in ("enrollments", "lecture_page_views", "question_set_responses"):
        assert 1 <= read(child).join(read("users"), on="user_id", how="anti").height <= 5
        assert 1 <= read(child).join(read("courses"), on="course_id", how="anti").height <= 5
    enrolled = latest(attempts, "user_activities").join(read("enrollments"), on=["user_id", "course_id"], how="anti")
    assert enrolled.height <= 8


def test_a_handful_of_values_cannot_be_cast(read: Read) -> None:
    points = read("user_activities")["points_received"].drop_nulls()
    odd = points.filter(~points.str.contains(r"^\d+$"))
    assert set(odd) == {"n/a"}
    assert len(odd) < 20
    assert (read("users")["last_active_date"].drop_nulls() == "0000-00-00 00:00:00").sum() == 1


def test_nothing_happens_before_its_time(read: Read) -> None:
    attempts = latest(read("user_activities"), "user_activities").filter(
        (pl.col("user_id") != NOBODY) & (pl.col("course_id") != NOBODY)
    )
    enrollments = read("enrollments").unique("enrollment_id").select("user_id", "course_id", "enrollment_date")
    pages = latest(read("course_activities"), "course_activities").select(
        "activity_id", "activity_type", "lecture_page_id", "release_date"
    )
    views = (
        read("lecture_page_views")
        .filter(pl.col("visit_type") == "First")
        .unique(["user_id", "lecture_page_id"])
        .select("user_id", "lecture_page_id", seen="last_active_date")
        .with_columns(pl.col("seen").str.to_datetime("%Y-%m-%dT%H:%M:%SZ").dt.strftime(STAMP))
    )
    done = attempts.join(enrollments, on=["user_id", "course_id"]).join(pages, on=["activity_id", "activity_type"])
    assert done.height > 50_000
    assert (done["last_active_date"] >= done["enrollment_date"]).all()
    assert (done["last_active_date"] >= done["release_date"]).all()
    seen = done.join(views, on=["user_id", "lecture_page_id"])
    assert (seen["last_active_date"] >= seen["seen"]).all()
    assert (attempts["updated_date"] >= attempts["last_active_date"]).all()
    dates = latest(read("enrollments"), "enrollments").filter(pl.col("first_visit_course_home_date").is_not_null())
    assert (dates["last_active_date"] >= dates["first_visit_course_home_date"]).all()


def test_a_quizs_achieved_is_the_share_of_right_answers(read: Read) -> None:
    earned = (
        read("question_set_responses")
        .unique()
        .filter(pl.col("activity_type").is_in(["Quiz", "Timed Exam"]) & pl.col("user_id").ne(NOBODY))
        .group_by("outcome_id")
        .agg(
            share=pl.col("points_received").cast(pl.Float64).sum() / pl.col("question_id").n_unique(),
            wrong=(pl.col("is_correct") == "false").any(),
        )
    )
    graded = latest(read("user_activities"), "user_activities").join(earned, on="outcome_id")
    assert graded.height > 8_000
    agrees = (graded["achieved"].cast(pl.Float64) - graded["share"]).abs() < 1e-4
    assert share(agrees) > 0.999  # the strays in no course share an outcome
    assert share(graded["wrong"] == (graded["share"] < 1)) > 0.999
    attempts = graded.group_by("user_id", "activity_id", "activity_type").len()
    assert 0.1 < share(attempts["len"] > 1) < 0.5


def test_every_response_names_a_known_question_and_option(read: Read) -> None:
    known = read("question_set_questions").select("activity_id", "activity_type", "question_id", "response_option_id")
    responses = read("question_set_responses")
    assert responses.join(known, on=known.columns, how="anti", nulls_equal=True).height == 0
    right = (
        read("question_set_questions")
        .group_by("question_id", "question_type")
        .agg(right=(pl.col("is_correct") == "true").sum())
    )
    counts = {kind: set(group["right"]) for (kind,), group in right.group_by("question_type")}
    assert counts == {
        "Multiple Choice": {1}, "True/False": {1}, "Checkboxes": {2}, "Rating Scale": {0}, "Free Text": {0},
    }  # fmt: skip


def test_abler_learners_answer_more_questions_right(read: Read) -> None:
    right = (
        read("question_set_responses")
        .filter(pl.col("points_received").is_not_null())
        .group_by("user_id", "outcome_id", "question_id")
        .agg(pl.col("points_received").cast(pl.Float64).sum())
        .with_row_index()
        .group_by("user_id")
        .agg(
            odd=pl.col("points_received").filter(pl.col("question_id").cast(pl.Int64) % 2 == 1).mean(),
            even=pl.col("points_received").filter(pl.col("question_id").cast(pl.Int64) % 2 == 0).mean(),
            asked=pl.len(),
        )
        .filter(pl.col("asked") >= 30)
    )
    assert right.select(pl.corr("odd", "even")).item() > 0.4


def test_videos_are_watched_in_part_and_feedback_falls_short_for_some(read: Read) -> None:
    activities = latest(read("course_activities"), "course_activities").select("activity_id", "activity_type", "target")
    attempts = latest(read("user_activities"), "user_activities").join(activities, on=["activity_id", "activity_type"])
    videos = attempts.filter(pl.col("activity_type") == "Video")
    in_part = videos["achieved"].cast(pl.Float64) < videos["target"].cast(pl.Float64)
    assert 0.05 < share(in_part) < 0.35
    feedback = (
        attempts.filter(pl.col("activity_type").is_in(["Private Feedback", "Public Feedback"]))
        .group_by("user_id", "activity_id", "activity_type")
        .agg(is_met=(pl.col("submitted") == "1").sum() >= pl.col("target").cast(pl.Int64).first())
    )
    assert 0.5 < share(feedback["is_met"]) < 0.95


# Believable rates


def test_completion_by_course_is_that_of_a_real_academy(enrolled: pl.DataFrame) -> None:
    """Of all who ever enrolled: who has not completed is taken off the course some months after it was due."""
    rates = (
        enrolled.filter(pl.col("enrollment_status") != "Auditing")
        .group_by("title")
        .agg(rate=pl.col("is_completed").mean(), learners=pl.len())
    )
    assert rates.height == 36  # 40 less the three that still run and the one that has not begun
    assert (rates["learners"] >= 25).all()
    assert rates.filter(~pl.col("rate").is_between(0.25, 0.85)).height == 0
    rate = dict(rates.select("title", "rate").iter_rows())
    assert rate["Code of Conduct 2026"] > 0.7 > 0.5 > rate["Excel to Insight: Data Analysis Foundations"]


def test_never_started_and_withdrawn_are_some_but_not_many(enrolled: pl.DataFrame) -> None:
    assert 0.08 < 1 - share(enrolled["is_started"]) < 0.2
    has_left = enrolled["enrollment_status"].is_in(["Withdrawn", "Removed by Teaching Team"])
    assert 0.1 < share(has_left) < 0.3
    assert set(enrolled["enrollment_status"]) == {"Enrolled", "Withdrawn", "Removed by Teaching Team", "Auditing"}
    assert enrolled.filter(pl.col("is_completed"))["enrollment_status"].unique().to_list() == ["Enrolled"]
    gone = enrolled.filter(pl.col("enrollment_status").is_in(["Withdrawn", "Removed by Teaching Team"]))
    assert gone["unenrollment_date"].null_count() == 0


def test_deadlines_are_mostly_met(read: Read) -> None:
    due = latest(read("course_activities"), "course_activities").filter(pl.col("deadline").is_not_null())
    done = (
        latest(read("user_activities"), "user_activities")
        .filter(pl.col("submitted") == "1")
        .join(due, on=["activity_id", "activity_type"])
        .with_columns(is_late=pl.col("last_active_date") > pl.col("deadline"))
    )
    assert 0.05 < share(done["is_late"]) < 0.3
    assert not done.filter(pl.col("hard_deadline") == "true")["is_late"].any()


def test_pages_lose_viewers_along_a_course(read: Read) -> None:
    course = latest(read("courses"), "courses").filter(pl.col("title").str.starts_with("Excel to Insight"))
    viewers = (
        read("lecture_page_views")
        .join(course, on="course_id", how="semi")
        .group_by(pl.col("lecture_page_id").cast(pl.Int64))
        .agg(viewers=pl.col("user_id").n_unique())
        .sort("lecture_page_id")["viewers"]
    )
    assert viewers[-1] < 0.7 * viewers[0]
    assert (viewers.diff().drop_nulls() <= 3).all()


def test_people_work_on_weekdays_by_day(read: Read) -> None:
    at = read("user_activities")["last_active_date"].str.to_datetime(STAMP)
    assert share(at.dt.weekday() >= 6) < 0.15
    assert share(at.dt.hour().is_between(7, 18)) > 0.7
