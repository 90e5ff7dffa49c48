"""The command ``verify``: both engines on the same candidates, and a verdict.

Exit status: 0 the engines agree, 1 they diverge by more than the tolerance; an error, with status
2, where nothing could be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click
import polars as pl

from polars_rating import catalog
from polars_rating._engines.choice import use_engine
from polars_rating.cli import further, options, read, table
from polars_rating.cli.progress import progress
from polars_rating.cli.write import show
from polars_rating.config import RatingConfig
from polars_rating.exceptions import one_line
from polars_rating.parameters import check
from polars_rating.pipeline import rate_trades
from polars_rating.verify import TOLERANCE, Comparison, compare_engines, compare_expressions

if TYPE_CHECKING:
    from polars_rating.testing.frames import Tier

DIVERGED: Final = 1
CANDIDATES: Final = 10_000
LENGTHS: Final[Mapping[Tier, tuple[int, int] | None]] = {
    "reruns": (1, 10),
    "trades": (3, 60),
    "summary": None,
}
"""Tiers of evidence, a third of the random candidates each, to the least and most list items.

Long enough for several trades to be dropped, short enough for the Python engine to be done with
10,000 candidates within a minute.
"""
_NULL_EVERY: Final = 100
_TOLERANCE: Final = "Largest absolute divergence to accept."


@dataclass(frozen=True)
class _Part:
    """Candidates that are rated together."""

    title: str
    keys: pl.DataFrame
    """What names the candidate of a row; without columns, its number does."""
    found: Comparison


@click.command(short_help="Compare the Rust engine with plain Python.")
@click.argument("source", type=read.SOURCE, required=False, metavar="[FRAME]")
@options.table("FRAME", "FRAME holds trades; this column names the candidate; repeat for several.")
@click.option("--candidates", type=int, metavar="N", help=f"Random ones (default {CANDIDATES}).")
@click.option("--seed", type=int, metavar="N", help="Seed of the candidates (default 0).")
@click.option("--tolerance", metavar="X", default=TOLERANCE, show_default=True, help=_TOLERANCE)
@options.CONFIG
def verify(
    source: str | None,
    kind: str | None,
    by: Sequence[str],
    candidates: int | None,
    seed: int | None,
    tolerance: float,
    config: RatingConfig,
    **columns: str | None,
) -> int:
    """Rate candidates with both engines and compare; the exit status is 1 if they diverge.

    FRAME is a file of candidates, one row each, or - for the standard input. Without it the
    candidates are random.
    """
    check("tolerance", tolerance)
    if source is None:
        _refuse({"format": kind, "by": by or None, **columns}, "needs a FRAME")
        check("seed", seed or 0)
    else:
        _refuse({"candidates": candidates, "seed": seed}, "is for random candidates, not a FRAME")
        if not by:
            _refuse(columns, "needs --by")
    total = check("candidates", CANDIDATES if candidates is None else candidates)
    with use_engine("rust"):  # whatever the environment says, and known before Python has run
        if source is None:
            what, parts = _random(total, seed or 0, config)
        else:
            what, parts = _given(source, kind, by, columns, config)
    return _report(what, parts, tolerance)


def _refuse(given: Mapping[str, object], why: str) -> None:
    for name, value in given.items():
        if value is not None:
            raise click.UsageError(f"{options.flag_of(name)} {why}")


def _report(what: str, parts: Sequence[_Part], tolerance: float) -> int:
    """Print what was compared and the verdict; return the exit status."""
    candidates = sum(part.found.candidates for part in parts)
    if all(part.found.max_divergence is None for part in parts):
        raise click.ClickException(
            f"nothing was compared: both engines give null for every score of {candidates:,} "
            "candidate(s)"
        )
    agree = all(part.found.max_divergence is None or part.found.within(tolerance) for part in parts)
    worst = max(part.found.max_divergence or 0.0 for part in parts)
    relation = "within" if agree else "above"
    show(
        f"{what}\n\n{_scores(parts)}\n{_times(parts)}"
        f"rust runs on {pl.thread_pool_size()} threads, python on one\n\n"
        + "".join(f"{line}\n" for line in _beyond(parts, tolerance))
        + f"{'ok' if agree else 'FAILED'}: the largest divergence is {_size(worst)}, "
        f"{relation} the tolerance of {_size(tolerance)}\n"
    )
    return 0 if agree else DIVERGED


def _random(total: int, seed: int, config: RatingConfig) -> tuple[str, list[_Part]]:
    from polars_rating.testing import candidate_frame

    parts = []
    with progress("rating with both engines", total) as done:
        for i, (tier, length) in enumerate(LENGTHS.items()):
            size = total // len(LENGTHS) + (i < total % len(LENGTHS))
            if size:
                frame = _with_nulls(candidate_frame(size, seed, tier=tier, length=length))
                found = compare_engines(frame, config, progress=done)
                parts.append(_Part(tier, frame.select("strategy"), found))
    for title, frame, write in further.frames(total, seed):
        found = compare_expressions(frame, write)
        parts.append(_Part(title, frame.select("strategy"), found))
    return f"{total:,} random candidates of seed {seed}", parts


def _with_nulls(frame: pl.DataFrame) -> pl.DataFrame:
    """Take one value away per column and hundred rows, each in a row of its own, from the end."""
    row = pl.int_range(pl.len()) % _NULL_EVERY
    there = [name for name in catalog.RATING_COLUMNS if name in frame.columns]
    return frame.with_columns(
        pl.when(row != _NULL_EVERY - 1 - i).then(pl.col(name)).alias(name)
        for i, name in enumerate(there)
    )


def _given(
    source: str,
    kind: str | None,
    by: Sequence[str],
    columns: Mapping[str, str | None],
    config: RatingConfig,
) -> tuple[str, list[_Part]]:
    name = read.name_of(source)
    if by:
        trades, found = read.scan_trades(source, kind, by, columns)
        # As `rate` reads it, but without the metrics: both engines compute their own.
        lazy = rate_trades(trades, by, found, config).select(*by, "trades")
    else:
        lazy = read.scan_candidates(source, kind)
    try:
        frame = lazy.collect()
        with progress("rating with both engines", frame.height) as done:
            comparison = compare_engines(frame, config, progress=done)
    except pl.exceptions.PolarsError as error:
        hint = ""
        if not by and "pnl" in lazy.collect_schema():
            hint = " (one row per trade? --by names the column of the candidate)"
        raise click.ClickException(f"{name}: {one_line(error)}{hint}") from None
    what = f"{name}: {frame.height:,} candidates\n{table.evidence(frame)}"
    return what, [_Part("all", frame.select(by), comparison)]


def _scores(parts: Sequence[_Part]) -> str:
    head = ("score", "max divergence", "compared", "null in both", "null in one")
    rows = []
    names = dict.fromkeys(name for part in parts for name in part.found.scores)
    for name in names:
        of_parts = [part.found.scores[name] for part in parts if name in part.found.scores]
        found = [x.max_divergence for x in of_parts if x.max_divergence is not None]
        numbers = zip(*((x.compared, x.nulls, x.mismatches) for x in of_parts), strict=True)
        counts = (f"{sum(n):,}" for n in numbers)
        rows.append((name, _size(max(found)) if found else "-", *counts))
    return table.aligned([head, *rows])


def _times(parts: Sequence[_Part]) -> str:
    lines = [("candidates", "number", "python", "rust", "speed-up")]
    for part in parts:
        found = part.found
        times = (_duration(found.python_seconds), _duration(found.rust_seconds))
        factor = "-" if found.speed_up is None else f"{found.speed_up:,.1f} x"
        lines.append((part.title, f"{found.candidates:,}", *times, factor))
    return table.aligned(lines)


def _beyond(parts: Sequence[_Part], tolerance: float) -> Iterator[str]:
    """Say where the divergences above the tolerance are, a line for each score."""
    for part in parts:
        if part.found.refusal is not None:
            yield f"{part.title}: {one_line(part.found.refusal)}"
            continue
        for name, score in part.found.scores.items():
            if score.worst_row is not None and (score.max_divergence or 0.0) > tolerance:
                keys = part.keys.row(score.worst_row, named=True) if part.keys.width else {}
                key = "".join(f", {k} {v!r}" for k, v in keys.items())
                yield (
                    f"{name}: {part.title}, row {score.worst_row}{key}: "
                    f"rust {_number(score.worst_rust)}, python {_number(score.worst_python)}"
                )


def _number(value: float | None) -> str:
    return "null" if value is None else repr(value)


def _size(value: float) -> str:
    return f"{value:.1e}" if value else "0"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "refused"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1e3:.2f} ms"
