"""What the schema of the evidence is worth: tiers and errors from dtypes alone.

The twin of `src/plugin/frame/schema.rs`: the same checks in the same order, with the same texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import polars as pl

from polars_rating.catalog import ANCHOR, NUMBERS_PER_ROW, TRADE_FIELDS
from polars_rating.catalog.row import looked_for, quoted
from polars_rating.exceptions import ErrorCode, RatingError

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

    Dtypes = Mapping[str, PolarsDataType]

MOMENT_FIELDS = ("n", "sharpe", "skewness", "kurtosis")
_TIMES = ("entry_time", "exit_time")
_TEXTS = (pl.String, pl.Categorical, pl.Enum, pl.Null)


def check_schema(
    function: str, dtype: PolarsDataType, kwargs: Mapping[str, Any]
) -> list[str | None]:
    """Return the tier of the score, or of every component that is judged from evidence.

    Parameters
    ----------
    function : str
        The plugin's function.
    dtype : polars.DataType
        The struct of evidence.
    kwargs : mapping
        The values that the plugin would get.

    Raises
    ------
    RatingError
        For evidence that is missing or does not fit.
    """
    fields = dtype.fields if isinstance(dtype, pl.Struct) else []
    schema = Schema({field.name: field.dtype for field in fields if field.name != ANCHOR})
    if "components" not in kwargs:
        return [schema.tier(kwargs["score"], seeded="seed" in kwargs)]
    tiers = []
    for component in kwargs["components"]:
        if component["function"] == "given":
            name = component["output"]
            _check_number(name, schema.columns[name])
        if "score" not in component:
            continue
        score = dict(component["score"])
        if function == "evidence":
            score["missing_ok"] = True
        tiers.append(schema.tier(score, seeded="seed" in component))
    if function in ("scores", "final_rating"):
        schema.check_gate(kwargs["rating"])
    return tiers


class Schema:
    """The columns of the evidence and their dtypes."""

    def __init__(self, columns: Dtypes) -> None:
        for name, dtype in columns.items():
            _refuse_width_zero(name, dtype)
        self.columns = columns

    def tier(self, score: Mapping[str, Any], *, seeded: bool) -> str | None:
        """Return the best tier that the columns hold, None if they hold none but may."""
        if seeded:
            self._check_seed()
        for name in NUMBERS_PER_ROW:
            if name in self.columns:
                _check_number(name, self.columns[name])
        for tier in score["tiers"]:
            if self._is_there(tier):
                return str(tier["tier"])
        if score["missing_ok"]:
            return None
        raise _missing_evidence(
            f"no evidence for `{score['output']}`: looked for {looked_for(score['tiers'])}; "
            f"{self._missing_text(score['tiers'])}found {quoted(self.columns)}"
        )

    def check_gate(self, rating: Mapping[str, Any]) -> None:
        """Raise if the frame lacks what the gate judges."""
        missing = self._missing(rating["gate_metrics"])
        if missing:
            r = " with the field `r_multiple`" if "avg_r" in missing else ""
            gate = rating["gate"]
            raise _missing_evidence(
                f'no evidence for the gate "{gate}" of `final_rating`: {quoted(missing)} missing, '
                f"nor `trades`{r} to compute from; found {quoted(self.columns)}; "
                '`gate="none"` rates without it'
            )

    def _is_there(self, tier: Mapping[str, Any]) -> bool:
        column, metrics = tier["column"], tier["metrics"]
        if tier["needs"]:
            return False
        if tier["holds"] == "metrics":
            return not self._missing(metrics)
        if tier["holds"] == "trades":
            return self._has_trades() and all(map(self._trades_have, tier["fields"]))
        if column not in self.columns:
            return False
        if tier["holds"] == "numbers":
            for name in (column, *tier["optional"]):
                self._check_number_list(name)
            return True
        if tier["holds"] == "moments":
            _check_moments(column, self.columns[column])
            return True
        if tier["holds"] == "levels":
            _check_levels(column, self.columns[column], tier["fields"])
            return True
        if tier["holds"] == "equity":
            _check_equity(column, self.columns[column])
            return True
        self._check_runs(column, tier["fields"])
        self._require(metrics, column)
        return True

    def _check_runs(self, name: str, fields: Sequence[str]) -> None:
        """Raise unless the column holds lists of structs that have all of `fields`."""
        for field, dtype in _required_fields(name, self.columns[name], fields).items():
            _check_number(f"{name}.{field}", dtype)

    def _has_trades(self) -> bool:
        if "trades" not in self.columns:
            return False
        self._check_runs("trades", ["pnl"])
        for name, dtype in (self._trade_fields() or {}).items():
            if name in _TIMES:
                _check_time(f"trades.{name}", dtype)
            elif name in TRADE_FIELDS:
                _check_number(f"trades.{name}", dtype)
        return True

    def _trade_fields(self) -> Dtypes | None:
        """Return the fields of the trades, None if lists without a type do not tell."""
        return _item_fields("trades", self.columns["trades"], ["pnl"])

    def _trades_have(self, name: str) -> bool:
        fields = self._trade_fields()
        return fields is None or name in fields

    def _missing(self, metrics: Iterable[str]) -> list[str]:
        """Return the metrics that nothing gives."""
        return [name for name in metrics if not self._can_be_had(name)]

    def _can_be_had(self, metric: str) -> bool:
        if metric in self.columns:
            _check_number(metric, self.columns[metric])
            return True
        if metric == "profit" and "yearly_profits" in self.columns:
            self._check_number_list("yearly_profits")
            return True
        return self._has_trades() and (metric != "avg_r" or self._trades_have("r_multiple"))

    def _missing_text(self, tiers: Sequence[Mapping[str, Any]]) -> str:
        """Return what is missing where the last tier holds metrics and some are there."""
        metrics = tiers[-1]["metrics"] if tiers[-1]["holds"] == "metrics" else []
        missing = self._missing(metrics)
        if not missing or len(missing) == len(metrics):
            return ""
        no_r = "avg_r" in missing and "trades" in self.columns
        return (
            f"{quoted(missing)} missing{' (`trades` have no field `r_multiple`)' if no_r else ''}; "
        )

    def _require(self, metrics: Iterable[str], column: str) -> None:
        """Raise if a metric that the runs of `column` are compared with can be had from nothing."""
        if missing := self._missing(metrics):
            leave = "`avg_r=None` leaves R-multiples out of robustness"
            raise _missing_evidence(
                f"`{column}` is there, but not the base metrics it is compared with: "
                f"{quoted(missing)} missing, found {quoted(self.columns)}"
                f"{f'; {leave}' if 'avg_r' in missing else ''}"
            )

    def _check_number_list(self, name: str) -> None:
        dtype = self.columns.get(name, pl.Null())
        items = dtype.inner if isinstance(dtype, pl.List | pl.Array) else dtype
        if dtype != pl.Null and (items is dtype or not _is_number(items)):
            _expected(name, "a List or Array of numbers", dtype)

    def _check_seed(self) -> None:
        dtype = self.columns.get("seed", pl.Null())
        if not (dtype.is_integer() or isinstance(dtype, pl.Null)):
            _expected("seed", "an integer", dtype)


def _item_fields(name: str, dtype: PolarsDataType, wanted: Sequence[str]) -> Dtypes | None:
    """Return the fields of the structs in lists; None for lists without a type."""
    expected = f"List(Struct{{{', '.join(wanted)}}}), Array(Struct) or Struct of lists"
    if isinstance(dtype, pl.Null):
        return None
    if isinstance(dtype, pl.List | pl.Array):
        inner = dtype.inner
        if isinstance(inner, pl.Null):
            return None
        if isinstance(inner, pl.Struct):
            return {field.name: field.dtype for field in inner.fields}
    elif isinstance(dtype, pl.Struct):
        read = {*wanted, *(TRADE_FIELDS if name == "trades" else ())}
        return {
            field.name: _list_items(f"{name}.{field.name}", field.dtype, field.name in read)
            for field in dtype.fields
        }
    return _expected(name, expected, dtype)


def _required_fields(name: str, dtype: PolarsDataType, wanted: Sequence[str]) -> Dtypes:
    """Return the dtypes of the `wanted` fields of structs; none for lists without a type."""
    found = _item_fields(name, dtype, wanted)
    return {} if found is None else _pick(name, found, wanted)


def _pick(name: str, found: Dtypes, wanted: Sequence[str]) -> Dtypes:
    """Return the dtypes of the `wanted` ones of the fields that were `found`."""
    for field in wanted:
        if field not in found:
            raise RatingError(
                f"`{name}` must have the field `{field}`, found {quoted(found)}",
                code=ErrorCode.RATING_MISSING_FIELD,
            )
    return {field: found[field] for field in wanted}


def _check_moments(name: str, dtype: PolarsDataType) -> None:
    if isinstance(dtype, pl.Struct):
        found = {field.name: field.dtype for field in dtype.fields}
        for field, of_field in _pick(name, found, MOMENT_FIELDS).items():
            _check_number(f"{name}.{field}", of_field)
    elif dtype != pl.Null:
        _expected(name, "a Struct{n, sharpe, skewness, kurtosis}", dtype)


def _check_levels(name: str, dtype: PolarsDataType, fields: Sequence[str]) -> None:
    for field, found in _required_fields(name, dtype, fields).items():
        path, text = f"{name}.{field}", isinstance(found, _TEXTS)
        if field == "direction":
            if not (text or found.is_numeric()):
                _expected(path, "a String or a number", found)
        elif field == "exit_reason":
            if not (text or isinstance(found, pl.Boolean)):
                _expected(path, "a String or a Boolean", found)
        else:
            (_check_time if field in _TIMES else _check_number)(path, found)


def _check_equity(name: str, dtype: PolarsDataType) -> None:
    items = dtype.inner if isinstance(dtype, pl.List | pl.Array) else dtype
    if isinstance(items, pl.Struct):
        for field, found in _required_fields(name, dtype, ("time", "equity")).items():
            (_check_time if field == "time" else _check_number)(f"{name}.{field}", found)
    elif dtype != pl.Null and (items is dtype or not _is_number(items)):
        _expected(name, "List(Struct{time, equity}) or a List of weekly closes", dtype)


def _list_items(path: str, dtype: PolarsDataType, read: bool) -> PolarsDataType:
    """Return the dtype of the items of a list in a struct of lists."""
    if isinstance(dtype, pl.List | pl.Array):
        return dtype.inner
    if isinstance(dtype, pl.Null):
        return dtype
    return _expected(path, "a List or Array", dtype) if read else pl.Unknown()


def _refuse_width_zero(name: str, dtype: PolarsDataType) -> None:
    """Raise for an Array of width 0 at any depth, which Polars cannot hand to a plugin."""
    if isinstance(dtype, pl.Array) and dtype.size == 0:
        _expected(name, "a List or an Array of width 1 or more", dtype)
    if isinstance(dtype, pl.List | pl.Array):
        _refuse_width_zero(name, dtype.inner)
    elif isinstance(dtype, pl.Struct):
        for field in dtype.fields:
            _refuse_width_zero(f"{name}.{field.name}", field.dtype)


def _is_number(dtype: PolarsDataType) -> bool:
    return dtype.is_numeric() or isinstance(dtype, pl.Null)


def _check_number(name: str, dtype: PolarsDataType) -> None:
    if not _is_number(dtype):
        _expected(name, "a number", dtype)


def _check_time(name: str, dtype: PolarsDataType) -> None:
    if not isinstance(dtype, pl.Datetime | pl.Date | pl.Null):
        _expected(name, "a Datetime or Date", dtype)


def _expected(name: str, wanted: str, found: PolarsDataType) -> NoReturn:
    raise RatingError(f"`{name}` must be {wanted}, got {found}", code=ErrorCode.RATING_BAD_DTYPE)


def _missing_evidence(message: str) -> RatingError:
    return RatingError(message, code=ErrorCode.RATING_MISSING_EVIDENCE)
