"""The frames need no hypothesis; without it the strategies name the extra."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from polars_rating import testing

STRATEGIES = ("candidate_frames", "metrics_inputs", "trade_frames", "trades")
MODULES = ("polars_rating.testing.strategies", "polars_rating.testing._draws")


def test_frames_do_not_load_hypothesis() -> None:
    program = (
        "import sys, polars_rating.testing as t\n"
        "t.candidate_frame(1), t.trade_frame(1), dir(t)\n"
        "assert 'hypothesis' not in sys.modules\n"
        "t.trades\n"
        "assert 'hypothesis' in sys.modules"
    )
    env = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", program], env=env, check=True)


@pytest.mark.parametrize("name", STRATEGIES)
def test_missing_hypothesis_names_the_extra(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in MODULES:
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ModuleNotFoundError, match=rf"^{name}\(\) needs hypothesis") as caught:
        getattr(testing, name)
    assert str(caught.value).endswith("pip install 'polars-rating[testing]'")
    assert caught.value.name == "hypothesis"


def test_another_missing_module_is_not_blamed_on_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in MODULES:
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "hypothesis.strategies", None)
    with pytest.raises(ModuleNotFoundError) as caught:
        testing.trades()
    assert "polars-rating" not in str(caught.value)


def test_public_names_are_there_and_listed() -> None:
    assert testing.__all__ == sorted(testing.__all__)
    assert set(STRATEGIES) < set(testing.__all__)
    for name in testing.__all__:
        assert getattr(testing, name) is not None
        assert name in dir(testing)
    with pytest.raises(AttributeError, match="has no attribute 'candidate'"):
        _ = testing.candidate
