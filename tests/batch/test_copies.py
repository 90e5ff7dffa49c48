"""Float buffers are handed on where they lie, and memory does not grow with the table."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from polars_rating._arrow.kinds import open_source
from polars_rating.batch import calculate_ratings_batch
from polars_rating.testing import candidate_frame
from tests._engines import PYTHON
from tests.batch._forms import FORMS, Foreign, expected, from_ipc, to_ipc

DF = candidate_frame(50)
FLOATS = ("win_rate", "sharpe_ratio", "cost_per_trade")
MAX_EXTRA_MEGABYTES = 50
"""What the requirements allow beyond input and output at 1,000,000 candidates."""


def addresses(table: pl.DataFrame | pa.Table) -> dict[str, list[int]]:
    """Return where the numbers of each chunk lie; pyarrow reads a chunk of Polars as it lies."""
    places: dict[str, list[int]] = {}
    for name in (*FLOATS, "yearly_profits"):
        if isinstance(table, pa.Table):
            chunks = table[name].chunks
        else:
            parts = [pa.table(chunk.to_frame())[name] for chunk in table[name].get_chunks()]
            chunks = [chunk for part in parts for chunk in part.chunks]
        numbers = [chunk.values if name == "yearly_profits" else chunk for chunk in chunks]
        places[name] = [array.buffers()[1].address for array in numbers]
    return places


def handed_on(given: Any) -> dict[str, list[int]]:
    (frame,) = open_source("metrics", given).frames
    return addresses(frame)


@pytest.mark.parametrize(
    "form", ["pyarrow_table", "pyarrow_batch", "polars", "foreign", "pandas_of_arrow"]
)
def test_numbers_stay_where_they_are(form: str) -> None:
    assert handed_on(FORMS[form](DF)) == addresses(DF)


def test_numbers_of_a_chunked_table_stay_where_they_are() -> None:
    table = pa.concat_tables([candidate_frame(20, seed).to_arrow() for seed in range(3)])
    assert handed_on(table) == addresses(table)
    assert len(addresses(table)["win_rate"]) == 3


def test_numbers_of_a_pandas_frame_stay_where_they_are() -> None:
    frame = FORMS["pandas"](DF)
    lie = {name: [frame[name].to_numpy().__array_interface__["data"][0]] for name in FLOATS}
    found = handed_on(frame)
    assert {name: found[name] for name in FLOATS} == lie


@pytest.mark.parametrize("file", [False, True])
def test_numbers_of_ipc_bytes_stay_inside_them(file: bool) -> None:
    data = to_ipc(DF, file=file)
    start = pa.py_buffer(data).address
    for places in handed_on(data).values():
        assert all(start < place < start + len(data) for place in places)


@pytest.mark.parametrize(
    "form", ["pyarrow_table", "pyarrow_batch", "polars", "ipc_stream", "pandas"]
)
@pytest.mark.usefixtures("slices_of_100")
def test_long_table_is_rated_in_slices(form: str) -> None:
    df = candidate_frame(250)
    given = FORMS[form](df)
    assert [frame.height for frame in open_source("metrics", given).frames] == [100, 100, 50]
    result = calculate_ratings_batch(given)
    result = from_ipc(result) if isinstance(result, bytes) else result
    assert pl.DataFrame(result).equals(expected(df))


@pytest.mark.usefixtures("slices_of_100")
def test_batches_are_put_together_and_cut_to_slices() -> None:
    table = candidate_frame(270).to_arrow()
    cuts = [(0, 60), (60, 60), (120, 0), (120, 140), (260, 10)]
    batches = [batch for start, n in cuts for batch in table.slice(start, n).to_batches()]
    for given in (
        pa.Table.from_batches(batches),
        pa.RecordBatchReader.from_batches(table.schema, batches),
    ):
        heights = [frame.height for frame in open_source("metrics", given).frames]
        assert heights == [100, 20, 100, 40, 10]


def test_small_batches_are_put_together() -> None:
    table = candidate_frame(1000).to_arrow()
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=1))
    (frame,) = open_source("metrics", reader).frames
    assert frame.height == 1000


@pytest.mark.parametrize("offset", [1, 7, 64])
def test_sliced_chunks_are_read_from_their_offset(offset: int) -> None:
    chunks = [candidate_frame(100, seed).to_arrow().slice(offset, 20 + seed) for seed in range(4)]
    table = pa.concat_tables(chunks)
    nulls = pl.DataFrame(table).with_columns(
        profit=pl.when(pl.int_range(pl.len()) % 3 > 0).then("profit")
    )
    for given in (table, nulls.to_arrow().slice(offset), nulls[offset:]):
        oracle = expected(pl.DataFrame(given))
        for form in (given, Foreign(pa.table(given)), to_ipc(pa.table(given))):
            result = calculate_ratings_batch(form)
            result = from_ipc(result) if isinstance(result, bytes) else result
            assert pl.DataFrame(result).equals(oracle)


def test_input_is_free_when_the_call_is_over() -> None:
    data = bytearray(to_ipc(DF))
    calculate_ratings_batch(data)
    data.append(0)  # a bytearray that something still reads cannot be resized


MEASURE = """
import sys
import pandas, polars as pl, pyarrow as pa
from polars_rating.batch import calculate_ratings_batch

def kilobytes(name):
    for line in open("/proc/self/status"):
        if line.startswith(name):
            return int(line.split()[1])

kind, path = sys.argv[1:]
data = open(path, "rb").read()
given = data if kind == "ipc" else pa.ipc.open_stream(data).read_all()
calculate_ratings_batch(given[:0] if kind != "ipc" else SMALL)
if kind == "batch":
    given, = given.combine_chunks().to_batches()
elif kind == "polars":
    given = pl.DataFrame(given)
before = kilobytes("VmRSS")
result = calculate_ratings_batch(given)
size = len(result) if kind == "ipc" else len(result) * 6 * 8
print(kilobytes("VmHWM") - before - size // 1024)
"""


@pytest.mark.skipif(PYTHON, reason="a million candidates take minutes")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads peak memory there")
@pytest.mark.parametrize("kind", ["ipc", "table", "batch", "polars"])
def test_peak_memory_beyond_input_and_output_is_small(kind: str, million: Path) -> None:
    script = MEASURE.replace("SMALL", repr(to_ipc(DF.drop("strategy"))))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", script, kind, str(million)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) / 1024 < MAX_EXTRA_MEGABYTES


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an IPC stream of 1,000,000 candidates in one batch."""
    df = pl.concat([candidate_frame(1000).drop("strategy")] * 1000, rechunk=True)
    path = tmp_path_factory.mktemp("batch") / "million.arrows"
    path.write_bytes(to_ipc(df))
    return path
