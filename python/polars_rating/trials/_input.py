"""From the arguments of a call to the struct of trials that an engine reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import polars as pl
from polars.plugins import register_plugin_function

from polars_rating._engines.choice import engine, library
from polars_rating.catalog.row import quoted
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import check, show

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)
Names = str | Sequence[str]
Kwargs = dict[str, Any]


def names_of(argument: str, value: Names | None, *, empty: bool = False) -> list[str]:
    """Return one or more different column names as a list."""
    names = [value] if isinstance(value, str) else list(value or ())
    good = all(isinstance(name, str) for name in names) and len(set(names)) == len(names)
    if not good or not (names or empty):
        raise _bad(argument, "one or more different column names", value)
    return names


def schema_of(frame: object) -> pl.Schema:
    """Return the schema of an eager or lazy frame."""
    if not isinstance(frame, pl.DataFrame | pl.LazyFrame):
        raise _bad("frame", "a Polars DataFrame or LazyFrame", type(frame).__name__)
    return frame.collect_schema()


def require(schema: Mapping[str, PolarsDataType], names: Iterable[str]) -> None:
    """Raise a `RatingError` for the first column that is not there or cannot be used."""
    for name in names:
        if name not in schema:
            raise RatingError(
                f"there is no column `{name}`, found {quoted(schema)}",
                code=ErrorCode.RATING_MISSING_EVIDENCE,
            )
        if schema[name].is_nested() or isinstance(schema[name], pl.Binary | pl.Object):
            raise _bad_dtype(name, "a number, a time, Boolean or text", schema[name])


def require_numbers(schema: Mapping[str, PolarsDataType], names: Iterable[str]) -> None:
    """Raise a `RatingError` for the first column that does not hold numbers."""
    for name in names:
        require(schema, [name])
        if not (schema[name].is_numeric() or isinstance(schema[name], pl.Null)):
            raise _bad_dtype(name, "a number", schema[name])


def is_equal_only(dtype: PolarsDataType) -> bool:
    """Return whether parameters of this dtype have no distance: they are equal or not."""
    return not (dtype.is_numeric() or dtype.is_temporal())


def way(steps: object, within: object, nearest: object, scale: object) -> dict[str, int | float]:
    """Return what is near, checked: exactly one of steps, within and nearest."""
    count: int = check("steps", steps)
    scale = check("scale", scale)
    if (within is not None) + (nearest is not None) + (count != 1) > 1:
        raise RatingError(
            "one of `steps`, `within` and `nearest` must be given, got "
            f"steps={count}, within={show(within)}, nearest={show(nearest)}",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    if within is not None:
        return {"within": check("within", within)}
    if nearest is not None:
        return {f"nearest_{scale}": check("nearest", nearest)}
    return {"steps": count}


def over_trials(
    function: Literal["neighbour_runs", "plateau"],
    schema: Mapping[str, PolarsDataType],
    parameters: Names,
    by: Names | None,
    metrics: Sequence[str],
    near: dict[str, int | float],
) -> pl.Expr:
    """Return the expression `function` over the trials of a frame.

    Polars ranks every parameter once: an engine reads the dense ranks, and the values only where
    distances are taken of them. The rows of all groups go to the engine in one call.
    """
    groups = names_of("by", by, empty=True)
    axes = names_of("parameters", parameters)
    require(schema, [*groups, *axes])
    require_numbers(schema, metrics)
    needs_values = any(name in near for name in ("within", "nearest_range", "nearest_log"))
    struct: dict[str, pl.Expr] = {}
    kwargs: Kwargs = {
        "output": function,
        "groups": [_put(struct, f"group_{i}", _codes(schema, c)) for i, c in enumerate(groups)],
        "equal": [],
        "parameters": [],
        "metrics": [
            {"name": name, "field": _put(struct, f"metric_{i}", pl.col(name).cast(pl.Float64))}
            for i, name in enumerate(metrics)
        ],
        "near": near,
    }
    for i, name in enumerate(axes):
        codes = _put(struct, f"codes_{i}", _codes(schema, name))
        if is_equal_only(schema[name]):
            kwargs["equal"].append(codes)
            continue
        values = None
        if needs_values:
            _check_distance(name, schema[name], near)
            values = _put(struct, f"values_{i}", clean(schema, name).to_physical().cast(pl.Float64))
        kwargs["parameters"].append({"name": name, "codes": codes, "values": values})
    trials = pl.struct(expr.alias(name) for name, expr in struct.items())
    if engine() == "python":
        from polars_rating._engines.python.trials import expression

        return expression(function, trials, kwargs).alias(function)
    return register_plugin_function(
        plugin_path=library(), function_name=function, args=trials, kwargs=kwargs
    ).alias(function)


def _put(struct: dict[str, pl.Expr], name: str, expr: pl.Expr) -> str:
    struct[name] = expr
    return name


def _codes(schema: Mapping[str, PolarsDataType], name: str) -> pl.Expr:
    """Return dense ranks from 1, null for null."""
    if isinstance(schema[name], pl.Null):
        return pl.repeat(None, pl.len(), dtype=pl.UInt32)
    column = clean(schema, name)
    if isinstance(schema[name], pl.Categorical | pl.Enum):
        column = column.to_physical()
    if isinstance(schema[name], pl.Boolean):
        column = column.cast(pl.UInt8)
    return column.rank("dense").cast(pl.UInt32)


def clean(schema: Mapping[str, PolarsDataType], name: str) -> pl.Expr:
    """Return a parameter with NaN as null, and one zero."""
    if schema[name].is_float():
        return pl.col(name).fill_nan(None) + 0.0
    return pl.col(name)


def _check_distance(name: str, dtype: PolarsDataType, near: Mapping[str, object]) -> None:
    points = isinstance(dtype, pl.Date | pl.Datetime | pl.Time)
    if points and "nearest_range" not in near:
        raise _bad_dtype(name, "a number or a Duration for a relative distance", dtype)


def _bad(argument: str, wanted: str, found: object) -> RatingError:
    return RatingError(
        f"`{argument}` must be {wanted}, got {show(found)}", code=ErrorCode.RATING_BAD_ARGUMENT
    )


def _bad_dtype(name: str, wanted: str, dtype: PolarsDataType) -> RatingError:
    return RatingError(f"`{name}` must be {wanted}, got {dtype}", code=ErrorCode.RATING_BAD_DTYPE)
