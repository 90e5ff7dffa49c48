"""What the expressions of this folder share: evidence by keyword, families, units."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from polars_rating._expr.columns import as_expr, evidence_struct
from polars_rating._expr.kwargs import of_score
from polars_rating._expr.register import register
from polars_rating._expr.score import score
from polars_rating.catalog import SCORES
from polars_rating.exceptions import bad_argument
from polars_rating.parameters import check, show

if TYPE_CHECKING:
    from polars._typing import IntoExpr

_MOMENTS = ("n", "sharpe", "skewness", "kurtosis")
_NORMAL = {"skewness": 0.0, "kurtosis": 3.0}


def evidence(periods_per_year: float | None, **given: IntoExpr | None) -> dict[str, Any]:
    """Return the evidence that was given by keyword, as far as it was.

    Moments one by one (`n`, `sharpe`, `skewness`, `kurtosis`) become a struct of moments. A
    Sharpe ratio among them is annual where `periods_per_year` is given.
    """
    single = {name: given.pop(name, None) for name in _MOMENTS}
    found = {name: value for name, value in given.items() if value is not None}
    known = {name for name, value in single.items() if value is not None}
    if not known:
        return found
    if known not in (set(_MOMENTS), {"n", "sharpe"}):
        raise bad_argument(
            "`n` and `sharpe` must be given together, alone or with `skewness` and `kurtosis`, "
            f"got {', '.join(f'`{name}`' for name in _MOMENTS if name in known)}"
        )
    if "sharpe_moments" in found:
        raise bad_argument("`sharpe_moments` cannot be given beside `n` and `sharpe`")
    exprs = {
        name: as_expr(name, _NORMAL[name] if value is None else value)
        for name, value in single.items()
    }
    exprs["sharpe"] = per_period(exprs["sharpe"], periods_per_year, root=True)
    moments = pl.struct(*(value.alias(name) for name, value in exprs.items()))
    return {"sharpe_moments": moments}


def per_period(value: Any, periods_per_year: float | None, *, root: bool) -> Any:
    """Return an annual value per period: a Sharpe ratio (`root`) or a variance of such."""
    years = check("periods_per_year", periods_per_year)
    if years is None or value is None:
        return value
    if isinstance(value, str | pl.Series):
        value = as_expr("value", value)
    return value / (math.sqrt(years) if root else years)


def checked(name: str, value: Any, rule: str | None = None) -> Any:
    """Return a parameter that may be a column: a number is checked, a column left alone."""
    return value if isinstance(value, str | pl.Expr | pl.Series) else check(rule or name, value)


def check_rho(variance: str, rho: float) -> None:
    """Raise unless an autocorrelation comes with the standard error that knows it."""
    if check("rho", rho) != 0 and check("variance", variance) != "2025":
        raise bad_argument(f'`rho` must be 0 unless variance="2025", got {show(rho)}')


def moments_of(name: str, given: Mapping[str, Any], risk_free: float) -> pl.Expr:
    """Return the moments of every row from the evidence of the expression `name`."""
    row = replace(
        SCORES["sharpe_moments"],
        tiers=SCORES[name].tiers,
        keywords=SCORES[name].keywords,
        output=SCORES[name].output,
    )
    return score(row, {}, risk_free=risk_free, **given)


def family_of(family: Any) -> list[Any] | None:
    """Return the columns or expressions of a family as a list, None for all rows."""
    if family is None:
        return None
    single = isinstance(family, str | pl.Expr) or not isinstance(family, Sequence)
    keys = [family] if single else list(family)
    if not keys or not all(isinstance(key, str | pl.Expr) for key in keys):
        raise bad_argument(
            f"`family` must be column names or expressions, at least one, got {show(family)}"
        )
    return keys


def over(expr: pl.Expr, family: list[Any] | None) -> pl.Expr:
    """Return an expression per family."""
    return expr if family is None else expr.over(family)


def of_family(
    name: str, columns: Mapping[str, pl.Expr], output: str | None = None, **parameters: Any
) -> pl.Expr:
    """Return the expression of kind A or V that calls `name` on columns of a family."""
    row = SCORES[name]
    kwargs = of_score(row, parameters, {}, missing_ok=True)
    struct = evidence_struct(columns, columns)
    return register(row.function, struct, kwargs, output or row.output, kind=row.kind)


def spread_of(moments: pl.Expr) -> pl.Expr:
    """Return how many Sharpe ratios a family has, their variance and mean, a struct."""
    return of_family("sharpe_var", {"sharpe": moments.struct.field("sharpe")})
