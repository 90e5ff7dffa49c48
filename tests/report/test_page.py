"""The page as a file: whole, safe, the same each time, for every kind of frame."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.report import rows
from tests.report.conftest import Page

Make = Callable[..., Page]
SECTIONS = ["summary", "selection", "best", "field", "plateau", "all", "detail", "method"]
LOADING = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "object": "data",
    "source": "src",
    "use": "href",
    "image": "href",
}
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    '"><img src=x onerror=alert(3)>',
    "<!-- & ' \u2028 {{ 7 * 7 }} ${1}",
    "</style><svg onload=alert(4)>",
]


def data_of(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.scripts[0][1])
    return found


def assert_loads_nothing(page: Page) -> None:
    for tag, attributes in page.elements:
        where = attributes.get(LOADING.get(tag, ""))
        assert where is None or where == "data:,", (tag, where)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", page.source, re.DOTALL)
    assert styles
    assert not re.search(r"url\(|@import", "".join(styles))


def policy_of(page: Page) -> str:
    metas = [meta for meta in page.all("meta") if "http-equiv" in meta]
    return str(metas[0]["content"])


@pytest.mark.parametrize("static", [False, True])
def test_page_is_whole_and_loads_nothing(make_page: Any, static: bool) -> None:
    page = make_page(static)
    assert set(SECTIONS) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert_loads_nothing(page)
    for attributes in page.all("a"):
        target = str(attributes["href"])
        assert target.startswith("#")
        if static or not target.startswith("#candidate-"):
            assert target[1:] in page.ids


@pytest.fixture
def make_page(page: Make, rated: pl.DataFrame) -> Callable[[bool], Page]:
    return lambda static: page(rated, static=static, drill=4, source="trades.csv")


def test_policy_allows_the_scripts_of_the_page_and_no_other(make_page: Any) -> None:
    page = make_page(False)
    data, *scripts = page.scripts
    assert data[0]["type"] == "application/json"
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for _, s in scripts]
    allowed = policy_of(page).split("script-src ")[1].split(";")[0]
    assert allowed == " ".join(f"'sha256-{found}'" for found in hashes)
    assert policy_of(page).startswith("default-src 'none'")


def test_static_page_has_no_script_and_draws_every_chart(make_page: Any) -> None:
    page = make_page(True)
    assert not page.scripts
    assert "script-src 'none'" in policy_of(page)
    charts = [found for found in page.all("div") if "chart" in str(found.get("class")).split()]
    drawn = [found for found in page.all("svg") if "marks" in str(found.get("class"))]
    # field 3, plateau 4, and equity, points, costs, years of 4 candidates
    assert len(charts) == len(drawn) == 3 + 4 + 4 * 4
    assert all(found["role"] == "img" and found["aria-label"] for found in charts)


def test_specifications_are_valid_vega_lite(make_page: Any) -> None:
    import altair

    for spec in data_of(make_page(False))["specs"].values():
        made = altair.Chart.from_dict(spec)  # checks the schema
        assert made.to_dict(validate=True)


@pytest.mark.parametrize("static", [False, True])
def test_equal_input_gives_equal_bytes(rated: pl.DataFrame, tmp_path: Path, static: bool) -> None:
    first = rating.report(rated, tmp_path / "a.html", static=static, drill=3).read_bytes()
    shuffled = rated.sample(fraction=1.0, shuffle=True, seed=1)
    again = rating.report(shuffled, tmp_path / "b.html", static=static, drill=3).read_bytes()
    assert first == again


@pytest.mark.parametrize("static", [False, True])
def test_names_are_shown_and_not_run(page: Make, rated: pl.DataFrame, static: bool) -> None:
    bad = rated.head(len(HOSTILE)).with_columns(
        strategy=pl.Series(HOSTILE), rules=pl.Series(HOSTILE)
    )
    plain = page(rated.head(len(HOSTILE)), static=static)
    made = page(bad, static=static, title=HOSTILE[0], source=HOSTILE[1])
    assert_loads_nothing(made)
    assert len(made.scripts) == len(plain.scripts)
    for tag in ("script", "img", "style"):
        assert len(made.all(tag)) == len(plain.all(tag))
    assert HOSTILE[0] in made.text
    for name in HOSTILE:
        assert " ".join(name.split()) in made.text
    if not static:
        columns = {column["key"]: column for column in data_of(made)["columns"]}
        assert (
            columns["name"]["values"]
            == bad.sort("final_rating", descending=True)["strategy"].to_list()
        )
        assert not re.search(r"[<>&]", made.scripts[0][1])


def test_summary_metrics_alone_say_what_is_missing(page: Make, summary: pl.DataFrame) -> None:
    made = page(summary, drill=2)
    assert "no trades: no equity" in made.text
    assert "without a rating" in made.text
    data = data_of(made)
    assert data["columns"][2]["values"][-1] is None
    assert data["details"][0]["equity"] == []
    assert data["details"][0]["years"]
    assert "No trades: there is no equity to draw." in made.text


@pytest.mark.parametrize("static", [False, True])
def test_reruns_are_shown(page: Make, reruns: pl.DataFrame, static: bool) -> None:
    made = page(reruns, static=static)
    assert "reruns of the backtest" in made.text
    assert "There are no parameters" in made.text
    if not static:
        kinds = [row["kind"] for row in data_of(made)["details"][0]["reruns"]]
        assert kinds == [x for x in ("jitter", "cost", "dropout", "stress") for _ in range(2)]


@pytest.mark.parametrize("static", [False, True])
def test_scores_without_evidence(page: Make, rated: pl.DataFrame, static: bool) -> None:
    scores = [name for name in rated.columns if name.endswith(("_score", "_penalty", "_rating"))]
    made = page(rated.select("strategy", *scores), static=static, drill=2)
    assert "given with the frame" in made.text
    assert "There is no profit in this frame" in made.text
    assert "it needs the column sharpe_ratio" in made.text
    assert "not judged: metrics missing" in made.text


@pytest.mark.parametrize("static", [False, True])
def test_final_rating_alone(page: Make, static: bool) -> None:
    made = page(pl.DataFrame({"final_rating": [0.7, None, 0.0]}), static=static)
    assert "only the final rating is shown" in made.text
    assert "candidate 1" in made.text


@pytest.mark.parametrize("static", [False, True])
def test_one_candidate(page: Make, rated: pl.DataFrame, static: bool) -> None:
    made = page(rated.head(1), static=static)
    assert "Rating of 1 candidate" in made.text
    assert "The best candidate" in made.text
    assert "it needs two Sharpe ratios or more" in made.text


@pytest.mark.parametrize("rating_of_all", [0.0, None])
def test_nobody_is_rated(page: Make, rating_of_all: float | None) -> None:
    ratings = pl.Series([rating_of_all] * 3, dtype=pl.Float64)
    made = page(pl.DataFrame({"strategy": ["a", "b", "c"], "final_rating": ratings}))
    assert "0 of 3 candidates have a rating above 0" in made.text


def test_many_candidates_are_bounded(page: Make) -> None:
    n = 100_000
    row = pl.int_range(n, eager=True)
    frame = pl.DataFrame(
        {
            "strategy": "candidate " + row.cast(pl.String),
            "profit": (row * 7919 % 10_007).cast(pl.Float64) - 2_000,
            "stability_score": (row % 997) / 997,
            "final_rating": (row % 1009) / 1009,
        }
    )
    made = page(frame)
    assert f"The best {rows.ROWS:,} of 100,000 candidates are listed here" in made.text
    data = data_of(made)
    assert data["rows"] == rows.ROWS == len(data["columns"][1]["values"])
    spec = data["specs"]["fig-profit"]
    cells = spec["datasets"][spec["layer"][0]["data"]["name"]]
    assert sum(cell["n"] for cell in cells) == n
    assert len(cells) <= 64 * 41
    assert len(made.source.encode()) < 3_500_000


def test_infinite_and_missing_numbers_are_json(page: Make) -> None:
    frame = pl.DataFrame(
        {
            "profit_factor": [float("inf"), float("nan"), None],
            "profit": [1.0, float("-inf"), None],
            "final_rating": [0.7, 0.6, 0.5],
        }
    )
    columns = {column["key"]: column for column in data_of(page(frame))["columns"]}
    assert columns["profit_factor"]["values"] == ["∞", None, None]
    assert columns["profit"]["values"] == [1, "\N{MINUS SIGN}∞", None]
