"""Truncated, localised, empty and wrong files: one clear error each, that names the file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from polars_rating import RatingError, adapters
from tests.adapters import _layouts

READERS: dict[str, Callable[..., Any]] = {
    "freqtrade.zip": adapters.read_freqtrade,
    "freqtrade.fthypt": adapters.read_freqtrade,
    "lean.json": adapters.read_lean,
    "metatrader.html": partial(adapters.read_metatrader, time_zone="UTC"),
    "tradingview.csv": partial(adapters.read_tradingview, time_zone="UTC"),
    "ninjatrader.csv": partial(adapters.read_ninjatrader, time_zone="UTC"),
}


@pytest.fixture
def good(tmp_path: Path, samples: Path) -> Callable[[str], Path]:
    """Return a copy of a good file of a source."""

    def make(name: str) -> Path:
        path = tmp_path / name
        source = name.partition(".")[0]
        if source == "freqtrade":
            path.write_bytes((samples / name).read_bytes())
        else:
            getattr(_layouts, source)(path)
        return path

    return make


def assert_refused(name: str, path: Path, message: str = "") -> None:
    with pytest.raises(RatingError, match=message or None) as caught:
        READERS[name](path)
    assert caught.value.code == "RATING_BAD_SOURCE"
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("name", READERS)
def test_good_file_is_read(good: Callable[[str], Path], name: str) -> None:
    assert READERS[name](good(name)).height >= 5


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.95])
def test_truncated_file(good: Callable[[str], Path], name: str, share: float) -> None:
    path = good(name)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share) | 1])
    assert_refused(name, path)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("content", [b"", b" \n \n"])
def test_empty_file(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert_refused(name, path, "is empty")


@pytest.mark.parametrize("name", READERS)
def test_missing_file(tmp_path: Path, name: str) -> None:
    assert_refused(name, tmp_path / name, "cannot be read: No such file")


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "content",
    [b"{}", b"[]", b"strategy,pnl\na,1\n", b"\x89PNG\r\n\x1a\n\xff\xff", b"PK\x03\x04 no zip"],
    ids=["object", "list", "table", "picture", "no zip"],
)
def test_wrong_file(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert_refused(name, path)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("other", READERS)
def test_file_of_another_source(good: Callable[[str], Path], name: str, other: str) -> None:
    if name.partition(".")[0] != other.partition(".")[0]:
        assert_refused(name, good(other))


@pytest.mark.parametrize(
    ("name", "english", "other", "message"),
    [
        ("tradingview.csv", "Trade number,Type,Date and time", "Trade-Nr.,Typ,Datum", "in English"),
        ("tradingview.csv", "Exit long", "Ausstieg Long", "must be Entry or Exit"),
        ("tradingview.csv", "Exit long", "Entry long", "is not one entry and one exit"),
        ("tradingview.csv", "Net PnL USD", "Net PnL USD,Net PnL EUR", "cells|several currencies"),
        ("ninjatrader.csv", "Entry time", "Einstiegszeit", "no column 'Entry time'"),
        ("ninjatrader.csv", "$97.50", "€97.50", "one currency.*found"),
        ("ninjatrader.csv", "$", "", "display unit Currency"),
        ("metatrader.html", "<td>Deals</td>", "<td>Trades</td>", "no table 'Deals'"),
        ("metatrader.html", "<td>Volume</td>", "<td>Volumen</td>", "no column 'Volume'"),
        ("metatrader.html", "<td>out</td>", "<td>aus</td>", "must be one of in, out"),
        ("metatrader.html", "2024.01.02", "02.01.2024", "times must be like"),
        ("metatrader.html", "<td>100.00</td>", "<td>hundert</td>", "'Profit' must hold amounts"),
        ("lean.json", '"profitLoss"', '"gewinn"', "closed trade 1 must have the numbers"),
        ("lean.json", "2024-01-02T", "02/01/2024 ", "conversion from"),
        ("lean.json", '"closedTrades"', '"trades"', "no totalPerformance.closedTrades"),
    ],
)
def test_localised_or_changed_file(
    good: Callable[[str], Path], name: str, english: str, other: str, message: str
) -> None:
    path = good(name)
    encoding = {"metatrader.html": "utf-16", "tradingview.csv": "utf-8-sig"}.get(name, "utf-8")
    text = path.read_text(encoding)
    assert english in text
    path.write_text(text.replace(english, other), encoding=encoding)
    assert_refused(name, path, message)


@pytest.mark.parametrize("name", ["tradingview.csv", "ninjatrader.csv"])
def test_header_without_trades(good: Callable[[str], Path], name: str) -> None:
    path = good(name)
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")
    assert_refused(name, path, "holds no trades")
