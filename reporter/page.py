"""The page: sections as HTML with everything inlined, the charts drawn once in it and again by the browser.

What comes from data is escaped: by the template in HTML, as `\\u003c` in JSON, by Great Tables in tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import polars as pl
import vl_convert
from great_tables import GT
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reporter.cards import read_cards, tell
from reporter.charts import filled
from reporter.figure import NOTHING, Column, Figure, Row, Section, State, shown
from reporter.source import Source

_WIDTH = 700
"""Pixels of a chart that is drawn before the browser does."""


def render(source: Source, sections: Sequence[Section], courses: Mapping[str, str], *, with_names: bool) -> str:
    """The whole page."""
    environment = Environment(
        loader=PackageLoader("reporter", "page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    figures = [figure for section in sections for figure in section.figures]
    cards = read_cards()
    return environment.get_template("page.html.j2").render(
        source=source,
        sections=sections,
        with_names=with_names,
        courses=courses,
        cards={figure.name: tell(figure.cards, cards, source.comments) for figure in figures},
        panels=_panels,
        table=_table,
        style=Markup(_text("page.css")),
        script=Markup(_text("page.js")),
        libraries=Markup(_libraries()),
        data=Markup(_json({figure.name: _payload(figure) for figure in figures})),
    )


def _payload(figure: Figure) -> dict[str, Any]:
    """What the browser needs to show another choice."""
    fields = list(dict.fromkeys(name for state in figure.states.values() for row in state.rows for name in row))
    return {
        "fields": fields,
        "columns": [[column.name, column.kind] for column in figure.columns],
        "charts": [spec for _, spec in figure.charts],
        "panels": figure.panels,
        "followsCourse": figure.follows_course,
        "first": figure.first,
        "states": {
            key: {
                "title": state.title,
                "note": state.note,
                "rows": [[row.get(name) for name in fields] for row in state.rows],
            }
            for key, state in figure.states.items()
        },
    }


def _json(value: object) -> str:
    """JSON that no script element ends in, whatever titles hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _panels(figure: Figure) -> list[tuple[str, Markup]]:
    """The charts as they look before the browser draws them for its own width, each with what it is called."""
    rows = figure.states[figure.first].rows
    drawn = [(label, spec, rows) for label, spec in figure.charts]
    if figure.panels:
        ((_, spec),) = figure.charts
        groups = groupby(rows, key=lambda row: row[figure.panels])
        drawn = [(str(label), spec, list(group)) for label, group in groups]
    width = _WIDTH // 2 if len(figure.charts) > 1 else _WIDTH
    return [(label, _svg(filled(spec, part, width)) if part else Markup("")) for label, spec, part in drawn]


def _svg(spec: dict[str, Any]) -> Markup:
    return Markup(vl_convert.vegalite_to_svg(spec))


def _table(figure: Figure, state: State) -> Markup:
    """The table behind the chart."""
    frame = pl.DataFrame(
        {column.name: [_cell(row, column) for row in state.rows] for column in figure.columns},
        schema={column.name: pl.String if column.kind == "text" else pl.Float64 for column in figure.columns},
    )
    table = GT(frame, rowname_col=figure.columns[0].name, id=f"{figure.name}-table")
    table = table.cols_label({column.name: column.label for column in figure.columns}).tab_stubhead(
        figure.columns[0].label
    )
    for kind, digits in (("count", 0), ("number", 1), ("fine", 2)):
        names = [column.name for column in figure.columns if column.kind == kind]
        table = table.fmt_number(names, decimals=digits) if names else table
    shares = [column.name for column in figure.columns if column.kind == "share"]
    table = (table.fmt_percent(shares, decimals=1) if shares else table).sub_missing(missing_text=NOTHING)
    # The page has one style for all tables; cells are found by scope, not by ids that two tables could share.
    (markup,) = re.findall("<table.*</table>", table.as_raw_html(), flags=re.DOTALL)
    return Markup(re.sub(r' (?:headers|id|rowspan|colspan|data-quarto-[a-z-]+)="[^"]*"', "", markup))


def _cell(row: Row, column: Column) -> str | float | None:
    value = row.get(column.name)
    if column.kind == "text":
        return shown(value, "fine")
    assert not isinstance(value, str)
    return None if value is None else float(value)


@cache
def _libraries() -> str:
    """Vega, Vega-Lite and Vega-Embed, to stand in the page."""
    bundle: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return bundle.replace("</script", "<\\/script")


def _text(name: str) -> str:
    return files("reporter").joinpath("page", name).read_text(encoding="utf-8")
