"""The command line ``polars-rating``: rate a table of trades, compare the engines.

Exit status: 0 done, 1 the engines diverge or files failed, 2 bad input or usage (one line on
stderr, never a traceback), 130 on Ctrl-C, 141 where the reader of the standard output went away.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import click
import polars as pl

from polars_rating._version import __version__
from polars_rating.cli import rate, select, verify
from polars_rating.cli.write import drop_stdout, say
from polars_rating.exceptions import RatingError, one_line

PROG: Final = "polars-rating"
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


@click.group(
    commands=[rate.rate, rate.demo, rate.report_of, select.select, verify.verify],
    no_args_is_help=False,
)
@click.version_option(__version__, prog_name=PROG, message="%(prog)s %(version)s")
def commands() -> None:
    """Rate trading candidates by their trades."""


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
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        # Not `commands.main`: it writes to stderr on Ctrl-C and has one status for every error.
        with commands.make_context(PROG, arguments) as context:
            return int(commands.invoke(context) or 0)
    except click.exceptions.Exit as done:  # --help and --version
        return done.exit_code
    except KeyboardInterrupt:
        # Polars raises it for a signal that Python has pending too. Any call takes the second
        # one; left alone it would be printed as a traceback while Python shuts down.
        try:  # noqa: SIM105 - entering `suppress` is such a call, outside of its own protection
            signal.getsignal(signal.SIGINT)
        except KeyboardInterrupt:
            pass
        return INTERRUPTED
    except BrokenPipeError:
        drop_stdout()
        return PIPE_CLOSED
    except _REFUSED as error:
        say(f"{PROG}: error: {_message(error)}\n")
        return 2


def run() -> NoReturn:
    """Run the command line as a program: this ends the process."""
    status = main()
    if status == INTERRUPTED:
        # A thread of Polars may still be in Python, which aborts if it shuts down under it.
        os._exit(status)
    sys.exit(status)


_REFUSED: Final = (
    click.ClickException,
    RatingError,
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    OSError,
    MemoryError,
    RecursionError,
)


def _message(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename is None:  # of files it is told elsewhere
        drop_stdout()
        return f"standard output: cannot be written: {error.strerror or error}"
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else PROG
        return f"{one_line(error.format_message()).removesuffix('.')} (see {command} --help)"
    return one_line(error)
