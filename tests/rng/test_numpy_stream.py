"""The compiled random stream against the installed NumPy, value for value.

Oracle: ``numpy.random.default_rng``. Nothing here has a tolerance; the stream
is NumPy's or it is wrong.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polars_rating import _core

MAX_SEED = 2**64 - 1
EDGE_SEEDS = (
    *(0, 1, 42, 777, 987654321),
    *(2**32 - 1, 2**32, 2**32 + 1),
    *(2**63 - 1, 2**63, 2**63 + 1),
    *(2**64 - 50, 2**64 - 2, MAX_SEED),
)
SEEDS = st.sampled_from(EDGE_SEEDS) | st.integers(0, MAX_SEED)

# The tail shuffle is used for n > 10 000 and k > n // 50.
EDGE_POPULATIONS = (
    *(1, 2, 3, 7, 40, 49, 50, 51, 100, 500),
    *(9_999, 10_000, 10_001, 10_049, 10_050, 10_051, 12_345),
)


def edge_sample_sizes(n: int) -> list[int]:
    """Return the sample sizes around which the algorithm changes."""
    cut = n // 50
    candidates = {0, 1, 2, cut - 1, cut, cut + 1, cut + 2, n // 10, n - 1, n}
    return sorted(k for k in candidates if 0 <= k <= n)


def edge_samples() -> Iterator[tuple[int, int, int]]:
    """Yield some 1,800 combinations of seed, population and sample size."""
    for seed, n in product(EDGE_SEEDS, EDGE_POPULATIONS):
        for k in edge_sample_sizes(n):
            yield seed, n, k


@st.composite
def samples(draw: st.DrawFn) -> tuple[int, int]:
    """Draw a population and a sample size, most of them near the edges."""
    n = draw(st.integers(1, 300) | st.integers(9_950, 10_100) | st.integers(1, 30_000))
    cut = n // 50
    near_cut = st.integers(max(cut - 2, 0), min(cut + 2, n))
    k = draw(near_cut | st.integers(0, min(n, 300)) | st.just(n))
    return n, k


def numpy_choice(seed: int, n: int, k: int) -> list[int]:
    """Return NumPy's draw without replacement."""
    drawn: list[int] = np.random.default_rng(seed).choice(n, k, replace=False).tolist()
    return drawn


@pytest.mark.parametrize("seed", EDGE_SEEDS)
def test_state_matches_numpy(seed: int) -> None:
    expected = np.random.default_rng(seed).bit_generator.state["state"]
    assert _core.numpy_state(seed) == (expected["state"], expected["inc"])


@given(seed=SEEDS)
@settings(max_examples=1_000, deadline=None)
def test_state_matches_numpy_for_any_seed(seed: int) -> None:
    expected = np.random.default_rng(seed).bit_generator.state["state"]
    assert _core.numpy_state(seed) == (expected["state"], expected["inc"])


@given(seed=SEEDS, size=st.integers(0, 200))
@settings(max_examples=500, deadline=None)
def test_raw_words_match_numpy(seed: int, size: int) -> None:
    expected = np.random.default_rng(seed).bit_generator.random_raw(size).tolist()
    assert _core.numpy_integers_u64(seed, size) == expected


def test_choice_matches_numpy_at_the_edges() -> None:
    for seed, n, k in edge_samples():
        expected = numpy_choice(seed, n, k)
        assert _core.numpy_choice(seed, n, k) == expected, (seed, n, k)
        assert _core.numpy_choice_set(seed, n, k) == sorted(expected), (seed, n, k)


@given(seed=SEEDS, sample=samples())
@settings(max_examples=2_000, deadline=None)
def test_choice_matches_numpy(seed: int, sample: tuple[int, int]) -> None:
    expected = numpy_choice(seed, *sample)
    assert _core.numpy_choice(seed, *sample) == expected
    assert _core.numpy_choice_set(seed, *sample) == sorted(expected)


@given(seed=SEEDS, n=st.integers(2**31, 2**40), k=st.integers(0, 50))
@settings(max_examples=300, deadline=None)
def test_choice_from_a_huge_population_matches_numpy(seed: int, n: int, k: int) -> None:
    assert _core.numpy_choice(seed, n, k) == numpy_choice(seed, n, k)


