"""Sharpe ratios add in NumPy's order, so that they equal NumPy's to the last bit."""

from __future__ import annotations

import numpy as np
import polars as pl

import polars_rating as rating

LENGTHS = [*range(2, 300), 511, 512, 513, 1000, 1023, 1025, 2049, 4097, 10_000]


def test_sharpe_ratio_equals_numpy_bit_for_bit() -> None:
    rng = np.random.default_rng(1)
    values = [rng.normal(0.1, 1.0, n) for n in LENGTHS]
    trades = pl.Series("trades", [[{"pnl": x} for x in v] for v in values])
    got = pl.DataFrame([trades]).select(rating.metrics().struct.field("sharpe_ratio")).to_series()
    expected = [float(np.mean(v) / np.std(v, ddof=1)) for v in values]
    assert got.to_list() == expected


def test_dropout_equals_numpy_bit_for_bit_for_every_seed() -> None:
    # The formula of one run, written with NumPy: sequential sums for the curve, NumPy's for Sharpe.
    rng = np.random.default_rng(2)
    pnl, r, n = rng.normal(5.0, 60.0, 500), rng.normal(0.1, 1.0, 500), 500

    def outcome(kept: np.ndarray) -> tuple[float, float, float]:
        curve = np.concatenate([[0.0], np.cumsum(pnl[kept])])
        drawdown = float(np.max(np.maximum.accumulate(curve) - curve))
        return curve[-1], drawdown, float(np.mean(r[kept]) / np.std(r[kept], ddof=1))

    base = outcome(np.arange(n))
    seeds = [0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1, *rng.integers(0, 2**63, 500).tolist()]
    expected = []
    for seed in seeds:
        dropped = np.random.default_rng(seed).choice(n, 50, replace=False)
        run = outcome(np.setdiff1d(np.arange(n), dropped))
        p = max(0.0, (base[0] - run[0]) / base[0]) if base[0] > 0 else 0.0
        d = max(0.0, (run[1] - base[1]) / base[1])
        s = max(0.0, (base[2] - run[2]) / base[2])
        expected.append(1.0 - min(max((p + d + s) / 3.0, 0.0), 0.5))
    trades = [{"pnl": a, "r_multiple": b} for a, b in zip(pnl, r, strict=True)]
    column = pl.Series("seed", seeds, dtype=pl.UInt64)
    df = pl.DataFrame({"trades": [trades]}).join(column.to_frame(), how="cross")
    got = df.select(rating.trade_dropout(n_runs=1, seed="seed")).to_series()
    assert got.to_list() == expected
