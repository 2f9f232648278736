"""What makes real extracts untidy: older versions of rows, repeated rows, and rows that point to nothing."""

from __future__ import annotations

import polars as pl

from playground.academy.chance import DAY, Chance
from playground.academy.enrollments import KEY
from playground.academy.people import FIRST_LEARNER, user_id

NOBODY = 999_999
"""A user, course, page and activity number that exists nowhere else in the sample."""


def user_rows(people: pl.DataFrame, enrollments: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """The rows of users: the current version, and for one in five the version of the day they joined."""
    last_active = enrollments.group_by("user_no").agg(last_active_date=pl.col("last_active_date").max())
    current = people.join(last_active, on="user_no", how="left", maintain_order="left").with_columns(
        record_updated_date=pl.max_horizontal("created_date", "last_active_date")
        + 60
        + chance.index("user_no", "user lag", 6 * 3_600)
    )
    first = current.filter(chance.uniform("user_no", "has an older version") < 0.2).with_columns(
        bio=pl.lit(None, pl.String),
        headline=pl.lit("New joiner"),
        last_active_date=pl.lit(None, pl.Int64),
        record_updated_date=pl.col("created_date") + 30,
        record_deleted=pl.lit(False),
    )
    return pl.concat([current, first])


def enrollment_rows(enrollments: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """The rows of enrollments: the current version, and for two in five the version of the day of enrollment."""
    first = enrollments.filter(chance.uniform(KEY, "has an older version") < 0.4).with_columns(
        enrollment_status=pl.lit("Enrolled"),
        unenrollment_date=pl.lit(None, pl.Int64),
        last_active_date=pl.lit(None, pl.Int64),
        first_visit_course_home_date=pl.lit(None, pl.Int64),
        completion_status=pl.lit("Not Completed"),
        completed_date=pl.lit(None, pl.Int64),
        record_updated_date=pl.col("enrollment_date") + 20,
        record_deleted=pl.lit(False),
    )
    return pl.concat([enrollments, first])


def attempt_rows(attempts: pl.DataFrame, end: int, chance: Chance) -> pl.DataFrame:
    """The rows of user_activities: current versions, some touched again weeks later, and a few drafts before them."""
    touched_at = pl.col("updated_date") + (chance.uniform("attempt_no", "touched when") * 30 * DAY).cast(pl.Int64)
    is_touched = (chance.uniform("attempt_no", "touched again") < 0.04) & (touched_at <= end)
    current = attempts.with_columns(updated_date=pl.when(is_touched).then(touched_at).otherwise("updated_date"))
    is_drafted = (chance.uniform("attempt_no", "has a draft") < 0.05) & (pl.col("submitted") == 1)
    draft = current.filter(is_drafted).with_columns(
        submitted=pl.lit(0, pl.Int64),
        points_received=pl.lit(None, pl.Int64),
        achieved=pl.lit(None, pl.String),
        updated_date=pl.col("at") + 45,
        record_deleted=pl.lit(False),
    )
    return pl.concat([current, draft])


def touched_last(rows: pl.DataFrame, updated_column: str, end: int) -> pl.DataFrame:
    """The rows, the first touched at the very end: however few people there are, the data reach the last day."""
    is_first = pl.int_range(pl.len()) == 0
    return rows.with_columns(pl.when(is_first).then(end).otherwise(updated_column).alias(updated_column))


def repeated(rows: pl.DataFrame, key: str, chance: Chance) -> pl.DataFrame:
    """Three in a thousand of the rows, to be delivered a second time."""
    return rows.filter(chance.uniform(key, "delivered twice") < 0.003)


def _learners(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of learners: what points to nothing must not be out of scope for another reason already."""
    return rows.filter(pl.col("user_id") >= user_id(pl.lit(FIRST_LEARNER)))


def stray_attempts(attempts: pl.DataFrame) -> pl.DataFrame:
    """A few attempts by nobody, in no course, at no activity, or without the key."""
    some = (
        _learners(attempts)
        .head(8)
        .with_columns(outcome_id=pl.concat_str(pl.lit("stray-"), pl.col("attempt_no").cast(pl.String)))
    )
    return pl.concat(
        [
            some.slice(0, 2).with_columns(user_id=pl.lit(NOBODY, pl.Int64)),
            some.slice(2, 2).with_columns(course_id=pl.lit(NOBODY, pl.Int64)),
            some.slice(4, 2).with_columns(activity_id=pl.lit(str(NOBODY))),
            some.slice(6, 2).with_columns(user_id=pl.lit(None, pl.Int64)),
        ]
    )


def stray_responses(responses: pl.DataFrame) -> pl.DataFrame:
    """A few answers by nobody and in no course."""
    some = _learners(responses).head(4)
    return pl.concat(
        [
            some.slice(0, 2).with_columns(user_id=pl.lit(NOBODY, pl.Int64)),
            some.slice(2, 2).with_columns(course_id=pl.lit(NOBODY, pl.Int64)),
        ]
    )


def stray_views(views: pl.DataFrame) -> pl.DataFrame:
    """A few views by nobody, in no course, of no page."""
    some = _learners(views).head(6)
    return pl.concat(
        [
            some.slice(0, 2).with_columns(user_id=pl.lit(NOBODY, pl.Int64)),
            some.slice(2, 2).with_columns(
                course_id=pl.lit(NOBODY, pl.Int64), lecture_page_id=pl.lit(NOBODY - 1, pl.Int64)
            ),
            some.slice(4, 2).with_columns(lecture_page_id=pl.lit(NOBODY, pl.Int64)),
        ]
    )


def stray_enrollments(enrollments: pl.DataFrame) -> pl.DataFrame:
    """A few enrollments of nobody and in no course."""
    some = _learners(enrollments).head(4).with_columns(enrollment_id=pl.col("enrollment_id") - 4_000_000)
    return pl.concat(
        [
            some.slice(0, 2).with_columns(user_id=pl.lit(NOBODY, pl.Int64)),
            some.slice(2, 2).with_columns(course_id=pl.lit(NOBODY, pl.Int64)),
        ]
    )


def course_rows(courses: pl.DataFrame) -> pl.DataFrame:
    """The rows of courses: the current version, and for every third its draft."""
    draft = courses.filter(pl.col("course_no") % 3 == 0).with_columns(
        title=pl.concat_str("title", pl.lit(" (draft)")),
        num_of_points_required=pl.lit(None, pl.Int64),
        record_updated_date=pl.col("created_date") + 900,
    )
    return pl.concat([courses, draft])


def page_rows(pages: pl.DataFrame) -> pl.DataFrame:
    """The rows of lecture_pages: current versions, for one in twenty the untitled one before, and one in no course."""
    untitled = pages.filter(pl.col("lecture_page_id") % 20 == 0).with_columns(
        title=pl.lit("Untitled page"), updated_date=pl.col("created_date") + 60, record_deleted=pl.lit(False)
    )
    lost = pages.head(1).with_columns(lecture_page_id=pl.lit(NOBODY - 1, pl.Int64), course_id=pl.lit(NOBODY, pl.Int64))
    return pl.concat([pages, untitled, lost])


def activity_rows(activities: pl.DataFrame) -> pl.DataFrame:
    """The rows of course_activities: current versions, for one in twelve an earlier deadline, and one in no course."""
    earlier = activities.filter(pl.col("act_key") % 12 == 0).with_columns(
        deadline=pl.col("deadline") - 3 * DAY,
        updated_date=pl.col("updated_date") - 5 * DAY,
        record_deleted=pl.lit(False),
    )
    lost = activities.head(1).with_columns(activity_id=pl.lit(str(NOBODY - 1)), course_id=pl.lit(NOBODY, pl.Int64))
    return pl.concat([activities, earlier, lost])
