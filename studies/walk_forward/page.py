"""Tables and pictures of docs/does-it-work.md.

A table stands between ``<!-- study: NAME -->`` and ``<!-- /study -->``. The full table and the
options that were tried are written as CSV beside this file, in `results/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from polars_rating.parameters import PENALTY_CAP
from studies.walk_forward.outcome import STATISTICS
from studies.walk_forward.rules import grid
from studies.walk_forward.run import V2, Study, as_table

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "does-it-work.md"
RESULTS: Final = Path(__file__).parent / "results"
PICTURES: Final = ROOT / "docs" / "pictures"
DEFAULT: Final = "final: trades (default)"
SHARPE: Final = "Sharpe ratio, daily"
NEIGHBOURS: Final = "final: neighbours"
PAIRS: Final = (
    (DEFAULT, SHARPE),
    (NEIGHBOURS, DEFAULT),
    ("final: reruns", DEFAULT),
    ("final: preset omega", DEFAULT),
    ("final: no gate", DEFAULT),
    ("final: minimum", DEFAULT),
    ("final: geometric", DEFAULT),
    (V2, DEFAULT),
    (V2, SHARPE),
)
"""Measures whose difference is shown."""
ROUNDING: Final = 1e-9
_MARKED: Final = re.compile(r"(?<=<!-- study: )(\w+)( -->\n)(.*?)(?=<!-- /study -->)", re.DOTALL)


def write(study: Study) -> None:
    """Write results and pictures, and bring the page up to date."""
    RESULTS.mkdir(exist_ok=True)
    PICTURES.mkdir(exist_ok=True)
    as_table(study).write_csv(RESULTS / "measures.csv", float_precision=4)
    study.tried.write_csv(RESULTS / "options.csv", float_precision=4)
    _forest(study, PICTURES / "rank-correlation.svg")
    _by_fold(study, PICTURES / "by-window.svg")
    PAGE.write_text(filled(PAGE.read_text("utf-8"), study), "utf-8")


def filled(text: str, study: Study) -> str:
    """Return the text of the page with the tables of a study."""

    def table(found: re.Match[str]) -> str:
        name, end, _ = found.groups()
        return f"{name}{end}" + "".join(f"{line}\n" for line in _TABLES[name](study))

    return _MARKED.sub(table, text)


def _measures(study: Study) -> Iterable[str]:
    yield from _head("measure", *STATISTICS, "p", "p corrected")
    first = study.reported[STATISTICS[0]]
    order = np.argsort(-first.mean)
    for i in order:
        cells = [_number(study.reported[s].mean[i], study.reported[s].error[i]) for s in STATISTICS]
        yield _row(study.names[i], *cells, f"{first.p[i]:.3f}", f"{first.corrected[i]:.3f}")


def _differences(study: Study) -> Iterable[str]:
    yield from _head("measure", "minus", *STATISTICS[:3])
    for a, b in PAIRS:
        i, j = study.names.index(a), study.names.index(b)
        cells = []
        for name in STATISTICS[:3]:
            found = study.reported[name]
            error = (found.draws[:, i] - found.draws[:, j]).std(ddof=1)
            cells.append(_number(found.mean[i] - found.mean[j], error))
        yield _row(a, b, *cells)


def _size(study: Study) -> Iterable[str]:
    table = study.table
    cells = table.select("asset", "fold").unique().height
    yield from _head("what", "how many")
    yield _row("markets", str(table["asset"].n_unique()))
    yield _row("windows, six years to rate and two to judge", str(table["fold"].n_unique()))
    yield _row("market and window", str(cells))
    yield _row("rules in each", str(len(grid())))
    yield _row("of these with five trades or more, in all", f"{table.height:,}")
    yield _row("measures compared", str(len(study.names)))
    yield _row("chosen on", ", ".join(study.chosen_on))
    yield _row("reported on", ", ".join(study.reported_on))


def _options(study: Study) -> Iterable[str]:
    yield from _head("place", "option", "rank / Sharpe where it was chosen")
    tried = study.tried.with_row_index("place", 1)
    default = "mean of robustness, stability, cost_shock, trade_dropout, stress_penalty; cap 0.5"
    shown = tried.filter((pl.col("place") <= 5) | (pl.col("option") == default))
    for place, option, mean in shown.rows():
        yield _row(f"{place} of {tried.height}", option, f"{mean:+.3f}")


def _caps(study: Study) -> Iterable[str]:
    """Yield how often a penalty is at its cap, where it ranks nothing."""
    lost = (study.table["profit"] <= 0) | (study.table["Sharpe ratio, per trade"] <= 0)
    yield from _head(
        "component",
        "at the cap, cap 0.5",
        "of these without profit",
        "at the cap, cap 1",
        "of these",
    )
    for name, evidence in (
        ("stress_penalty", "trades"),
        ("cost_shock", "trades"),
        ("trade_dropout", "trades"),
        ("robustness", "neighbours"),
        ("robustness", "reruns"),
    ):
        column = study.table[f"{name} [{evidence}]"]
        wide = study.table[f"{name} [{evidence}, cap 1]"]
        capped = [(column - (1 - PENALTY_CAP)).abs() < ROUNDING, wide.abs() < ROUNDING]
        yield _row(
            f"{name} [{evidence}]",
            *(f"{share:.0%}" for at in capped for share in (at.mean(), lost.filter(at).mean())),
        )


_TABLES: Final = {
    "measures": _measures,
    "differences": _differences,
    "size": _size,
    "options": _options,
    "caps": _caps,
}


def _number(mean: float, error: float) -> str:
    return f"{mean:+.3f} ± {error:.3f}"


def _head(*names: str) -> tuple[str, str]:
    return _row(*names), "|" + "---|" * len(names)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _figure(height: float) -> tuple[Any, Any]:
    import matplotlib as mpl

    mpl.use("Agg")
    # The same bytes in every run.
    mpl.rcParams.update({"svg.hashsalt": "walk-forward", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=(8, height), layout="constrained")


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None, "Creator": None})


def _forest(study: Study, path: Path) -> None:
    """Draw every measure with its interval of 1.96 errors."""
    found = study.reported[STATISTICS[0]]
    order = np.argsort(found.mean)
    figure, axes = _figure(0.22 * len(order) + 0.8)
    colours = ["tab:blue" if _is_rating(study.names[i]) else "tab:gray" for i in order]
    axes.axvline(0.0, color="black", linewidth=0.8)
    for place, (i, colour) in enumerate(zip(order, colours, strict=True)):
        reach = 1.96 * found.error[i]
        axes.plot([found.mean[i] - reach, found.mean[i] + reach], [place, place], color=colour)
        axes.plot(found.mean[i], place, "o", color=colour, markersize=4)
    axes.set_yticks(range(len(order)), [study.names[i] for i in order])
    axes.set_xlabel("mean rank correlation with the next window's Sharpe ratio, ± 1.96 errors")
    _save(figure, path)


def _by_fold(study: Study, path: Path) -> None:
    """Draw the rank correlation of some measures by window, mean over the reporting markets."""
    figure, axes = _figure(3.2)
    axes.axhline(0.0, color="black", linewidth=0.8)
    for name in (SHARPE, DEFAULT, NEIGHBOURS, V2):
        values = np.nanmean(study.cells[:, :, study.names.index(name), 0], axis=0)
        axes.plot(range(len(values)), values, marker="o", markersize=3, label=name)
    from studies.walk_forward.backtest import FIRST, JUDGED_YEARS, RATED_YEARS

    years = [FIRST + RATED_YEARS + JUDGED_YEARS * fold for fold in range(study.cells.shape[1])]
    axes.set_xticks(range(len(years)), [f"{year}-{(year + 1) % 100:02d}" for year in years])
    axes.set_ylabel("rank correlation")
    axes.set_xlabel("window that judges")
    axes.legend(frameon=False, fontsize=8)
    _save(figure, path)


def _is_rating(name: str) -> bool:
    return name.startswith("final")
