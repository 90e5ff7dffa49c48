"""Every wrong dtype, in every column of every expression, is an error that says so.

Each expression is tried in a process of its own: a dtype that the plugin does not know could
abort the interpreter.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from tests._engines import PYTHON, plan
from tests._registry import REGISTRY
from tests.contracts._processes import run_script

NAMES = list(REGISTRY)
ERRORS = {"ComputeError", "RatingError"}
Try = dict[str, Any]


@cache
def tries(name: str) -> list[Try]:
    """Return what every try on an expression gave; fails the test if the process died."""
    done = run_script("_dtype_tries.py", name)
    lines: list[Try] = [json.loads(line) for line in done.stdout.splitlines()]
    last = next((line["try"] for line in reversed(lines) if "try" in line), "the first try")
    assert done.returncode == 0, f"{last} ended with status {done.returncode}: {done.stderr}"
    assert lines[-1] == {"done": name}, f"{last} was the last try"
    return [line for line in lines if "stage" in line]


def complaints(tried: list[Try], *, used: bool) -> list[str]:
    """Return the tries whose error does not name path, rule and what was found."""
    found = []
    for one in tried:
        error, message = one["error"], one["message"].split("\n")[0]
        if not used and not error:
            continue  # not looked at
        if "nested objects" in one["message"] and (PYTHON or not used):
            continue  # refused by Polars before anybody sees it
        path, dtype = re.escape(one["path"]), re.escape(one["found"])
        if dtype == "Enum":
            dtype = "(Enum|Categorical)"  # how older Polars hand over nested enums
        shape = rf"\[RATING_(BAD_DTYPE|MISSING_FIELD)\] `{path}` must .*, (got|found) .*{dtype}"
        if error not in ERRORS or not re.search(shape, message):
            found.append(f"{one['label']} ({one['stage']}): {error} {message}")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_wrong_dtype_of_a_used_column_names_column_and_field_and_both_types(name: str) -> None:
    used = [one for one in tries(name) if "spare" not in one]
    assert len(used) > 50
    assert complaints(used, used=True) == []


@pytest.mark.parametrize("name", NAMES)
def test_wrong_dtype_of_a_column_of_another_tier_is_ignored_or_named(name: str) -> None:
    spare = [one for one in tries(name) if "spare" in one]
    assert complaints(spare, used=False) == []


@pytest.mark.parametrize("name", NAMES)
def test_wrong_dtype_fails_at_plan_time_where_it_fails_at_run_time(name: str) -> None:
    stages: dict[str, set[bool]] = {}
    for one in tries(name):
        stages.setdefault(one["label"], set()).add(bool(one["error"]))
    # Polars itself refuses an unused Object column, at run time only.
    stages = {label: failed for label, failed in stages.items() if not label.endswith("=Object")}
    assert [label for label, failed in stages.items() if len(failed) > 1] == []


@pytest.mark.parametrize("component", ["robustness", "stability", "stress_penalty"])
@pytest.mark.parametrize("dtype", [pl.String, pl.Boolean, pl.Date, pl.List(pl.Float64)], ids=str)
def test_wrong_dtype_of_a_component_that_is_passed_in_is_named(component, dtype) -> None:
    given = dict.fromkeys(
        ("robustness", "stability", "cost_shock", "trade_dropout", "stress_penalty"), 0.5
    )
    lazy = pl.LazyFrame({"x": pl.Series([None], dtype=dtype)})
    with pytest.raises(pl.exceptions.ComputeError, match=rf"BAD_DTYPE.*`{component}.* a number"):
        plan(lazy.select(rating.final(**{**given, component: "x"})))