def test_choice_of_a_run_matches_numpy() -> None:
    for i in range(500):
        seed = 987654321 + i
        expected = sorted(numpy_choice(seed, 500, 50))
        assert _core.numpy_choice_set(seed, 500, 50) == expected, seed


@given(seed=SEEDS, n=st.integers(1, 20_000), size=st.integers(0, 500))
@settings(max_examples=500, deadline=None)
def test_choice_with_replacement_matches_numpy(seed: int, n: int, size: int) -> None:
    values = np.arange(n)
    expected = np.random.default_rng(seed).choice(values, size=size, replace=True).tolist()
    assert _core.numpy_choice_with_replacement(seed, n, size) == expected


@pytest.mark.parametrize("n", [1, 2**32 - 1, 2**32, 2**32 + 1, 2**62 + 1])
def test_choice_with_replacement_matches_numpy_for_each_width(n: int) -> None:
    # Populations of 1, below, at and above 32 bits each have their own draw.
    for seed in EDGE_SEEDS:
        expected = np.random.default_rng(seed).choice(n, size=201, replace=True).tolist()
        assert _core.numpy_choice_with_replacement(seed, n, 201) == expected, seed


def test_bootstrap_resamples_match_numpy() -> None:
    values = np.arange(40)
    expected = np.random.default_rng(123).choice(values, size=(300, 40), replace=True)
    assert _core.numpy_choice_with_replacement(123, 40, 300 * 40) == expected.ravel().tolist()


@given(
    seed=SEEDS,
    low=st.floats(-1e6, 1e6),
    width=st.just(0.0) | st.floats(1e-9, 1e6),
    size=st.integers(0, 200),
)
@settings(max_examples=500, deadline=None)
def test_uniform_matches_numpy(seed: int, low: float, width: float, size: int) -> None:
    high = low + width
    expected = low + (high - low) * np.random.default_rng(seed).random(size)
    assert _core.numpy_uniform(seed, low, high, size) == expected.tolist()


@pytest.mark.skipif(
    platform.machine() not in {"x86_64", "AMD64"},
    reason="NumPy's C compiler may fuse low + range * x into one rounding on other CPUs",
)
@pytest.mark.parametrize("variation", [0.0, 0.05, 0.1, 0.25, 1.0])
def test_jitter_draws_match_numpy(variation: float) -> None:
    for seed in EDGE_SEEDS:
        expected = np.random.default_rng(seed).uniform(-variation, variation, size=(50, 2))
        drawn = _core.numpy_uniform(seed, -variation, variation, 100)
        assert drawn == expected.ravel().tolist(), seed


SEEDED: tuple[Callable[[int], object], ...] = (
    lambda seed: _core.numpy_state(seed),
    lambda seed: _core.numpy_integers_u64(seed, 1),
    lambda seed: _core.numpy_choice(seed, 10, 3),
    lambda seed: _core.numpy_choice_set(seed, 10, 3),
    lambda seed: _core.numpy_choice_with_replacement(seed, 10, 3),
    lambda seed: _core.numpy_uniform(seed, 0.0, 1.0, 3),
)


@pytest.mark.parametrize("seed", [-1, -(2**63) - 1, 2**64, 2**64 + 5, 2**200])
@pytest.mark.parametrize("draw", SEEDED)
def test_seed_out_of_range_is_an_error(draw: Callable[[int], object], seed: int) -> None:
    message = f"`seed` must be an integer in [0, 2**64 - 1], got {seed}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        draw(seed)


def test_sample_larger_than_the_population_is_an_error() -> None:
    for draw in (_core.numpy_choice, _core.numpy_choice_set):
        with pytest.raises(ValueError, match="more than the population"):
            draw(0, 3, 4)
    with pytest.raises(ValueError, match="empty population"):
        _core.numpy_choice_with_replacement(0, 0, 1)


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.0), (0.0, np.inf), (np.nan, 1.0)])
def test_wrong_uniform_bounds_are_an_error(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="`high - low` must be"):
        _core.numpy_uniform(0, low, high, 1)
