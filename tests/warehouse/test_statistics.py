"""Question items and time to complete equal numpy's and statsmodels' figures, also with responses under other headers.

The second build is the sample once more, its responses in a CSV with headers of its own and an edited
seed question_set_columns; var `item_attempt` is `last` there, and as_of lies in the middle of the data.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from conftest import ROOT, Warehouse

HEADERS = {
    "user_id": "Learner No.",
    "institution_id": "Institution",
    "course_id": "Course (ID)",
    "activity_id": "Activity",
    "activity_type": " Kind of Activity ",
    "outcome_id": "Attempt",
    "question_id": "Question ID",
    "response_option_id": "Answer Choice",
    "response_text": "Free Text",
    "is_correct": "Is_Correct",
    "points_received": "Points",
    "record_deleted": "Removed?",
    "updated_date": "Last Changed",
}
"""Column of the sample → header of the CSV."""
SOURCES = {
    "user_id": "learner_no_",
    "institution_id": " Institution ",
    "course_id": "course__id_",
    "activity_id": "activity",
    "activity_type": "kind_of_activity",
    "outcome_id": "attempt",
    "question_id": "question_id",
    "response_option_id": "answer_choice",
    "response_text": "",
    "is_correct": "no_such_column",
    "points_received": "points",
    "record_deleted": "removed_",
    "updated_at": "last_changed",
}
"""canonical_column → source_column of the edited seed. Without a column: response_text and is_correct."""
ODD_ROWS = {
    "deleted": {"removed": "yes"},
    "unknown_user": {"user_id": "999999999"},
    "unknown_course": {"course_id": "999999999"},
}
"""scope_reason → how a response differs from one in scope."""
MODELS = ("fct_question_items", "fct_question_options", "fct_time_to_complete", "cast_failures", "row_accounting")


@pytest.fixture(scope="module")
def default(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def as_of(default: duckdb.DuckDBPyConnection) -> datetime:
    """A moment by which four of five completions have happened."""
    row = default.execute(
        "select quantile_disc(completed_at, 0.8) from marts.fct_enrollments where is_completed"
    ).fetchone()
    assert row is not None
    assert isinstance(row[0], datetime)
    return row[0]


@pytest.fixture(scope="module")
def mapped(
    warehouse: Warehouse, as_of: datetime, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    copy = Warehouse(tmp_path_factory.mktemp("mapped"))
    shutil.copy(warehouse.database, copy.database)
    write_responses(copy.database, copy.landing / "question_set_responses" / "sample-00002.csv")
    load = copy.novoed("load")
    assert load.returncode == 0, load.stdout + load.stderr
    run = copy.dbt(
        *("build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"),
        *("--select", *(f"+{model}" for model in MODELS)),
        *("--vars", json.dumps({"as_of": as_of.isoformat(), "item_attempt": "last"})),
        project=copy_project(copy.folder / "project"),
    )
    assert run.returncode == 0, run.stdout[-6000:]
    with duckdb.connect(str(copy.database), read_only=True) as connection:
        yield connection


def write_responses(database: Path, file: Path) -> None:
    """Takes the responses out of raw and writes them, three odd ones and a broken number more, as a CSV."""
    file.parent.mkdir(parents=True)
    with duckdb.connect(str(database)) as connection:
        columns = ", ".join(f'"{column}"' for column in HEADERS)
        rows = connection.execute(f"select {columns} from raw.question_set_responses").fetchall()
        good = connection.execute(
            f"select {columns} from raw.question_set_responses semi join ("
            " from intermediate.int_question_set_responses_scoped where scope_reason = 'in_scope'"
            ") using (_source_file, _source_row) limit 1"
        ).fetchone()
        connection.execute("drop table raw.question_set_responses")
        connection.execute("delete from raw._files where data_set = 'question_set_responses'")
        connection.execute("delete from raw._rejects where data_set = 'question_set_responses'")
    assert good is not None
    template = dict(zip(HEADERS, good, strict=True))
    for change in ODD_ROWS.values():
        odd = template | {"question_id": "odd", "points_received": "n/a", "record_deleted": "no"} | change
        odd["record_deleted"] = odd.pop("removed", odd["record_deleted"])
        rows.append(tuple(odd[column] for column in HEADERS))
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([*HEADERS.values(), "Browser", "Fingerprint"])
        writer.writerows([*row, "Firefox", "f1"] for row in rows)


def copy_project(folder: Path) -> Path:
    """The dbt project with the edited seed."""
    for name in ("models", "macros", "seeds", "tests/dbt"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / name, folder / name)
    seed = folder / "seeds" / "question_set_columns.csv"
    lines = [line for line in seed.read_text("utf-8").splitlines() if not line.startswith("question_set_responses,")]
    lines += [f"question_set_responses,{canonical},{source}" for canonical, source in SOURCES.items()]
    seed.write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_other_headers_fill_the_canonical_columns(
    mapped: duckdb.DuckDBPyConnection, default: duckdb.DuckDBPyConnection
) -> None:
    table = "staging.stg_novoed__question_set_responses"
    same = "user_id, institution_id, course_id, activity_id, activity_type, outcome_id, question_id, response_option_id"
    query = (
        f"select {same}, points_received, is_deleted, updated_at from {table} where question_id <> 'odd' order by all"
    )
    found = mapped.execute(query).fetchall()
    assert found == default.execute(query).fetchall()
    assert all(any(row[place] is not None for row in found) for place in range(11))
    unmapped = f"select count(*), count(response_text), count(is_correct) from {table}"
    assert mapped.execute(unmapped).fetchall() == [(len(found) + len(ODD_ROWS), 0, 0)]


def test_other_columns_stay_in_staging(mapped: duckdb.DuckDBPyConnection, default: duckdb.DuckDBPyConnection) -> None:
    table = "staging.stg_novoed__question_set_responses"
    # is_correct came, but the seed does not call it that; fingerprint is a name of staging's own
    extra = mapped.execute(
        f"select browser, raw_fingerprint, free_text, raw_is_correct, question_id from {table}"
        " where question_id <> 'odd' order by all"
    ).fetchall()
    expected = default.execute(
        f"select 'Firefox', 'f1', response_text, cast(is_correct as varchar), question_id from {table} order by all"
    ).fetchall()
    assert extra == expected
    columns = {row[0] for row in mapped.execute(f"describe {table}").fetchall()}
    assert columns.isdisjoint({"learner_no_", "answer_choice", "points", "removed_", "last_changed"})


def test_scope_and_cast_failures_know_the_mapping(
    mapped: duckdb.DuckDBPyConnection, default: duckdb.DuckDBPyConnection
) -> None:
    query = "select reason, row_count from audit.row_accounting where data_set = 'question_set_responses'"
    expected = defaultdict(int, default.execute(query).fetchall())
    for reason in ODD_ROWS:
        expected[reason] += 1
    found = mapped.execute(query).fetchall()
    assert {reason: count for reason, count in found if count} == {reason: n for reason, n in expected.items() if n}
    failures = (
        "select column_name, value_text, row_count from audit.cast_failures where data_set like 'question_set_r%'"
    )
    assert mapped.execute(failures).fetchall() == [("points", "n/a", len(ODD_ROWS))]


@pytest.mark.parametrize(("build", "attempt"), [("default", "first"), ("mapped", "last")])
def test_items_equal_numpys(build: str, attempt: str, request: pytest.FixtureRequest) -> None:
    """Score and rest of every learner, from responses and key; Pearson's correlation by numpy."""
    connection: duckdb.DuckDBPyConnection = request.getfixturevalue(build)
    found = {
        row[:3]: row[3:]
        for row in connection.execute(
            "select activity_id, activity_type, question_id, respondent_count, judged_count, correct_count, facility,"
            " discrimination, review_reason, needs_review from marts.fct_question_items"
        ).fetchall()
    }
    options = {
        row[:4]: row[4:]
        for row in connection.execute(
            "select activity_id, activity_type, question_id, response_option_id, chosen_count, mean_rest"
            " from marts.fct_question_options where activity_type not in ('Survey', 'Poll') and chosen_count > 0"
        ).fetchall()
    }
    keys = right_options(connection)
    reasons = Counter[str | None]()
    for activity, learners in chosen_attempts(connection, attempt).items():
        questions = sorted({question for answers in learners.values() for question in answers})
        scores = np.array(
            [
                [
                    float(chosen == keys[*activity, name]) if (chosen := answers.get(name)) else np.nan
                    for name in questions
                ]
                for answers in learners.values()
            ]
        )
        for place, question in enumerate(questions):
            answered = ~np.isnan(scores[:, place])
            item, others = scores[answered, place], np.delete(scores[answered], place, axis=1)
            judged_others = np.sum(~np.isnan(others), axis=1)
            rest = np.divide(
                np.nansum(others, axis=1), judged_others, where=judged_others > 0, out=np.full(len(item), np.nan)
            )
            choices = [answers[question] for answers in learners.values() if question in answers]
            rests = {
                option: [
                    one for one, chosen in zip(rest, choices, strict=True) if option in chosen and not np.isnan(one)
                ]
                for option in set().union(*choices)
            }
            for option, chosen_rests in rests.items():
                chosen_count, mean_rest = options.pop((*activity, question, option))
                assert chosen_count == sum(option in chosen for chosen in choices)
                assert mean_rest == pytest.approx(np.mean(chosen_rests) if chosen_rests else None, abs=1e-9)
            paired = ~np.isnan(rest)
            discrimination = None
            if paired.sum() >= 10 and np.ptp(item[paired]) > 0 and np.ptp(rest[paired]) > 0:
                discrimination = float(np.corrcoef(item[paired], rest[paired])[0, 1])
            right = rest[paired & (item == 1)]
            suspects = [rests[option] for option in rests.keys() - keys[*activity, question]]
            suspected = len(right) and any(
                len(one) >= 10 and round(np.mean(one), 9) > round(right.mean(), 9) for one in suspects
            )
            counts = found.pop((*activity, question))
            assert counts[:3] == (len(choices), len(item), int(item.sum()))
            assert counts[3] == pytest.approx(item.mean(), abs=1e-12)
            assert counts[4] == pytest.approx(discrimination, abs=1e-9), (activity, question)
            reason = review_reason(len(item), float(item.mean()), discrimination, bool(suspected))
            assert counts[5:] == (reason, reason is not None), (activity, question)
            reasons[reason] += 1
    assert not found, "items that nobody answered"
    assert not options, "options that nobody chose"
    assert reasons.total() > 100
    assert len(reasons) > 3


