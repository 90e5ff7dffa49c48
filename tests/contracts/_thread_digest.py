"""Print the digest of every expression's bits: run as a script, with POLARS_MAX_THREADS set."""

from __future__ import annotations

import hashlib
import json

import polars as pl

from polars_rating.testing import candidate_frame
from tests._engines import size
from tests._registry import CASES, IDS, TIERS

ROWS = size(3_000, 60)


def main() -> None:
    digests = {"threads": str(pl.thread_pool_size())}
    frames = {tier: candidate_frame(ROWS, tier=tier) for tier in TIERS}
    for name, (row, tier) in zip(IDS, CASES, strict=True):
        frame = frames[tier].select(row.columns(tier))
        for engine in ("in-memory", "streaming"):
            out = frame.lazy().select(row.build()).collect(engine=engine).to_series()
            text = repr(out.to_list()).encode()
            digests[f"{name}-{engine}"] = hashlib.sha256(text).hexdigest()
    print(json.dumps(digests))


if __name__ == "__main__":
    main()
