"""Writing to the standard streams of a process, whatever state they are in."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Final

_MESSAGE_MAX: Final = 600


def show(text: str) -> None:
    """Write text to the standard output, if there is one."""
    if sys.stdout is not None:
        emit(text.encode(sys.stdout.encoding or "utf-8", "replace"))


def emit(data: bytes) -> None:
    """Write bytes to the standard output; where that fails, keep the exit of Python quiet."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OSError(error.errno, error.strerror, "standard output") from error


def say(text: str) -> None:
    """Write text to the standard error, if there is one."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(text)


def one_line(error: BaseException | str) -> str:
    """Return the message of an error without its plan, on one line."""
    text = str(error) or type(error).__name__
    text = text.split("\n\nResolved plan", maxsplit=1)[0]
    text = text.removeprefix("the plugin failed with message: ")
    text = " ".join("".join(c if c.isprintable() or c.isspace() else "?" for c in text).split())
    return text if len(text) <= _MESSAGE_MAX else text[:_MESSAGE_MAX] + " ..."
