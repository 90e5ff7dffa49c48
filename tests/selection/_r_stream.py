"""R's normal numbers: Mersenne Twister seeded as `set.seed` does, and the inversion of `rnorm`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import norm


def rnorm(seed: int, n: int) -> npt.NDArray[np.float64]:
    """Return what ``set.seed(seed); rnorm(n)`` gives in R."""
    words = []
    for _ in range(50 + 625):  # 50 steps of scrambling; the first word of the rest is not used
        seed = (69069 * seed + 1) % 2**32
        words.append(seed)
    stream = np.random.MT19937()
    state = stream.state
    state["state"] = {"key": np.array(words[51:], dtype=np.uint32), "pos": 624}
    stream.state = state
    uniform = stream.random_raw(2 * n) * 2.3283064365386963e-10
    steps = 2.0**27
    return np.asarray(norm.ppf((np.floor(steps * uniform[::2]) + uniform[1::2]) / steps))
