"""Shares of variance against a published Sobol index, SciPy and statsmodels, on both row orders."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from statsmodels.formula.api import ols

import polars_rating as rating

# Ishigami and Homma (1990), a = 7, b = 0.1: the first-order indices of Saltelli et al.
ISHIGAMI = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}


def ishigami(levels: int) -> pl.DataFrame:
    x = -math.pi + 2 * math.pi * (np.arange(levels) + 0.5) / levels  # midpoints
    one, two, three = (axis.ravel() for axis in np.meshgrid(x, x, x, indexing="ij"))
    y = np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)
    return pl.DataFrame({"x1": one, "x2": two, "x3": three, "y": y})


def test_full_grid_matches_the_published_sobol_indices() -> None:
    found = rating.parameter_importance(ishigami(60), list(ISHIGAMI), "y", bins=60)
    for name, share in found.select("parameter", "share").rows():
        assert share == pytest.approx(ISHIGAMI[name], abs=1.5e-3)  # of a grid of 60 midpoints


def test_random_search_is_near_them_once_cut_into_bins() -> None:
    rng = np.random.default_rng(5)
    x = rng.uniform(-math.pi, math.pi, (20_000, 3))
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    frame = pl.DataFrame({f"x{i + 1}": x[:, i] for i in range(3)}).with_columns(y=y)
    found = rating.parameter_importance(frame, list(ISHIGAMI), "y", bins=30)
    assert set(found["levels"]) == {30}
    for name, share in found.select("parameter", "adjusted").rows():
        assert share == pytest.approx(ISHIGAMI[name], abs=0.02)  # sampling error of 20,000 trials


def test_share_matches_the_analysis_of_variance_of_statsmodels() -> None:
    rng = np.random.default_rng(1)
    frame = pl.DataFrame({
        "kind": rng.choice(["a", "b", "c"], 200), "size": rng.integers(0, 5, 200),
        "profit": rng.normal(size=200) + 0.3 * rng.integers(0, 5, 200),
    })  # fmt: skip
    found = rating.parameter_importance(frame, ["kind", "size"], "profit")
    for name, share, adjusted in found.select("parameter", "share", "adjusted").rows():
        table = sm.stats.anova_lm(ols(f"profit ~ C({name})", frame.to_pandas()).fit())
        between, within = table["sum_sq"]
        assert share == pytest.approx(between / (between + within), rel=1e-10)
        spread = table["mean_sq"].iloc[1] * 199 / (between + within)
        assert adjusted == pytest.approx(1 - spread, rel=1e-9)


def test_groups_nulls_and_constants_by_hand() -> None:
    frame = pl.DataFrame({
        "asset": ["a", "a", "a", "b", "b", None, None],
        "n": [1.0, None, math.nan, 1.0, 2.0, 1.0, 2.0],
        "profit": [0.0, 2.0, 4.0, 1.0, 1.0, math.inf, 3.0],
    })  # fmt: skip
    found = rating.parameter_importance(frame, "n", "profit", by="asset")
    # Asset a: levels {0} and {2, 4}, means 0 and 3 about 2: (4 + 2) / 8.
    assert found.select("asset", "share", "levels", "trials").rows() == [
        (None, None, 1, 1), ("a", 0.75, 2, 3), ("b", None, 2, 2),
    ]  # fmt: skip


def test_order_of_rows_and_laziness_change_no_bit() -> None:
    rng = np.random.default_rng(2)
    frame = pl.DataFrame({
        "g": rng.integers(0, 3, 500), "x": rng.normal(size=500), "y": rng.normal(size=500) * 1e3,
    })  # fmt: skip
    wanted = rating.parameter_importance(frame, "x", "y", by="g")
    for seed in range(20):
        shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed)
        assert rating.parameter_importance(shuffled, "x", "y", by="g").equals(wanted)
    lazy = rating.parameter_importance(frame.lazy(), "x", "y", by="g")
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(wanted)
    assert lazy.collect(engine="streaming").equals(wanted)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda f: rating.parameter_importance(f, "nope", "y"), "RATING_MISSING_EVIDENCE"),
        (lambda f: rating.parameter_importance(f, [], "y"), "RATING_BAD_ARGUMENT"),
        (lambda f: rating.parameter_importance(f, "x", "t"), "RATING_BAD_DTYPE"),
        (lambda f: rating.parameter_importance(f, "x", "y", bins=1), "RATING_BAD_ARGUMENT"),
        (lambda f: rating.parameter_importance({}, "x", "y"), "RATING_BAD_ARGUMENT"),
    ],
)
def test_bad_arguments_have_a_code(call, code) -> None:
    with pytest.raises(rating.RatingError) as caught:
        call(pl.DataFrame({"x": [1.0], "y": [1.0], "t": ["a"]}))
    assert caught.value.code == code
