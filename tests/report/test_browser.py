"""The report in a browser without a network: drawn, sorted, filtered, drilled into, photographed.

``make test-report`` sets `REQUIRED` and installs the browser. The figures are printed, not tested:
a slow machine is no wrong page. The size is the same everywhere and is tested.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import polars_rating as rating
from polars_rating.data import load_trades
from polars_rating.pipeline import rate_trades

REQUIRED = "POLARS_RATING_TEST_REPORT"
SHOTS = Path(__file__).parents[2] / "build" / "report-screenshots"
CANDIDATES = 10_000
SECTIONS = ["summary", "best", "field", "plateau", "all", "detail", "method"]
WIDE, PHONE = (1320, 900), (390, 844)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not os.environ.get(REQUIRED):
        pytest.skip("needs a browser (make test-report)")
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        # Without a sandbox it starts as root too; the page is our own and loads nothing.
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def ten_thousand() -> pl.DataFrame:
    """Return the trades of the shipped candidates and of bootstraps of them, 10,000 in all."""
    shipped = load_trades().partition_by("strategy", maintain_order=True)
    rng = np.random.default_rng(1)
    made = list(shipped)
    while len(made) < CANDIDATES:
        turn, at = divmod(len(made), len(shipped))
        drawn = shipped[at][rng.integers(0, shipped[at].height, shipped[at].height)]
        made.append(drawn.with_columns(pl.col("strategy") + f"~{turn}"))
    names = pl.col("strategy").str.extract_groups(
        r"sma_(?<fast>\d+)_(?<slow>\d+)_(?<rules>[a-z_]+)"
    )
    numbers = pl.col("fast", "slow").cast(pl.Int64)
    return pl.concat(made).with_columns(names.alias("name")).unnest("name").with_columns(numbers)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> dict[str, Path]:
    by = ["strategy", "fast", "slow", "rules"]
    frame = rate_trades(ten_thousand(), by=by).collect()
    folder = tmp_path_factory.mktemp("report")
    start = time.perf_counter()
    whole = rating.report(frame, folder / "report.html", source="trades10k.parquet")
    seconds = time.perf_counter() - start
    size = whole.stat().st_size
    print(f"\nreport of {frame.height:,} candidates: {seconds:.1f} s, {size / 1e6:.2f} MB")
    assert size <= 3_000_000
    names = pl.Series([HOSTILE, *(f"plain {i}" for i in range(1, 40))])
    some = frame.head(40).with_columns(strategy=names, rules=pl.lit(HOSTILE))
    return {
        "whole": whole,
        "static": rating.report(frame, folder / "static.html", static=True, drill=5),
        "hostile": rating.report(some, folder / "hostile.html", parameters=[], title=HOSTILE),
    }


class Visit:
    """A page that is open, and what went wrong in it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("console", lambda message: self.wrong.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.wrong.append("a dialog"), dialog.dismiss()))
        page.on("request", lambda asked: self._outside(asked.url))

    def _outside(self, url: str) -> None:
        if not url.startswith(("file:", "data:")):
            self.wrong.append(f"request: {url}")

    def open(self, path: Path) -> None:
        self.page.goto(f"file://{path}")
        if path.name != "static.html":
            self.page.wait_for_function("document.documentElement.dataset.ready", timeout=60_000)

    def shot(self, name: str, section: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.locator(f"#{section}").screenshot(path=SHOTS / f"{name}-{section}.png")

    def rows(self) -> list[list[str]]:
        """Return the visible rows of the table of all candidates."""
        script = """[...document.querySelectorAll('#rows-table tbody tr[aria-rowindex]')]
            .map(row => [...row.children].map(cell => cell.textContent))"""
        found: list[list[str]] = self.page.evaluate(script)
        return found


def visit(browser: Any, size: tuple[int, int] = WIDE, scheme: str = "light") -> Visit:
    context = browser.new_context(
        offline=True, viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
    )
    return Visit(context.new_page())


def test_every_chart_is_drawn(browser: Any, reports: dict[str, Path]) -> None:
    found = visit(browser)
    found.open(reports["whole"])
    print(f"ready after {found.page.evaluate('document.documentElement.dataset.ready')} ms")
    empty = found.page.evaluate(
        """[...document.querySelectorAll('.chart')].filter(chart => !chart.hidden
            && !chart.closest('[hidden]') && !chart.querySelector('svg path, svg rect'))
            .map(chart => chart.id)"""
    )
    assert empty == []
    assert found.page.locator(".chart svg").count() >= 3 + 4 + 4
    assert found.wrong == []


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [("light", WIDE, "light"), ("dark", WIDE, "dark"), ("phone", PHONE, "light")],
)
def test_screenshots(
    browser: Any, reports: dict[str, Path], name: str, size: tuple[int, int], scheme: str
) -> None:
    found = visit(browser, size, scheme)
    found.open(reports["whole"])
    for section in SECTIONS:
        found.shot(name, section)
    width = found.page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]  # nothing is wider than the screen, tables scroll in their boxes
    assert found.wrong == []


def test_print(browser: Any, reports: dict[str, Path]) -> None:
    found = visit(browser, scheme="dark")
    found.open(reports["whole"])
    SHOTS.mkdir(parents=True, exist_ok=True)
    pdf = found.page.pdf(path=SHOTS / "print.pdf", format="A4", print_background=True)
    assert (
        3 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page/") + pdf.count(b"/Page /") <= 9
    )
    found.page.emulate_media(media="print")
    background = "getComputedStyle(document.body).backgroundColor"
    assert found.page.evaluate(background) == "rgb(255, 255, 255)"  # light, whatever the screen is
    found.page.emulate_media(media="screen")
    assert found.page.evaluate(background) != "rgb(255, 255, 255)"


