"""Which parameters an optimiser's results depend on."""

from __future__ import annotations

import polars as pl

from polars_rating.parameters import BINS, check
from polars_rating.trials._input import (
    Frame,
    Names,
    clean,
    names_of,
    require,
    require_numbers,
    schema_of,
)


def parameter_importance(
    frame: Frame, parameters: Names, value: str, *, by: Names | None = None, bins: int = BINS
) -> Frame:
    r"""Return how much of the variance of a value each parameter explains on its own.

    .. math:: share = \sum_g n_g (m_g - m)^2 / \sum_i (x_i - m)^2

    with :math:`m_g` the mean of `value` over the :math:`n_g` trials of level g of the parameter and
    m the mean of all: the correlation ratio. On a full grid it is the first-order Sobol index. What
    the parameters explain only together is in none of the shares.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per trial.
    parameters : str or sequence of str
        Columns of the parameters, as in `neighbour_runs`. Null, and NaN, is a level of its own.
    value : str
        Column of the number to explain. Rows where it is null, NaN or infinite are left out.
    by : str or sequence of str, optional
        Columns of groups, each with shares of its own.
    bins : int
        A number or time with more distinct values than this in its group, as random search makes,
        is cut into this many levels of about equal size by its dense rank, in [2, 1000000].

    Returns
    -------
    DataFrame or LazyFrame
        A row for each group and parameter, groups in the order of `by` and parameters in the order
        given: the columns of `by`, ``parameter`` (String), ``share`` in [0, 1] and ``adjusted``
        (Float64), ``levels`` and ``trials`` (UInt32). Adjusted is epsilon squared, ``1 - (1 -
        share) (n - 1) / (n - levels)``, which noise does not raise: a parameter without influence
        is about 0, also below. Where all values are equal both are null; so is ``adjusted`` where
        every trial is a level of its own.

    Raises
    ------
    RatingError
        As in `neighbour_runs`.

    References
    ----------
    Pearson (1905), correlation ratio; Kelley (1935), epsilon squared; Sobol (1993); scoring
    specification, section 27.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> trials = pl.DataFrame(
    ...     {"fast": [5, 5, 9, 9], "slow": [20, 50, 20, 50], "profit": [1.0, 2.0, 4.0, 5.0]}
    ... )
    >>> rating.parameter_importance(trials, ["fast", "slow"], "profit").select(
    ...     "parameter", "share", "levels"
    ... ).rows()
    [('fast', 0.9, 2), ('slow', 0.1, 2)]
    """
    schema = schema_of(frame)
    names: list[str] = names_of("parameters", parameters)
    groups: list[str] = names_of("by", by, empty=True)
    require(schema, [*names, *groups])
    require_numbers(schema, names_of("value", value))
    most = check("bins", bins)
    keys = ["all", *(f"by_{i}" for i in range(len(groups)))]
    trials = frame.lazy().select(
        pl.col(value).cast(pl.Float64).alias("value"),
        pl.lit(0).alias("all"),
        *(pl.col(name).alias(key) for name, key in zip(groups, keys[1:], strict=True)),
        *(clean(schema, name).alias(f"parameter_{i}") for i, name in enumerate(names)),
    )
    trials = trials.filter(pl.col("value").is_finite())
    parts = []
    for i, name in enumerate(names):
        level = _level(f"parameter_{i}", keys, most if _can_be_cut(schema, name) else None)
        shares = _share(trials.select(*keys, "value", level.alias("level")), keys)
        parts.append(shares.with_columns(pl.lit(name).alias("parameter"), order=pl.lit(i)))
    found = pl.concat(parts).sort(*keys, "order")
    found = found.select(
        *(pl.col(key).alias(name) for name, key in zip(groups, keys[1:], strict=True)),
        "parameter",
        "share",
        "adjusted",
        "levels",
        "trials",
    )
    return found.collect() if isinstance(frame, pl.DataFrame) else found


def _level(name: str, keys: list[str], bins: int | None) -> pl.Expr:
    """Return the level of a parameter, its value unless it is cut into `bins`."""
    if bins is None:
        return pl.col(name)
    rank = pl.col(name).rank("dense").cast(pl.UInt64)
    last = rank.max()
    cut = (rank - 1) * bins // last
    return pl.when(last > bins).then(cut).otherwise(rank).over(keys)


def _share(trials: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """Return the share of one parameter in every group.

    Sums run over sorted values, so that neither the order of rows nor threads change a bit.
    """
    values = pl.col("value").sort()
    squares = pl.col("values").list.eval((pl.element() - pl.element().mean()) ** 2)
    groups = trials.group_by(keys).agg(values.alias("values"))
    groups = groups.select(
        *keys,
        pl.col("values").list.mean().alias("mean"),
        squares.list.sum().alias("total"),
        pl.col("values").list.len().cast(pl.UInt32).alias("trials"),
    )
    levels = trials.group_by([*keys, "level"]).agg(values.alias("values"))
    levels = levels.join(groups, on=keys, nulls_equal=True)
    n = pl.col("values").list.len().cast(pl.Float64)
    between = n * (pl.col("values").list.mean() - pl.col("mean")) ** 2
    summed = (
        levels.select(*keys, "total", "trials", between.alias("between"))
        .group_by(keys)
        .agg(
            pl.col("total", "trials").first(),
            pl.len().cast(pl.UInt32).alias("levels"),
            pl.col("between").sort(),
        )
    )
    share = (pl.col("between").list.sum() / pl.col("total")).clip(0.0, 1.0)
    share = pl.when(pl.col("total") > 0.0).then(share)
    freedom = (pl.col("trials").cast(pl.Float64) - 1.0) / (
        pl.col("trials").cast(pl.Float64) - pl.col("levels")
    )
    adjusted = pl.when(pl.col("trials") > pl.col("levels")).then(
        1.0 - (1.0 - pl.col("share")) * freedom
    )
    return summed.with_columns(share=share).with_columns(adjusted=adjusted)


def _can_be_cut(schema: pl.Schema, name: str) -> bool:
    return schema[name].is_numeric() or schema[name].is_temporal()
