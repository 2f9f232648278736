"""The pages of the docs site, written side by side, each in one step."""

from __future__ import annotations

from pathlib import Path

from loader.warehouse.database import open_database
from novoed.dbt import TARGET, read_models
from novoed.site.dictionary import render_dictionary
from novoed.site.overview import complete_overview
from publisher.build_record import read_as_of

DICTIONARY = "dictionary.html"


def write_site(database: Path, published: Path, to: Path, target: Path = TARGET) -> list[Path]:
    """dbt's site from `target` to the file `to`, the dictionary beside it; both files. Raises DatabaseUnavailable.

    The dictionary tells of the published file, which has the tables that publish writes, too; without one of the
    database.
    """
    models = read_models(target)
    with open_database(database, read_only=True) as connection:
        as_of = read_as_of(connection)
    site = (target / "static_index.html").read_text(encoding="utf-8")
    pages = {
        to: complete_overview(site, as_of, models),
        to.with_name(DICTIONARY): render_dictionary(published if published.is_file() else database, models, as_of),
    }
    to.parent.mkdir(parents=True, exist_ok=True)
    for file, text in pages.items():
        draft = file.with_name(f".{file.name}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    return list(pages)
