"""Neighbours against an oracle of their own: every pair of trials of random frames is compared.

The oracle is written from section 27 of the specification on the raw values of the frame. It
shares no code with the engines, and the reference of the Python engine is compared with it too.
"""

from __future__ import annotations

import datetime as dt
import math
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest

import polars_rating as rating

METRICS = ("profit", "avg_r", "win_rate", "max_drawdown")
FRAMES = 1_000
PYTHON_EVERY = 10
"""The Python engine compares all pairs itself: every tenth frame."""
KINDS = ("int", "float", "log", "bool", "text", "enum", "date", "duration", "unsigned")
NUMERIC = ("int", "float", "log", "unsigned", "duration")


def draw(rng: np.random.Generator, kind: str, n: int, levels: int) -> pl.Series:
    """Return values of a kind, some of them null, NaN or a negative zero."""
    picks = rng.integers(0, levels, n)
    values: list[Any]
    if kind == "int":
        values, dtype = [int(x) - 2 for x in picks], pl.Int16
    elif kind == "unsigned":
        # Above 2**53: equal as floats, different as integers.
        values, dtype = [2**63 + int(x) for x in picks], pl.UInt64
    elif kind == "float":
        values, dtype = [float(x) / 3 - 1 for x in picks], pl.Float64
        values = [-0.0 if x == 0 and rng.random() < 0.5 else x for x in values]
        values = [math.nan if rng.random() < 0.05 else x for x in values]
    elif kind == "log":
        values, dtype = [float(10.0 ** (x - 2)) for x in picks], pl.Float64
    elif kind == "bool":
        values, dtype = [bool(x % 2) for x in picks], pl.Boolean
    elif kind == "text":
        values, dtype = ["abcdefgh"[x % 8] for x in picks], pl.String
    elif kind == "enum":
        values, dtype = ["zyxw"[x % 4] for x in picks], pl.Enum(["z", "y", "x", "w"])
    elif kind == "date":
        values, dtype = (
            [dt.date(2020, 1, 1) + dt.timedelta(days=7 * int(x)) for x in picks],
            pl.Date,
        )
    else:
        values, dtype = [dt.timedelta(minutes=5 * int(x)) for x in picks], pl.Duration("us")
    values = [None if rng.random() < 0.08 else x for x in values]
    return pl.Series(values, dtype=dtype)


def metric(rng: np.random.Generator, n: int) -> list[float | None]:
    """Return few distinct numbers, so that trials tie, with the odd ones among them."""
    odd = [None, math.nan, math.inf, -0.0, 0.0]
    return [odd[rng.integers(5)] if rng.random() < 0.15 else float(rng.integers(-3, 4))
            for _ in range(n)]  # fmt: skip


def random_frame(seed: int) -> tuple[pl.DataFrame, list[str], list[str], dict[str, Any]]:
    """Return a frame, its parameters, its groups, and what is near."""
    rng = np.random.default_rng(seed)
    way = seed % 5
    kinds = list(KINDS)
    if way in (1, 4):  # distances that a date, or a number below 0, does not have
        kinds = [kind for kind in kinds if kind != "date"]
    if way == 4:
        kinds = [kind for kind in kinds if kind in ("log", "bool", "text", "enum", "unsigned")]
    n = int(rng.integers(0, 45))
    chosen = [str(kind) for kind in rng.choice(kinds, size=int(rng.integers(1, 5)))]
    levels = int(rng.integers(2, 7))
    columns = {f"p{i}": draw(rng, kind, n, levels) for i, kind in enumerate(chosen)}
    groups = {f"g{i}": draw(rng, kind, n, 2) for i, kind in enumerate(("text", "int")[: seed % 3])}
    frame = pl.DataFrame({**columns, **groups, **{name: metric(rng, n) for name in METRICS}},
                         schema_overrides=dict.fromkeys(METRICS, pl.Float64))  # fmt: skip
    count = int(rng.integers(1, 8))
    near = [
        {"steps": int(rng.integers(1, 3))},
        {"within": float(rng.choice([0.0, 0.1, 1.0, 5.0]))},
        {"nearest": count},
        {"nearest": count, "scale": "range"},
        {"nearest": count, "scale": "log"},
    ][way]
    return frame, list(columns), list(groups), near


def same(a: Any, b: Any) -> bool:
    return (a is None) == (b is None) and a == b


def missing(x: Any) -> bool:
    return x is None or (isinstance(x, float) and math.isnan(x))


