"""Rated candidates of each kind, and the page they make."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.data import load_trades
from polars_rating.pipeline import rate_trades

VOID = {"meta", "link", "input", "col", "br", "img", "hr", "path"}


class Page(HTMLParser):
    """A page, read as a browser would: its elements, what it says, what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.source = text
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.words: list[str] = []
        self._script: dict[str, str | None] | None = None
        self._style = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self._script = dict(attrs)
            self.scripts.append((self._script, ""))
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None
        self._style = False

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.scripts[-1] = (self._script, self.scripts[-1][1] + data)
        elif not self._style:
            self.words.append(data)

    @property
    def text(self) -> str:
        """What is shown, with blanks as a browser shows them."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of the elements of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        return [str(found["id"]) for _, found in self.elements if "id" in found]


@pytest.fixture(scope="session")
def rated() -> pl.DataFrame:
    """Every fifth shipped candidate, rated, with its parameters."""
    trades = load_trades().filter((pl.col("strategy").rank("dense") - 1) % 5 == 0)
    names = pl.col("strategy").str.extract_groups(r"sma_(?<fast>\d+)_(?<slow>\d+)_(?<rules>.+)")
    frame = rate_trades(trades, by="strategy").collect()
    frame = frame.with_columns(names.alias("name")).unnest("name")
    return frame.with_columns(pl.col("fast", "slow").cast(pl.Int64))


@pytest.fixture(scope="session")
def summary(rated: pl.DataFrame) -> pl.DataFrame:
    """Return the candidates with nothing but summary metrics, and one without any."""
    metrics = ["total_trades", "win_rate", "profit_factor", "sharpe_ratio", "max_drawdown"]
    frame = rated.select("strategy", *metrics, "yearly_profits", "cost_per_trade")
    nothing = pl.DataFrame({"strategy": ["unknown"]})
    return pl.concat([frame, nothing], how="diagonal")


@pytest.fixture(scope="session")
def reruns(rated: pl.DataFrame) -> pl.DataFrame:
    """Three candidates with reruns of every kind, and no trades."""
    run = {"profit": 80.0, "avg_r": 0.4, "win_rate": 0.5, "max_drawdown": 30.0, "sharpe_ratio": 1.0}
    runs = [[run, {**run, "profit": 60.0 - i}] for i in range(3)]
    base = {"profit": 100.0, "avg_r": 0.5, "win_rate": 0.5, "max_drawdown": 25.0}
    base |= {"sharpe_ratio": 1.1}
    return pl.DataFrame(
        {
            "strategy": ["a", "b", "c"],
            **{name: [value] * 3 for name, value in base.items()},
            "yearly_profits": [[40.0, 60.0], [50.0, 50.0], [90.0, 10.0]],
            **dict.fromkeys(("jitter_runs", "cost_runs", "dropout_runs", "stress_runs"), runs),
        }
    )


@pytest.fixture
def page(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Return a function that writes a report and reads it."""

    def make(frame: pl.DataFrame, **options: object) -> Page:
        path = rating.report(frame, tmp_path / "report.html", **options)
        return Page(path.read_text(encoding="utf-8"))

    return make
