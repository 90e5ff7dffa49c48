"""The fuzzer finds nothing in the batch calls, and finds everything there is in bad ones."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from polars_rating import batch
from polars_rating.exceptions import ErrorCode, RatingError
from tests._engines import size

SCRIPT = Path(__file__).parents[2] / "scripts" / "fuzz_ipc.py"
INPUTS, SEED = size(4_000, 1_000), 20


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_ipc", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fuzz = load()


@pytest.fixture(autouse=True)
def _package_in_other_processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", ":".join([str(tmp_path), *sys.path]))


def run(tmp_path: Path, *arguments: str) -> int:
    status: int = fuzz.main(["--findings", str(tmp_path / "findings"), *arguments])
    return status


def test_thousands_of_mutated_inputs_give_an_error_or_a_valid_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(tmp_path, "--inputs", str(INPUTS), "--seed", str(SEED))
    out = capsys.readouterr().out
    assert status == 0, out
    counts = {name: int(n) for n, name in re.findall(r"^ *(\d+)  (\w+)$", out, re.MULTILINE)}
    assert counts.pop("findings") == 0
    assert sum(counts.values()) == INPUTS
    # Mutations that break everything, or nothing, would test little.
    assert min(counts["rated"], counts["RATING_BAD_ARROW"]) > INPUTS // 10
    assert counts["RATING_BAD_SCHEMA"] > INPUTS // 100


def test_inputs_that_mutations_begin_with_are_rated() -> None:
    for data in fuzz.corpus():
        for i in (0, 1, 5):
            assert fuzz.outcome(batch, data, i) == "rated"


def test_inputs_are_the_same_for_the_same_seed() -> None:
    again = load()
    for i in range(50):
        assert fuzz.mutated(7, i) == again.mutated(7, i)
    assert fuzz.mutated(7, 1) != fuzz.mutated(8, 1)


BAD = {
    "exception": ("raise KeyError('win_rate')", "KeyError: 'win_rate'"),
    "kind": ("return None", "the result is of the type NoneType"),
    "bytes": ("return b'ARROW1'", "the result cannot be read: "),
    "nan": ("return of(float('nan'))", "final_rating is nan"),
    "range": ("return of(1.5)", "final_rating is 1.5"),
    "crash": ("os.abort()", "exit status -6"),
    "hang": ("time.sleep(1000)", "hangs: 10 s for a block"),
    "memory": ("bytearray(2**40)", "MemoryError"),
}
"""What a target does on one input to how it is reported."""
TARGET = """
import io, os, time
import pyarrow as pa
from polars_rating.exceptions import RatingError

def of(score):
    table = pa.table({{"final_rating": [score]}})
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()

def calculate_ratings_batch(data):
    if data == {data!r}:
        {what}
    raise RatingError("no", code="RATING_BAD_ARROW")

robustness_score_batch = cost_shock_score_batch = calculate_ratings_batch
"""


@pytest.mark.parametrize("bad", BAD)
def test_finding_is_reported_written_and_replayed(
    bad: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    what, said = BAD[bad]
    seed, at, inputs = 3, 11, 20
    data = fuzz.mutated(seed, at)
    (tmp_path / "bad_target.py").write_text(TARGET.format(data=data, what=what))
    monkeypatch.setattr(fuzz, "BLOCK_SECONDS", 10 if bad == "hang" else 60)
    target = ["--target", "bad_target", "--seed", str(seed)]
    assert run(tmp_path, "--inputs", str(inputs), *target) == 1
    out = capsys.readouterr().out
    path = tmp_path / "findings" / f"{seed}-{at}.arrow"
    assert f"FINDING {path}: {said}" in out
    assert f"{inputs - 1:>8}  RATING_BAD_ARROW" in out  # the others were tried all the same
    assert path.read_bytes() == data
    if bad not in ("crash", "hang", "memory"):
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "bad_target", raising=False)
        with pytest.raises(fuzz.Finding, match=re.escape(said)):
            run(tmp_path, "--replay", str(path), *target)


def test_replay_prints_the_code_of_a_refused_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "0-1.arrow"
    path.write_bytes(b"ARROW1")
    assert run(tmp_path, "--replay", str(path)) == 0
    assert capsys.readouterr().out == "RATING_BAD_ARROW\n"
    with pytest.raises(RatingError) as caught:
        batch.calculate_ratings_batch(b"ARROW1")
    assert caught.value.code == ErrorCode.RATING_BAD_ARROW
