"""The command ``select``: how much of the best candidate of a search is luck."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

import click
import polars as pl

from polars_rating import selection_report
from polars_rating._selection_rules import EVERY
from polars_rating.cli import options, read, table, write
from polars_rating.cli.progress import progress
from polars_rating.config import SelectionConfig
from polars_rating.exceptions import one_line
from polars_rating.scores.metrics import trades as gather

_BY: Final = "Column that names the candidate (default strategy); repeat for several."
_FAMILY: Final = "Column of what was searched together; repeat for several (default: everything)."
_LABELS: Final = {
    "best": "best candidate",
    "best_sharpe": "Sharpe ratio per period",
    "psr": "probability that it is above 0",
    "dsr": "the same after the search (deflated)",
    "expected_max_sharpe": "expected of the best without skill",
    "min_trl": "periods it must last",
    "min_btl": "periods the backtest must have",
    "p_value_adjusted": "p-value adjusted for the search",
    "haircut": "haircut of the Sharpe ratio",
    "pbo": "probability of overfitting",
    "prob_oos_loss": "probability of a loss out of sample",
    "p_value_reality_check": "reality check, p-value",
    "p_value_spa": "superior predictive ability, p-value",
    "n_significant": "candidates significant after the search",
    "n_significant_romano_wolf": "the same by Romano and Wolf",
    "effective_n": "effective number of candidates",
    "n_distinct": "different Sharpe ratios",
}
"""Field of the report to what the printed one calls it."""


def _numbers(command: Any) -> Any:
    """Add an option for every field of a `SelectionConfig`."""
    for item in reversed(fields(SelectionConfig)):
        kind = {"int": int, "float": float}.get(str(item.type), str)
        text = f"{item.name} of polars_rating.SelectionConfig (default {item.default})."
        command = click.option(options.flag_of(item.name), item.name, type=kind, help=text)(command)
    return command


@click.command(short_help="Say how much of the best candidate is luck.")
@click.argument("path", type=read.SOURCE, metavar="TRADES")
@options.table("TRADES", _BY, ("strategy",))
@options.source
@click.option("--family", multiple=True, metavar="COLUMN", help=_FAMILY)
@click.option("--every", default=EVERY, metavar="PERIOD", help="Period of returns: 1d, 1w or 1mo.")
@click.option("--n-trials", type=float, metavar="N", help="Candidates tried, if TRADES lack some.")
@_numbers
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True),
    metavar="FILE",
    help="Write the report; - for the standard output.",
)
@click.option("--out-format", type=click.Choice(write.FORMATS), help="Else the suffix; csv for -.")
def select(
    by: Sequence[str],
    path: str,
    kind: str | None,
    source: str | None,
    time_zone: str | None,
    time_format: str | None,
    fee_rate: float | None,
    open_trades: str | None,
    family: Sequence[str],
    every: str,
    n_trials: float | None,
    out: str | None,
    out_format: str | None,
    **others: Any,
) -> None:
    """Say how much of the best candidate of TRADES, a file with one row per trade, is luck.

    TRADES must hold every candidate of the search, not the survivors of a filter.
    """
    names = [item.name for item in fields(SelectionConfig)]
    given = {name: others.pop(name) for name in names if name in others}
    config = SelectionConfig(**{name: _value(x) for name, x in given.items() if x is not None})
    form = write.check(out, out_format, path, keep_trades=False)
    keys = list(dict.fromkeys([*family, *by]))
    label = read.name_of(path)
    with progress(f"reading {Path(label).name}"):
        found = read.read_trades(
            path,
            kind,
            keys,
            others,
            source=source,
            time_zone=time_zone,
            time_format=time_format,
            fee_rate=fee_rate,
            open_trades=open_trades,
        )
        try:
            report = _report(
                found.lazy,
                keys,
                by,
                family,
                asdict(found.columns),
                every=every,
                n_trials=n_trials,
                config=config,
            )
        except pl.exceptions.PolarsError as error:
            raise click.ClickException(f"{label}: {one_line(error)}") from None
    if out is not None:
        flat = report.unnest("family") if report.schema["family"] == pl.Struct else report
        write.put(out, write.to_bytes(flat, form))
    if out != "-":
        write.show(text_of(report) + found.note)


def _value(x: Any) -> Any:
    """Return a number that came as text: a block length may be a word."""
    try:
        return float(x) if isinstance(x, str) and x not in ("2012", "2025") else x
    except ValueError:
        return x


def _report(
    lazy: pl.LazyFrame,
    keys: Sequence[str],
    by: Sequence[str],
    family: Sequence[str],
    columns: dict[str, Any],
    **more: Any,
) -> pl.DataFrame:
    if columns.get("exit_time") is None:
        raise click.ClickException("returns need exit times; give --exit-time")
    missing = [key for key in keys if key not in lazy.collect_schema()]
    if missing:
        raise click.ClickException(f"there is no column {missing[0]!r}")
    candidates = lazy.group_by(keys).agg(gather(**columns))
    name = pl.concat_str(pl.col(by).cast(pl.String), separator=" ")
    made = selection_report(
        candidates, family=list(family) or None, name=name, trades="trades", **more
    )
    return made.collect()


def text_of(report: pl.DataFrame) -> str:
    """Return a report as text, one paragraph a family."""
    parts = []
    for row in report.iter_rows(named=True):
        key = row["family"]
        key = " ".join(map(str, key.values())) if isinstance(key, dict) else key
        tried = f", {row['n_trials']:g} tried" if row["n_trials"] != row["n_candidates"] else ""
        head = f"{row['n_candidates']} candidates{tried}, {row['n_periods']} periods"
        lines = [[text, _shown(row[field])] for field, text in _LABELS.items()]
        parts.append(f"{'' if key is None else f'{key}: '}{head}\n\n{table.aligned(lines)}")
    return "\n".join(parts)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4g}" if math.isfinite(value) else str(value)
    return str(value)
