"""Everything about the luck in a search, one row per family."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, TypeVar

import polars as pl

from polars_rating._config_base import instance
from polars_rating._expr.columns import as_expr
from polars_rating._selection_rules import (
    BENCHMARK,
    EVERY,
)
from polars_rating.config import SelectionConfig
from polars_rating.exceptions import bad_argument
from polars_rating.parameters import check
from polars_rating.selection._evidence import checked, family_of, spread_of
from polars_rating.selection._luck import luck_of
from polars_rating.selection.cscv import cscv
from polars_rating.selection.deflated_sharpe import expected_max_sharpe, min_backtest_length
from polars_rating.selection.effective_trials import effective_trials
from polars_rating.selection.period_returns import period_returns
from polars_rating.selection.probabilistic_sharpe import sharpe_moments
from polars_rating.selection.snooping import romano_wolf, snooping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polars._typing import IntoExpr

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_FAMILY: Final = "family"
_OF_BEST: Final = (
    "sharpe",
    "psr",
    "dsr",
    "min_trl",
    "p_value_adjusted",
    "haircut",
    "haircut_sharpe",
)


def selection_report(
    frame: Frame,
    *,
    family: str | pl.Expr | Sequence[str | pl.Expr] | None = None,
    name: IntoExpr | None = None,
    returns: IntoExpr = "returns",
    trades: IntoExpr | None = None,
    every: str = EVERY,
    benchmark: float | str | pl.Expr = BENCHMARK,
    n_trials: float | str | pl.Expr | None = None,
    sharpe_var: float | str | pl.Expr | None = None,
    correction: str | None = None,
    alpha: float | None = None,
    n_blocks: int | None = None,
    n_boot: int | None = None,
    block_length: float | str | None = None,
    seed: int | None = None,
    periods_per_year: float | None = None,
    config: SelectionConfig | None = None,
) -> Frame:
    """Report how much of the best candidate of each family is luck.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate, of the whole search: filter after this function, never before it.
    family : column names or expressions, optional
        Which candidates were searched together; default: all of them.
    name : expression or column name, optional
        What the best candidate is called; of equal ones the smallest name is the best, without
        names the first row.
    returns : expression or column name
        ``List`` or ``Array`` of numbers, on one grid for each family.
    trades : expression or column name, optional
        Trades with the field ``exit_time``, from which the returns are built: net pnl per period,
        from the family's first entry to its last exit.
    every : {'1w', '1d', '1mo'}
        The period of returns that are built from trades.
    benchmark : float, column name or expression
        A return per period, or a list of them, that the bootstrap measures against.
    n_trials, sharpe_var : float, column name or expression, optional
        As in `deflated_sharpe`: how many candidates were tried, and the variance of their Sharpe
        ratios per period, where the frame does not hold them all.
    correction : str, optional
        As `method` of `adjusted_p_values`.
    alpha : float, optional
        Level at which candidates are counted as significant, in (0, 1); default 0.05.
    n_blocks, n_boot, block_length, seed : optional
        As in `cscv` and `snooping`.
    periods_per_year : float, optional
        Adds ``best_sharpe_annual``, ``min_trl_years`` and ``min_btl_years``.
    config : SelectionConfig, optional
        In place of `correction`, `alpha`, `n_blocks`, `n_boot`, `block_length` and `seed`, none of
        which may be given beside it. It has ``expected_max``, ``variance`` and ``min_trials`` too.

    Returns
    -------
    DataFrame or LazyFrame
        As given: one row per family, sorted by ``family`` (a struct where several columns make a
        family, null for all candidates). Everything is per period. ``n_candidates`` are those with
        a Sharpe ratio; ``n_distinct`` their distinct ones; ``n_missing`` values that were not
        finite; ``psr`` to ``haircut_sharpe`` are of the best; ``p_value_adjusted`` is one-sided.
        Each number equals that of its own expression to the bit.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule, or something else than a frame.
    polars.exceptions.ComputeError
        When it runs, for a wrong dtype or lists of a family that differ in length.

    References
    ----------
    Scoring specification, section 22.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> returns = np.random.default_rng(3).normal(0.0005, 0.01, (40, 250)).tolist()
    >>> df = pl.DataFrame({"family": ["a"] * 20 + ["b"] * 20, "returns": returns})
    >>> report = rating.selection_report(df, family="family", n_blocks=8, n_boot=200)
    >>> report.select("family", "n_candidates", "psr", "dsr", "pbo", "p_value_spa")
    shape: (2, 6)
    ┌────────┬──────────────┬──────────┬──────────┬──────────┬─────────────┐
    │ family ┆ n_candidates ┆ psr      ┆ dsr      ┆ pbo      ┆ p_value_spa │
    │ ---    ┆ ---          ┆ ---      ┆ ---      ┆ ---      ┆ ---         │
    │ str    ┆ u32          ┆ f64      ┆ f64      ┆ f64      ┆ f64         │
    ╞════════╪══════════════╪══════════╪══════════╪══════════╪═════════════╡
    │ a      ┆ 20           ┆ 0.998729 ┆ 0.859334 ┆ 0.314286 ┆ 0.02        │
    │ b      ┆ 20           ┆ 0.999258 ┆ 0.876651 ┆ 0.414286 ┆ 0.02        │
    └────────┴──────────────┴──────────┴──────────┴──────────┴─────────────┘
    """
    given = {
        "correction": correction,
        "alpha": alpha,
        "n_blocks": n_blocks,
        "n_boot": n_boot,
        "block_length": block_length,
        "seed": seed,
    }
    settings = _settings(config, {name: x for name, x in given.items() if x is not None})
    if not isinstance(frame, pl.DataFrame | pl.LazyFrame):
        raise bad_argument(
            f"`frame` must be a DataFrame or a LazyFrame, got {type(frame).__name__}"
        )
    years = check("periods_per_year", periods_per_year)
    columns = {
        _FAMILY: _key(family_of(family)),
        "name": None if name is None else as_expr("name", name),
        "returns": None if trades is not None else as_expr("returns", returns),
        "trades": None if trades is None else as_expr("trades", trades),
        "against": as_expr("benchmark", benchmark),
        "n_trials": _given("n_trials", n_trials),
        "sharpe_var": _given("sharpe_var", sharpe_var),
    }
    candidates = frame.lazy().select(
        expr.alias(column) for column, expr in columns.items() if expr is not None
    )
    if trades is not None:
        candidates = _with_returns(candidates, every)
    report = _report(candidates, settings, years, named=name is not None)
    return report.collect() if isinstance(frame, pl.DataFrame) else report


def _settings(config: SelectionConfig | None, given: Mapping[str, Any]) -> SelectionConfig:
    if config is None:
        return SelectionConfig(**given)
    if given:
        raise bad_argument(f"`{next(iter(given))}` cannot be given beside `config`")
    return instance("config", config, SelectionConfig)


def _key(family: list[Any] | None) -> pl.Expr:
    if family is None:
        return pl.lit(None, dtype=pl.String)
    return as_expr("family", family[0]) if len(family) == 1 else pl.struct(*family)


def _given(name: str, value: float | str | pl.Expr | None) -> pl.Expr | None:
    found = checked(name, value)
    return None if found is None else as_expr(name, found)


def _with_returns(candidates: pl.LazyFrame, every: str) -> pl.LazyFrame:
    """Return candidates with returns built from their trades, on one grid for each family."""
    dtype = candidates.collect_schema()["trades"]
    items = dtype.inner if isinstance(dtype, pl.List | pl.Array) else dtype
    fields = {field.name for field in items.fields} if isinstance(items, pl.Struct) else set()
    first = "entry_time" if "entry_time" in fields else "exit_time"

    def times(field: str) -> pl.Expr:
        if isinstance(dtype, pl.Struct):
            return pl.col("trades").struct.field(field)
        lists = pl.col("trades") if isinstance(dtype, pl.List) else pl.col("trades").arr.to_list()
        return lists.list.eval(pl.element().struct.field(field))

    start = times(first).list.min().min().over(_FAMILY)
    end = times("exit_time").list.max().max().over(_FAMILY)
    built = period_returns(start=start, end=end, every=every, trades="trades")
    return candidates.with_columns(built.alias("returns")).drop("trades")


def _report(
    candidates: pl.LazyFrame, config: SelectionConfig, years: float | None, *, named: bool
) -> pl.LazyFrame:
    given = set(candidates.collect_schema().names())
    moments, family = pl.col("sharpe_moments"), pl.col(_FAMILY)
    values = pl.col("returns").cast(pl.List(pl.Float64))
    is_missing = (~pl.element().is_finite()).fill_null(value=True)
    bootstrap: dict[str, Any] = {
        "benchmark": "against",
        "n_boot": config.n_boot,
        "block_length": config.block_length,
        "seed": config.seed,
        "returns": "returns",
    }
    rows = candidates.with_columns(
        sharpe_moments(returns="returns"),
        values.list.len().alias("n_periods"),
        values.list.eval(is_missing).list.sum().alias("n_missing"),
    ).with_columns(moments.struct.field("sharpe"), spread_of(moments).over(family).alias("spread"))
    trials = "n_trials" if "n_trials" in given else pl.col("spread").struct.field("n_trials")
    var = "sharpe_var" if "sharpe_var" in given else pl.col("spread").struct.field("sharpe_var")
    rows = rows.with_columns(
        as_expr("n_trials", trials).cast(pl.Float64).alias("n_trials"),
        as_expr("sharpe_var", var).cast(pl.Float64).alias("sharpe_var"),
    )
    # n_trials of the frame is the number of p-values that are there.
    tried: dict[str, Any] = {"n_trials": pl.col("n_trials")} if "n_trials" in given else {}
    rows = rows.with_columns(
        *luck_of(config, family, tried),
        romano_wolf(family=family, **bootstrap),
    )
    best = pl.struct(*_OF_BEST, *(["name"] if named else []))
    order = [pl.col("sharpe"), *([pl.col("name")] if named else [])]
    best = best.sort_by(
        order,
        descending=[True, False][: len(order)],
        nulls_last=True,
        maintain_order=True,
    ).first()
    of_family = rows.group_by(_FAMILY).agg(
        pl.col("sharpe").count().alias("n_candidates"),
        pl.col("n_trials").first(),
        pl.col("sharpe").drop_nulls().n_unique().alias("n_distinct"),
        pl.col("n_periods").max(),
        pl.col("n_missing").sum().cast(pl.UInt32),
        effective_trials(returns="returns"),
        pl.col("spread").first().struct.field("sharpe_mean"),
        pl.col("sharpe_var").first(),
        best.alias("best"),
        cscv(n_blocks=config.n_blocks, min_trials=config.min_trials, returns="returns"),
        snooping(**bootstrap),
        (pl.col("p_value_adjusted") <= config.alpha).sum().alias("n_significant"),
        (pl.col("p_value_romano_wolf") <= config.alpha).sum().alias("n_significant_romano_wolf"),
    )
    of_best, luck = pl.col("best").struct, pl.col("n_trials")
    report = of_family.sort(_FAMILY, nulls_last=True).select(
        _FAMILY,
        "n_candidates",
        luck,
        "n_distinct",
        "n_periods",
        "n_missing",
        "effective_n",
        "sharpe_mean",
        "sharpe_var",
        expected_max_sharpe(luck, "sharpe_var", expected_max=config.expected_max),
        (of_best.field("name") if named else pl.lit(None, dtype=pl.String)).alias("best"),
        of_best.field("sharpe").alias("best_sharpe"),
        of_best.field("psr"),
        of_best.field("dsr"),
        of_best.field("min_trl"),
        min_backtest_length(of_best.field("sharpe"), luck, expected_max=config.expected_max),
        of_best.field("p_value_adjusted"),
        of_best.field("haircut"),
        of_best.field("haircut_sharpe"),
        pl.col("cscv").struct.field("pbo"),
        pl.col("cscv").struct.field("prob_oos_loss"),
        pl.col("snooping").struct.field("reality_check").alias("p_value_reality_check"),
        pl.col("snooping").struct.field("spa_consistent").alias("p_value_spa"),
        pl.col("snooping").struct.field("block_length"),
        "n_significant",
        "n_significant_romano_wolf",
    )
    if years is None:
        return report
    return report.with_columns(
        (pl.col("best_sharpe") * math.sqrt(years)).alias("best_sharpe_annual"),
        (pl.col("min_trl") / years).alias("min_trl_years"),
        (pl.col("min_btl") / years).alias("min_btl_years"),
    )
