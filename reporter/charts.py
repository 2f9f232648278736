"""The charts, as Vega-Lite specifications of data `rows` that the page fills in: Vega-Altair's, without the data.

Rows are drawn in their order. No meaning rests on a hue alone: beside it stand a position, a label, a shape or a dash,
and the colors are of those that Okabe and Ito chose to be told apart without color vision.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

Spec = dict[str, Any]
Tips = Mapping[str, tuple[str, str]]
"""What a pointer over a mark shows: by field its title and kind."""

ACCENT = "#0b5c8a"
BROWN = "#6b2f00"
ORANGE = "#d55e00"
AMBER = "#e69f00"
SKY = "#7db8da"
GRAY = "#9a9a94"
PALE = "#dcdad3"
INK = "#222222"
_LABELS = 250
"""Pixels for the names on an axis; the page takes what fits its width."""
_SHORTENED = (
    "length(datum.label) <= 38 ? datum.label"
    " : slice(datum.label, 0, round(0.6 * 38) - 1) + '…' + slice(datum.label, -round(0.4 * 38))"
)
"""A name that does not fit loses its middle, as runs of a course differ at the end; the page puts its own number."""
_STEP = 22
"""Pixels of a bar."""
_FORMATS = {"share": ".1%", "count": ",d", "number": ",.1f", "fine": ".2f"}
_QUARTERS = [0, 0.25, 0.5, 0.75, 1]
_ROOM = 1.25
"""Where the axis of shares ends, so that there is room for a bar's text."""


def _chart(height: int | alt.Step) -> alt.Chart:
    return alt.Chart(alt.NamedData("rows")).properties(width="container", height=height)


def _names(field: str) -> alt.Y:
    axis = alt.Axis(labelExpr=_SHORTENED, labelLimit=_LABELS, ticks=False, domain=False)
    return alt.Y(field, type="nominal", sort=None, title=None, axis=axis)


def _shares(field: str, title: str) -> alt.X:
    axis = alt.Axis(format=".0%", values=_QUARTERS)
    return alt.X(field, type="quantitative", title=title, axis=axis, scale=alt.Scale(domain=[0, _ROOM]))


def _counts(ticks: int = 5) -> alt.Axis:
    return alt.Axis(format=",d", tickCount=ticks, tickMinStep=1)


def _tips(tips: Tips) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(field, type="nominal", title=title)
        if kind == "text"
        else alt.Tooltip(field, type="quantitative", title=title, format=_FORMATS[kind])
        for field, (title, kind) in tips.items()
    ]


def _spec(chart: Any) -> Spec:
    """The specification in the page's style. The page says in words what is drawn, so the marks need no labels."""
    styled = (
        chart.configure(aria=False, font="system-ui, 'Segoe UI', Roboto, sans-serif", background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            titleFontWeight="normal",
            gridColor="#e4e2dc",
            domainColor="#b9b6ad",
            tickColor="#b9b6ad",
            labelFontSize=12,
            titleFontSize=12,
        )
        .configure_axisX(titleAnchor="end")
        .configure_legend(labelFontSize=12, titleFontSize=12, orient="top", labelLimit=300, labelColor=INK, columns=0)
    )
    spec: Spec = styled.to_dict()
    return spec


def share_bars(label: str, value: str, text: str, title: str, tips: Tips, tick: str = "") -> Spec:
    """A bar per row from 0 to its share, `text` beside it; a tick for a second share."""
    base = _chart(alt.Step(_STEP)).encode(y=_names(label), tooltip=_tips(tips))
    x = _shares(value, title)
    layers: list[alt.Chart] = [
        base.mark_bar(color=ACCENT, height={"band": 0.68}).encode(x=x),
        base.mark_text(align="left", dx=5, color=INK).encode(x=x, text=alt.Text(text, type="nominal")),
    ]
    if tick:
        layers.append(base.mark_tick(color=AMBER, thickness=3, height=16).encode(x=_shares(tick, title)))
    return _spec(alt.layer(*layers))


def curves(x: str, y: str, series: str, tips: Tips) -> Spec:
    """A line per series over days; the later the series, the darker."""
    scheme = alt.Scale(scheme=alt.SchemeParams(name="blues", extent=[0.3, 1]))
    legend = alt.Legend(symbolType="stroke", symbolStrokeWidth=3, columns=4)
    shares = alt.Axis(format=".0%", tickCount=5)
    base = _chart(300).encode(
        x=alt.X(x, type="quantitative", title="Days since enrollment", axis=_counts(8)),
        y=alt.Y(y, type="quantitative", title="Completed", axis=shares, scale=alt.Scale(domain=[0, 1])),
        color=alt.Color(series, type="ordinal", title=None, scale=scheme, legend=legend),
    )
    return _spec(
        alt.layer(base.mark_line(strokeWidth=2), base.mark_point(size=70, opacity=0).encode(tooltip=_tips(tips)))
    )


