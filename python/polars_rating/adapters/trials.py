"""What the adapters of optimisers have in common: a frame of trials and its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from polars_rating.exceptions import bad_argument

Stats = Mapping[str, tuple[str, float]]
"""Name of a statistic to the canonical column and the factor to its unit."""

_PLAIN: Final = (bool, int, float, str)


class Trials(NamedTuple):
    """An optimiser's trials: ``rating.neighbour_runs(*trials)``.

    Parameters
    ----------
    frame : pl.DataFrame
        One row per trial.
    parameters : tuple of str
        The columns that are parameters.
    """

    frame: pl.DataFrame
    parameters: tuple[str, ...]


def column(name: str, values: Sequence[Any]) -> pl.Series:
    """Return values of any kind as a column: plain ones as they are, others by their text.

    NaN is null among numbers, as pandas writes a parameter that a trial does not have.
    """
    read = [_plain(value) for value in values]
    kinds = {type(value) for value in read if value is not None}
    if kinds <= {int, float} and float in kinds:
        return pl.Series(name, read, dtype=pl.Float64, strict=False).fill_nan(None)
    if len(kinds) > 1:
        read = [None if value is None else str(value) for value in read]
    return pl.Series(name, read)


def _plain(value: Any) -> Any:
    if hasattr(value, "item") and getattr(value, "shape", ()) == ():
        value = value.item()  # NumPy scalars
    if value is None or isinstance(value, _PLAIN):
        return None if value != value else value
    return str(value)


def trials(parameters: Mapping[str, Sequence[Any]], values: Mapping[str, Sequence[Any]]) -> Trials:
    """Return columns of parameters and of results as trials; no name may be both."""
    clash = set(parameters) & set(values)
    if clash:
        raise bad_argument(f"{min(clash)!r} is a parameter and a result: rename one")
    columns = {**parameters, **values}
    return Trials(pl.DataFrame([column(str(k), v) for k, v in columns.items()]), tuple(parameters))


def canonical(stats: Stats, table: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Return statistics under their canonical names and in their units, others as they are."""
    found: dict[str, Sequence[Any]] = {}
    for name, values in table.items():
        if name not in stats:
            found[name] = values
            continue
        canonical_name, factor = stats[name]
        found[canonical_name] = [None if x is None or x != x else x * factor for x in values]
    return found


def index_levels(source: str, index: Any) -> dict[str, list[Any]]:
    """Return the levels of a pandas index as columns."""
    names = [f"level_{i}" if name is None else str(name) for i, name in enumerate(index.names)]
    if len(set(names)) != len(names):
        raise bad_argument(
            f"{source}: the levels of the index must have different names, got {names}"
        )
    return {name: list(index.get_level_values(i)) for i, name in enumerate(names)}
