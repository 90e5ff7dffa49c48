"""Seeds that are the same in every process, on every machine and in every version."""

from __future__ import annotations

import hashlib
import json
import math
import numbers
import operator

import numpy as np

from polars_rating.experiments._errors import bad_argument, check, show


def stable_seed(base: int, *parts: str | int | float | bool | None) -> int:
    """Return a seed for one purpose, from a base seed and what names the purpose.

    The first eight bytes, big-endian, of the SHA-256 digest of the JSON array
    ``[base,part,...]``, without blanks, with every character outside ASCII escaped. Python's own
    `hash` differs from process to process.

    Parameters
    ----------
    base : int
        The seed of the whole study, in [0, 2**64 - 1].
    *parts : str, int, float, bool or None
        What the seed is for, e.g. the candidate and the number of the rerun. 1, 1.0, True and
        "1" are different parts; NumPy scalars count as the plain numbers they hold.

    Returns
    -------
    int
        In [0, 2**64 - 1]: a seed for `numpy.random.default_rng` and for every ``seed=`` of this
        package.

    Raises
    ------
    RatingError
        ``RATING_BAD_SEED`` for the base, ``RATING_BAD_ARGUMENT`` for a part of another type, or
        one that is not finite.

    Examples
    --------
    >>> stable_seed(42, "jitter", "sma_010_050", 0)
    8804663590320136637
    >>> stable_seed(42, "jitter", "sma_010_050", 1)
    14924593163067908452
    """
    values = [check("base", base), *map(_plain, parts)]
    text = json.dumps(values, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(text.encode("ascii")).digest()[:8], "big")


def _plain(part: object) -> str | int | float | bool | None:
    if part is None or isinstance(part, bool | np.bool_):
        return None if part is None else bool(part)
    if isinstance(part, str):
        return str(part)
    if not isinstance(part, np.timedelta64):  # which counts as an integer
        if isinstance(part, numbers.Integral):
            return operator.index(part)
        if isinstance(part, numbers.Real) and math.isfinite(part):
            return float(part)
    msg = f"`parts` must be strings, finite numbers, booleans or None, got {show(part)}"
    raise bad_argument(msg)