Answers = dict[str, set[str]]
"""question_id → the chosen options."""
Attempt = tuple[int, int, str, str, str]
"""user_id, institution_id, activity_id, activity_type and outcome_id."""


def review_reason(judged: int, facility: float, discrimination: float | None, suspected: bool) -> str | None:
    """The first that applies."""
    apart = 1.0 if discrimination is None else round(discrimination, 9)
    applies = {
        "wrong_key_suspected": suspected,
        "negative_discrimination": apart < 0,
        "too_hard": round(facility, 9) < 0.3,
        "low_discrimination": apart < 0.1,
        "too_easy": round(facility, 9) > 0.95,
    }
    return next((reason for reason, is_so in applies.items() if is_so), None) if judged >= 10 else None


def right_options(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str], set[str]]:
    """The key of every graded question; in the sample every one has a key."""
    keys: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for activity_id, activity_type, question_id, option in connection.execute(
        "select activity_id, activity_type, question_id, response_option_id from marts.fct_question_options"
        " where is_correct"
    ).fetchall():
        keys[activity_id, activity_type, question_id].add(option)
    return keys


def chosen_attempts(
    connection: duckdb.DuckDBPyConnection, attempt: str
) -> dict[tuple[str, str], dict[tuple[int, int], Answers]]:
    """Activity → learner → answers in the attempt that counts; surveys and polls left out."""
    dates = {
        row[:5]: row[5]
        for row in connection.execute(
            "select user_id, institution_id, activity_id, activity_type, outcome_id,"
            " coalesce(last_active_at, updated_at) from marts.fct_activity_attempts"
        ).fetchall()
    }
    attempts: dict[Attempt, Answers] = defaultdict(lambda: defaultdict(set))
    fallbacks: dict[Attempt, datetime] = {}
    rows = connection.execute(
        "select user_id, institution_id, activity_id, activity_type, outcome_id, question_id, response_option_id,"
        " responses.updated_at from marts.fct_question_responses as responses"
        " semi join marts.dim_activities using (activity_id, activity_type)"
        " where is_learner and activity_type not in ('Survey', 'Poll')"
    ).fetchall()
    for row in rows:
        attempt_key: Attempt = row[:5]
        question, option, updated_at = row[5:]
        attempts[attempt_key][question].add(option)
        fallbacks[attempt_key] = min(updated_at, fallbacks.get(attempt_key, updated_at))
    result: dict[tuple[str, str], dict[tuple[int, int], Answers]] = defaultdict(dict)
    ordered = sorted(attempts, key=lambda key: (dates.get(key) or fallbacks[key], key[4]), reverse=attempt == "first")
    # the attempt that counts comes last and stays
    for key in ordered:
        user_id, institution_id, activity_id, activity_type, _ = key
        result[activity_id, activity_type][user_id, institution_id] = attempts[key]
    return result


