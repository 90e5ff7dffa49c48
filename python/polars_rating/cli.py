"""The command line ``polars-rating``: rate a table of trades, print and write the ranking.

Exit status: 0 done, 2 bad input or usage (one line on stderr, never a traceback), 130 on
Ctrl-C, 141 where the reader of the standard output went away.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import textwrap
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

import polars_rating as rating
from polars_rating import _io, _table
from polars_rating._arguments import PROG, TOP, parser
from polars_rating._io import InputError
from polars_rating.config import RatingConfig
from polars_rating.data import trades_path
from polars_rating.exceptions import RatingError
from polars_rating.pipeline import TradeColumns, rate_trades

INTERRUPTED = 130
PIPE_CLOSED = 141
_MESSAGE_MAX = 600


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments without the program's name; default ``sys.argv[1:]``.

    Returns
    -------
    int
        The exit status.
    """
    try:
        options = parser().parse_args(argv)
        run = _demo if options.command == "demo" else _rate
        run(options)
    except SystemExit as stop:  # --help and --version
        return int(stop.code or 0)
    except KeyboardInterrupt:
        # Polars raises it for a signal that Python has pending too. Any call takes the second
        # one; left alone it would be printed as a traceback while Python shuts down.
        try:  # noqa: SIM105 - entering `suppress` is such a call, outside of its own protection
            signal.getsignal(signal.SIGINT)
        except KeyboardInterrupt:
            pass
        return INTERRUPTED
    except BrokenPipeError:
        return PIPE_CLOSED
    except (
        InputError,
        RatingError,
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        OSError,
        MemoryError,
        RecursionError,
    ) as error:
        _say(f"{PROG}: error: {_one_line(error)}\n")
        return 2
    return 0


def _demo(options: argparse.Namespace) -> None:
    config = _config(options)
    _check_out(options, None)
    frame = rate_trades(pl.scan_parquet(trades_path()), "strategy", None, config).collect()
    note = (
        "The trades are polars_rating.data.load_trades(); polars_rating.reference recomputes "
        "every number.\n"
    )
    _report(frame, ["strategy"], config, options, note)


def _rate(options: argparse.Namespace) -> None:
    config = _config(options)
    _check_out(options, options.source)
    by: list[str] = options.by or ["strategy"]
    lazy, kind = _io.scan_trades(options.source, options.format, by)
    roles = ("pnl", "fee", "r_multiple", "entry_time", "exit_time")
    columns = TradeColumns.find(
        lazy.collect_schema().names(), **{role: getattr(options, role) for role in roles}
    )
    if kind in {"csv", "ndjson"}:
        lazy = _io.parse_text(lazy, columns)
    try:
        frame = rate_trades(lazy, by, columns, config).collect()
    except pl.exceptions.PolarsError as error:
        source = "standard input" if options.source == "-" else options.source
        raise InputError(f"{source}: {_one_line(error)}") from None
    for name in by:
        if nulls := frame[name].null_count():
            trades = frame.filter(pl.col(name).is_null())["total_trades"].sum()
            raise InputError(f"column {name!r} is null in {trades} trades of {nulls} candidates")
    _report(frame, by, config, options, "")


def _config(options: argparse.Namespace) -> RatingConfig:
    if options.top is not None and options.top < 0:
        raise InputError(f"--top must be >= 0, got {options.top}")
    config = RatingConfig() if options.config is None else _read_config(options.config)
    changes: dict[str, Any] = {}
    if options.seed is not None:
        changes["jitter"] = replace(config.jitter, seed=options.seed)
        changes["dropout"] = replace(config.dropout, seed=options.seed)
    if options.dropout_runs is not None:
        dropout = changes.get("dropout", config.dropout)
        changes["dropout"] = replace(dropout, n_runs=options.dropout_runs)
    if options.gate is not None:
        changes["gate"] = options.gate
    return replace(config, **changes)


def _read_config(path: str) -> RatingConfig:
    load = {".toml": tomllib.loads, ".json": json.loads}.get(Path(path).suffix.lower())
    if load is None:
        raise InputError(f"{path}: a configuration ends in .toml or .json")
    try:
        return RatingConfig.from_dict(load(Path(path).read_bytes().decode("utf-8")))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:  # TOML, JSON, UTF-8 and RatingError
        raise InputError(f"{path}: {error}") from None


def _check_out(options: argparse.Namespace, source: str | None) -> None:
    """Settle the format of the output, or raise where it cannot be written."""
    if options.out is None:
        for name in ("out_format", "keep_trades"):
            if getattr(options, name):
                raise InputError(f"--{name.replace('_', '-')} needs --out")
        return
    given = options.out_format or ("csv" if options.out == "-" else None)
    options.out_format = _io.format_of(options.out, given, _io.OUT_FORMATS, "--out-format")
    _io.check_target(options.out, options.out_format, source, keep_trades=options.keep_trades)


def _report(
    frame: pl.DataFrame,
    by: Sequence[str],
    config: RatingConfig,
    options: argparse.Namespace,
    note: str,
) -> None:
    top = TOP if options.top is None else options.top
    text = ""
    if top and not (options.out == "-" and options.top is None):
        text = (
            f"{_table.summary(frame, top)}\n{_table.ranking(frame, by, top)}\n{_table.LEGEND}"
            f"final: {config.aggregation} of the five, gate {config.gate}\n"
            f"{_evidence(frame)}\n{note}"
        )
    if options.out is not None:
        kept = frame if options.keep_trades else frame.drop("trades")
        data = _io.to_bytes(kept, options.out_format)
        if options.out == "-":
            _say(text)  # the standard output is for the data alone
            if sys.stdout is None:
                raise InputError("standard output: cannot be written: is closed")
            _emit(data)
            return
        try:
            Path(options.out).write_bytes(data)
        except OSError as error:
            raise InputError(
                f"{options.out}: cannot be written: {error.strerror or error}"
            ) from None
    if sys.stdout is not None:
        _emit(text.encode(sys.stdout.encoding or "utf-8", "replace"))


def _evidence(frame: pl.DataFrame) -> str:
    """Return the scores by the tier of their evidence, e.g. ``trades for cost_shock, ...``."""
    scores: dict[str, list[str]] = {}
    tiers = frame.head(1).select(rating.evidence()).to_series().struct.unnest()
    for name, tier in tiers.row(0, named=True).items():
        scores.setdefault(tier or "none", []).append(name.removesuffix("_score"))
    parts = (f"{tier} for {', '.join(names)}" for tier, names in scores.items())
    return textwrap.fill("evidence: " + "; ".join(parts), _table.WIDTH)


def _say(text: str) -> None:
    """Write text to the standard error, if there is one."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(text)


def _emit(data: bytes) -> None:
    """Write bytes to the standard output; where that fails, keep the exit of Python quiet."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _one_line(error: BaseException) -> str:
    """Return the message of an error without its plan, on one line."""
    text = str(error) or type(error).__name__
    text = text.split("\n\nResolved plan", maxsplit=1)[0]
    text = text.removeprefix("the plugin failed with message: ")
    text = " ".join("".join(c if c.isprintable() or c.isspace() else "?" for c in text).split())
    return text if len(text) <= _MESSAGE_MAX else text[:_MESSAGE_MAX] + " ..."
