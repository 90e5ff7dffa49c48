"""Which columns are parameters, and the rating over two of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.report.candidates import FINAL, Candidates, further_columns

MAX_VALUES: Final = 60
"""A column with more distinct values is taken for a measurement, unless it is named."""
COUNTERS: Final = {"epoch", "trial", "run", "seed", "number", "index"}
"""Columns that count candidates."""
MAX_TEMPLATES: Final = 24
MAX_PARAMETERS: Final = 8
MAX_STEPS: Final = 24
"""A parameter with more distinct values is put into bins of equal width."""
BINS: Final = 12
MAX_PANELS: Final = 6
_NUMBER: Final = re.compile(r"(?:([A-Za-z_]\w*)\s*=\s*)?(-?\d+(?:\.\d+)?)")
_GAPS: Final = re.compile(r"([_ ,/-])[_ ,/-]+")
KIND: Final = "variant"
"""The parameter that holds what is left of a name without its numbers."""


@dataclass(frozen=True)
class Parameters:
    """The parameters of the candidates, one column each, and where they come from."""

    table: pl.DataFrame
    source: str

    @property
    def names(self) -> list[str]:
        """Their names."""
        return self.table.columns


@dataclass(frozen=True)
class Plateau:
    """The rating over two parameters, in one panel per value of a third."""

    x: str
    y: str
    by: str | None
    cells: pl.DataFrame
    """`by`, `x`, `y` as text, median rating (null where gated), median of all, number, gated."""
    x_values: list[str]
    y_values: list[str]
    panels: list[str]
    left_out: int
    """Panels beyond `MAX_PANELS`."""
    over: list[str]
    """The parameters over which the median is taken."""

    @property
    def domain(self) -> tuple[float, float]:
        """The ratings of the first and the last colour: 5 % and all of the cells not gated."""
        rated = self.cells.filter(pl.col("gated") * 2 <= pl.col("n"))["rating"]
        rated = rated.filter(rated > 0)
        if not rated.len():
            return 0.0, 1.0
        low = float(rated.quantile(0.05, "lower") or 0.0)
        high = float(rated.max())  # type: ignore[arg-type] # numbers
        return (low, high) if high > low else (max(0.0, low - 0.1), min(1.0, high + 0.1))


def find(candidates: Candidates, given: Sequence[str] | str | None) -> Parameters:
    """Return the parameters: those that are named, else columns, else the numbers in the names.

    A column is taken for a parameter if it is neither evidence nor a score, and has between 2 and
    `MAX_VALUES` distinct values. Names are read if all of them hold equally many numbers.

    Raises
    ------
    RatingError
        ``RATING_MISSING_EVIDENCE`` for a name that is no column, ``RATING_BAD_DTYPE`` for a nested
        one.
    """
    frame = candidates.frame
    if given is not None:
        names = [given] if isinstance(given, str) else list(given)
        for name in names:
            if name not in frame.columns:
                raise RatingError(
                    f"there is no column {name!r} (parameters)",
                    code=ErrorCode.RATING_MISSING_EVIDENCE,
                )
            if frame.schema[name].is_nested():
                raise RatingError(
                    f"column {name!r} (parameters) must not be nested, found {frame.schema[name]}",
                    code=ErrorCode.RATING_BAD_DTYPE,
                )
        return Parameters(frame.select(names), "given")
    only = set(candidates.names) if len(candidates.names) == 1 else set()
    names = [
        name
        for name in further_columns(frame)
        if name not in only | COUNTERS and _is_parameter(frame[name])
    ]
    if any(frame.schema[name].is_numeric() for name in names):
        return Parameters(frame.select(names[:MAX_PARAMETERS]), "columns")
    return Parameters(_of_names(candidates.labels if candidates.names else []), "names")


def _is_parameter(column: pl.Series) -> bool:
    dtype = column.dtype
    fits = dtype.is_numeric() or dtype in (pl.String, pl.Boolean, pl.Categorical, pl.Enum)
    return fits and 2 <= column.n_unique() <= MAX_VALUES


def _of_names(labels: list[str]) -> pl.DataFrame:
    found = [_NUMBER.findall(label) for label in labels]
    counts = {len(numbers) for numbers in found}
    kinds = [_GAPS.sub(r"\1", _NUMBER.sub("", label)).strip("_ /()-,") for label in labels]
    if len(counts) != 1 or not 0 < min(counts) <= MAX_PARAMETERS or len(labels) < 2:
        return pl.DataFrame()
    if len(set(kinds)) > MAX_TEMPLATES:
        return pl.DataFrame()
    columns: dict[str, Any] = {}
    for i, (key, _) in enumerate(found[0]):
        name = key if key and all(numbers[i][0] == key for numbers in found) else f"number {i + 1}"
        columns[name] = [float(numbers[i][1]) for numbers in found]
    table = pl.DataFrame({**columns, KIND: kinds})
    return table.select(column for column in table if _is_parameter(column))


def plateau(candidates: Candidates, parameters: Parameters) -> Plateau | None:
    """Return the median rating over the two numeric parameters that come first.

    Panels are the values of the first parameter that is no number. None without a numeric
    parameter.
    """
    table = parameters.table
    numeric = [name for name in table.columns if table.schema[name].is_numeric()]
    others = [name for name in table.columns if name not in numeric]
    if not numeric:
        return None
    y, x = numeric[0], (numeric[1:] or others[:1] or [""])[0]
    by = next((name for name in others if name != x), None)
    nothing = pl.repeat("", table.height, eager=True)
    columns = {
        "x": _steps(table[x]) if x else (nothing, [""]),
        "y": _steps(table[y]),
        "by": _steps(table[by]) if by else (nothing, [""]),
    }
    cells = (
        pl.DataFrame({name: column for name, (column, _) in columns.items()})
        .with_columns(candidates.ratings.alias(FINAL))
        .drop_nulls()
        .group_by("by", "y", "x")
        .agg(
            pl.col(FINAL).median().alias("rating"),
            pl.len().alias("n"),
            (pl.col(FINAL) == 0).sum().alias("gated"),
        )
        .sort("by", "y", "x")
    )
    if cells.height < 2:
        return None
    shown = columns["by"][1]
    if len(shown) > MAX_PANELS:
        sizes = Counter(columns["by"][0].to_list())
        best = sorted(shown, key=lambda value: (-sizes[value], value))[:MAX_PANELS]
        shown = [value for value in shown if value in best]
    return Plateau(
        x=x,
        y=y,
        by=by,
        cells=cells.filter(pl.col("by").is_in(shown)),
        x_values=columns["x"][1],
        y_values=columns["y"][1],
        panels=shown,
        left_out=len(columns["by"][1]) - len(shown),
        over=[name for name in table.columns if name not in {x, y, by}],
    )


def _steps(column: pl.Series) -> tuple[pl.Series, list[str]]:
    """Return the values of a parameter as text, and all of them in their order."""
    values = column.drop_nulls().unique().sort().to_list()
    if not column.dtype.is_numeric():
        return column.cast(pl.String), [str(value) for value in values]
    if len(values) <= MAX_STEPS:
        texts = {value: f"{value:g}" for value in values}
        mapped = [None if value is None else texts[value] for value in column.to_list()]
        return pl.Series(column.name, mapped, pl.String), list(texts.values())
    low, high = float(values[0]), float(values[-1])
    width = (high - low) / BINS
    middles = [f"{low + (i + 0.5) * width:.3g}" for i in range(BINS)]
    bins = ((column.cast(pl.Float64) - low) / width).floor().clip(0, BINS - 1).cast(pl.Int64)
    mapped = [None if i is None else middles[i] for i in bins.to_list()]
    return pl.Series(column.name, mapped, pl.String), list(dict.fromkeys(middles))
