"""``polars-rating report`` and ``--report``: the page of what was rated, and what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.pipeline import rate_trades

Run = Callable[..., Any]
SAMPLES = Path(__file__).parents[1] / "data" / "adapters"


def data_of(page: Path) -> dict[str, Any]:
    text = page.read_text(encoding="utf-8")
    found = re.search(r'id="report-data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def values(data: dict[str, Any], key: str) -> list[Any]:
    found: list[Any] = next(c["values"] for c in data["columns"] if c["key"] == key)
    return found


def test_report_is_that_of_the_rated_trades(
    run: Run, csv: Path, trades: pl.DataFrame, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    done = run("report", csv, "--out", page, "--title", "My report", "--top", 3, "--drill", 2)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-1] == str(page)
    rated = rate_trades(trades, by="strategy").collect()
    data = data_of(page)
    assert values(data, "name") == rated["strategy"].to_list()
    assert values(data, "final_rating") == rated["final_rating"].round(4).to_list()
    assert len(data["details"]) == 2
    assert "<h1>My report</h1>" in page.read_text(encoding="utf-8")


def test_options_of_the_scores_count(
    run: Run, csv: Path, trades: pl.DataFrame, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    assert run("report", csv, "--out", page, "--gate", "none", "--seed", 7).status == 0
    dropout = rating.DropoutConfig(seed=7)
    config = rating.RatingConfig(gate="none", dropout=dropout, jitter=rating.JitterConfig(seed=7))
    rated = rate_trades(trades, "strategy", None, config).collect()
    assert values(data_of(page), "final_rating") == rated["final_rating"].round(4).to_list()
    assert "<i>seed</i> 7<" in page.read_text(encoding="utf-8")


def test_parameters_of_an_adapter_are_in_the_report(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run("report", SAMPLES / "freqtrade.fthypt", "--out", page, "--static").status == 0
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "Median final rating by fast and slow" in text


def test_demo_and_rate_write_a_report_beside_the_ranking(
    run: Run, csv: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    done = run("demo", "--top", 1, "--report", page)
    assert done.status == 0
    best = data_of(page)["details"][0]
    assert f"1  {best['name']} " in done.out
    fast, slow, rules = (value for _, value in best["parameters"])
    assert best["name"] == f"sma_{fast:>03}_{slow:>03}_{rules}"
    plain = run("rate", csv, "--top", 2)
    beside = run("rate", csv, "--top", 2, "--report", page)
    assert beside.out == plain.out
    assert len(values(data_of(page), "name")) == 32


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "page.pdf"], "page.pdf: a report ends in .html or .htm"),
        (["--out", "none/page.html"], "none/page.html: cannot be written: no such directory"),
        (["--out", "page.html", "--parameter", "x"], "there is no column 'x' (parameters)"),
        (
            ["--out", "page.html", "--trials", "3"],
            "`n_trials` must be an integer of at least the 32",
        ),
        (["--out", "page.html", "--top", "0"], "0 is not in the range"),
    ],
)
def test_what_cannot_be_done_is_refused(
    run: Run,
    csv: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    run("report", csv, *arguments).assert_refused(message)
    assert not Path("page.html").exists()


def test_missing_extra_is_named(
    run: Run, csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polars_rating.report import _extra

    def importing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(_extra, "import_module", importing)
    page = tmp_path / "page.html"
    run("report", csv, "--out", page).assert_refused("pip install 'polars-rating[report]'")
    assert not page.exists()
