"""Write ``kernels.txt``: what NumPy and arch compute, for the Rust tests of ``src/kernels``.

Run ``python tests/golden/make_kernels_golden.py`` to make the file anew. The file in the
repository was made with NumPy 2.4.6 and arch 8.0.0 on x86-64 Linux.

A line is ``kind arguments | values | result | checksum``. Floats are written so that they read
back to the same bits. The checksum is the sum of ``(i + 1) * bits(mean[i])`` modulo 2**64 over
the means of all resamples, 0 where there is none.

============  ========================  =======================================================
kind          arguments                 result
============  ========================  =======================================================
bootstrap     seed n_boot block_length  share of resampled means <= 0; length 0: value by value
                                        (NumPy's choice), else arch's StationaryBootstrap. The
                                        first two are the worked examples of the specification
block_length                            arch's optimal_block_length for the stationary bootstrap
ulcer_index                             of daily equity from 2024-01-01 on: the worked example
============  ========================  =======================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from arch.bootstrap import StationaryBootstrap, optimal_block_length

Array = npt.NDArray[np.float64]


def line(kind: str, args: tuple[float, ...], values: Array, result: float, means: Array) -> str:
    """Return one line of the file."""
    bits = [int(x) for x in means.view(np.uint64)]
    checksum = sum(i * x for i, x in enumerate(bits, start=1)) % 2**64
    fields = [" ".join(map(repr, map(float, x))) for x in (args, values, [result])]
    return f"{kind} {' | '.join(fields)} | {checksum}"


def bootstrap(values: Array, seed: int, n_boot: int, block_length: float) -> str:
    """Return the line of one p-value."""
    if block_length == 0:
        rng = np.random.default_rng(seed)
        means = rng.choice(values, size=(n_boot, len(values)), replace=True).mean(axis=1)
    else:
        resamples = StationaryBootstrap(block_length, values, seed=seed).bootstrap(n_boot)
        means = np.array([data[0].mean() for data, _ in resamples])
    share = float(np.mean(means <= 0))
    return line("bootstrap", (seed, n_boot, block_length), values, share, means)


def autoregression(rng: np.random.Generator, n: int, phi: float) -> Array:
    """Return x_t = phi * x_(t-1) + e_t."""
    x = rng.normal(size=n)
    for t in range(1, n):
        x[t] += phi * x[t - 1]
    return x


def lines() -> Iterator[str]:
    """Yield all cases."""
    rng = np.random.default_rng(222)
    net = rng.normal(10, 30, 40) - 0.15
    r_multiples = rng.normal(0.2, 0.8, 40)
    yield bootstrap(r_multiples, 123, 300, 0)
    yield bootstrap(net, 456, 300, 0)
    rng = np.random.default_rng(2024)
    for n in (2, 3, 7, 8, 40, 127, 128, 129, 300, 1000):
        values = rng.normal(0.05, 1, n)
        for block_length in (0, 1, 2.5, 20) if n < 1000 else (0, 2.5):
            yield bootstrap(values, n, 200, block_length)
    none = np.empty(0)
    for n in (16, 17, 50, 200, 1000):
        for phi in (-0.5, 0.0, 0.3, 0.9) if n < 1000 else (0.3,):
            values = autoregression(rng, n, phi)
            length = float(optimal_block_length(values)["stationary"].iloc[0])
            yield line("block_length", (), values, length, none)
    equity = 100000 + np.cumsum(100 * np.sin(np.linspace(0, 7, 90)))
    yield line("ulcer_index", (), equity, 1.3460287637407986, none)


def main() -> None:
    """Write the file beside this script."""
    header = f"# values of NumPy {np.__version__} and arch; see make_kernels_golden.py"
    text = "\n".join([header, *lines()]) + "\n"
    Path(__file__).with_name("kernels.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