def oracle(
    frame: pl.DataFrame, parameters: list[str], groups: list[str], near: dict[str, Any]
) -> list[list[int]]:
    """Return the neighbours of every row by comparing it with every other one."""
    rows = frame.to_dicts()
    numeric = [p for p in parameters if frame[p].dtype.is_numeric() or frame[p].dtype.is_temporal()]
    physical = frame.select(pl.col(p).to_physical().cast(pl.Float64) for p in numeric).to_dicts()

    def group(i: int) -> list[int]:
        return [j for j in range(len(rows)) if all(same(rows[i][g], rows[j][g]) for g in groups)]

    def comparable(i: int, j: int) -> bool:
        for p in parameters:
            a, b = rows[i][p], rows[j][p]
            if missing(a) != missing(b):
                return False
            if p not in numeric and a != b:
                return False
        return True

    def number(i: int, p: str) -> float:
        return float(physical[i][p])

    def rank(i: int, p: str) -> tuple[int, int]:
        known = {rows[j][p] for j in group(i) if not missing(rows[j][p])}
        return sum(x < rows[i][p] for x in known), len(known)

    def unit(i: int, p: str) -> float:
        if near.get("scale", "rank") == "rank":
            place, count = rank(i, p)
            return place / max(count - 1, 1)
        mine = [number(j, p) for j in group(i) if not missing(rows[j][p])]
        x = number(i, p)
        if near["scale"] == "log":
            mine, x = [math.log(y) for y in mine], math.log(x)
        low, high = min(mine), max(mine)
        return (x - low) / (high - low) if high > low else 0.0

    def key(i: int) -> list[Any]:
        cells = [(not missing(rows[i][p]), 0 if missing(rows[i][p]) else rows[i][p])
                 for p in numeric]  # fmt: skip
        content = [
            (x is not None, x is not None and math.isnan(x),
             0.0 if x is None or math.isnan(x) else x,
             0.0 if x is None or math.isnan(x) else math.copysign(1, x))
            for x in (rows[i][m] for m in METRICS)
        ]  # fmt: skip
        return [*cells, *content]

    keys = [key(i) for i in range(len(rows))]
    found = []
    for i in range(len(rows)):
        others = [j for j in group(i) if j != i and comparable(i, j)]
        others.sort(key=lambda j: keys[j])
        used = [p for p in numeric if not missing(rows[i][p])]
        if "steps" in near:
            others = [
                j for j in others
                if all(abs(rank(i, p)[0] - rank(j, p)[0]) <= near["steps"] for p in used)
            ]  # fmt: skip
        elif "within" in near:
            w = near["within"]
            others = [
                j for j in others
                if all(abs(number(j, p) - number(i, p)) <= w * max(abs(number(i, p)), 1e-12)
                       for p in used)
            ]  # fmt: skip
        else:

            def distance(j: int, i: int = i, used: list[str] = used) -> float:
                total = 0.0
                for p in used:
                    total += (unit(j, p) - unit(i, p)) ** 2
                return total

            close = set(sorted(others, key=distance)[: near["nearest"]])
            others = [j for j in others if j in close]
        found.append(others)
    return found


def bits(x: float | None) -> str | None:
    return None if x is None else "nan" if math.isnan(x) else float(x).hex()


def content(runs: list[dict[str, float | None]]) -> list[tuple[str | None, ...]]:
    return [tuple(bits(run[m]) for m in METRICS) for run in runs]


@pytest.mark.parametrize("block", range(10))
def test_neighbours_match_all_pairs_bit_for_bit_in_every_row_order(block: int) -> None:
    seen = 0
    for seed in range(block * FRAMES // 10, (block + 1) * FRAMES // 10):
        frame, parameters, groups, near = random_frame(seed)
        wanted = oracle(frame, parameters, groups, near)
        rows = frame.to_dicts()
        expected = [content([rows[j] for j in others]) for others in wanted]
        order = np.random.default_rng(seed).permutation(frame.height)
        engines = ["rust", "python"] if seed % PYTHON_EVERY == 0 else ["rust"]
        for engine, shuffled in product(engines, (False, True)):
            with rating.use_engine(engine):
                given = frame[order] if shuffled else frame
                out = rating.neighbour_runs(given, parameters, by=groups, **near)
            found = [content(runs) for runs in out["neighbour_runs"].to_list()]
            assert found == ([expected[i] for i in order] if shuffled else expected), (seed, near)
            assert out["n_neighbours"].to_list() == [len(runs) for runs in found]
        seen += sum(map(len, wanted))
    assert seen > 1_000  # the frames are not empty of neighbours


@pytest.mark.parametrize("seed", range(60))
def test_plateau_matches_numpy_over_all_pairs(seed: int) -> None:
    frame, parameters, groups, near = random_frame(seed)
    value = frame["profit"].to_list()
    # Ties in the value order trials too: the neighbours are those of the value alone.
    metrics = frame.with_columns(pl.col("profit").alias(m) for m in METRICS)
    wanted = oracle(metrics, parameters, groups, near)
    for engine in ("rust", "python"):
        with rating.use_engine(engine):
            out = rating.plateau(frame, parameters, "profit", by=groups, **near)
        for i, row in enumerate(out["plateau"].to_list()):
            near_values = np.array([value[j] for j in wanted[i] if not missing(value[j])])
            assert row["n_neighbours"] == len(wanted[i])
            if not len(near_values):
                assert row["median"] is None
                continue
            with np.errstate(invalid="ignore"):
                median = float(np.median(near_values))
            assert row["median"] == (None if math.isnan(median) else median) or median == math.inf
            assert row["minimum"] == near_values.min()
            assert row["share_positive"] == (near_values > 0).mean()
