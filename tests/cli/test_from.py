"""``polars-rating rate`` on the files of other programs: what it finds, refuses and says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from polars_rating import adapters
from polars_rating.pipeline import rate_trades
from tests.adapters import _layouts

Run = Callable[..., Any]
SAMPLES = Path(__file__).parents[1] / "data" / "adapters"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Return a file of a source."""

    def make(source: str) -> Path:
        names = {
            "freqtrade": "freqtrade.zip",
            "nautilus": "nautilus.parquet",
            "pyfolio": "pyfolio_round_trips.csv",
        }
        if source in names:
            return Path(shutil.copy(SAMPLES / names[source], tmp_path))
        suffix = {"lean": "json", "metatrader": "html"}.get(source, "csv")
        path: Path = getattr(_layouts, source)(tmp_path / f"{source}.{suffix}")
        return path

    return make


LOCAL = ["metatrader", "tradingview", "ninjatrader"]
SOURCES = ["freqtrade", "nautilus", "pyfolio", "lean", *LOCAL]


@pytest.mark.parametrize("source", SOURCES)
def test_content_tells_the_source(run: Run, file: Callable[[str], Path], source: str) -> None:
    zone = ["--time-zone", "UTC"] if source in LOCAL else []
    found = run("rate", file(source), *zone)
    named = run("rate", file(source), "--from", source, *zone)
    assert (found.status, found.err) == (0, "")
    assert found.out == named.out
    assert f"\n{source}: " in found.out


def test_ranking_is_that_of_the_adapter(
    run: Run, file: Callable[[str], Path], tmp_path: Path
) -> None:
    out = tmp_path / "rated.parquet"
    assert run("rate", file("freqtrade"), "--out", out).status == 0
    trades = adapters.read_freqtrade(SAMPLES / "freqtrade.zip")
    assert pl.read_parquet(out).equals(rate_trades(trades).drop("trades").collect())


def test_hyperopt_ranks_every_epoch_and_may_be_grouped_by_parameters(
    run: Run, tmp_path: Path
) -> None:
    path = shutil.copy(SAMPLES / "freqtrade.fthypt", tmp_path)
    assert run("rate", path).out.count("SmaA epoch ") == 2
    assert "15/52" in run("rate", path, "--by", "fast", "--by", "slow").out


def test_backtesting_and_vectorbt_tables(run: Run, tmp_path: Path) -> None:
    day = ["2024-01-02 00:00:00", "2024-02-01 00:00:00"]
    table = pl.DataFrame({"PnL": [9.0, -6.0], "Commission": 1.0, "EntryTime": day, "ExitTime": day})
    table.write_csv(tmp_path / "a.csv")
    assert "backtesting: 2 trades of 1 candidates" in run("rate", tmp_path / "a.csv").out
    status = ["Closed", "Open"]
    names = ("Entry Timestamp", "Exit Timestamp")
    table = pl.DataFrame(
        {
            "Column": 0,
            **dict.fromkeys(names, day),
            "Entry Fees": 1.0,
            "Exit Fees": 0.0,
            "PnL": [4.0, 5.0],
            "Status": status,
        }
    )
    table.write_parquet(tmp_path / "b.parquet")
    kept = run("rate", tmp_path / "b.parquet").out
    assert (
        "vectorbt: 2 trades of 1 candidates; 1 open when the data ended (kept); 0 without" in kept
    )
    dropped = run("rate", tmp_path / "b.parquet", "--open-trades", "drop").out
    assert "1 candidates, 1 trades" in dropped
    assert "1 open when the data ended (dropped)" in dropped


def test_open_positions_without_an_exit_are_dropped(run: Run) -> None:
    done = run("rate", SAMPLES / "nautilus_open.parquet")
    assert "nautilus: 12 trades of" in done.out
    assert "2 without an exit (dropped)" in done.out


def test_fees_that_are_not_known_are_said(run: Run, file: Callable[[str], Path]) -> None:
    path = file("tradingview")
    warning = "no fees are known, so that a cost shock changes nothing"
    assert warning in run("rate", path, "--time-zone", "UTC").out
    done = run("rate", path, "--time-zone", "UTC", "--fee-rate", 0.001)
    assert done.status == 0
    assert warning not in done.out


def test_table_of_your_own_stays_one(run: Run, parquet: Path, tmp_path: Path) -> None:
    assert run("rate", parquet).out == run("rate", parquet, "--from", "table").out
    pl.read_parquet(parquet).write_csv(tmp_path / "own.txt")
    run("rate", tmp_path / "own.txt").assert_refused("neither content nor suffix tells")
    assert run("rate", tmp_path / "own.txt", "--format", "csv").status == 0


@pytest.mark.parametrize("source", LOCAL)
def test_time_zone_is_demanded(run: Run, file: Callable[[str], Path], source: str) -> None:
    run("rate", file(source)).assert_refused(
        f"{source} writes times without a zone; give --time-zone, such as Europe/Berlin"
    )
    run("rate", file(source), "--time-zone", "Mars").assert_refused("`time_zone` must be a name")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--time-zone", "UTC"], "--time-zone is not for files of freqtrade"),
        (["--fee-rate", 0.1], "--fee-rate is not for files of freqtrade"),
        (["--time-format", "%d"], "--time-format is not for files of freqtrade"),
        (["--pnl", "profit_abs"], "--pnl is for tables of your own, not freqtrade"),
        (["--exit-time", ""], "--exit-time is for tables of your own, not freqtrade"),
        (["--from", "lean"], "is neither UTF-8 nor UTF-16 text"),
        (["--from", "table"], "the suffix tells no known format"),
        (["--from", "zipline"], "Invalid value for '--from': 'zipline' is not one of"),
    ],
)
def test_options_that_do_not_fit(
    run: Run, file: Callable[[str], Path], options: list[Any], message: str
) -> None:
    run("rate", file("freqtrade"), *options).assert_refused(message)


@pytest.mark.parametrize("option", ["--time-zone", "--time-format", "--open-trades", "--fee-rate"])
def test_tables_of_your_own_take_no_options_of_other_programs(
    run: Run, parquet: Path, option: str
) -> None:
    value = {"--open-trades": "drop", "--fee-rate": "0.1"}.get(option, "UTC")
    run("rate", parquet, option, value).assert_refused(f"{option} is for files of other programs")


def test_standard_input_is_a_table(run: Run) -> None:
    run("rate", "-", "--from", "freqtrade", stdin=b"PK").assert_refused(
        "standard input: --from freqtrade needs a file"
    )


def test_mixed_currencies_are_refused(run: Run, tmp_path: Path) -> None:
    mixed = adapters_report(["1.00 USD", "1.00 EUR"])
    mixed.write_parquet(tmp_path / "report.parquet")
    run("rate", tmp_path / "report.parquet").assert_refused(
        "several currencies in one report: EUR, USD"
    )


def adapters_report(amounts: list[str]) -> pl.DataFrame:
    report = pl.read_parquet(SAMPLES / "nautilus.parquet").head(len(amounts))
    return report.with_columns(realized_pnl=pl.Series(amounts))
