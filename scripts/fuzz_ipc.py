"""Feed mutated Arrow IPC bytes to the batch calls: every one is an error or a valid result.

Input number i of a seed is always the same: a valid stream or file, mutated one to three times. It
must give a `RatingError`, or IPC bytes whose scores are null or in [0, 1]. A crash, a hang, another
exception or a bad score is a finding: the input is written to a file, the exit status is 1.

    python scripts/fuzz_ipc.py --inputs 100000 --seed 0
    python scripts/fuzz_ipc.py --replay fuzz-findings/0-4711.arrow
"""

from __future__ import annotations

import argparse
import functools
import importlib
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa

from polars_rating.exceptions import RatingError
from polars_rating.testing import candidate_frame

BLOCK: Final = 2_500
"""Inputs that one process takes on; after a crash the next process goes on behind it."""
BLOCK_SECONDS: Final = 120
"""A block that takes longer hangs; it takes about two."""
ADDRESS_SPACE: Final = 8 * 2**30
"""What a process may allocate: a length that is believed shows as a crash, not as swapping."""
EXTREMES: Final = (0, 1, -1, 7, 2**7, 2**31 - 1, -(2**31), 2**32 - 1, 2**40, 2**62, 2**63 - 1)


class Finding(Exception):  # noqa: N818 - it is what the fuzzer looks for
    """A result that must not be."""


@functools.cache
def tables() -> tuple[pa.Table, ...]:
    """Return tables that fit: with nulls, with types of every kind, with one row and none."""
    rows = pl.int_range(pl.len())
    plain = candidate_frame(12, 1).with_columns(
        profit=pl.when(rows % 4 != 1).then("profit"),
        yearly_profits=pl.when(rows % 5 != 2).then("yearly_profits"),
        win_rate=pl.when(rows == 7).then(float("nan")).otherwise("win_rate"),
    )
    bare = candidate_frame(10, 2).drop("years", "year_days").to_arrow()
    whole = pa.array(range(1, 11))
    lists = pa.array([[1.5, float(i)] for i in range(10)])
    typed = {
        "total_trades": whole.cast(pa.uint16()),
        "win_rate": pa.array([0.5, None] * 5, pa.float32()),
        "profit_factor": whole.cast(pa.float64()).dictionary_encode(),
        "sharpe_ratio": whole.cast(pa.decimal128(20, 1)),
        "max_drawdown": whole.cast(pa.decimal128(20, 1)).cast(pa.decimal32(4, 1)),
        "avg_trade_duration": whole.cast(pa.duration("s")),
        "yearly_profits": lists.cast(pa.list_(pa.float64(), 2)),
        "profit": whole.cast(pa.float16()),
        "avg_r": pa.nulls(10),
        "years": pa.array([None] * 10, pa.list_(pa.null())),
        "tag": pa.array(["a", "b", None, "a", "long name"] * 2).dictionary_encode(),
        "nested": pa.array([{"a": [[1, None], []], "b": "x"}] * 10),
        "view": pa.array(["a text that is longer than twelve bytes"] * 10, pa.string_view()),
    }
    exotic = pa.table({name: typed.get(name, bare[name]) for name in bare.column_names} | typed)
    untyped = exotic.set_column(
        exotic.schema.get_field_index("yearly_profits"),
        "yearly_profits",
        pa.array([[None, None], [], None, [None], []] * 2, pa.list_(pa.null())),
    )
    plain = plain.to_arrow()
    return plain, exotic, untyped, plain.slice(3, 1), plain.slice(0, 0)


def serialised(table: pa.Table, *, file: bool, compression: str | None, rows: int | None) -> bytes:
    """Write a table as IPC bytes in batches of `rows` rows."""
    options = pa.ipc.IpcWriteOptions(compression=compression, emit_dictionary_deltas=not file)
    out = io.BytesIO()
    with (pa.ipc.new_file if file else pa.ipc.new_stream)(
        out, table.schema, options=options
    ) as writer:
        writer.write_table(table, max_chunksize=rows)
    return out.getvalue()


@functools.cache
def corpus() -> list[bytes]:
    """Return the valid inputs that mutations begin with."""
    growing = [pa.table({"tag": pa.array(["a", "b", "c"][: n + 1])}) for n in range(3)]
    tags = pa.concat_tables([t.set_column(0, "tag", t["tag"].dictionary_encode()) for t in growing])
    deltas = candidate_frame(6, 3).to_arrow().append_column("tag", tags["tag"])
    return [
        serialised(table, file=file, compression=compression, rows=rows)
        for table in [*tables(), deltas]
        for file in (False, True)
        for compression in (None, "lz4", "zstd")
        for rows in (None, 4)
        if not (file and table is deltas)
    ]


