"""The page of a report: sections are gathered here and laid out by the templates."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import polars as pl

import polars_rating as rating
from polars_rating._version import __version__
from polars_rating.parameters import SEED
from polars_rating.report import alike, figures, rows, svg, theme
from polars_rating.report import parameters as of_parameters
from polars_rating.report._extra import need
from polars_rating.report.candidates import Candidates, median_of
from polars_rating.report.detail import details
from polars_rating.report.selection import selection
from polars_rating.report.style import CSS, MISSING, TIERS, badge, groups_of, heads, plain, table

SCRIPTS: Final = ("core.js", "charts.js", "table.js", "drill.js", "start.js")
DETAIL_PARTS: Final = (
    ("equity", "Equity", "No trades: there is no equity to draw."),
    ("points", "Contributions to the rating", "No scores of components."),
    ("costs", "Profit at multiples of the fees", "No trades with fees: there is no cost curve."),
    ("years", "Profit by year", "No yearly profits."),
    ("reruns", "Profits of reruns and neighbours", ""),
)
"""Part of a drill-down, its heading, and what is said without it; nothing for reruns."""
STATIC_ROWS: Final = 200
"""Rows of the table of all candidates on a page without scripts."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a report is asked for."""

    title: str | None = None
    source: str | None = None
    parameters: str | Sequence[str] | None = None
    n_trials: int | None = None
    top: int = 25
    drill: int = 50
    static: bool = False


def render(candidates: Candidates, options: Options) -> str:
    """Return the page as text; equal candidates and options give equal text."""
    static = options.static
    parameters = of_parameters.find(candidates, options.parameters)
    leader = groups_of(candidates, parameters)
    deployment = _deployment(candidates)
    shown = heads(leader, options.drill)
    told = details(candidates, shown, leader, deployment, parameters)
    order = [row.name.replace("_", " ") for row in candidates.components]
    field_figures = [
        figures.distribution(candidates),
        figures.against_profit(candidates, options.top),
        figures.points_lost(candidates, options.top),
    ]
    plateau = of_parameters.plateau(candidates, parameters)
    panels = figures.plateau(plateau) if plateau else []
    for figure in (*field_figures, *panels):
        if static and figure.chart is not None:
            figure.svg = svg.draw(figure.spec(fixed=True), figure.id)
    all_rows = rows.columns(candidates, leader, deployment)
    best = table(candidates, leader, options.top, id="pr-best", linked=len(shown))
    context: dict[str, Any] = {
        "title": options.title or f"Rating of {_count(candidates.frame.height, 'candidate')}",
        "source": options.source,
        "version": __version__,
        "static": static,
        "head": _head(candidates),
        "tiles": _tiles(candidates, deployment, leader),
        "tiers": _tier_rows(candidates),
        "tier_words": {k: v for k, v in TIERS.items() if k in candidates.tiers.values()},
        "selection": selection(candidates, options.n_trials),
        "best": best.as_raw_html(),
        "n_best": len(heads(leader, options.top)),
        "collapsed": any(place != head for place, head in enumerate(leader)),
        "alike": alike,
        "figures": field_figures,
        "plateau": plateau,
        "panels": panels,
        "ramp": _ramp(),
        "n_candidates": candidates.frame.height,
        "rows_limit": rows.ROWS,
        "deployable": deployment is not None,
        "has_trades": candidates.has("total_trades"),
        "details": told,
        "detail_parts": DETAIL_PARTS,
        "notes": _notes(candidates),
        "config": json.dumps(candidates.config.to_dict(), indent=1),
        "components": candidates.components,
        "weights": candidates.weights(),
        "settings": candidates.config,
        "parameters": parameters,
    }
    if static:
        context["all_rows"] = _static_rows(all_rows)
        for detail in told:
            detail["svgs"] = {
                name: svg.draw(figure.spec(fixed=True), f"c{detail['rank']}-{name}")
                for name, figure in figures.of_candidate(detail, order).items()
                if detail[name]
            }
    else:
        specs = {
            f.id: f.spec(fixed=False) for f in (*field_figures, *panels) if f.chart is not None
        }
        of_one = figures.of_candidate(None, order)
        specs |= {name: figure.spec(fixed=False) for name, figure in of_one.items()}
        context["data"] = {
            "specs": specs,
            "config": theme.CONFIG,
            "columns": all_rows,
            "details": told,
            "rows": min(candidates.frame.height, rows.ROWS),
        }
        context["scripts"] = [_bundle(svg.version(specs["fig-distribution"])), _own_scripts()]
    return _laid_out(context)


def _laid_out(context: dict[str, Any]) -> str:
    jinja2 = need("jinja2")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("polars_rating.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["json"] = _json
    environment.filters["badge"] = lambda tier: jinja2.utils.markupsafe.Markup(badge(tier))
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in context.get("scripts", ()))
    context["policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src {hashes or chr(39) + 'none' + chr(39)}; base-uri 'none'; form-action 'none'"
    )
    style = _asset("report.css").replace("/* CHARTS IN THE DARK */", theme.dark_rules())
    context["style"] = style + CSS
    page: str = environment.get_template("page.html.j2").render(context)
    return page


def _json(value: Any) -> Any:
    """Return JSON that may stand in a script element: no character of it is one of HTML."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for bad, good in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")):
        text = text.replace(bad, good)
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return need("jinja2").utils.markupsafe.Markup(text)


@cache
def _bundle(version: str) -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script."""
    text: str = need("vl_convert").javascript_bundle(vl_version=version)
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