def test_sorting(browser: Any, reports: dict[str, Path]) -> None:
    found = visit(browser)
    found.open(reports["whole"])
    assert [row[0] for row in found.rows()[:3]] == ["1", "2", "3"]
    trades = found.page.locator("#rows-table button", has_text="trades")
    header = found.page.locator("#rows-table th", has_text="trades")
    at = found.page.locator("#rows-table thead th").all_text_contents().index("trades")
    trades.click()
    assert header.get_attribute("aria-sort") == "descending"
    first = [int(row[at].replace(",", "")) for row in found.rows()]
    assert first == sorted(first, reverse=True)
    trades.focus()
    found.page.keyboard.press("Enter")  # by keyboard too
    assert header.get_attribute("aria-sort") == "ascending"
    last = [int(row[at].replace(",", "")) for row in found.rows()]
    assert last == sorted(last)
    assert last[0] < first[0]
    assert found.wrong == []


def test_filtering(browser: Any, reports: dict[str, Path]) -> None:
    found = visit(browser)
    found.open(reports["whole"])
    count = found.page.locator("#filter-count")
    assert count.text_content() == "10,000 of 10,000 shown"
    found.page.fill("#filter-name", "010_250 TRAIL")
    assert found.rows()
    assert all("010_250" in row[1] and "trail" in row[1] for row in found.rows())
    found.page.fill("#filter-rating", "0.7")
    assert all(float(row[2]) >= 0.7 for row in found.rows())
    found.page.check("#filter-deployable")
    assert {row[-1] for row in found.rows()} == {"yes"}
    found.page.click("button[type=reset]")
    found.page.wait_for_function(
        "document.getElementById('filter-count').textContent === '10,000 of 10,000 shown'"
    )
    found.page.check("#filter-heads")
    shown = int(str(count.text_content()).split(" of ")[0].replace(",", ""))
    assert 352 < shown < 10_000
    found.page.fill("#filter-name", "no such candidate")
    assert str(count.text_content()).startswith("0 of")
    assert found.rows() == []
    assert found.wrong == []


def test_only_visible_rows_are_in_the_page(browser: Any, reports: dict[str, Path]) -> None:
    found = visit(browser)
    found.open(reports["whole"])
    box = found.page.locator("#rows")
    for share, least, most in ((0, 1, 1), (0.5, 4_900, 5_000), (1, 9_940, 9_990)):
        box.evaluate(f"box => {{ box.scrollTop = box.scrollHeight * {share}; }}")
        found.page.wait_for_timeout(100)
        rows = found.rows()
        assert 15 < len(rows) < 60
        ranks = [int(row[0].replace(",", "")) for row in rows]
        assert ranks == list(range(ranks[0], ranks[0] + len(rows)))
        assert least <= ranks[0] <= most
    assert ranks[-1] == CANDIDATES
    assert found.wrong == []


def test_drill_down(browser: Any, reports: dict[str, Path]) -> None:
    found = visit(browser)
    found.open(reports["whole"])
    name = found.page.locator("#d-name")
    options = found.page.locator("#choose option").all_text_contents()
    assert len(options) == 50
    assert str(name.text_content()) in options[0]
    before = found.page.locator("#d-equity svg").inner_html()
    found.page.click("#next")
    found.page.wait_for_function(
        "html => document.querySelector('#d-equity svg').innerHTML !== html", arg=before
    )
    assert str(name.text_content()) in options[1]
    found.page.select_option("#choose", "7")
    assert str(name.text_content()) in options[7]
    link = found.page.locator("#pr-best tbody a").nth(4)
    link.click()
    found.page.wait_for_function(
        "name => document.getElementById('d-name').textContent === name", arg=link.text_content()
    )
    found.page.locator("#rows a").first.focus()
    found.page.keyboard.press("Enter")
    found.page.wait_for_function("document.getElementById('d-rank').textContent === '1'")
    assert found.page.evaluate("document.activeElement.id") == "choose"
    assert found.wrong == []


def test_chart_leads_to_the_drill_down(browser: Any, reports: dict[str, Path]) -> None:
    found = visit(browser)
    found.open(reports["whole"])
    found.page.select_option("#choose", "7")
    # The best candidate stands above the others.
    found.page.locator("#fig-profit .mark-symbol path").last.click(force=True)
    found.page.wait_for_function("/^#candidate-\\d+$/.test(location.hash)")
    assert found.wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_static_page_is_drawn(browser: Any, reports: dict[str, Path], scheme: str) -> None:
    found = visit(browser, scheme=scheme)
    found.open(reports["static"])
    assert found.page.locator("script").count() == 0
    assert found.page.locator(".chart svg").count() == 3 + 4 + 5 * 4
    for section in SECTIONS:
        found.shot(f"static-{scheme}", section)
    assert found.wrong == []


def test_names_are_shown_and_not_run(browser: Any, reports: dict[str, Path]) -> None:
    found = visit(browser)
    found.open(reports["hostile"])
    assert found.page.locator("h1").text_content() == HOSTILE
    assert found.page.locator("#d-name").text_content() == HOSTILE
    assert any(row[1] == HOSTILE for row in found.rows())
    assert found.page.locator("#pr-best td", has_text=HOSTILE).count() == 1
    # The tooltip of a chart is made of data too.
    marks = found.page.locator("#fig-profit .mark-symbol path")
    for at in range(marks.count()):
        marks.nth(at).hover(force=True)
        if HOSTILE in str(found.page.locator("#vg-tooltip-element").text_content()):
            break
    else:
        pytest.fail("no tooltip shows the name")
    assert found.page.locator("img").count() == 0
    assert found.wrong == []
