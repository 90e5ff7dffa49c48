"""Progress of long work: on the standard error, and only if that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(text: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """Show while the body runs that it does; yield what is told of each step of the `total`.

    It takes the number of steps, a new ``total=``, and a ``note=`` to show behind.
    """
    # Not what `rich` takes for a terminal: an environment variable can make it one.
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda *_, **__: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    amount = [] if total is None else [BarColumn(), TextColumn("{task.percentage:.0f} %")]
    with Progress(
        SpinnerColumn("line"),
        TextColumn("{task.description}", markup=False),
        *amount,
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bar:
        task = bar.add_task(text, total=total, note="")
        yield lambda steps, **changed: bar.update(task, advance=steps, **changed)
