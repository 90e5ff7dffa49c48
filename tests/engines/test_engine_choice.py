"""Which engine is chosen, by whom, and who is told: each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import ErrorCode, RatingError

PYTHON_PATH = Path(rating.__file__).parents[1]
# What a broken or missing library looks like to whoever imports it.
BROKEN = "import sys; sys.modules['polars_rating._core'] = None\n"
LOGGED = "import logging; logging.basicConfig(level=logging.INFO, format='%(name)s %(message)s')\n"
RATE = (
    "import polars as pl, polars_rating as rating\n"
    "df = pl.DataFrame({'yearly_profits': [[2000.0, 3000.0, 5000.0]]})\n"
    "print(rating.engine(), df.select(rating.stability()).item())\n"
)


def run(script: str, variable: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a script with ``OMEGA_USE_RUST_RATING`` set to `variable`, or unset."""
    env = {k: v for k, v in os.environ.items() if k != "OMEGA_USE_RUST_RATING"}
    env["PYTHONPATH"] = str(PYTHON_PATH)
    if variable is not None:
        env["OMEGA_USE_RUST_RATING"] = variable
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=env, check=False
    )


@pytest.mark.parametrize(
    ("variable", "engine"),
    [
        *((word, "python") for word in ("false", "0", "off", "False", " OFF ")),
        *((word, "rust") for word in (None, "", "true", "1", "on", "TRUE")),
    ],
)
def test_variable_chooses_the_engine(variable: str | None, engine: str) -> None:
    done = run(RATE, variable)
    assert done.stdout.split() == [engine, "0.75"], done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("variable", ["flase", "no", "2", "python"])
def test_misspelt_variable_is_an_error_not_a_choice(variable: str) -> None:
    done = run(RATE, variable)
    assert done.returncode == 1
    assert "[RATING_BAD_ARGUMENT] `OMEGA_USE_RUST_RATING` must be one of" in done.stderr
    assert f"got {variable!r}" in done.stderr


def test_library_that_cannot_be_loaded_gives_python_and_one_warning() -> None:
    done = run(BROKEN + RATE + RATE)
    assert done.stdout.split() == ["python", "0.75"] * 2
    assert done.stderr.count("RuntimeWarning: the compiled library of polars_rating cannot") == 1


def test_library_is_not_missed_where_python_was_asked_for() -> None:
    done = run(BROKEN + RATE, "off")
    assert (done.stdout.split(), done.stderr) == (["python", "0.75"], "")


def test_rust_that_cannot_be_loaded_is_an_error_where_it_was_asked_for() -> None:
    ask = (
        "import polars_rating as rating\n"
        "try:\n    rating.set_engine('rust')\n"
        "except rating.RatingError as error:\n    print(error.code, rating.engine())\n"
    )
    done = run(BROKEN + ask, "0")
    assert done.stdout.split() == [ErrorCode.RATING_ENGINE_UNAVAILABLE, "python"], done.stderr


def test_command_line_runs_without_the_library() -> None:
    demo = "from polars_rating.cli import main; raise SystemExit(main(['demo', '--top', '2']))"
    done = run(BROKEN + demo, "false")
    assert done.returncode == 0, done.stderr
    assert "sma_" in done.stdout


@pytest.mark.parametrize(
    ("variable", "line"),
    [
        (None, "polars_rating engine: rust (default)"),
        ("1", "polars_rating engine: rust (OMEGA_USE_RUST_RATING=1)"),
        ("Off", "polars_rating engine: python (OMEGA_USE_RUST_RATING=Off)"),
    ],
)
def test_chosen_engine_is_logged_once(variable: str | None, line: str) -> None:
    done = run(LOGGED + RATE + RATE, variable)
    assert done.stderr.splitlines() == [line]


def test_missing_library_is_logged_too() -> None:
    done = run(LOGGED + BROKEN + RATE)
    logged = [text for text in done.stderr.splitlines() if text.startswith("polars_rating ")]
    assert len(logged) == 1
    assert "engine: python (the compiled library cannot be loaded: " in logged[0]


def test_nothing_is_loaded_or_logged_before_first_use() -> None:
    look = "import sys, polars_rating; print('polars_rating._core' in sys.modules)"
    done = run(LOGGED + look)
    assert (done.stdout.strip(), done.stderr) == ("False", "")


def test_scope_restores_the_engine_from_before() -> None:
    before = rating.engine()
    with rating.use_engine("python") as outer:
        with rating.use_engine("rust") as inner:
            assert (outer, inner, rating.engine()) == ("python", "rust", "rust")
        assert rating.engine() == "python"
    assert rating.engine() == before
    with pytest.raises(ZeroDivisionError), rating.use_engine("python"):
        raise ZeroDivisionError
    assert rating.engine() == before


def test_default_holds_for_the_process_and_is_no_context_manager() -> None:
    done = run(
        "import threading, polars_rating as r\n"
        "assert r.set_engine('python') is None\n"
        "thread = threading.Thread(target=lambda: print(r.engine()))\n"
        "thread.start(); thread.join(); print(r.engine())\n",
        "1",
    )
    assert done.stdout.split() == ["python", "python"], done.stderr


@pytest.mark.parametrize("name", ["Rust", "", None, 1, "numpy"])
def test_unknown_engine_is_an_error(name: object) -> None:
    with pytest.raises(RatingError, match="`engine` must be one of 'rust', 'python', got") as error:
        rating.set_engine(name)
    assert error.value.code == "RATING_BAD_ARGUMENT"
    with pytest.raises(RatingError) as error, rating.use_engine(name):
        pass
    assert error.value.code == "RATING_BAD_ARGUMENT"


def test_expression_keeps_the_engine_it_was_written_under() -> None:
    with rating.use_engine("python"):
        written = rating.stability()
    with rating.use_engine("rust"):
        plan = pl.LazyFrame({"yearly_profits": [[1.0]]}).select(written).explain()
        other = pl.LazyFrame({"yearly_profits": [[1.0]]}).select(rating.stability()).explain()
    assert "python_udf" in plan
    assert "python_udf" not in other


def test_scope_holds_for_its_own_thread_alone() -> None:
    seen: dict[str, str] = {}
    inside, told = threading.Event(), threading.Event()

    def other() -> None:
        inside.wait(10)
        seen["other"] = rating.engine()
        told.set()

    before = rating.engine()
    opposite = "python" if before == "rust" else "rust"
    thread = threading.Thread(target=other)
    thread.start()
    with rating.use_engine(opposite):
        inside.set()
        assert told.wait(10)
        assert rating.engine() == opposite
    thread.join()
    assert seen == {"other": before}


def test_scopes_that_overlap_in_two_threads_leave_nothing_behind() -> None:
    before = rating.engine()
    first_in, second_in, first_out = (threading.Event() for _ in range(3))

    def first() -> None:
        with rating.use_engine("python"):
            first_in.set()
            second_in.wait(10)
        first_out.set()

    def second() -> None:
        first_in.wait(10)
        with rating.use_engine("python"):
            second_in.set()
            first_out.wait(10)

    threads = [threading.Thread(target=target) for target in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rating.engine() == before


def test_default_set_inside_a_scope_holds_after_it() -> None:
    done = run(
        "import polars_rating as r\n"
        "with r.use_engine('python'):\n"
        "    r.set_engine('rust')\n"
        "    print(r.engine())\n"
        "print(r.engine())\n",
        "0",
    )
    assert done.stdout.split() == ["python", "rust"], done.stderr
