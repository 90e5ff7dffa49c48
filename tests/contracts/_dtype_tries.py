"""Try wrong dtypes on one expression, in a process of its own: run as a script.

Prints one JSON object to a line: ``{"try": label}`` before each try, so that whoever reads it
knows which one killed the process, then ``{"label", "stage", "error", "message"}``.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from polars_rating.catalog import RATING_COLUMNS, SCORES, TRADE_FIELDS
from polars_rating.testing import RUN_FIELDS
from tests._engines import plan
from tests._registry import REGISTRY, Row

ROWS: Final = 3
WRONG_ITEMS: Final[dict[str, tuple[Any, Any]]] = {
    "String": ("1.0", pl.String),
    "Boolean": (True, pl.Boolean),
    "Binary": (b"1", pl.Binary),
    "Categorical": ("a", pl.Categorical),
    "Enum": ("a", pl.Enum(["a"])),
    "Date": (dt.date(2024, 1, 1), pl.Date),
    "Datetime": (dt.datetime(2024, 1, 1), pl.Datetime("us")),
    "Datetime_tz": (dt.datetime(2024, 1, 1, tzinfo=dt.UTC), pl.Datetime("ms", "UTC")),
    "Duration": (dt.timedelta(hours=1), pl.Duration("us")),
    "Time": (dt.time(1), pl.Time),
    "Struct": ({"a": 1.0}, pl.Struct({"a": pl.Float64})),
    "List": ([1.0], pl.List(pl.Float64)),
    "List_Null": ([None], pl.List(pl.Null)),
    "Array": ([1.0, 2.0], pl.Array(pl.Float64, 2)),
}
"""Label to a value and its dtype; none is a number."""
TIMES: Final = ("Date", "Datetime", "Datetime_tz")


def column_of(value: Any, dtype: Any) -> pl.Series | None:
    """Return a column of one value, None if this Polars has no such column."""
    try:
        made = pl.Series([value] * ROWS, dtype=dtype)
    except pl.exceptions.InvalidOperationError:
        return None
    return made if made.dtype == dtype else None


def wrong_columns(name: str) -> Iterator[tuple[str, str, str, pl.Series | None]]:
    """Yield (label, path in the message, dtype in the message, column) for column `name`."""
    if name == "trades":
        fields: tuple[str, ...] = TRADE_FIELDS
    elif name == "equity":
        fields = ("time", "equity")
    else:
        fields = RUN_FIELDS.get(name, ())
    nested = bool(fields) or name in ("yearly_profits", "years", "year_days", "returns")
    yield "Object", name, "", pl.Series([object()] * ROWS, dtype=pl.Object)
    for label, (value, dtype) in WRONG_ITEMS.items():
        found = label.split("_")[0]
        if name == "equity" and label in ("List", "Array"):
            continue  # weekly closes
        if not (nested and label.startswith(("List", "Array"))) or (
            fields and label != "List_Null"
        ):
            if fields and label == "Struct":
                found = "`a`"  # such a struct has no list of the first field
            yield label, name, found, column_of(value, dtype)
            yield f"nulls of {label}", name, found, column_of(None, dtype)
        if nested and label != "List_Null" and not (fields and label == "Struct"):
            yield f"List({label})", name, found, column_of([value], pl.List(dtype))
            yield f"Array({label})", name, found, column_of([value], pl.Array(dtype, 1))
    if nested:
        for number in (pl.Float64, pl.Int32):
            yield str(number), name, str(number), column_of(1, number)
    good = dict.fromkeys(("entry_time", "exit_time", "time"), pl.Datetime("us"))
    for field in fields:
        wrong = dict(WRONG_ITEMS)
        if field in good:
            wrong = {label: pair for label, pair in wrong.items() if label not in TIMES}
            wrong |= {"Float64": (1.0, pl.Float64), "Int64": (1, pl.Int64)}
        for label, (value, dtype) in wrong.items():
            types = {f: good.get(f, pl.Float64()) for f in fields} | {field: dtype}
            item = {f: None if f in good else 1.0 for f in fields} | {field: value}
            path, found = f"{name}.{field}", label.split("_")[0]
            struct = pl.Struct(types)
            yield f"List[{field}: {label}]", path, found, column_of([item], pl.List(struct))
            yield f"Array[{field}: {label}]", path, found, column_of([item], pl.Array(struct, 1))
            lists = pl.Struct({f: pl.List(t) for f, t in types.items()})
            value_lists = {f: [v] for f, v in item.items()}
            yield f"Struct[{field}: {label}]", path, found, column_of(value_lists, lists)
        bare = pl.Struct({f: pl.List(good.get(f, pl.Float64())) for f in fields if f != field})
        bare = pl.Struct({**{f.name: f.dtype for f in bare.fields}, field: pl.Int16})
        value_lists = {f: None if f in good else [1.0] for f in fields} | {field: 1}
        yield f"Struct[{field}: bare]", f"{name}.{field}", "Int16", column_of(value_lists, bare)


def attempts(row: Row) -> Iterator[tuple[dict[str, str], pl.DataFrame]]:
    for tier in row.tiers:
        frame = row.frame(tier, ROWS)
        for name in row.columns(tier):
            for label, path, found, wrong in wrong_columns(name):
                facts = {"label": f"{tier} {name}={label}", "path": path, "found": found}
                if wrong is not None:
                    yield facts, frame.with_columns(wrong.alias(name))
        for name in sorted(
            set(SCORES[row.name].columns() or RATING_COLUMNS) - set(row.columns(tier))
        ):
            for label, path, found, wrong in wrong_columns(name):
                if wrong is None or "[" in label or "nulls" in label:
                    continue  # enough of it
                facts = {"label": f"{tier} + {name}={label}", "path": path, "found": found}
                yield facts | {"spare": name}, frame.with_columns(wrong.alias(name))


def say(**facts: str) -> None:
    print(json.dumps(facts), flush=True)


def main(name: str) -> None:
    row = REGISTRY[name]
    for facts, frame in attempts(row):
        say(**{"try": facts["label"]})
        for stage in ("plan", "run"):
            try:
                if stage == "plan":
                    plan(frame.lazy().select(row.build()))
                else:
                    frame.select(row.build())
            except Exception as error:
                say(**facts, stage=stage, error=type(error).__name__, message=str(error))
            else:
                say(**facts, stage=stage, error="", message="")
    say(done=name)


if __name__ == "__main__":
    main(sys.argv[1])