def heat_map(x: str, y: str, value: str, titles: tuple[str, str], tips: Tips) -> Spec:
    """A square per row: the lower its share, the darker."""
    across = alt.Axis(labelAngle=0, labelOverlap="parity", labelSeparation=4, ticks=False, domain=False)
    scale = alt.Scale(domain=[0, 0.5, 1], range=[BROWN, AMBER, "#f6efe0"])
    legend = alt.Legend(format=".0%", gradientLength=160)
    chart = _chart(alt.Step(20)).mark_rect(stroke="white", strokeWidth=1.5)
    return _spec(
        chart.encode(
            x=alt.X(x, type="ordinal", title=titles[0], axis=across),
            y=_names(y),
            color=alt.Color(value, type="quantitative", title=titles[1], scale=scale, legend=legend),
            tooltip=_tips(tips),
        )
    )


def stacked_bars(label: str, parts: Mapping[str, str], title: str, tips: Tips) -> Spec:
    """A bar per row, made of its columns `parts` in their order and colors."""
    names = list(parts)
    scale = alt.Scale(domain=names, range=list(parts.values()))
    chart = (
        _chart(alt.Step(_STEP))
        .transform_fold([*names], as_=["part", "count"])
        .transform_calculate(order=f"indexof({json.dumps(names)}, datum.part)")
        .mark_bar(height={"band": 0.72}, stroke="white", strokeWidth=1)
    )
    return _spec(
        chart.encode(
            y=_names(label),
            x=alt.X("count", type="quantitative", title=title, stack="zero", axis=_counts()),
            color=alt.Color("part", type="nominal", title=None, scale=scale),
            order=alt.Order("order", type="quantitative"),
            tooltip=_tips({"part": ("Part", "text"), "count": (title, "count"), **tips}),
        )
    )


def months(x: str, series: Mapping[str, str], title: str) -> Spec:
    """A line per column of `series` over months, each with a color, a dash and a shape of its own.

    Months that are not over (`whole`) are pale.
    """
    names = list(series)
    colors = alt.Scale(domain=names, range=list(series.values()))
    shapes = alt.Scale(domain=names, range=["circle", "square", "triangle-up"])
    dashes = alt.Scale(domain=names, range=[[1, 0], [6, 3], [2, 2]])
    at = alt.Axis(format="%b %Y", labelAngle=0, tickCount=6)
    base = (
        _chart(300)
        .transform_fold([*names], as_=["what", "count"])
        .encode(
            x=alt.X(x, type="temporal", timeUnit="utcyearmonth", title=None, axis=at),
            y=alt.Y("count", type="quantitative", title=title, axis=_counts()),
            color=alt.Color("what", type="nominal", title=None, scale=colors),
            shape=alt.Shape("what", type="nominal", title=None, scale=shapes),
            tooltip=_tips({"month": ("Month", "text"), "what": ("What", "text"), "count": ("Number", "count")}),
        )
    )
    lines = base.mark_line(strokeWidth=2, invalid="break-paths-show-domains").encode(
        strokeDash=alt.StrokeDash("what", type="nominal", title=None, scale=dashes)
    )
    pale = alt.condition("datum.whole", alt.value(1), alt.value(0.4))
    return _spec(alt.layer(lines, base.mark_point(filled=True, size=45).encode(opacity=pale)))


def ranges(label: str, low: str, high: str, title: str, tips: Tips) -> Spec:
    """A point at `low` and a line from there to `high`."""
    base = _chart(alt.Step(_STEP)).encode(y=_names(label), tooltip=_tips(tips))
    from_low = alt.X(low, type="quantitative", title=title, axis=_counts(6))
    return _spec(
        alt.layer(
            base.mark_rule(color=SKY, strokeWidth=4).encode(x=from_low, x2=high),
            base.mark_point(filled=True, size=70, color=ACCENT, opacity=1).encode(x=from_low),
            base.mark_tick(color=ACCENT, thickness=2, height=12).encode(x=alt.X(high, type="quantitative")),
        )
    )


def items(x: str, y: str, review: str, tips: Tips) -> Spec:
    """A point per question: how many get it right, and how well it tells strong learners from weak ones."""
    kinds = ["fine", "to review"]
    shares = alt.Axis(format=".0%", tickCount=5)
    base = _chart(340)
    points = base.mark_point(filled=True, size=55, opacity=0.85).encode(
        x=alt.X(x, type="quantitative", title="Facility: share of answers that are right", axis=shares).scale(
            domain=[0, 1]
        ),
        y=alt.Y(y, type="quantitative", title="Discrimination", axis=alt.Axis(tickCount=5)).scale(domain=[-1, 1]),
        color=alt.Color(review, type="nominal", title=None, scale=alt.Scale(domain=kinds, range=[SKY, ORANGE])),
        shape=alt.Shape(review, type="nominal", title=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])),
        tooltip=_tips(tips),
    )
    return _spec(alt.layer(base.mark_rule(color=GRAY, strokeDash=[4, 3]).encode(y=alt.datum(0)), points))


def filled(spec: Mapping[str, Any], rows: Sequence[Mapping[str, object]], width: int) -> Spec:
    """The specification with its data and a fixed width, to be drawn once, with room for a reader's wider font."""
    room = {"left": 24, "right": 24, "top": 5, "bottom": 5}
    return dict(spec) | {"data": {"values": list(rows)}, "padding": room, "width": width}
