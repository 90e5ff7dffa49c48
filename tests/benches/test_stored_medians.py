"""What changed since a saved run of the benchmarks, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from benches import stored

THEN = {
    "first: 3 rows": {"ours": 0.010, "NumPy": 0.100, "Polars": 0.200},
    "b": {"ours": 0.001},
    "gone": {"ours": 1.0},
}
NOW = {
    "first: 3 rows": {"ours": 0.030, "NumPy": 0.150, "Polars": 0.300, "new": 1.0},
    "b": {"ours": 0.001},
    "new": {"ours": 1.0},
}


def test_change_is_seen_against_the_other_ways() -> None:
    # Ours takes 3 times as long, on a machine that makes the others take 1.5 times.
    assert stored.change(THEN["first: 3 rows"], NOW["first: 3 rows"]) == pytest.approx((3.0, 1.5))
    assert stored.change(THEN["b"], NOW["b"]) == (1.0, 1.0)


def test_saved_medians_are_compared_table_by_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "then.json"
    stored.save(path, THEN, "a processor\nthreads: 2")
    stored.show_changes(path, NOW)
    lines = capsys.readouterr().out.splitlines()
    assert "  a processor" in lines
    (a,) = (line.split() for line in lines if line.startswith("  first"))
    assert a == ["first:", "3", "rows", "10.000", "ms", "30.000", "ms", "3.00", "1.50", "slower"]
    (b,) = (line.split() for line in lines if line.startswith("  b "))
    assert b == ["b", "1.000", "ms", "1.000", "ms", "1.00", "1.00"]
    assert not any("gone" in line or "new" in line for line in lines)
