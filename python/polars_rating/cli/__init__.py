"""The command line ``polars-rating``: rate a table of trades, compare the engines.

Exit status: 0 done, 1 the engines diverge, 2 bad input or usage (one line on stderr, never a
traceback), 130 on Ctrl-C, 141 where the reader of the standard output went away.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from polars_rating import _io, _table
from polars_rating._arguments import PROG, TOP, parser
from polars_rating._cli_verify import verify
from polars_rating._io import InputError
from polars_rating._terminal import emit, one_line, say, show
from polars_rating.config import RatingConfig
from polars_rating.data import trades_path
from polars_rating.exceptions import RatingError
from polars_rating.pipeline import rate_trades

INTERRUPTED = 130
PIPE_CLOSED = 141


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
        return _COMMANDS[options.command](options)
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
        say(f"{PROG}: error: {one_line(error)}\n")
        return 2


def _demo(options: argparse.Namespace) -> int:
    config = _config(options)
    _check_out(options, None)
    frame = rate_trades(pl.scan_parquet(trades_path()), "strategy", None, config).collect()
    note = (
        "The trades are polars_rating.data.load_trades(); polars_rating.reference recomputes "
        "every number.\n"
    )
    _report(frame, ["strategy"], config, options, note)
    return 0


def _rate(options: argparse.Namespace) -> int:
    config = _config(options)
    _check_out(options, options.source)
    by: list[str] = options.by or ["strategy"]
    lazy, columns = _io.scan_trades(options, by)
    try:
        frame = rate_trades(lazy, by, columns, config).collect()
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{_io.name_of(options.source)}: {one_line(error)}") from None
    for name in by:
        if nulls := frame[name].null_count():
            trades = frame.filter(pl.col(name).is_null())["total_trades"].sum()
            raise InputError(f"column {name!r} is null in {trades} trades of {nulls} candidates")
    _report(frame, by, config, options, "")
    return 0


def _config(options: argparse.Namespace) -> RatingConfig:
    if options.top is not None and options.top < 0:
        raise InputError(f"--top must be >= 0, got {options.top}")
    config = _io.read_config(options.config)
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
            f"{_table.evidence(frame)}\n{note}"
        )
    if options.out is not None:
        kept = frame if options.keep_trades else frame.drop("trades")
        data = _io.to_bytes(kept, options.out_format)
        if options.out == "-":
            say(text)  # the standard output is for the data alone
            if sys.stdout is None:
                raise InputError("standard output: cannot be written: is closed")
            emit(data)
            return
        try:
            Path(options.out).write_bytes(data)
        except OSError as error:
            raise InputError(
                f"{options.out}: cannot be written: {error.strerror or error}"
            ) from None
    show(text)


_COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "demo": _demo,
    "rate": _rate,
    "verify": verify,
}
