"""The report: one page that stands alone, says what the published file says, and names nobody unless it is asked to."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from conftest import ROOT, Warehouse
from loader.errors import LoaderError, UsageError
from report_page import Report
from reporter import courses
from reporter.cards import read_cards
from reporter.report import write_report

LARGEST = 5_000_000
"""Bytes of a page, so that it can be mailed."""
ATTRIBUTES = """
    create or replace table marts.dim_user_attributes as
        select user_id, institution_id, attribute, user_key,
            case attribute
                when 'country' then
                    if(user_id % 100 = 75, 'Andorra', ['Chile', 'Fiji', 'Peru'][user_id // 10 % 3 + 1])
                when 'manager' then (select min(first_name || ' ' || last_name) from marts.dim_users)
                else 'team ' || user_id
            end as value
        from marts.dim_users cross join (values ('country'), ('manager'), ('team')) as names (attribute);
    create or replace table marts.dim_course_attributes as
        select course_id, 'program' as attribute, case when course_id % 2 = 0 then 'Even' else 'Odd' end as value
        from marts.dim_courses where course_id % 5 > 0;
"""


def test_the_page_stands_alone_and_can_be_mailed(report: Report) -> None:
    assert len(report.page.encode()) < LARGEST
    markup = re.sub(r"<script.*?</script>", "", report.page, flags=re.DOTALL)
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', markup) == []
    assert re.findall(r"url\((?!#)|@import", markup) == []
    assert "default-src 'none'" in markup
    assert report.page.count("</script>") == 3


def test_no_section_lacks_anything(report: Report) -> None:
    assert "is of an older version" not in report.page
    drawn = {name for name, figure in report.figures.items() if figure["charts"]}
    assert drawn >= {"completion-by-course", "curves", "fulfillment", "bottlenecks", "outstanding", "months", "funnel",
                     "time-to-complete", "items", "surveys", "agreement"}  # fmt: skip
    for name in drawn:
        assert re.search(rf'data-figure="{name}".*?<svg', report.page, re.DOTALL), name
    assert report.page.count('<details class="table"') == len(drawn)


def test_the_headline_is_that_of_the_marts(report: Report) -> None:
    ((learners, enrolled, completed, overdue),) = report.query(
        "select count(distinct user_key), count(*), count(*) filter (where is_completed), count(*) filter (where"
        " is_overdue) from marts.fct_enrollments where is_enrolled_learner"
    )
    tiles = {row["label"]: row["now"] for row in report.states("headline")["all"]}
    assert tiles["Different learners"] == f"{learners:,}"
    assert tiles["Enrolled learners"] == f"{enrolled:,}"
    assert tiles["Completion ratio"] == f"{100 * completed / enrolled:.1f}%"
    assert tiles["Overdue with the course"] == f"{overdue:,}"


def test_the_curves_of_all_courses_are_those_of_the_marts_where_a_month_has_one_course(
    changed: Callable[..., Report],
) -> None:
    largest = "(select course_id from marts.fct_course_completions order by enrolled_learner_count desc limit 1)"
    marts = ("fct_time_to_complete", "fct_completion_cohorts", "fct_course_completions")
    report = changed(*(f"delete from marts.{mart} where course_id <> {largest}" for mart in marts))
    assert report.states("curves")["all"]
    of_course = [rows for key, rows in report.states("curves").items() if key != "all"]
    assert of_course == [report.states("curves")["all"]]


def is_safe(rest: int) -> bool:
    """Whether a total less the parts that are shown gives nothing away."""
    return rest == 0 or rest >= 5


def test_no_month_less_its_courses_and_no_course_less_its_months_is_a_small_group(report: Report) -> None:
    by_month = report.states("completion-by-course")
    assert len(by_month) > 12
    for month, rows in by_month.items():
        assert all(row["n"] == 0 or row["n"] >= 5 for row in rows), month
        if "Too few" in report.figures["completion-by-course"]["states"][month]["title"]:
            continue
        mart, where = "fct_completion_cohorts", f"where strftime(cohort_month, '%Y-%m') = '{month}'"
        if month == "all":
            mart, where = "fct_course_completions", ""
        ((total,),) = report.query(f"select coalesce(sum(enrolled_learner_count), 0) from marts.{mart} {where}")
        assert is_safe(total - sum(row["n"] for row in rows)), month
    of_months = [row for month, rows in by_month.items() if month != "all" for row in rows]
    for course in by_month["all"]:
        shown = sum(row["n"] for row in of_months if row["course"] == course["course"])
        assert is_safe(course["n"] - shown), course["course"]


def test_no_course_less_its_groups_is_a_small_group(changed: Callable[..., Report]) -> None:
    report = changed(ATTRIBUTES)
    countries = {key: rows for key, rows in report.states("groups").items() if key.startswith("user:country|")}
    assert len(countries) > 5
    learners = "from marts.fct_enrollments where is_enrolled_learner"
    ((andorrans,),) = report.query(f"select count(distinct user_key) {learners} and user_id % 100 = 75")
    assert 0 < andorrans < 5, "the sample has changed: take another divisor"
    assert "Andorra" not in report.page
    for key, rows in countries.items():
        course = key.split("|")[1]
        ((total,),) = report.query(f"select count(*) {learners} and '{course}' in ('all', cast(course_id as varchar))")
        assert is_safe(total - sum(row["n"] for row in rows)), key
    assert [row["value"] for row in countries["user:country|all"]] != []


def test_a_small_course_and_the_next_in_size_are_nowhere(changed: Callable[..., Report]) -> None:
    # The courses with few learners are left without any, then the smallest of the others is made a small one.
    statement = "update marts.fct_course_completions set enrolled_learner_count = {} where enrolled_learner_count {}"
    fewer = statement.format(0, "< 5")
    (smallest, title), (following, next_title), (third, third_title), *_ = changed(fewer).query(
        "select course_id, course_title from marts.fct_course_completions join marts.dim_courses using (course_id)"
        " where enrolled_learner_count > 0 order by enrolled_learner_count, course_id"
    )
    report = changed(fewer, f"{statement.format(4, '> 0')} and course_id = {smallest}")
    assert title not in report.page
    assert next_title not in report.page
    assert f'<option value="{following}">' not in report.page
    assert f'<option value="{third}">{third_title}' in report.page


def test_nobody_is_named_unless_asked_for(report: Report, changed: Callable[..., Report]) -> None:
    people = report.query(
        "select email, external_id, first_name || ' ' || last_name, headline, bio from marts.dim_users"
    )
    texts = report.query(
        "select distinct response_text from marts.fct_question_responses where length(response_text) > 8"
    )
    words = {value for person in people for value in person if value} | {text for (text,) in texts}
    assert len(words) > 500
    assert [word for word in words if word in report.page] == []
    named = changed(with_names=True)
    overdue = named.query(
        "select distinct email from marts.fct_outstanding_requirements join marts.dim_users using (user_id,"
        " institution_id) where is_overdue and email is not null"
    )
    assert overdue
    assert any(email in named.page for (email,) in overdue)
    assert "This page names people" in named.page


def test_an_attribute_that_names_people_is_shown_only_with_names(changed: Callable[..., Report]) -> None:
    report = changed(ATTRIBUTES)
    assert {key.split("|")[0] for key in report.states("groups")} == {"user:country", "course:program"}
    assert "Not shown: manager (names people), team (no group is large enough)." in report.page
    named = changed(ATTRIBUTES, with_names=True)
    assert "user:manager" in {key.split("|")[0] for key in named.states("groups")}


def test_names_that_were_not_published_cannot_be_shown(changed: Callable[..., Report]) -> None:
    with pytest.raises(UsageError, match="was written without names"):
        changed("update marts.dim_users set email = null, first_name = null, last_name = null", with_names=True)


def test_what_comes_from_data_is_text_and_nothing_else(changed: Callable[..., Report]) -> None:
    title = "</script><script>alert(1)</script><img src=x onerror=alert(1)> & 'Co\"'"
    quoted = title.replace("'", "''")
    report = changed(
        f"update marts.dim_courses set course_title = '{quoted}'",
        f"update marts.dim_activities set activity_title = '{quoted}'",
        f"update marts.fct_question_options set response_option_text = '{quoted}', question_text = '{quoted}'",
        is_drawn=True,
    )
    assert "<img" not in re.sub(r"<script>.*?</script>", "", report.page, flags=re.DOTALL)
    assert "alert(1)</script>" not in report.page
    assert report.page.count("</script>") == 3
    assert any(title[:30] in row["course"] for row in report.states("completion-by-course")["all"])


def test_the_change_since_the_publication_before_is_told(changed: Callable[..., Report]) -> None:
    report = changed(
        "insert into audit.publication by name select published_at - interval 1 day as published_at, as_of, vars,"
        " '0.0.1' as project_version from audit.publication",
        "insert into audit.published_changes values"
        " ('fct_course_completions', null, 'completion_ratio', 0.5, 0.512, 0.012),"
        " ('fct_course_completions', null, 'enrolled_learner_count', 1200, 1000, -200)",
    )
    tiles = {row["label"]: row["change"] for row in report.states("headline")["all"]}
    assert tiles["Completion ratio"] == "+1.2 points"
    assert tiles["Enrolled learners"] == "\N{MINUS SIGN}200"
    assert tiles["Completed"] == "no change"
    assert "which was computed otherwise (project_version: 0.0.1" in report.page


def test_no_data_makes_a_report_too(changed: Callable[..., Report], published: Path) -> None:
    with duckdb.connect(published, read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where table_name <> 'publication'"
        ).fetchall()
    report = changed(*(f"delete from {table}" for (table,) in tables))
    assert "Too few learners to tell a share of all courses" in report.page
    assert "is of an older version" not in report.page


def test_a_file_of_an_older_version_is_shown_as_far_as_it_goes(changed: Callable[..., Report]) -> None:
    report = changed("drop table marts.fct_lecture_page_funnel")
    assert "The published file is of an older version and lacks what is shown here" in report.page
    assert "completion-by-course" in report.figures


def test_more_courses_than_a_page_can_hold_are_counted(
    changed: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courses, "MOST", 3)
    report = changed()
    assert len(report.states("completion-by-course")["all"]) == 3
    assert re.search(r"\d+ courses without learners or beyond the 3 largest not shown", report.page)


def test_every_figure_shows_the_text_of_its_metric(report: Report) -> None:
    cards = read_cards()
    assert cards["completion_ratio"][0].startswith("Formula: completed learners ÷ enrolled learners")
    assert "completed learners ÷ enrolled learners (<code>completed_learners</code>" in report.page
    ((comment,),) = report.query(
        "select comment from duckdb_columns() where table_name = 'fct_lecture_page_funnel'"
        " and column_name = 'reach_ratio'"
    )
    assert comment.split("`")[0] in report.page
    for name in re.findall(r'data-figure="([^"]+)"', report.page):
        article = re.search(rf'data-figure="{name}".*?</article>', report.page, re.DOTALL)
        assert article
        if report.figures[name]["charts"]:
            assert '<details class="card">' in article[0], name


def test_the_command_writes_for_its_owner_alone(warehouse: Warehouse, published: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.html"
    run = subprocess.run(
        [sys.executable, "-m", "novoed", "report", "--to", str(target)],
        cwd=tmp_path, env=warehouse.environment | {"NOVOED_PUBLISHED": str(published)}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert str(target) in run.stdout
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["report.html"]


def test_a_target_that_cannot_be_is_named(published: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder; give the name of a file"):
        write_report(published, tmp_path)
    with pytest.raises(UsageError, match="is the published file itself"):
        write_report(published, published)
    with pytest.raises(LoaderError, match="There is no published file"):
        write_report(tmp_path / "none.duckdb", tmp_path / "r.html")
    (tmp_path / "file").touch()
    with pytest.raises(LoaderError, match="cannot be written"):
        write_report(published, tmp_path / "file" / "r.html")


def test_without_its_libraries_the_report_says_what_to_do(published: Path, tmp_path: Path) -> None:
    script = "import sys; sys.modules['altair'] = None; sys.argv = ['', 'report']; import novoed.cli; novoed.cli.main()"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        env={"PYTHONPATH": str(ROOT), "NOVOED_PUBLISHED": str(published)},
    )  # fmt: skip
    assert run.returncode == 2
    assert "The report needs the package altair, which is not installed. Run `make report`" in run.stderr


def test_the_main_job_loads_nothing_of_the_report() -> None:
    script = "import sys, novoed.cli; print({'altair', 'great_tables', 'vl_convert'} & {*sys.modules})"
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert run.stdout.strip() == "set()"
