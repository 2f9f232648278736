"""The dictionary without a browser: how tables join, examples that run, and a page that needs nothing else."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from conftest import Warehouse
from novoed.dbt import Model, read_models
from novoed.site.dictionary import render_dictionary
from novoed.site.overview import AS_OF, LINEAGES, complete_overview
from novoed.site.pages import write_site


@pytest.fixture(scope="module")
def models(warehouse: Warehouse) -> dict[str, Model]:
    return read_models(warehouse.target)


@pytest.fixture(scope="module")
def page(warehouse: Warehouse, models: dict[str, Model]) -> str:
    return render_dictionary(warehouse.database, models, datetime(2026, 10, 31, 12))


def section(page: str, table: str) -> str:
    """A table's part of the page, as text."""
    (found,) = re.findall(rf'<section aria-labelledby="{table}">(.*?)</section>', page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found))


def test_every_mart_has_an_example_that_runs(warehouse: Warehouse, models: dict[str, Model]) -> None:
    with duckdb.connect(warehouse.database, read_only=True) as connection:
        for name, model in models.items():
            if model.subject == "audit":
                continue
            assert model.example, f"{name}.yml: config, meta, example: a query that uses it"
            assert f"marts.{name}" in model.example
            connection.execute(model.example)


def test_it_says_as_of_when_and_how_tables_join(page: str) -> None:
    assert "As of 2026-10-31 12:00 UTC" in page
    enrollments = section(page, "marts.fct_enrollments")
    assert "Key: enrollment_id " in enrollments
    assert "marts.dim_users using user_key " in enrollments
    assert "marts.dim_courses using course_id " in enrollments
    options = section(page, "marts.fct_question_options")
    assert "Key: activity_id, activity_type, question_id, response_option_id " in options
    assert "marts.dim_questions using activity_key, question_id " in options
    assert "marts.dim_users using user_id, institution_id " in section(page, "audit.repeated_enrollments")


def test_it_needs_no_script_and_nothing_from_outside(page: str) -> None:
    assert not re.search(r"<(script|link|img|iframe)\b|url\(|@import", page)


def test_a_tag_in_a_description_is_text(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "a.duckdb") as connection:
        connection.execute("create schema audit; create table audit.odd (a int)")
        connection.execute("comment on table audit.odd is 'One <b>row</b> per `a`.'")
        connection.execute("comment on column audit.odd.a is '<script>alert(1)</script>'")
    page = render_dictionary(tmp_path / "a.duckdb", {}, None)
    assert "One &lt;b&gt;row&lt;/b&gt; per <code>a</code>." in page
    assert "<script" not in page
    assert "As of" not in page


def test_an_overview_that_lacks_its_sentences_is_refused() -> None:
    assert complete_overview(f"{AS_OF} {LINEAGES}", None, ["a"]).startswith(f"{AS_OF} One table: [a](?lineage=a#!/")
    with pytest.raises(ValueError, match="does not say"):
        complete_overview(AS_OF, None, [])


def test_of_a_database_that_was_never_built_nobody_knows_as_of_when(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"nodes": {}}')
    (tmp_path / "static_index.html").write_text(f"{AS_OF} {LINEAGES}")
    duckdb.connect(tmp_path / "a.duckdb").close()
    written = write_site(tmp_path / "a.duckdb", tmp_path / "none", tmp_path / "docs/index.html", tmp_path)
    assert [file.name for file in written] == ["index.html", "dictionary.html"]
    assert written[0].read_text().startswith(AS_OF)