@cache
def _own_scripts() -> str:
    return "".join(_asset(name) for name in SCRIPTS)


def _asset(name: str) -> str:
    return (files("polars_rating.report") / "assets" / name).read_text(encoding="utf-8")


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _deployment(candidates: Candidates) -> pl.DataFrame | None:
    """Return who passes the deployment gate; None without the metrics it judges."""
    wanted = rating.deployment(candidates.config.thresholds)
    try:
        found = candidates.frame.select(wanted)
    except pl.exceptions.PolarsError:
        return None
    return found.to_series().struct.unnest()


def _head(candidates: Candidates) -> list[tuple[str, str]]:
    config = candidates.config
    found = []
    if candidates.has("total_trades"):
        found.append(("trades", f"{int(candidates.frame['total_trades'].sum()):,}"))
    if period := _period(candidates.frame):
        found.append(("period", period))
    found += [("aggregation", config.aggregation), ("gate", config.gate)]
    given = (config.dropout.seed, config.jitter.seed)
    seeds = dict.fromkeys(SEED if seed is None else seed for seed in given)
    found.append(("seed", ", ".join(map(str, seeds))))
    found.append(("configuration", "default" if config == type(config)() else "own, see below"))
    return found


def _period(frame: pl.DataFrame) -> str:
    dtype = frame.schema.get("trades")
    if isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Struct):
        fields = {f.name: f.dtype for f in dtype.inner.fields}
        last = "exit_time" if "exit_time" in fields else "entry_time"
        first = "entry_time" if "entry_time" in fields else last
        if last in fields and fields[last].is_temporal() and fields[first].is_temporal():
            flat = frame.select(pl.col("trades").explode(empty_as_null=True)).to_series().struct
            low, high = flat.field(first).min(), flat.field(last).max()
            if low is not None and high is not None:
                return f"{str(low)[:10]} to {str(high)[:10]}"
    if "years" in frame.columns and isinstance(frame.schema["years"], pl.List):
        years = frame["years"].explode(empty_as_null=True).drop_nulls()
        if years.len():
            return " to ".join(str(year) for year in (years.min(), years.max()))
    return ""


def _tiles(
    candidates: Candidates, deployment: pl.DataFrame | None, leader: Sequence[int]
) -> list[dict[str, str]]:
    ratings = candidates.ratings
    n = len(ratings)
    median = median_of(candidates)
    gated, nulls = int((ratings == 0).sum()), ratings.null_count()
    groups = sum(place == head for place, head in enumerate(leader))
    best = ratings[0]
    gate = candidates.config.gate
    tiles = [
        {
            "value": f"{n:,}",
            "label": "candidate" if n == 1 else "candidates",
            "note": f"{groups:,} that differ" if groups < n else "",
        },
        {
            "value": MISSING if best is None else f"{best:.3f}",
            "label": "best rating",
            "note": candidates.labels[0],
        },
        {
            "value": MISSING if median is None else f"{median:.3f}",
            "label": "median rating",
            "note": "of those above 0",
        },
        {
            "value": f"{gated:,}",
            "label": "rated 0" if gate == "none" else "gated",
            "note": f"{gated / n:.1%}" + (f", gate {gate}" if gate != "none" else ""),
        },
    ]
    if nulls:
        tiles.append(
            {"value": f"{nulls:,}", "label": "without a rating", "note": f"{nulls / n:.1%}"}
        )
    if deployment is None:
        tiles.append(
            {"value": MISSING, "label": "deployable", "note": "not judged: metrics missing"}
        )
    else:
        passed = int(deployment["deployable"].sum())
        note = f"{passed / n:.1%} of all"
        tiles.append({"value": f"{passed:,}", "label": "deployable", "note": note})
    return tiles


def _tier_rows(candidates: Candidates) -> list[tuple[str, str | None]]:
    return [
        (row.name.replace("_", " "), candidates.tiers[row.name]) for row in candidates.components
    ]


def _notes(candidates: Candidates) -> list[str]:
    """Return what is missing in the frame, for the sections that would show it."""
    notes = []
    if not candidates.components:
        notes.append("The frame has no scores of components: only the final rating is shown.")
    if "trades" not in candidates.frame.columns:
        notes.append("The frame has no trades: no equity, no dropout fan and no cost curve.")
    return notes


def _static_rows(columns: list[dict[str, Any]]) -> dict[str, Any]:
    shown = [column for column in columns if column["kind"]]
    n = min(STATIC_ROWS, len(columns[1]["values"]))
    cells = []
    for i in range(n):
        row = []
        for column in shown:
            value = i + 1 if column["values"] is None else column["values"][i]
            if column["kind"] == "text":
                row.append(value)
            elif column["kind"] == "flag":
                row.append("yes" if value else "no")
            elif isinstance(value, str):
                row.append(value)
            else:
                sign = "%" if column.get("percent") else "f"
                row.append(plain(f",.{column['digits']}{sign}")(value))
        cells.append(row)
    return {"columns": shown, "rows": cells}


def _ramp() -> str:
    """Return the colours of the plateau as a gradient of the style sheet."""
    stops = ("#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725")
    return f"linear-gradient(90deg, {', '.join(stops)})"
