"""Trials of an Optuna study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from polars_rating.adapters.trials import Trials, trials
from polars_rating.exceptions import bad_argument

STATES: Final = ("COMPLETE", "PRUNED")


def from_optuna(study: Any, *, states: Sequence[str] = STATES) -> Trials:
    """Return the trials of an Optuna study as a frame.

    Parameters
    ----------
    study : optuna.Study or pandas.DataFrame
        A study, or what its ``trials_dataframe()`` gives.
    states : sequence of str
        Trials in other states are left out. Pruned trials stay: with `optuna_objective` these are
        the ones that lose money, and a neighbour that loses money is evidence.

    Returns
    -------
    Trials
        ``frame``: a column for each parameter, null where a trial does not have it; ``number``
        (Int64), ``value`` (Float64, null for a pruned trial; ``values_0``, ... of several
        objectives), ``state`` (String), and a column for each user attribute. ``parameters``: the
        names of the parameters.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for something else than a study or its frame, and for a parameter
        that has the name of another column.

    Examples
    --------
    >>> import polars_rating as rating
    >>> from polars_rating.adapters import from_optuna
    >>> import optuna
    >>> optuna.logging.set_verbosity(optuna.logging.ERROR)
    >>> grid = optuna.samplers.GridSampler({"n": [10, 20, 30]}, seed=0)
    >>> study = optuna.create_study(sampler=grid)
    >>> study.optimize(lambda trial: trial.suggest_int("n", 10, 30) / 10)
    >>> frame, parameters = from_optuna(study)
    >>> parameters, frame.sort("n")["value"].to_list()
    (('n',), [1.0, 2.0, 3.0])
    >>> rating.plateau(frame, parameters, "value").sort("n")["plateau"].struct["median"].to_list()
    [2.0, 2.0, 2.0]
    """
    if hasattr(study, "trials") and hasattr(study, "directions"):
        return _of_trials([t for t in study.trials if t.state.name in states])
    if hasattr(study, "columns") and "state" in study.columns:
        return _of_frame(study[study["state"].astype(str).isin(list(states))])
    raise bad_argument(
        "from_optuna() takes a study or its trials_dataframe(attrs=(..., 'params', 'state')), got "
        f"{type(study).__name__}"
    )


def _of_trials(found: Sequence[Any]) -> Trials:
    names = dict.fromkeys(name for trial in found for name in trial.params)
    attributes = dict.fromkeys(name for trial in found for name in trial.user_attrs)
    several = max((len(trial.values or ()) for trial in found), default=1)
    values: dict[str, list[Any]] = {"number": [trial.number for trial in found]}
    for i in range(max(several, 1)):
        name = "value" if several <= 1 else f"values_{i}"
        values[name] = [
            float(t.values[i]) if t.values and t.state.name == "COMPLETE" else None for t in found
        ]
    values["state"] = [trial.state.name for trial in found]
    for name in attributes:
        values[name] = [trial.user_attrs.get(name) for trial in found]
    return trials({n: [trial.params.get(n) for trial in found] for n in names}, values)


def _of_frame(table: Any) -> Trials:
    parameters, values = {}, {}
    for name in map(str, table.columns):
        cells = list(table[name])
        if name.startswith("params_"):
            parameters[name.removeprefix("params_")] = cells
        elif name in ("number", "value", "state") or name.startswith(("values_", "user_attrs_")):
            values[name.removeprefix("user_attrs_")] = cells
    if "value" in values:
        done = [str(state) == "COMPLETE" for state in table["state"]]
        values["value"] = [x if ok else None for x, ok in zip(values["value"], done, strict=True)]
    return trials(parameters, values)
