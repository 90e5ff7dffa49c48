"""Candidates of scikit-learn's searches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polars_rating.adapters.trials import Trials, trials
from polars_rating.exceptions import bad_argument


def from_cv_results(results: Any) -> Trials:
    """Return ``cv_results_`` of a scikit-learn search as a frame of trials.

    Parameters
    ----------
    results : mapping, or a fitted search
        ``GridSearchCV``, ``RandomizedSearchCV`` or a successive halving search, or its
        ``cv_results_``.

    Returns
    -------
    Trials
        ``frame``: a column for each parameter, null where a candidate does not have it; ``score``
        (mean test score; of several metrics a column for each, under its name) and ``score_std``.
        Parameters that are objects are their text. ``parameters``: their names.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for something else.

    Examples
    --------
    >>> results = {
    ...     "params": [{"window": 5}, {"window": 9, "stop": 2.0}],
    ...     "mean_test_score": [0.1, 0.3],
    ...     "std_test_score": [0.2, 0.2],
    ... }
    >>> from_cv_results(results).frame.rows()
    [(5, None, 0.1, 0.2), (9, 2.0, 0.3, 0.2)]
    """
    found = getattr(results, "cv_results_", results)
    if not isinstance(found, Mapping) or "params" not in found:
        raise bad_argument(
            "from_cv_results() takes a fitted search or its cv_results_, got "
            f"{type(results).__name__}"
        )
    sets = list(found["params"])
    names = dict.fromkeys(name for candidate in sets for name in candidate)
    values = {}
    for name in found:
        for start, end in (("mean_test_", ""), ("std_test_", "_std")):
            if name.startswith(start):
                values[f"{name.removeprefix(start)}{end}"] = list(found[name])
    return trials({n: [candidate.get(n) for candidate in sets] for n in names}, values)
