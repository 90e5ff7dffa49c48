"""The options of the command line."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

from polars_rating import _io
from polars_rating.verify import TOLERANCE

PROG = "polars-rating"
TOP = 20
CANDIDATES = 10_000


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _io.InputError(f"{message} (see {self.prog} --help)")


def parser() -> argparse.ArgumentParser:
    """Return the parser; it raises `InputError` instead of printing its usage."""
    top = _Parser(
        prog=PROG, description="Rate trading candidates by their trades.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"{PROG} {_version()}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    rate = commands.add_parser(
        "rate",
        help="rate a file of trades, one row per trade",
        description="Rate the candidates of a file of trades, one row per trade.",
        allow_abbrev=False,
    )
    rate.add_argument("source", metavar="TRADES", help="the file of trades, - for standard input")
    _add_table(rate, "TRADES", "the column that names the candidate (default strategy)")

    demo = commands.add_parser(
        "demo",
        help="rate the shipped trades",
        description="Rate the trades shipped with the package (S&P 500, 1999 to 2018).",
        allow_abbrev=False,
    )
    for command in (rate, demo):
        _add_common(command)
    verify = commands.add_parser(
        "verify",
        help="compare the Rust engine with plain Python",
        description="Rate candidates with both engines and compare. Exit status 1 if they diverge.",
        allow_abbrev=False,
    )
    _add_verify(verify)
    return top


def _add_verify(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "source",
        nargs="?",
        metavar="FRAME",
        help="a file of candidates, one row each, - for standard input; default random candidates",
    )
    _add_table(command, "FRAME", "FRAME holds trades, and this column names the candidate")
    checks = command.add_argument_group("check")
    checks.add_argument(
        "--candidates",
        type=int,
        metavar="N",
        help=f"number of random candidates (default {CANDIDATES})",
    )
    checks.add_argument("--seed", type=int, metavar="N", help="seed of the candidates (default 0)")
    checks.add_argument(
        "--tolerance",
        type=float,
        metavar="X",
        default=TOLERANCE,
        help=f"largest absolute divergence to accept (default {TOLERANCE})",
    )
    checks.add_argument("--config", metavar="FILE", help="a RatingConfig as .toml or .json")


def _add_table(command: argparse.ArgumentParser, name: str, by: str) -> None:
    command.add_argument(
        "--format", choices=_io.IN_FORMATS, help=f"format of {name}, else its suffix"
    )
    command.add_argument(
        "--by", action="append", metavar="COLUMN", help=f"{by}; repeat for several"
    )
    names = command.add_argument_group(
        "columns of trades", 'By default the names in brackets that are there; "" leaves one out.'
    )
    names.add_argument("--pnl", metavar="COLUMN", help="profit or loss before fees [pnl]")
    names.add_argument("--fee", metavar="COLUMN", help="fees of the trade, >= 0 [fee]")
    names.add_argument("--r-multiple", metavar="COLUMN", help="R-multiple [r_multiple, r]")
    names.add_argument("--entry-time", metavar="COLUMN", help="entry [entry_time, entry]")
    names.add_argument("--exit-time", metavar="COLUMN", help="exit [exit_time, exit]")


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--top", type=int, metavar="N", help=f"rows of the printed ranking (default {TOP}; 0 none)"
    )
    out = command.add_argument_group("output")
    out.add_argument(
        "--out",
        metavar="FILE",
        help="write all candidates, best first; - for stdout (the ranking: stderr, if --top)",
    )
    out.add_argument("--out-format", choices=_io.OUT_FORMATS, help="else the suffix; csv on stdout")
    out.add_argument("--keep-trades", action="store_true", help="write the lists of trades too")
    scores = command.add_argument_group("scores")
    scores.add_argument("--config", metavar="FILE", help="a RatingConfig as .toml or .json")
    scores.add_argument("--seed", type=int, help="seed of the random draws")
    scores.add_argument("--dropout-runs", type=int, metavar="N", help="replays of the dropout")
    scores.add_argument("--gate", choices=("profit", "deployment", "none"))


def _version() -> str:
    try:
        return version(PROG)
    except PackageNotFoundError:
        return "(not installed)"
