"""Altair charts from small tables, without title and size: those are the caller's.

They hold no name that Altair counts up, so that equal tables give equal specifications.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from polars_rating.report import theme
from polars_rating.report._extra import need
from polars_rating.report.field import GATED_AT, NULL_AT
from polars_rating.report.parameters import Plateau

Rows = Sequence[dict[str, Any]]
Chart = Any
"""An Altair chart; its package is loaded when one is made."""

SHORT: Final = "format(datum.value, '~s')"
"""Each label on its own: 500, 1k, 1.5k."""
_AT: Final = {"gated": sum(GATED_AT) / 2, "none": sum(NULL_AT) / 2}


def _data(rows: Rows | str) -> Any:
    """Return the data of a chart: rows, or the name under which the page has them."""
    alt = need("altair")
    return alt.NamedData(rows) if isinstance(rows, str) else alt.InlineData(values=list(rows))


def _names() -> Any:
    """Return an axis of names, with room for them in a font wider than the one measured with."""
    return need("altair").Axis(
        labelColor=theme.INK, labelFontSize=12, labelLimit=160, minExtent=112, maxExtent=170
    )


def distribution(rows: Rows, median: float | None) -> Chart:
    """Draw the histogram of the rating."""
    alt = need("altair")
    kinds = {row["kind"] for row in rows}
    low = NULL_AT[0] if "null" in kinds else GATED_AT[0] if "gated" in kinds else 0.0
    ticks = [at for at in _AT.values() if at > low]
    words = " : ".join(f"datum.value == {at} ? '{name}'" for name, at in _AT.items())
    x = alt.X(
        "from:Q",
        title="final rating",
        scale=alt.Scale(domain=[low - 0.02 if low else 0, 1], nice=False),
        axis=alt.Axis(
            values=[*(ticks or [0]), 0.2, 0.4, 0.6, 0.8, 1],
            labelExpr=f"{words} : format(datum.value, '.1f')",
            labelOverlap=False,
        ),
    )
    base = alt.Chart(_data(rows))
    bars = base.mark_rect(stroke=None).encode(
        x=x,
        x2="to:Q",
        y=alt.Y(
            "n:Q",
            title="candidates",
            axis=alt.Axis(tickCount=5, labelExpr=f"datum.value % 1 ? '' : {SHORT}"),
        ),
        y2=alt.datum(0),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(
                domain=["rated", "gated", "null"], range=[theme.SERIES, theme.OUT, theme.LINE]
            ),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("from:Q", title="from", format=".2f"),
            alt.Tooltip("to:Q", title="to", format=".2f"),
            alt.Tooltip("n:Q", title="candidates", format=","),
        ],
    )
    apart = (
        base.transform_filter("datum.kind != 'rated'")
        .transform_calculate(at="(datum.from + datum.to) / 2")
        .mark_text(dy=-7, fontSize=11, color=theme.MUTED, aria=False)
        .encode(x="at:Q", y="n:Q", text=alt.Text("n:Q", format=","))
    )
    layers = [bars, apart] if kinds - {"rated"} else [bars]
    if median is not None:
        at = alt.Chart(_data([{"median": round(median, 4)}]))
        layers.append(
            at.mark_rule(color=theme.INK, strokeDash=[3, 3], aria=False).encode(x="median:Q")
        )
        layers.append(
            at.mark_text(baseline="bottom", dy=-2, fontSize=11, color=theme.INK, aria=False).encode(
                x="median:Q",
                y=alt.value(0),
                text=alt.Text("median:Q", format=".3f"),
            )
        )
    return alt.layer(*layers)


def against_profit(cells: Rows, points: Rows) -> Chart:
    """Draw the rating against the profit: points, above the counts of cells if there are any."""
    alt = need("altair")
    x = alt.X(
        "profit:Q", title="net profit", axis=alt.Axis(labelExpr=SHORT, grid=True, tickCount=6)
    )
    y = alt.Y("rating:Q", title="final rating", scale=alt.Scale(domain=[0, 1]))
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(
            domain=["rated", "gated", "best"], range=[theme.SERIES, theme.OUT, theme.LOSS]
        ),
        legend=None,
    )
    dots = (
        alt.Chart(_data(points))
        .mark_point(filled=True, size=30, opacity=0.75, cursor="pointer", aria=False)
        .encode(
            x=x,
            y=y,
            color=colour,
            order=alt.Order("rank:Q", sort="descending"),
            tooltip=[
                alt.Tooltip("name:N", title="candidate"),
                alt.Tooltip("rank:Q", title="rank", format=","),
                alt.Tooltip("rating:Q", title="final rating", format=".3f"),
                alt.Tooltip("profit:Q", title="net profit", format=",.2f"),
            ],
        )
    )
    if not cells:
        return alt.layer(dots)
    field = (
        alt.Chart(_data(cells))
        .mark_rect(aria=False)
        .encode(
            x=alt.X(
                "x:Q", title="net profit", axis=alt.Axis(labelExpr=SHORT, grid=True, tickCount=6)
            ),
            x2="x2:Q",
            y=alt.Y("y:Q", title="final rating", scale=alt.Scale(domain=[0, 1])),
            y2="y2:Q",
            color=colour,
            opacity=alt.Opacity("n:Q", scale=alt.Scale(type="log", range=[0.2, 1]), legend=None),
            tooltip=[
                alt.Tooltip("n:Q", title="candidates", format=","),
                alt.Tooltip("x:Q", title="profit from", format=",.0f"),
                alt.Tooltip("x2:Q", title="to", format=",.0f"),
                alt.Tooltip("y:Q", title="rating from", format=".3f"),
            ],
        )
    )
    return alt.layer(field, dots)


def points_lost(rows: Rows) -> Chart:
    """Draw what each component costs: 5 to 95 %, the middle half, the median, the best."""
    alt = need("altair")
    order = [row["component"] for row in rows]
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y(
            "component:N",
            sort=order,
            title=None,
            axis=_names(),
        ),
        tooltip=[
            alt.Tooltip("component:N"),
            alt.Tooltip("weight:Q", title="largest loss", format=".3f"),
            alt.Tooltip("mean:Q", title="mean loss", format=".3f"),
            alt.Tooltip("p5:Q", title="5 %", format=".3f"),
            alt.Tooltip("p50:Q", title="median", format=".3f"),
            alt.Tooltip("p95:Q", title="95 %", format=".3f"),
            alt.Tooltip("best:Q", title="mean of the best", format=".3f"),
        ],
    )
    x = alt.X(
        "p5:Q",
        title="points of the rating lost",
        axis=alt.Axis(grid=True, format=".2f", tickCount=6),
        scale=alt.Scale(zero=True, nice=True),
    )
    return alt.layer(
        base.mark_rule(color=theme.OUT, strokeWidth=1.5).encode(x=x, x2="p95:Q"),
        base.mark_bar(color=theme.SOFT, size=14, aria=False).encode(x="p25:Q", x2="p75:Q"),
        base.mark_tick(color=theme.INK, size=14, thickness=2, aria=False).encode(x="p50:Q"),
        base.mark_point(
            color=theme.LOSS, filled=True, shape="diamond", size=70, opacity=1, aria=False
        ).encode(x="best:Q"),
    )


def plateau(plateau: Plateau, panel: str, domain: tuple[float, float], *, legend: bool) -> Chart:
    """Draw one panel of the rating over two parameters; gated cells are grey with a cross."""
    alt = need("altair")
    cells = plateau.cells.filter(by=panel)
    rows = [
        {
            "x": x,
            "y": y,
            "rating": None if gated * 2 > n or rating == 0 else round(rating, 4),
            "n": n,
            "gated": gated,
        }
        for y, x, rating, n, gated in cells.select("y", "x", "rating", "n", "gated").iter_rows()
    ]
    axis = alt.Axis(grid=False, domain=False, ticks=False, labelOverlap=True, labelAngle=0)
    base = alt.Chart(_data(rows)).encode(
        x=alt.X(
            "x:N",
            sort=None,
            scale=alt.Scale(domain=plateau.x_values, paddingInner=0.06),
            title=plateau.x or None,
            axis=axis if plateau.x else None,
        ),
        y=alt.Y(
            "y:N",
            sort=None,
            scale=alt.Scale(domain=plateau.y_values, paddingInner=0.06),
            title=plateau.y,
            axis=axis,
        ),
        tooltip=[
            alt.Tooltip("x:N", title=plateau.x or " "),
            alt.Tooltip("y:N", title=plateau.y),
            alt.Tooltip("rating:Q", title="median rating", format=".3f"),
            alt.Tooltip("n:Q", title="candidates", format=","),
            alt.Tooltip("gated:Q", title="of these gated", format=","),
        ],
    )
    colour = alt.Color(
        "rating:Q",
        scale=alt.Scale(scheme=theme.SCHEME, domain=list(domain), clamp=True),
        legend=alt.Legend(title="median rating", gradientThickness=8) if legend else None,
    )
    return alt.layer(
        base.transform_filter("isValid(datum.rating)").mark_rect(aria=False).encode(color=colour),
        base.transform_filter("!isValid(datum.rating)").mark_rect(color=theme.LINE, aria=False),
        base.transform_filter("!isValid(datum.rating)").mark_point(
            shape="M-0.6,-0.6L0.6,0.6M-0.6,0.6L0.6,-0.6",
            color=theme.OUT,
            strokeWidth=1,
            size=36,
            opacity=1,
            aria=False,
        ),
    )


def equity(rows: Rows | str, *, dated: bool, fan: bool = True) -> Chart:
    """Draw the equity of a candidate, and what its trade dropout leaves of it."""
    alt = need("altair")
    kind = "T" if dated else "Q"
    title = None if dated else "trade"
    axis = alt.Axis(tickCount=6) if dated else alt.Axis(tickCount=6, format="d", tickMinStep=1)
    x = alt.X(f"t:{kind}", title=title, axis=axis)
    base = alt.Chart(_data(rows))
    y = alt.Y("equity:Q", title="net profit", axis=alt.Axis(labelExpr=SHORT, tickCount=5))
    line = base.mark_line(
        interpolate="step-after", color=theme.SERIES, strokeWidth=1.8, aria=False
    ).encode(x=x, y=y)
    if not fan:
        return alt.layer(line)
    band = base.mark_area(
        interpolate="step-after", color=theme.SOFT, opacity=0.45, aria=False
    ).encode(x=x, y=alt.Y("low:Q", title="net profit"), y2="high:Q")
    middle = base.mark_line(
        interpolate="step-after", color=theme.MUTED, strokeDash=[3, 3], strokeWidth=1.2, aria=False
    ).encode(x=x, y="mid:Q")
    return alt.layer(band, middle, line)


def costs(rows: Rows | str) -> Chart:
    """Draw the profit at multiples of the fees."""
    alt = need("altair")
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("k:Q", title="fees, times those paid", axis=alt.Axis(tickCount=5, format="~g")),
        y=alt.Y("profit:Q", title="net profit", axis=alt.Axis(labelExpr=SHORT, tickCount=5)),
        tooltip=[
            alt.Tooltip("k:Q", title="fees times", format="~g"),
            alt.Tooltip("profit:Q", title="net profit", format=",.2f"),
        ],
    )
    marked = base.transform_filter("datum.kind != ''").encode(
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["as paid", "shock"], range=[theme.SERIES, theme.LOSS]),
            legend=None,
        )
    )
    return alt.layer(
        base.mark_line(color=theme.SERIES, strokeWidth=1.8, aria=False),
        marked.mark_point(filled=True, size=50, opacity=1, aria=False),
        alt.Chart(_data([{"zero": 0}]))
        .mark_rule(color=theme.OUT, aria=False)
        .encode(y=alt.Y("zero:Q")),
    )


def years(rows: Rows | str) -> Chart:
    """Draw the profit by year."""
    alt = need("altair")
    return (
        alt.Chart(_data(rows))
        .mark_bar(aria=False)
        .encode(
            x=alt.X(
                "year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, ticks=False)
            ),
            y=alt.Y("profit:Q", title="net profit", axis=alt.Axis(labelExpr=SHORT, tickCount=5)),
            color=alt.condition("datum.profit < 0", alt.value(theme.LOSS), alt.value(theme.SERIES)),
            tooltip=[
                alt.Tooltip("year:O"),
                alt.Tooltip("profit:Q", title="net profit", format=",.2f"),
            ],
        )
    )


def contributions(rows: Rows | str, order: Sequence[str]) -> Chart:
    """Draw what each component brings to the rating, and what it could have brought."""
    alt = need("altair")
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y(
            "component:N",
            sort=None,
            scale=alt.Scale(domain=list(order)),
            title=None,
            axis=_names(),
        ),
        tooltip=[
            alt.Tooltip("component:N"),
            alt.Tooltip("points:Q", title="points", format=".3f"),
            alt.Tooltip("weight:Q", title="of", format=".3f"),
        ],
    )
    x = alt.X("weight:Q", title="points of the rating", axis=alt.Axis(format=".2f", tickCount=5))
    return alt.layer(
        base.mark_bar(color=theme.LINE, size=15, aria=False).encode(x=x),
        base.mark_bar(color=theme.SERIES, size=15, aria=False).encode(x="points:Q"),
        base.mark_text(align="left", dx=5, fontSize=11, color=theme.MUTED, aria=False).encode(
            x="weight:Q", text=alt.Text("points:Q", format=".3f")
        ),
    )


def reruns(rows: Rows | str) -> Chart:
    """Draw the profit of each rerun as a share of the candidate's own, one line per kind."""
    alt = need("altair")
    return alt.layer(
        alt.Chart(_data(rows))
        .mark_tick(color=theme.SERIES, thickness=1.5, size=16, opacity=0.6, aria=False)
        .encode(
            x=alt.X(
                "share:Q",
                title="profit, as a share of the candidate's own",
                axis=alt.Axis(format="%", grid=True, tickCount=5),
            ),
            y=alt.Y("kind:N", title=None, axis=_names()),
            tooltip=[
                alt.Tooltip("kind:N", title="reruns"),
                alt.Tooltip("share:Q", title="share of the profit", format=".1%"),
            ],
        ),
        alt.Chart(_data([{"own": 1}]))
        .mark_rule(color=theme.MUTED, strokeDash=[3, 3], aria=False)
        .encode(x="own:Q"),
    )
