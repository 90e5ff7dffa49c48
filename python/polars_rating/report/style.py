"""The table of the best candidates, as Great Tables draws it: bars, tiers, sparklines."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from polars_rating.config import RatingConfig
from polars_rating.report import alike, curves, theme
from polars_rating.report import parameters as of_parameters
from polars_rating.report._extra import need
from polars_rating.report.candidates import FINAL, GIVEN, Candidates, prepare

if TYPE_CHECKING:
    from great_tables import GT

TIERS: Final = {
    "reruns": ("R", "reruns of the backtest"),
    "neighbours": ("N", "neighbouring trials of the optimiser"),
    "trades": ("T", "replays on the candidate's own trades"),
    "summary": ("S", "summary metrics and a model"),
    GIVEN: ("G", "given with the frame; its evidence is not there"),
    None: ("\N{EN DASH}", "no evidence"),
}
"""Tier of evidence to its badge and what it means."""
METRICS: Final[dict[str, tuple[str, str]]] = {
    "profit": ("profit", ",.0f"),
    "max_drawdown": ("drawdown", ",.0f"),
    "total_trades": ("trades", ",.0f"),
    "win_rate": ("win rate", ",.1%"),
    "profit_factor": ("profit factor", ",.2f"),
    "avg_r": ("mean R", ",.2f"),
    "sharpe_ratio": ("Sharpe", ",.2f"),
}
"""Metric to its heading and number format."""
MISSING: Final = "\N{EN DASH}"

CSS: Final = f"""
.pr-bar{{display:inline-block;box-sizing:border-box;width:4.6em;padding:1px 6px 1px 0;
text-align:right;border-radius:2px;font-variant-numeric:tabular-nums;
background:linear-gradient(90deg,var(--pr-soft,{theme.SOFT}) var(--v),var(--pr-track,#eef2f5) 0)}}
.pr-pen{{background:linear-gradient(90deg,var(--pr-warm,#edc4b3) var(--v),
var(--pr-track,#eef2f5) 0)}}
.pr-tier{{display:inline-block;min-width:1.35em;padding:0 .2em;margin-left:.35em;
border:1px solid currentColor;border-radius:3px;font-size:.72em;font-weight:600;line-height:1.3;
text-align:center;text-decoration:none;opacity:.75}}
.pr-spark{{display:block;width:88px;height:24px;color:var(--pr-series,{theme.SERIES})}}
.pr-n{{color:var(--pr-muted,{theme.MUTED});font-size:.85em}}
"""


def style(
    frame: pl.DataFrame | pl.LazyFrame,
    *,
    name: str | Sequence[str] | None = None,
    parameters: str | Sequence[str] | None = None,
    config: RatingConfig | None = None,
    top: int = 25,
) -> GT:
    """Draw the best candidates as a table, the way ``df.style`` does.

    Near-identical candidates are one row with their count (``polars_rating.report``).

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate with evidence of any tier, scores, or both. Without the column
        ``final_rating`` it is rated with `config`.
    name : str or sequence of str, optional
        The columns that name the candidate; by default the first of ``strategy``, ``name``,
        ``candidate`` and ``symbol`` that is there, else the number of the row.
    parameters : str or sequence of str, optional
        The columns of parameters; candidates of equal ones count as one. By default those that
        `polars_rating.report` finds.
    config : RatingConfig, optional
        How to rate; for a rated frame, how it was.
    top : int
        Rows, at least 1.

    Returns
    -------
    great_tables.GT
        Scores as bars, with the tier of their evidence in the heading; a null is a dash. It can be
        changed further with the methods of `GT`.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for a frame without rows or a bad argument,
        ``RATING_MISSING_EVIDENCE`` for a column that is not there.
    ModuleNotFoundError
        Without the extra ``[report]``.

    Examples
    --------
    >>> import polars_rating as rating
    >>> from polars_rating.data import load_trades
    >>> from polars_rating.pipeline import rate_trades
    >>> table = rating.style(rate_trades(load_trades(), by="strategy").collect(), top=5)
    >>> "sma_040_250_long_trail" in table.as_raw_html()
    True
    """
    candidates = prepare(frame, name=name, config=config)
    found = of_parameters.find(candidates, parameters)
    leader = groups_of(candidates, found)
    return table(candidates, leader, positive("top", top), id="pr-best")


def metrics_of(candidates: Candidates) -> dict[str, tuple[str, str]]:
    """Return the metrics that the frame has, with heading and number format.

    Amounts have no decimals, unless the largest of them is below 1,000.
    """
    frame = candidates.frame
    found = {}
    for name, (title, form) in METRICS.items():
        if name not in frame.columns or not frame.schema[name].is_numeric():
            continue
        if name in {"profit", "max_drawdown"}:
            values = frame[name].cast(pl.Float64).abs()
            largest: Any = values.filter(values.is_finite()).max()
            form = ",.2f" if largest is not None and largest < 1000 else form
        found[name] = (title, form)
    return found


def positive(name: str, value: Any) -> int:
    """Return a count of at least 1, or raise."""
    from polars_rating.exceptions import ErrorCode, RatingError

    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise RatingError(
            f"`{name}` must be an integer >= 1, got {value!r}", code=ErrorCode.RATING_BAD_ARGUMENT
        )
    return value


def groups_of(candidates: Candidates, parameters: of_parameters.Parameters) -> list[int]:
    """Return the groups of near-identical candidates; numbers read out of names do not count."""
    if parameters.source == "names":
        return alike.groups(candidates, [])
    return alike.groups(candidates, parameters.names)


def heads(leader: Sequence[int], most: int) -> list[int]:
    """Return the best candidates, one of each group, the best first."""
    return [place for place, head in enumerate(leader) if place == head][:most]


def badge(tier: str | None) -> str:
    """Return the badge of a tier as HTML."""
    letter, words = TIERS.get(tier, (str(tier)[:1].upper(), str(tier)))
    return f'<abbr class="pr-tier" title="{escape(words)}">{letter}</abbr>'


def table(
    candidates: Candidates,
    leader: Sequence[int],
    top: int,
    *,
    id: str,
    linked: int = 0,
) -> GT:
    """Draw the best of each group; the names of the first `linked` lead to their drill-down."""
    gt = need("great_tables")
    shown = heads(leader, top)
    sizes = Counter(leader)
    rows = candidates.frame[shown]
    sparks = [_spark(candidates, row) for row in rows.iter_rows(named=True)]
    metrics = metrics_of(candidates)
    scores = [FINAL, *(row.output for row in candidates.components)]
    data = pl.DataFrame(
        {
            "rank": [place + 1 for place in shown],
            "candidate": list(range(len(shown))),
            "alike": [sizes[place] for place in shown],
            "equity": list(range(len(shown))),
        }
    ).hstack(rows.select([*scores, *metrics]).cast(pl.Float64))
    unseen = ([] if max(data["alike"]) > 1 else ["alike"]) + ([] if any(sparks) else ["equity"])

    def name_of(at: int) -> str:
        text = escape(candidates.labels[shown[at]])
        return f'<a href="#candidate-{shown[at] + 1}">{text}</a>' if at < linked else text

    made = (
        gt.GT(data.drop(unseen), id=id)
        .fmt(name_of, columns="candidate")
        .fmt_integer(columns="rank")
        .tab_spanner("scores", columns=scores)
        .cols_label(cases={FINAL: "final rating", **_labels(candidates)})
        .cols_align("left", columns="candidate")
        .cols_align("right", columns=["rank", *scores, *metrics])
        .opt_css(CSS)
        .tab_options(
            table_font_size="13px",
            table_font_color=theme.INK,
            table_border_top_style="none",
            table_border_bottom_color=theme.LINE,
            table_body_hlines_color=theme.LINE,
            table_body_border_top_color=theme.LINE,
            table_body_border_bottom_color=theme.LINE,
            column_labels_border_top_style="none",
            column_labels_border_bottom_color=theme.LINE,
            column_labels_font_size="12px",
            data_row_padding="3px",
        )
    )
    if metrics:
        made = made.tab_spanner("metrics", columns=list(metrics)).cols_label(
            cases={name: title for name, (title, _) in metrics.items()}
        )
    if "alike" not in unseen:
        made = made.fmt(_alike, columns="alike").cols_align("right", columns="alike")
    if "equity" not in unseen:
        made = made.fmt(lambda at: sparks[at], columns="equity").cols_align(
            "left", columns="equity"
        )
    for column in scores:
        made = made.fmt(_bar(column, candidates), columns=column)
    for column in metrics:
        made = made.fmt(plain(metrics[column][1]), columns=column)
    return made


def _labels(candidates: Candidates) -> dict[str, Any]:
    html = need("great_tables").html
    return {
        row.output: html(
            f"{row.title or row.name.replace('_', ' ')}{badge(candidates.tiers[row.name])}"
        )
        for row in candidates.components
    }


def _bar(column: str, candidates: Candidates) -> Callable[[float | None], str]:
    rows = {row.output: row for row in candidates.components}
    penalty = column in rows and rows[column].direction == "lower"

    def draw(value: float | None) -> str:
        if value is None or not math.isfinite(value):
            return MISSING
        share = max(0.0, min(value, 1.0))
        return (
            f'<span class="pr-bar{" pr-pen" if penalty else ""}" style="--v:{share:.1%}">'
            f"{value:.3f}</span>"
        )

    return draw


def plain(form: str) -> Callable[[float | None], str]:
    """Return a function that writes a number by a format; a null is a dash."""

    def draw(value: float | None) -> str:
        if value is None or math.isnan(value):
            return MISSING
        if math.isinf(value):
            return "∞" if value > 0 else "\N{MINUS SIGN}∞"
        return format(value, form).replace("-", "\N{MINUS SIGN}")

    return draw


def _alike(value: int) -> str:
    if value == 1:
        return ""
    times = f"\N{MULTIPLICATION SIGN}{value}"
    return f'<span class="pr-n" title="{value} near-identical">{times}</span>'


def _spark(candidates: Candidates, row: dict[str, Any]) -> str:
    """Return the equity curve of a candidate as a small drawing; empty without trades or years."""
    trades = curves.chronological(row.get("trades")) if _listed(candidates) else []
    points = curves.spark(trades, row)
    if not points:
        return ""
    low, high = min(points), max(points)
    across, down = 86 / (len(points) - 1), 20 / ((high - low) or 1)
    path = "".join(
        f"{'L' if i else 'M'}{1 + i * across:.1f},{22 - (value - low) * down:.1f}"
        for i, value in enumerate(points)
    )
    zero = 22 - (0 - low) * down
    return (
        '<svg class="pr-spark" viewBox="0 0 88 24" aria-hidden="true" focusable="false">'
        f'<path d="M1,{zero:.1f}H87" stroke="currentColor" stroke-opacity=".25" fill="none"/>'
        f'<path d="{path}" stroke="currentColor" stroke-width="1.3" fill="none"/></svg>'
    )


def _listed(candidates: Candidates) -> bool:
    dtype = candidates.frame.schema.get("trades")
    return isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Struct)
