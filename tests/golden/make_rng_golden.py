"""Write ``rng.txt``: what NumPy draws, for the Rust tests of ``src/rng``.

Run ``python tests/golden/make_rng_golden.py`` to make the file anew. The file
in the repository was made with NumPy 2.4.6 and arch 8.0.0 on x86-64 Linux;
NumPy has kept these streams unchanged since 1.17.

A line is ``kind arguments | first values | checksum``, all unsigned decimal
integers. Floats are given by their IEEE 754 bits. The checksum is the sum of
``(i + 1) * value[i]`` modulo 2**64 over *all* values, of which only the first
few are listed.

================  ====================  ======================================
kind              arguments             values
================  ====================  ======================================
seed_sequence     seed                  SeedSequence.generate_state(4, uint64)
state             seed                  128-bit state and increment (no checksum)
raw               seed size             bit_generator.random_raw
random            seed size             random
mixed             seed size             32-bit, raw, float, 32-bit, 32-bit, ...
bounded           seed max size         integers(0, max, endpoint=True, uint64)
uniform           seed low high size    uniform
choice            seed n k              choice(n, k, replace=False)
choice_replace    seed n size           choice(n, size)
stationary        seed n length size    size resamples of arch's StationaryBootstrap
================  ====================  ======================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from arch.bootstrap import StationaryBootstrap

SEEDS = (0, 1, 42, 777, 987654321, 2**32 - 1, 2**32, 2**63, 2**64 - 1, 2**64 + 5)
MORE_SEEDS = (2**31, 2**96, 2**96 - 1, 2**128 - 1)
POPULATIONS = (1, 2, 3, 10, 40, 500, 9_999, 10_000, 10_001, 10_050, 20_000)
BOUNDS = (
    *(0, 1, 2, 9, 255, 2**31, 3 * 2**30, 2**32 - 2, 2**32 - 1),
    *(2**32, 2**33 + 7, 2**63, 3 * 2**62, 2**64 - 2, 2**64 - 1),
)
RINGS = (1, 2, 3, 10, 99, 1000)
BLOCK_LENGTHS = (1.0, 1.5, 4.25, 20.0, 1e9)
INTERVALS = ((-0.1, 0.1), (0.0, 1.0), (-0.25, 0.25), (3.5, 3.5), (-1e300, 1e307))
HEAD = 5


def line(kind: str, args: Iterable[int], values: Iterable[int]) -> str:
    """Return one line of the file."""
    values = [int(value) for value in values]
    checksum = sum(i * value for i, value in enumerate(values, start=1)) % 2**64
    head = " ".join(map(str, values[:HEAD]))
    return f"{kind} {' '.join(map(str, args))} | {head} | {checksum}"


def bits(values: npt.ArrayLike) -> list[int]:
    """Return the IEEE 754 bits of floats."""
    floats = np.atleast_1d(np.asarray(values, dtype=np.float64))
    return [int(value) for value in floats.view(np.uint64)]


def mixed(seed: int, size: int) -> Iterator[int]:
    """Draw 32-bit integers, raw words and floats in turn from one generator."""
    rng = np.random.default_rng(seed)
    for i in range(size):
        if i % 5 == 1:
            yield rng.bit_generator.random_raw()
        elif i % 5 == 2:
            yield bits(rng.random())[0]
        else:
            yield int(rng.integers(0, 2**32 - 1, endpoint=True, dtype=np.uint64))


def sample_sizes(n: int) -> list[int]:
    """Return the sample sizes around which the algorithm changes."""
    return sorted({k for k in (0, 1, n // 50 - 1, n // 50, n // 50 + 1, n // 10, n) if 0 <= k <= n})


def generator_lines() -> Iterator[str]:
    """Yield the cases of seeding and of the bare generator."""
    for seed in SEEDS + MORE_SEEDS:
        words = np.random.SeedSequence(seed).generate_state(4, np.uint64)
        yield line("seed_sequence", [seed], words)
        state = np.random.default_rng(seed).bit_generator.state["state"]
        yield f"state {seed} | {state['state']} {state['inc']} | 0"
        yield line("raw", [seed, 1000], np.random.default_rng(seed).bit_generator.random_raw(1000))
        yield line("random", [seed, 1000], bits(np.random.default_rng(seed).random(1000)))
        yield line("mixed", [seed, 503], mixed(seed, 503))


def draw_lines() -> Iterator[str]:
    """Yield the cases of everything drawn from the generator."""
    for seed in SEEDS:
        for maximum in BOUNDS:
            rng = np.random.default_rng(seed)
            integers = rng.integers(0, maximum, size=301, endpoint=True, dtype=np.uint64)
            yield line("bounded", [seed, maximum, 301], integers)
        for interval in INTERVALS:
            floats = np.random.default_rng(seed).uniform(*interval, size=100)
            yield line("uniform", [seed, *bits(interval), 100], bits(floats))
        for n in POPULATIONS:
            positions = np.random.default_rng(seed).choice(np.arange(n), size=301, replace=True)
            yield line("choice_replace", [seed, n, 301], positions)
            for k in sample_sizes(n):
                positions = np.random.default_rng(seed).choice(n, k, replace=False)
                yield line("choice", [seed, n, k], positions)


def stationary_lines() -> Iterator[str]:
    """Yield the cases of the stationary bootstrap."""
    for seed in SEEDS:
        for n in RINGS:
            for block_length in BLOCK_LENGTHS:
                bootstrap = StationaryBootstrap(block_length, np.arange(n), seed=seed)
                drawn = [data[0] for data, _ in bootstrap.bootstrap(3)]
                yield line(
                    "stationary", [seed, n, *bits(block_length), 3], np.concatenate(drawn).tolist()
                )


def main() -> None:
    """Write the file beside this script."""
    header = f"# numpy.random.default_rng streams of NumPy {np.__version__}; see make_rng_golden.py"
    lines = [header, *generator_lines(), *draw_lines(), *stationary_lines()]
    Path(__file__).with_name("rng.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
