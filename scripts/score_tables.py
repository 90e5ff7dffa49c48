"""The tables of README and docs/scores/ that follow from the catalogue.

    python scripts/score_tables.py           exit status 1 if a page is not up to date
    python scripts/score_tables.py --write   bring the pages up to date

A table stands between ``<!-- catalog: KIND NAME -->`` and ``<!-- /catalog -->``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from polars_rating.catalog import (
    CANONICAL,
    FURTHER_COMPONENTS,
    RATING_ROWS,
    SCORES,
    SELECTION_COLUMNS,
)
from polars_rating.catalog.further import TP_SL_STRESS
from polars_rating.catalog.row import Score, Tier
from polars_rating.parameters import RULES, default

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs" / "scores").glob("*.md")))
_MARKED: Final = re.compile(
    r"(?<=<!-- catalog: )(\w+)( \w+)?( -->\n)(.*?)(?=<!-- /catalog -->)", re.DOTALL
)


_ROWS: Final = {**SCORES, TP_SL_STRESS.name: TP_SL_STRESS}


def up_to_date(text: str) -> str:
    """Return the text of a page with its tables as the catalogue has them."""

    def table(found: re.Match[str]) -> str:
        kind, name, end, _ = found.groups()
        rows = _TABLES[kind](_ROWS[name.strip()] if name else None)
        return f"{kind}{name or ''}{end}" + "".join(f"{row}\n" for row in rows)

    return _MARKED.sub(table, text)


def _evidence(score: Score | None) -> Iterable[str]:
    yield from _head("tier", "own column", "base metrics")
    for tier in score.tiers if score else ():
        yield _row(tier.tier, _own_column(tier), ", ".join(tier.metrics))


def _own_column(tier: Tier) -> str:
    if tier.column is None:
        return ""
    if tier.holds in ("trades", "levels") and tier.fields:
        return f"`trades` with the field {', '.join(f'`{name}`' for name in tier.fields)}"
    if tier.needs:
        return f"`{tier.column}` with {', '.join(f'`{name}=`' for name in tier.needs)}"
    known = {**CANONICAL, **SELECTION_COLUMNS}
    return f"`{tier.column}`: {known[tier.column].split('), ')[0].removesuffix(')')})"


def _parameters(score: Score | None) -> Iterable[str]:
    yield from _head("parameter", "rule", "default")
    for name in score.parameters if score else ():
        value = default(score, name) if score else None
        shown = f'`"{value}"`' if isinstance(value, str) else str(value)
        yield _row(f"`{name}`", RULES[score.rule(name) if score else name].text, shown)


def _rating(_: Score | None) -> Iterable[str]:
    yield from _head("score", "question it answers", "range", "better", "evidence, best first")
    for score in RATING_ROWS:
        low, high = score.range or (0, 1)
        top = "cap" if high == "penalty_cap" else f"{high:g}"
        tiers = ", ".join(tier.tier for tier in score.tiers) or "the five above, then a gate"
        page = f"[`{score.output}`](docs/scores/{score.file}.md)"
        yield _row(page, score.question, f"[{low:g}, {top}]", str(score.direction), tiers)


def _further(_: Score | None) -> Iterable[str]:
    yield from _head("component", "its score", "counts as")
    counts = {"score": "s", "one_minus": "1 - s", "p_value": "1 / (1 + s), without one 1/2"}
    for name, score in FURTHER_COMPONENTS.items():
        page = f"[`{score.output}`]({score.file}.md)"
        passed_in = ", where it is passed in" if score.passed_in else ""
        yield _row(f"`{name}`", page, counts[score.counts_as] + passed_in)


_TABLES: Final = {
    "further": _further,
    "evidence": _evidence,
    "parameters": _parameters,
    "rating": _rating,
}


def _head(*names: str) -> Sequence[str]:
    return (_row(*names), "|" + "---|" * len(names))


def _row(*cells: str) -> str:
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def main(arguments: Sequence[str]) -> int:
    """Check or write the pages."""
    write = "--write" in arguments
    stale = False
    for page in PAGES:
        text = page.read_text("utf-8")
        wanted = up_to_date(text)
        if wanted != text:
            stale = True
            print(page.relative_to(ROOT), "written" if write else "is not up to date")
            if write:
                page.write_text(wanted, "utf-8")
    return int(stale and not write)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
