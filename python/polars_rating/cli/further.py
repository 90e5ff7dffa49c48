"""What ``verify`` compares beside the rating: the further scores, over candidates of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import polars as pl

import polars_rating as rating

if TYPE_CHECKING:
    from polars_rating.testing.frames import Tier

Write = Callable[[], Mapping[str, pl.Expr]]
MOST: Final = 200
"""Candidates of a tier: a p-value takes the Python engine milliseconds."""
_N_BOOT: Final = 200
_CAPITAL: Final = 10_000.0


def _of_equity() -> Mapping[str, pl.Expr]:
    return {"ulcer_index": rating.ulcer_index(), "ulcer_index_score": rating.ulcer_index_score()}


def _of_returns() -> Mapping[str, pl.Expr]:
    blocks = rating.bootstrap_p_value(n_boot=_N_BOOT, block_length=4)
    return {
        "ulcer_index": rating.ulcer_index(),
        "bootstrap_p_value": rating.bootstrap_p_value(n_boot=_N_BOOT),
        "bootstrap_p_value, blocks": blocks,
    }


def _of_trades() -> Mapping[str, pl.Expr]:
    runs = rating.dropout_runs(n_runs=3).list.last().struct
    return {
        "ulcer_index": rating.ulcer_index(capital=_CAPITAL),
        "p_value_mean_r_gt_0": rating.p_value_mean_r_gt_0(n_boot=_N_BOOT),
        "p_value_net_profit_gt_0": rating.p_value_net_profit_gt_0(n_boot=_N_BOOT),
        "dropout_runs: profit": runs.field("profit"),
        "dropout_runs: sharpe_ratio": runs.field("sharpe_ratio"),
    }


_TIERS: Final[Mapping[Tier, Write]] = {
    "equity": _of_equity,
    "returns": _of_returns,
    "trades": _of_trades,
}


def frames(total: int, seed: int) -> Iterator[tuple[str, pl.DataFrame, Write]]:
    """Yield a title, candidates, and what writes the scores that are compared on them."""
    from polars_rating.testing import candidate_frame
    from polars_rating.testing.market import candidates, market

    size = min(total, MOST)
    for tier, write in _TIERS.items():
        yield f"further, {tier}", candidate_frame(size, seed, tier=tier), write
    shared = rating.Candles(market())
    traded = candidates(min(size, 50), seed=seed).with_columns(
        strategy=pl.format("s{}", "row"),
    )
    yield "further, candles", traded, lambda: {"tp_sl_stress": rating.tp_sl_stress(candles=shared)}
