"""The scores as native Polars expressions, in the fastest shapes found, and the floor.

Tried for 20,000 lists of 50: arithmetic between the scalar and the list column in a streaming
query, and explode + group_by in a streaming query, were the fastest; both are kept. Repeating the
base metrics by gather or ``repeat_by``, in-memory ``group_by``, and one fused group aggregation
were slower by a factor of 1.1 to 2.5.
"""

from __future__ import annotations

import polars as pl

from benches.frames import JITTER_METRICS, RUN_METRICS

CAP = 0.5


def fin(value: pl.Expr) -> pl.Expr:
    """Non-finite numbers as 0."""
    return pl.when(value.is_finite()).then(value).otherwise(0.0)


def floor_frame(lists: pl.Series) -> pl.DataFrame:
    """The child buffers as columns, without a copy; made outside the timing."""
    return lists.explode().struct.unnest()


def floor(fields: pl.DataFrame) -> None:
    """Read every number once: the sum of each child buffer."""
    fields.select(pl.all().sum())


def drop(name: str, run: pl.Expr, base: pl.Expr) -> pl.Expr:
    """Relative deterioration of a metric, before it is clipped at 0."""
    return (run - base) / base if name == "max_drawdown" else (base - run) / base


def robustness_lists(frame: pl.DataFrame) -> pl.Series:
    """Robustness by arithmetic between the base columns and list columns."""
    cleaned = frame.lazy().select(
        *(pl.col(name).clip(lower_bound=1e-9) for name in JITTER_METRICS),
        *(
            pl.col("jitter_runs")
            .list.eval(fin(pl.element().struct.field(name)).clip(lower_bound=0.0))
            .alias(f"{name}_runs")
            for name in JITTER_METRICS
        ),
    )
    drops = cleaned.select(
        drop(name, pl.col(f"{name}_runs"), pl.col(name))
        .list.eval(pl.element().clip(lower_bound=0.0))
        .alias(name)
        for name in JITTER_METRICS
    )
    a, b, c, d = (pl.col(name) for name in JITTER_METRICS)
    penalty = ((a + b + c + d) / 4.0).list.mean().clip(0.0, CAP)
    scored = drops.select((1.0 - penalty).alias("robustness_score"))
    return scored.collect(engine="streaming")["robustness_score"]


def robustness_groups(frame: pl.DataFrame) -> pl.Series:
    """Robustness by explode and group_by."""
    runs = (
        frame.lazy()
        .with_row_index("candidate")
        .select(
            "candidate",
            "jitter_runs",
            *(pl.col(m).clip(lower_bound=1e-9).alias(f"base_{m}") for m in JITTER_METRICS),
        )
        .explode("jitter_runs")
        .unnest("jitter_runs")
        .with_columns(fin(pl.col(m)).clip(lower_bound=0.0) for m in JITTER_METRICS)
    )
    a, b, c, d = (
        drop(m, pl.col(m), pl.col(f"base_{m}")).clip(lower_bound=0.0) for m in JITTER_METRICS
    )
    return (
        runs.group_by("candidate")
        .agg(((a + b + c + d) / 4.0).mean().alias("penalty"))
        .sort("candidate")
        .select((1.0 - pl.col("penalty").clip(0.0, CAP)).alias("robustness_score"))
        .collect(engine="streaming")["robustness_score"]
    )


def cost_shock_runs(frame: pl.DataFrame) -> pl.Series:
    """Cost shock over ``cost_runs`` by list arithmetic."""
    cleaned = frame.lazy().select(
        "profit",
        *(pl.col(name).clip(lower_bound=1e-9) for name in RUN_METRICS[1:]),
        *(
            pl.col("cost_runs").list.eval(fin(pl.element().struct.field(m))).alias(f"{m}_runs")
            for m in RUN_METRICS
        ),
    )
    profit = pl.col("profit")
    loss = (profit - pl.col("profit_runs")) / profit
    drawdown = (pl.col("max_drawdown_runs") - pl.col("max_drawdown")) / pl.col("max_drawdown")
    sharpe = (pl.col("sharpe_ratio") - pl.col("sharpe_ratio_runs")) / pl.col("sharpe_ratio")
    parts = cleaned.select(
        (profit > 0.0).cast(pl.Float64).alias("counts"),
        *(
            part.list.eval(pl.element().clip(lower_bound=0.0)).alias(name)
            for name, part in (("p", loss), ("d", drawdown), ("s", sharpe))
        ),
    )
    penalties = (pl.col("p") * pl.col("counts") + pl.col("d") + pl.col("s")) / 3.0
    score = (1.0 - penalties.list.eval(pl.element().clip(0.0, CAP)).list.mean()).alias(
        "cost_shock_score"
    )
    return parts.select(score).collect(engine="streaming")["cost_shock_score"]


def stability(frame: pl.DataFrame) -> pl.Series:
    """Stability of ``yearly_profits``, years of equal length."""
    years = pl.col("years").list.len()
    total = pl.col("years").list.sum()
    mean = total / years
    scale = pl.max_horizontal(mean.abs(), pl.max_horizontal(0.02 * total.abs(), 100.0))
    errors = (pl.col("years") - mean).list.eval(pl.element().abs()).list.sum() / years
    return (
        frame.lazy()
        .select(pl.col("yearly_profits").list.eval(fin(pl.element())).alias("years"))
        .select((1.0 / (1.0 + errors / scale)).alias("stability_score"))
        .collect(engine="streaming")["stability_score"]
    )


def cost_shock_summary(frame: pl.DataFrame) -> pl.Series:
    """Cost shock modelled from summary metrics alone: plain column arithmetic."""
    profit, sharpe = pl.col("profit"), pl.col("sharpe_ratio")
    pf, rate = pl.col("profit_factor"), pl.col("win_rate")
    no_edge = (pf <= 1.0) | (profit <= 0.0) | (rate == 0.0)
    d, s = pl.col("max_drawdown").clip(lower_bound=1e-9), sharpe.clip(lower_bound=1e-9)
    scores = []
    for k in (1.25, 1.5, 2.0):
        left = profit - (k - 1.0) * pl.col("cost_per_trade") * pl.col("total_trades")
        factor = pl.when(left > 0.0).then((profit / left).clip(upper_bound=2.0)).otherwise(2.0)
        loss = ((profit - left) / profit).clip(lower_bound=0.0)
        deeper = ((pl.col("max_drawdown") * factor - d) / d).clip(lower_bound=0.0)
        flatter = ((s - sharpe * left / profit) / s).clip(lower_bound=0.0)
        scores.append(1.0 - ((loss + deeper + flatter) / 3.0).clip(0.0, CAP))
    mean = (scores[0] + scores[1] + scores[2]) / 3.0
    score = pl.when(no_edge).then(1.0 - CAP).otherwise(mean).alias("cost_shock_score")
    return frame.lazy().select(score).collect(engine="streaming")["cost_shock_score"]
