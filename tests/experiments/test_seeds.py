"""`stable_seed` against digests made by a SHA-256 tool outside Python."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polars_rating import RatingError
from polars_rating.experiments import stable_seed

PARTS = st.lists(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    max_size=4,
)


@pytest.mark.parametrize(
    ("base", "parts", "digest"),
    # The first 16 hex digits of `printf TEXT | sha256sum`, TEXT as in the comment.
    [
        (42, ("jitter", "sma_010_050", 0), "7a3072e2e3d8e1bd"),  # [42,"jitter","sma_010_050",0]
        (0, (), "d0bca111f8628137"),  # [0]
        (1, ("ä", None, True, 1.5), "f18cfabab6b7c9e6"),  # [1,"\u00e4",null,true,1.5]
    ],
)
def test_seed_is_the_start_of_the_sha256_digest(base: int, parts: tuple, digest: str) -> None:
    assert stable_seed(base, *parts) == int(digest, 16)


def test_seed_is_the_same_in_a_process_with_another_hash_seed() -> None:
    program = (
        "from polars_rating.experiments import stable_seed; print(stable_seed(7, 'a', 1, 0.1))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "12345", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ran.stdout) == stable_seed(7, "a", 1, 0.1)


@given(base=st.integers(0, 2**64 - 1), parts=PARTS)
def test_seed_seeds_numpy_and_repeats(base: int, parts: list) -> None:
    seed = stable_seed(base, *parts)
    assert 0 <= seed <= 2**64 - 1
    assert seed == stable_seed(base, *parts)
    np.random.default_rng(seed)


@settings(max_examples=300)
@given(one=PARTS, other=PARTS)
def test_other_parts_give_another_seed(one: list, other: list) -> None:
    same = [(type(x), repr(x)) for x in one] == [(type(x), repr(x)) for x in other]
    assert (stable_seed(1, *one) == stable_seed(1, *other)) == same


def test_parts_are_told_apart_by_type_and_by_border() -> None:
    parts = [(1,), (1.0,), (True,), ("1",), (None,), ("a", "b"), ("ab",), ("a,b",), ('a","b',), ()]
    assert len({stable_seed(3, *p) for p in parts}) == len(parts)


def test_numpy_scalars_count_as_plain_numbers() -> None:
    plain = stable_seed(3, 7, 0.5, True)
    assert stable_seed(np.uint64(3), np.int16(7), np.float32(0.5), np.bool_(True)) == plain


@pytest.mark.parametrize(
    "part", [float("nan"), float("inf"), [1], {"a": 1}, b"a", np.timedelta64(1)]
)
def test_part_of_another_kind_is_an_error(part: object) -> None:
    with pytest.raises(RatingError, match="`parts` must be strings, finite numbers") as error:
        stable_seed(1, part)
    assert error.value.code == "RATING_BAD_ARGUMENT"


@pytest.mark.parametrize("base", [-1, 2**64, 1.0, True, "1"])
def test_bad_base_is_a_bad_seed(base: object) -> None:
    with pytest.raises(RatingError, match="`base` must be an integer in") as error:
        stable_seed(base)
    assert error.value.code == "RATING_BAD_SEED"
