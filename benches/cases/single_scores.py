"""Case 5: the other scores one by one, where a fair vectorised version is reasonable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl

import polars_rating as rating
from benches import frames
from benches.contenders import numba_ways, numpy_ways, polars_ways
from benches.harness import Contender, Result, Tally, Target, compare

DRAWDOWN = "max_drawdown"
PARALLEL = "Numba parallel"
Way = Callable[[pl.DataFrame], Result]
SUMMARY = (
    "profit",
    "max_drawdown",
    "sharpe_ratio",
    "profit_factor",
    "win_rate",
    "total_trades",
    "cost_per_trade",
)


def ours(expression: pl.Expr, frame: pl.DataFrame) -> pl.Series:
    """One eager call, with the result as a column."""
    return frame.select(expression).to_series()


@dataclass(frozen=True, kw_only=True)
class Table:
    """Ours against other ways on one frame."""

    title: str
    expression: pl.Expr
    frame: pl.DataFrame
    ways: dict[str, Way]
    target: Target | None = None
    """What is asked of ours against `PARALLEL`."""

    def contenders(self) -> list[Contender]:
        """Ours first."""
        first = Contender(name="polars_rating", run=partial(ours, self.expression, self.frame))
        others = [
            Contender(
                name=name,
                run=partial(way, self.frame),
                target=self.target if name == PARALLEL else None,
            )
            for name, way in self.ways.items()
        ]
        return [first, *others]


def tables(rows: int, few: int) -> list[Table]:
    """Stability, cost shock, stress penalty, the summary model and metrics from trades."""
    many = frames.full_frame(rows, jitter=1, trades=0)
    traded = frames.trades_frame(few)
    return [
        Table(
            title=f"stability: {rows:,} candidates x 10 years",
            expression=rating.stability(),
            frame=many,
            ways={
                PARALLEL: numba_ways.stability,
                "NumPy": numpy_ways.stability,
                "Polars": polars_ways.stability,
            },
            target=Target(bound=1.5),
        ),
        Table(
            title=f"cost shock over reruns: {rows:,} candidates x 3 reruns",
            expression=rating.cost_shock(),
            frame=many,
            ways={
                PARALLEL: numba_ways.cost_shock_runs,
                "NumPy": numpy_ways.cost_shock_runs,
                "Polars": polars_ways.cost_shock_runs,
            },
            target=Target(bound=1.5),
        ),
        Table(
            title=f"cost shock over trades: {few:,} candidates x 500 trades x 3 multipliers",
            expression=rating.cost_shock(),
            frame=traded,
            ways={
                "Numba parallel, trades known to be sorted": numba_ways.cost_shock_trades,
                "NumPy, trades known to be sorted": numpy_ways.cost_shock_trades,
            },
        ),
        Table(
            title=f"stress penalty over trades: {few:,} candidates x 500 trades x 3 replays",
            expression=rating.stress_penalty(),
            frame=traded,
            ways={"NumPy, trades known to be sorted": numpy_ways.stress_trades},
        ),
        Table(
            title=f"cost shock from summary metrics: {rows:,} candidates",
            expression=rating.cost_shock(),
            frame=many.select(*SUMMARY),
            ways={"Polars": polars_ways.cost_shock_summary},
        ),
        Table(
            title=f"max_drawdown of metrics(): {few:,} candidates x 500 trades",
            expression=rating.metrics(fields=DRAWDOWN).struct.field(DRAWDOWN),
            frame=traded,
            ways={
                "out of all metrics()": partial(ours, rating.metrics().struct.field(DRAWDOWN)),
                "NumPy: profit, drawdown, Sharpe ratio only": numpy_ways.trades_drawdown,
            },
        ),
    ]


def run(rounds: int, quick: bool, tally: Tally) -> None:
    """Print the tables one after the other."""
    rows, few = (2_000, 200) if quick else (20_000, 1_000)
    for table in tables(rows, few):
        compare(table.title, table.contenders(), rounds, tally)
