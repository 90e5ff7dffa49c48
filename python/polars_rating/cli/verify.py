"""The command ``verify``: both engines on the same candidates, and a verdict.

Exit status: 0 the engines agree, 1 they diverge by more than the tolerance; an error, with status
2, where nothing could be compared.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from polars_rating import _io, _table, schema
from polars_rating._arguments import CANDIDATES
from polars_rating._engine import on_engine
from polars_rating._io import InputError
from polars_rating._terminal import one_line, show
from polars_rating._validate import check
from polars_rating.config import RatingConfig
from polars_rating.pipeline import SCORES, rate_trades
from polars_rating.verify import Comparison, compare_engines

if TYPE_CHECKING:
    from polars_rating.testing.frames import Tier

DIVERGED: Final = 1
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


@dataclass(frozen=True)
class _Part:
    """Candidates that are rated together."""

    title: str
    keys: pl.DataFrame
    """What names the candidate of a row; without columns, its number does."""
    found: Comparison


def verify(options: argparse.Namespace) -> int:
    """Compare the engines as the options say, print the result, return the exit status."""
    tolerance = check("tolerance", options.tolerance)
    config = _io.read_config(options.config)
    with on_engine("rust"):  # known before the slow engine has run for nothing
        what, parts = (_random if options.source is None else _given)(options, config)
    candidates = sum(part.found.candidates for part in parts)
    if all(part.found.max_divergence is None for part in parts):
        raise InputError(
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


def _random(options: argparse.Namespace, config: RatingConfig) -> tuple[str, list[_Part]]:
    from polars_rating.testing import candidate_frame

    for name in ("format", "by", *_io.ROLES):
        if getattr(options, name) is not None:
            raise InputError(f"--{name.replace('_', '-')} needs a FRAME")
    total = check("candidates", CANDIDATES if options.candidates is None else options.candidates)
    seed = check("seed", 0 if options.seed is None else options.seed)
    parts = []
    for i, (tier, length) in enumerate(LENGTHS.items()):
        size = total // len(LENGTHS) + (i < total % len(LENGTHS))
        if size:
            frame = _with_nulls(candidate_frame(size, seed, tier=tier, length=length))
            parts.append(_Part(tier, frame.select("strategy"), compare_engines(frame, config)))
    return f"{total:,} random candidates of seed {seed}", parts


def _with_nulls(frame: pl.DataFrame) -> pl.DataFrame:
    """Take one value away per column and hundred rows, each in a row of its own, from the end."""
    row = pl.int_range(pl.len()) % _NULL_EVERY
    there = [name for name in schema.RATING if name in frame.columns]
    return frame.with_columns(
        pl.when(row != _NULL_EVERY - 1 - i).then(pl.col(name)).alias(name)
        for i, name in enumerate(there)
    )


def _given(options: argparse.Namespace, config: RatingConfig) -> tuple[str, list[_Part]]:
    for name in ("candidates", "seed"):
        if getattr(options, name) is not None:
            raise InputError(f"--{name} is for random candidates, which a FRAME stands in for")
    by = options.by or []
    source = _io.name_of(options.source)
    if by:
        trades, columns = _io.scan_trades(options, by)
        # As `rate` reads it, but without the metrics: both engines compute their own.
        lazy = rate_trades(trades, by, columns, config).select(*by, "trades")
    else:
        for name in _io.ROLES:
            if getattr(options, name) is not None:
                raise InputError(f"--{name.replace('_', '-')} needs --by")
        lazy = _io.scan_candidates(options.source, options.format)
    try:
        frame = lazy.collect()
        part = _Part("all", frame.select(by), compare_engines(frame, config))
    except pl.exceptions.PolarsError as error:
        hint = ""
        if not by and "pnl" in lazy.collect_schema():
            hint = " (one row per trade? --by names the column of the candidate)"
        raise InputError(f"{source}: {one_line(error)}{hint}") from None
    what = f"{source}: {part.found.candidates:,} candidates\n{_table.evidence(frame)}"
    return what, [part]


def _scores(parts: Sequence[_Part]) -> str:
    head = ("score", "max divergence", "compared", "null in both", "null in one")
    rows = []
    for name in SCORES:
        of_parts = [part.found.scores[name] for part in parts]
        found = [x.max_divergence for x in of_parts if x.max_divergence is not None]
        counts = (
            sum(x.compared for x in of_parts),
            sum(x.nulls for x in of_parts),
            sum(x.mismatches for x in of_parts),
        )
        rows.append((name, _size(max(found)) if found else "-", *(f"{n:,}" for n in counts)))
    return _table.aligned(head, rows)


def _times(parts: Sequence[_Part]) -> str:
    rows = [
        (
            part.title,
            f"{part.found.candidates:,}",
            _duration(part.found.python_seconds),
            _duration(part.found.rust_seconds),
            _factor(part.found.speed_up),
        )
        for part in parts
    ]
    return _table.aligned(("candidates", "number", "python", "rust", "speed-up"), rows)


def _beyond(parts: Sequence[_Part], tolerance: float) -> Iterator[str]:
    """Say where the divergences above the tolerance are, a line for each score."""
    for part in parts:
        if part.found.refusal is not None:
            yield f"{part.title}: {one_line(part.found.refusal)}"
            continue
        for name, score in part.found.scores.items():
            if score.worst_row is not None and (score.max_divergence or 0.0) > tolerance:
                key = "".join(f", {k} {v!r}" for k, v in _key(part, score.worst_row))
                yield (
                    f"{name}: {part.title}, row {score.worst_row}{key}: "
                    f"rust {_number(score.worst_rust)}, python {_number(score.worst_python)}"
                )


def _key(part: _Part, row: int) -> Sequence[tuple[str, object]]:
    return list(part.keys.row(row, named=True).items()) if part.keys.width else []


def _number(value: float | None) -> str:
    return "null" if value is None else repr(value)


def _size(value: float) -> str:
    return f"{value:.1e}" if value else "0"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "refused"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1e3:.2f} ms"


def _factor(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f} x"
