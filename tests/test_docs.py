"""README and docs: what is said there runs, exists and fits on its page.

The blocks with prompts are collected by pytest itself (``--doctest-glob``). Here are the rest: the
README's first program, configurations, command lines, links, and the completeness of the pages.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import tomllib
from pathlib import Path
from typing import Final

import pytest
from click import Context

import polars_rating as rating
from polars_rating import experiments
from polars_rating.catalog import SCORES
from polars_rating.catalog.further import TP_SL_STRESS
from polars_rating.cli import commands
from polars_rating.exceptions import ErrorCode
from scripts import score_tables
from tests._registry import AGGREGATES, EXPRESSIONS

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
PAGES_OF = {"evidence": "final_rating", "score_from_penalty": "stress_penalty"}
"""Expressions on the page of another file than their own."""
FILE = re.compile(r"\w+\.[a-z]+")
MAX_LINES = 150
IN_ONE_PLACE = {"specification.md", "errors.md"}
"""Pages that may be longer: their text and their codes are looked up in one place."""
ABOVE_THE_FOLD = 30


def blocks(page: Path) -> list[tuple[str, str, int]]:
    """Return language, text and last line number of every fenced block."""
    text = page.read_text(encoding="utf-8")
    found = re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [(m[1], m[2], text.count("\n", 0, m.end())) for m in found]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def test_first_program_of_the_readme_runs_as_a_doctest() -> None:
    (language, program, _), (_, printed, last), *_ = blocks(ROOT / "README.md")
    assert language == "python"
    assert last <= ABOVE_THE_FOLD  # lines before the closing fence
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "README.md", "exec"), {})  # as pasted: one module, no prompts
    checker, example = doctest.OutputChecker(), doctest.Example(program, printed)
    flags = doctest.NORMALIZE_WHITESPACE
    assert checker.check_output(printed, out.getvalue(), flags), checker.output_difference(
        example, out.getvalue(), flags
    )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_is_checked(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for i, (language, text, line) in enumerate(blocks(page)):
        where = f"{name_of(page)}, block before line {line + 1}"
        if language == "python":
            first_program = (page.name, i) == ("README.md", 0)
            assert text.startswith(">>> ") or first_program, f"{where}: not a doctest"
        elif language == "toml":
            rating.RatingConfig.from_dict(tomllib.loads(text))
        elif language == "console":
            for command in text.splitlines():
                program, *arguments = shlex.split(command)
                assert program == "polars-rating", where
                for file in filter(FILE.fullmatch, arguments):
                    Path(file).touch()  # the command line refuses what is not there
                name, subcommand, rest = commands.resolve_command(Context(commands), arguments)
                assert subcommand is not None
                subcommand.make_context(name, rest)
        else:
            assert language == "text", f"{where}: {language!r} is no language that is checked"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("https://", "#")):
            assert (page.parent / target.split("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_named_files_and_targets_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:src|python|tests|docs|benches|scripts)/[\w/.-]+)`", text):
        assert (ROOT / path).exists(), path
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for target in re.findall(r"`make ([\w-]+)`", text):
        assert target in targets, target


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=name_of)
def test_pages_are_short(page: Path) -> None:
    if page.name not in IN_ONE_PLACE:
        assert page.read_text(encoding="utf-8").count("\n") <= MAX_LINES


def test_every_expression_has_a_page() -> None:
    rows = {**SCORES, TP_SL_STRESS.name: TP_SL_STRESS}
    for name in EXPRESSIONS - AGGREGATES:
        page = ROOT / "docs" / "scores" / f"{PAGES_OF.get(name) or rows[name].file}.md"
        assert f"{name}()`" in page.read_text(encoding="utf-8"), name


@pytest.mark.parametrize("page", score_tables.PAGES, ids=name_of)
def test_tables_are_those_of_the_catalogue(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert score_tables.up_to_date(text) == text, "python scripts/score_tables.py --write"


def test_every_score_has_its_tables() -> None:
    for name, score in SCORES.items():
        if score.parameters:
            page = (ROOT / "docs" / "scores" / f"{score.file}.md").read_text(encoding="utf-8")
            assert f"<!-- catalog: evidence {name} -->" in page or not score.tiers
            assert f"<!-- catalog: parameters {name} -->" in page


@pytest.mark.parametrize("code", ErrorCode)
def test_every_error_code_has_cause_and_cure(code: ErrorCode) -> None:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    section = text.split(f"## {code}\n")[1].split("\n## ")[0]
    assert "**Cause.**" in section
    assert "**Cure.**" in section


OMEGA: Final = (
    "compute_robustness_score_1",
    "compute_stability_score_from_yearly_profits",
    "compute_stability_score_and_wmape_from_yearly_profits",
    "compute_penalty_profit_drawdown_sharpe",
    "score_from_penalty",
    "compute_cost_shock_score",
    "compute_multi_factor_cost_shock_score",
    "apply_cost_shock_inplace",
    "COST_SHOCK_FACTORS",
    "simulate_trade_dropout_metrics",
    "simulate_trade_dropout_metrics_multi",
    "compute_trade_dropout_score",
    "compute_multi_run_trade_dropout_score",
    "compute_data_jitter_score",
    "build_jittered_preloaded_data",
    "precompute_atr_cache",
    "compute_timing_jitter_score",
    "apply_timing_jitter_month_shift_inplace",
    "get_timing_jitter_backward_shift_months",
    "compute_tp_sl_stress_score",
    "align_primary_candles",
    "PrimaryCandleArrays",
    "compute_ulcer_index_and_score",
    "compute_p_values",
    "bootstrap_p_value_mean_gt_zero",
    "rate_strategy_performance",
    "calculate_metrics",
    "get_rust_rating_status",
)
"""The public names of Omega's rating layer."""


def test_every_function_of_the_old_layer_has_a_line_that_names_what_there_is() -> None:
    page = (ROOT / "docs" / "migration-functions.md").read_text(encoding="utf-8")
    lines = {name: row for row in page.splitlines() for name in re.findall(r"`(\w+)`", row)}
    assert set(OMEGA) <= lines.keys()
    for row in lines.values():
        for module, name in re.findall(r"`(experiments\.)?(\w+)\(", row):
            there = experiments if module else rating
            assert name in there.__all__, row


def test_no_page_promises_what_is_not_there() -> None:
    for page in (ROOT / "docs").glob("migration*.md"):
        text = page.read_text(encoding="utf-8").lower()
        assert "not built yet" not in text
        assert "not there yet" not in text
