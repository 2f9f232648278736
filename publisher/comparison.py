"""What the gate finds by comparing with the file published before: by the keys and columns that both have."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.finding import Finding, exceeds, limit, percent, short, told
from publisher.sight import Sight

_KEYS = {
    "dim_users": ("user_id", "institution_id"),
    "dim_courses": ("course_id",),
    "dim_activities": ("activity_id", "activity_type"),
    "fct_enrollments": ("enrollment_id",),
    "fct_activity_attempts": ("user_id", "activity_id", "activity_type", "outcome_id"),
    "fct_lecture_page_views": ("user_id", "lecture_page_id"),
}

_ENROLLMENTS = "fct_enrollments"


def lost_rows(sight: Sight) -> Iterator[Finding]:
    """Marts of whose published keys too many are gone."""
    for mart, key in _KEYS.items():
        if not sight.published(f"marts.{mart}", *key):
            continue
        (total,) = sight.row(f"select count(*) from {sight.before}.marts.{mart}")
        same = " and ".join(f"before.{column} is not distinct from now.{column}" for column in key)
        count, example = sight.row(
            f"select count(*), min(concat_ws(':', {', '.join(f'before.{column}' for column in key)}))"
            f" from {sight.before}.marts.{mart} as before anti join marts.{mart} as now on {same}"
        )
        if exceeds(sight.build, count, total, "max_lost_row_ratio"):
            sentence = (
                f"{mart}: {told(sight.build, count, total, 'max_lost_row_ratio')} published rows are gone, e.g."
                f" {':'.join(key)} {short(example)}; compare audit.row_accounting of both files, and load what is"
                " missing"
            )
            yield Finding("lost_rows", mart, None, count / total, count, sentence)


def moved_ratios(sight: Sight) -> Iterator[Finding]:
    """The share of completed learners among those who are in both files, and completions that were taken back."""
    if not sight.published(f"marts.{_ENROLLMENTS}", "enrollment_id", "is_enrolled_learner", "is_completed"):
        return
    learners, before, now, reopened, example, reopened_example = sight.row(
        "select count(*), count(*) filter (before.is_completed), count(*) filter (now.is_completed),"
        " count(*) filter (before.is_completed and not now.is_completed),"
        " min(now.enrollment_id) filter (before.is_completed <> now.is_completed),"
        " min(now.enrollment_id) filter (before.is_completed and not now.is_completed)"
        f" from {sight.before}.marts.{_ENROLLMENTS} as before"
        f" inner join marts.{_ENROLLMENTS} as now on before.enrollment_id = now.enrollment_id"
        " where before.is_enrolled_learner and now.is_enrolled_learner"
    )
    moved = abs(now - before)
    if exceeds(sight.build, moved, learners, "max_moved_ratio"):
        share = moved / learners
        sentence = (
            f"{_ENROLLMENTS}.is_completed: {now:,} of {learners:,} enrolled learners in both files are completed"
            f" ({percent(now / learners)}), before {before:,} ({percent(before / learners)}); it moved by"
            f" {percent(share)} (at most {percent(limit(sight.build, 'max_moved_ratio'))}), e.g. enrollment {example};"
            " look at enrollments.completion_status of the latest files"
        )
        yield Finding("moved_ratio", _ENROLLMENTS, "is_completed", share, moved, sentence)
    if exceeds(sight.build, reopened, before, "max_reopened_ratio"):
        sentence = (
            f"{_ENROLLMENTS}.completed_at: {told(sight.build, reopened, before, 'max_reopened_ratio')} completed"
            f" learners are not completed now, e.g. enrollment {reopened_example}; look at"
            " enrollments.completion_status of the latest files"
        )
        yield Finding("moved_ratio", _ENROLLMENTS, "completed_at", reopened / before, reopened, sentence)


def rewritten_dates(sight: Sight) -> Iterator[Finding]:
    """Dates of the past that are others now, or none."""
    for column, is_in_both in (("enrolled_at", "true"), ("completed_at", "before.is_completed and now.is_completed")):
        needed = ["enrollment_id", column, *(["is_completed"] if column == "completed_at" else [])]
        if not sight.published(f"marts.{_ENROLLMENTS}", *needed):
            continue
        is_rewritten = (
            f"before.{column} is not null and (now.{column} is null"
            f" or abs(epoch_us(now.{column}) - epoch_us(before.{column})) >= 1000000)"
        )
        total, count, example = sight.row(
            f"select count(*), count(*) filter ({is_rewritten}), min_by("
            "     concat('enrollment ', now.enrollment_id, ': ',"
            f"    strftime(before.{column}, '%Y-%m-%d %H:%M:%S'), ', now ',"
            f"    coalesce(strftime(now.{column}, '%Y-%m-%d %H:%M:%S'), 'none')),"
            f" now.enrollment_id) filter ({is_rewritten})"
            f" from {sight.before}.marts.{_ENROLLMENTS} as before"
            f" inner join marts.{_ENROLLMENTS} as now on before.enrollment_id = now.enrollment_id"
            f" where {is_in_both}"
        )
        if exceeds(sight.build, count, total, "max_rewritten_ratio"):
            what = "completions" if column == "completed_at" else "enrollments"
            sentence = (
                f"{_ENROLLMENTS}.{column}: {told(sight.build, count, total, 'max_rewritten_ratio')} {what} in both"
                f" files have another date or none, e.g. {example}; look at the latest files of enrollments for shifted"
                " or missing dates"
            )
            yield Finding("rewritten_dates", _ENROLLMENTS, column, count / total, count, sentence)


def rollbacks(sight: Sight) -> Iterator[Finding]:
    """The published file was put back, so somebody did not want what this one may hold again."""
    if sight.is_rolled_back:
        sentence = (
            "The published file was put back by a rollback (1 file), so this one may hold again what was wrong, e.g."
            " where its cause was not mended; see that it was"
        )
        yield Finding("rolled_back", "published file", None, 1.0, 1, sentence)