def flip(rng: random.Random, data: bytearray) -> None:
    """Flip one to eight bits."""
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def overwrite(rng: random.Random, data: bytearray) -> None:
    """Put huge, negative and other telling integers in places, preferably of lengths."""
    for _ in range(rng.randint(1, 3)):
        width = rng.choice((2, 4, 8))
        at = rng.randrange(len(data)) // width * width
        if rng.random() < 0.5:
            width, at = 8, rng.choice(lengths(data) or [0])
        value = rng.choice((*EXTREMES, len(data), rng.randrange(100), rng.getrandbits(64)))
        data[at : at + width] = (value % 2 ** (8 * width)).to_bytes(width, "little")


def lengths(data: bytearray) -> list[int]:
    """Return where integers lie that may be lengths or offsets of buffers, rows and lists."""
    whole = memoryview(data)[: len(data) // 8 * 8].cast("q")
    return [8 * i for i, value in enumerate(whole) if 0 < value <= len(data)]


def truncate(rng: random.Random, data: bytearray) -> None:
    """Lose the end."""
    del data[rng.randrange(len(data)) :]


def move(rng: random.Random, data: bytearray) -> None:
    """Remove, repeat, exchange or clear pieces."""
    size = rng.choice((1, 8, 64, rng.randint(1, len(data))))
    a, b = (rng.randrange(len(data)) // 8 * 8 for _ in range(2))
    piece, other = bytes(data[a : a + size]), bytes(data[b : b + size])
    match rng.randrange(5):
        case 0:
            del data[a : a + size]
        case 1:
            data[b:b] = piece
        case 2:
            data[a : a + size], data[b : b + size] = other, piece
        case 3:
            data[a : a + size] = bytes(len(piece))
        case _:
            data[a : a + size] = rng.randbytes(len(piece))


def splice(rng: random.Random, data: bytearray) -> None:
    """Go on with the end of another input, or add one behind."""
    other = rng.choice(corpus())
    if rng.random() < 0.3:
        data += other[: rng.choice((1, 8, len(other)))]
    else:
        at = rng.randrange(len(data)) // 8 * 8
        data[at:] = other[at:]


def reshape(rng: random.Random) -> bytes:
    """Return valid bytes of a table with other columns: dropped, renamed, of other types."""
    table = rng.choice(tables())
    n = table.num_rows
    for _ in range(rng.randint(1, 3)):
        i = rng.randrange(table.num_columns)
        values: list[Callable[[], Any]] = [
            lambda: pa.array(["1.5"] * n),
            lambda: pa.array([True] * n),
            lambda: pa.array([b"x"] * n, pa.binary(1)),
            lambda: pa.array([[[1.0]]] * n),
            lambda: pa.array([{"profit": 1.0}] * n),
            lambda: pa.array([[("a", 1.0)]] * n, pa.map_(pa.string(), pa.float64())),
            lambda: pa.array([1] * n, pa.timestamp("ns", "Nowhere/Land")),
            lambda: pa.array([[]] * n, pa.list_(pa.float64(), 0)),
            lambda: pa.array([-1] * n, pa.int64()),
            lambda: pa.array([1e308] * n),
            lambda: pa.array([float("inf")] * n),
            lambda: pa.array([[float("nan"), None]] * n, pa.large_list(pa.float32())),
            lambda: pa.nulls(n),
        ]
        name = rng.choice((table.column_names[i], rng.choice(table.column_names), "trades", ""))
        match rng.randrange(3):
            case 0 if table.num_columns > 1:
                table = table.remove_column(i)
            case 1:
                table = table.set_column(i, name, table.column(i))
            case _:
                table = table.set_column(i, name, rng.choice(values)())
    return serialised(table, file=rng.random() < 0.5, compression=None, rows=rng.choice((None, 3)))


def noise(rng: random.Random) -> bytes:
    """Return random bytes, perhaps behind the beginning of a valid input."""
    head = rng.choice((b"", b"ARROW1\0\0", b"\xff\xff\xff\xff", corpus()[0][: rng.randrange(600)]))
    return head + rng.randbytes(rng.randrange(2000))


MUTATIONS: Final = (flip, flip, overwrite, overwrite, overwrite, truncate, move, splice)
NEW: Final = (reshape, noise)


def mutated(seed: int, i: int) -> bytes:
    """Return input `i` of a seed."""
    rng = random.Random(f"{seed}/{i}")
    data = bytearray(rng.choice(corpus()))
    if rng.random() < 0.1:
        data = bytearray(rng.choice(NEW)(rng))
    for _ in range(rng.choice((0, 1, 1, 1, 1, 2, 3))):
        if data:
            rng.choice(MUTATIONS)(rng, data)
    return bytes(data)


def outcome(target: Any, data: bytes, i: int) -> str:
    """Hand input `i` to one of the batch calls; return the code of its error, or ``rated``."""
    names = {0: "robustness_score_batch", 5: "cost_shock_score_batch"}
    call = getattr(target, names.get(i % 10, "calculate_ratings_batch"))
    try:
        result = call(data)
    except RatingError as error:
        return str(error.code)
    except (Exception, pl.exceptions.PanicException) as error:
        raise Finding(f"{type(error).__name__}: {error}") from error
    check(result)
    return "rated"


def check(result: Any) -> None:
    """Raise unless the result is IPC bytes of scores, each null or in [0, 1]."""
    if not isinstance(result, bytes):
        raise Finding(f"the result is of the type {type(result).__name__}")
    try:
        file = result.startswith(b"ARROW1")
        table = (pa.ipc.open_file if file else pa.ipc.open_stream)(result).read_all()
        table.validate(full=True)
    except pa.ArrowException as error:
        raise Finding(f"the result cannot be read: {error}") from error
    for name, column in zip(table.column_names, table.columns, strict=True):
        bad = [x for x in column.to_pylist() if x is not None and not 0 <= x <= 1]
        if bad:
            raise Finding(f"{name} is {bad[0]}")


def run_block(target: str, seed: int, start: int, stop: int, progress: Path) -> None:
    """Take on a block of inputs in this process; print the counts."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    module = importlib.import_module(target)
    counts: Counter[str] = Counter()
    findings = {}
    slowest = (0.0, start)
    with progress.open("r+b", buffering=0) as file:
        for i in range(start, stop):
            os.pwrite(file.fileno(), i.to_bytes(8, "little"), 0)
            began = time.perf_counter()
            try:
                counts[outcome(module, mutated(seed, i), i)] += 1
            except Finding as finding:
                findings[i] = " ".join(str(finding).split())[:300]
            if i > start:  # the first one also loads the libraries
                slowest = max(slowest, (time.perf_counter() - began, i))
    print(json.dumps({"counts": counts, "findings": findings, "slowest": slowest}))


def supervised(
    target: str, seed: int, start: int, stop: int
) -> Iterator[tuple[Counter[str], dict[int, str], tuple[float, int]]]:
    """Run a block in processes of their own, a new one behind each input that ends one."""
    while start < stop:
        with tempfile.NamedTemporaryFile() as progress:
            block = [str(start), str(stop), progress.name]
            arguments = ["--target", target, "--seed", str(seed), "--block", *block]
            command = [sys.executable, "-W", "error", __file__, *arguments]
            try:
                run = subprocess.run(
                    command,
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=BLOCK_SECONDS,
                    env={**os.environ, "RUST_BACKTRACE": "0"},
                )
                ended = f"exit status {run.returncode}: {run.stderr.strip()[-300:]}"
            except subprocess.TimeoutExpired:
                run, ended = None, f"hangs: {BLOCK_SECONDS} s for a block"
            if run is not None and run.returncode == 0:
                said = json.loads(run.stdout)
                findings = {int(i): text for i, text in said["findings"].items()}
                yield Counter(said["counts"]), findings, tuple(said["slowest"])
                return
            reached = int.from_bytes(Path(progress.name).read_bytes()[:8], "little")
        # What the process had found before is found again by the next run over its block.
        if reached > start:
            yield from supervised(target, seed, start, reached)
        yield Counter(), {reached: ended}, (0.0, reached)
        start = reached + 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fuzzer; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--replay", type=Path, help="a file of input to try once")
    parser.add_argument("--target", default="polars_rating.batch", help=argparse.SUPPRESS)
    parser.add_argument("--block", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.block:
        start, stop, progress = given.block
        run_block(given.target, given.seed, int(start), int(stop), Path(progress))
        return 0
    if given.replay:
        number = int(given.replay.stem.rpartition("-")[2])
        print(outcome(importlib.import_module(given.target), given.replay.read_bytes(), number))
        return 0
    return report(given)


def report(given: argparse.Namespace) -> int:
    """Run all blocks, print what came of them, write the findings."""
    began = time.perf_counter()
    counts: Counter[str] = Counter()
    slowest = (0.0, 0)
    found = 0
    starts = range(0, given.inputs, BLOCK)
    with ThreadPoolExecutor(given.workers) as pool:
        blocks = pool.map(
            lambda i: list(supervised(given.target, given.seed, i, min(i + BLOCK, given.inputs))),
            starts,
        )
        for part, findings, slow in (result for block in blocks for result in block):
            counts += part
            slowest = max(slowest, slow)
            for i, text in findings.items():
                found += 1
                given.findings.mkdir(parents=True, exist_ok=True)
                path = given.findings / f"{given.seed}-{i}.arrow"
                path.write_bytes(mutated(given.seed, i))
                print(f"FINDING {path}: {text}")
    for name, count in counts.most_common():
        print(f"{count:>8}  {name}")
    print(f"{found:>8}  findings")
    seconds = time.perf_counter() - began
    print(f"{given.inputs} inputs of seed {given.seed} in {seconds:.0f} s, ", end="")
    print(f"the slowest (number {slowest[1]}) in {slowest[0] * 1e3:.1f} ms")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
