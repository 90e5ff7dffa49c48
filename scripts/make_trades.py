"""Make the trades shipped in ``polars_rating.data`` from real S&P 500 daily prices.

The candidates are moving-average crossovers on the index: 88 (fast, slow) pairs, long only or
long and short, with a fixed or a trailing stop. The rules, and what the prices allow, are
written down in ``python/polars_rating/data/README.md``.

    python scripts/make_trades.py            # write the file
    python scripts/make_trades.py --check    # rebuild in memory, compare, exit 1 on a difference

Prices are integers (cents) and every comparison that decides a trade is one of integers, or of
one division of integers, so that the same prices give the same trades on every machine.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from arch.data import sp500

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

OUT = Path(__file__).parents[1] / "python" / "polars_rating" / "data" / "sp500_trades.parquet"

FAST = (5, 8, 10, 13, 15, 20, 25, 30, 40, 50)
SLOW = (20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250)
ATR_DAYS = 20
STOP_ATRS = 2.0
TRAIL_ATRS = 3.0
NOTIONAL = 10_000.0
COST_PER_SIDE = 5e-4
CENT_TOLERANCE = 0.05  # the source holds float32 prices: 1229.23 reads 1229.229980
SCHEMA: dict[str, Any] = {
    "strategy": pl.String,
    "pnl": pl.Float64,
    "fee": pl.Float64,
    "r": pl.Float64,
    "entry": pl.Date,
    "exit": pl.Date,
}


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Daily prices of one market in cents, oldest first."""

    date: npt.NDArray[np.datetime64]
    open: Ints
    high: Ints
    low: Ints
    close: Ints

    @property
    def days(self) -> int:
        """Number of trading days."""
        return len(self.close)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One parameter set of the grid."""

    fast: int
    slow: int
    shorts: bool
    trails: bool

    @property
    def name(self) -> str:
        """The name in the column ``strategy``; sorts by parameters."""
        side = "both" if self.shorts else "long"
        return f"sma_{self.fast:03d}_{self.slow:03d}_{side}{'_trail' if self.trails else ''}"


def load_prices() -> Prices:
    """Read the prices shipped in the ``arch`` package, as cents."""
    frame = sp500.load()

    def cents(column: str) -> Ints:
        values: npt.NDArray[np.float64] = frame[column].to_numpy() * 100.0
        rounded = np.rint(values)
        if np.abs(values - rounded).max() > CENT_TOLERANCE:
            raise ValueError(f"prices of column {column!r} are not in cents")
        return rounded.astype(np.int64)

    return Prices(
        date=frame.index.to_numpy().astype("datetime64[D]"),
        open=cents("Open"),
        high=cents("High"),
        low=cents("Low"),
        close=cents("Close"),
    )


def grid() -> Iterator[Candidate]:
    """All candidates: every pair with the slow average at least twice the fast one."""
    for fast in FAST:
        for slow in SLOW:
            if slow >= 2 * fast:
                for shorts in (False, True):
                    for trails in (False, True):
                        yield Candidate(fast=fast, slow=slow, shorts=shorts, trails=trails)


def rolling_sum(values: Ints, days: int) -> Ints:
    """Sum over the last `days` values; 0 where there are fewer."""
    total = np.concatenate([[0], np.cumsum(values)])
    out = np.zeros(len(values), dtype=np.int64)
    out[days - 1 :] = total[days:] - total[:-days]
    return out


def true_range(prices: Prices) -> Ints:
    """Return the day's range, widened to the previous close."""
    before = np.concatenate([prices.close[:1], prices.close[:-1]])
    ranges: Ints = np.maximum(prices.high, before) - np.minimum(prices.low, before)
    return ranges


def crossings(prices: Prices, fast: int, slow: int) -> list[tuple[int, int]]:
    """Return (day, side) where the fast average has crossed the slow one at the close.

    All candidates are watched from the same day on, when the slowest average of the grid is
    known for that day and the one before it. Equal averages keep the side they came from.
    """
    ahead = np.sign(rolling_sum(prices.close, fast) * slow - rolling_sum(prices.close, slow) * fast)
    first = max(SLOW) - 1
    side, found = int(ahead[first]), []
    for day in range(first + 1, prices.days):
        now = int(ahead[day])
        if now not in (0, side):
            side = now
            found.append((day, side))
    return found


def stopped(
    prices: Prices, *, side: int, entry: int, last: int, atr: float, trails: bool
) -> tuple[int, float] | None:
    """Return (day, fill price) of the first day in (entry, last] on which the stop is hit.

    The stop of a day is known at the close before it. It fills at the stop price, or at the open
    when the day opens beyond it. Where the recorded open merely repeats the close before (most
    days until 2005) a gap cannot be seen: the fill is then the worse of stop and close.
    """
    held = slice(entry + 1, last + 1)
    before = side * prices.close[entry:last]
    worst = side * (prices.low if side > 0 else prices.high)[held]
    level = np.full(last - entry, before[0] - STOP_ATRS * atr)
    if trails:
        level = np.maximum(level, np.maximum.accumulate(before) - TRAIL_ATRS * atr)
    hit = np.flatnonzero(worst <= level)
    if not len(hit):
        return None
    i = int(hit[0])
    day = entry + 1 + i
    opened = side * prices.open[day]
    beyond = side * prices.close[day] if opened == before[i] else opened
    return day, side * float(min(level[i], beyond))


def trades_of(candidate: Candidate, prices: Prices, ranges: Ints) -> Iterator[tuple[Any, ...]]:
    """Yield the trades of one candidate as rows of the table."""
    crossed = crossings(prices, candidate.fast, candidate.slow)
    end = prices.days - 1
    for i, (signal, side) in enumerate(crossed):
        entry = signal + 1
        if entry >= end or (side < 0 and not candidate.shorts):
            continue
        last = min(crossed[i + 1][0] + 1, end) if i + 1 < len(crossed) else end
        atr = float(ranges[signal]) / ATR_DAYS
        paid = float(prices.close[entry])
        day, got = stopped(
            prices, side=side, entry=entry, last=last, atr=atr, trails=candidate.trails
        ) or (last, float(prices.close[last]))
        yield (
            candidate.name,
            round(NOTIONAL * side * (got - paid) / paid, 2),
            round(NOTIONAL * COST_PER_SIDE * (1.0 + got / paid), 2),
            round(side * (got - paid) / (STOP_ATRS * atr), 4),
            prices.date[entry].item(),
            prices.date[day].item(),
        )


def make_trades(prices: Prices) -> pl.DataFrame:
    """Build the trades of all candidates, ordered by strategy and entry."""
    ranges = rolling_sum(true_range(prices), ATR_DAYS)
    rows = [row for candidate in grid() for row in trades_of(candidate, prices, ranges)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.sort("strategy", "entry")


def main(argv: Sequence[str] | None = None) -> int:
    """Write the file, or compare it with a rebuild."""
    parser = argparse.ArgumentParser(description="Make the shipped S&P 500 trades.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--out", type=Path, default=OUT, help="the file to write or compare")
    options = parser.parse_args(argv)

    built = make_trades(load_prices())
    if options.check:
        shipped = pl.read_parquet(options.out)
        same = shipped.schema == built.schema and shipped.equals(built)
        sys.stdout.write(f"{options.out.name}: {'same as rebuilt' if same else 'DIFFERS'}\n")
        return 0 if same else 1
    built.write_parquet(options.out, compression="zstd", compression_level=19)
    count = built["strategy"].n_unique()
    size = options.out.stat().st_size
    sys.stdout.write(f"{options.out.name}: {built.height} trades, {count} candidates, {size} B\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