def test_time_to_complete_equals_statsmodels(mapped: duckdb.DuckDBPyConnection, as_of: datetime) -> None:
    """Durations from fct_enrollments; both cumulative incidences and Kaplan and Meier's estimate by statsmodels."""
    ends: dict[tuple[object, object], list[tuple[int, int]]] = defaultdict(list)
    rows = mapped.execute(
        "select course_id, cohort_month, has_left, enrolled_at, unenrolled_at, last_active_at, is_completed,"
        " completed_at from marts.fct_enrollments"
        " where is_learner and (is_enrolled_learner or has_left) and enrolled_at is not null"
    ).fetchall()
    for course_id, month, has_left, enrolled_at, unenrolled_at, last_active_at, is_completed, completed_at in rows:
        if enrolled_at > as_of or (is_completed and completed_at is None):
            continue
        left_at = (unenrolled_at or last_active_at or enrolled_at) if has_left else as_of
        completes = is_completed and completed_at <= as_of
        if left_at < as_of and not (completes and completed_at.date() <= left_at.date()):
            ended, status = left_at, LEFT
        else:
            ended, status = (completed_at, COMPLETED) if completes else (as_of, CENSORED)
        ends[course_id, month].append((max((ended.date() - enrolled_at.date()).days, 0), status))
    assert Counter(status for cohort in ends.values() for _, status in cohort).keys() == {CENSORED, COMPLETED, LEFT}

    curves: dict[tuple[object, object], list[tuple[float, ...]]] = defaultdict(list)
    for course_id, month, *point in mapped.execute(
        "select course_id, cohort_month, day, at_risk_learner_count, completed_learner_count, left_learner_count,"
        " censored_learner_count, completed_by_day_ratio, left_by_day_ratio, completed_if_none_left_ratio"
        " from marts.fct_time_to_complete order by all"
    ).fetchall():
        curves[course_id, month].append(tuple(point))
    assert set(curves) == set(ends)
    for cohort, curve in curves.items():
        days, statuses = map(np.array, zip(*ends[cohort], strict=True))
        shown, at_risk, completed, left, censored, *ratios = map(np.array, zip(*curve, strict=True))
        np.testing.assert_array_equal(shown, np.unique(days))
        np.testing.assert_array_equal(at_risk, [np.sum(days >= day) for day in shown])
        for status, counts in ((COMPLETED, completed), (LEFT, left), (CENSORED, censored)):
            np.testing.assert_array_equal(counts, [np.sum(statuses[days == day] == status) for day in shown])
        survival = SurvfuncRight(days, statuses == COMPLETED)
        # statsmodels keeps the days with an event only; the curve starts at 1
        if_none_left = 1 - np.append(1, survival.surv_prob)[np.searchsorted(survival.surv_times, shown, side="right")]
        by_day = incidences(days, statuses, shown)
        for found, expected in zip(ratios, (by_day[COMPLETED], by_day[LEFT], if_none_left), strict=True):
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


CENSORED, COMPLETED, LEFT = 0, 1, 2
"""Statuses as statsmodels' CumIncidenceRight wants them: 0 is censored, causes count from 1."""


# of its standard errors, which nobody reads here
@np.errstate(divide="ignore", invalid="ignore")
def incidences(days: np.ndarray, statuses: np.ndarray, shown: np.ndarray) -> dict[int, np.ndarray]:
    """Status → statsmodels' cumulative incidence on these days."""
    found = {status: np.zeros(len(shown)) for status in (COMPLETED, LEFT)}
    happened = [status for status in found if (statuses == status).any()]
    if happened:
        # causes must count from 1
        estimate = CumIncidenceRight(days, statuses if COMPLETED in happened else statuses // LEFT)
        for status, incidence in zip(happened, estimate.cinc, strict=True):
            found[status] = np.append(0, incidence)[np.searchsorted(estimate.times, shown, side="right")]
    return found
