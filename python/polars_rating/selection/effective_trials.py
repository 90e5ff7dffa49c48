"""How many candidates of a family differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.score import score
from polars_rating._selection_rules import EFFECTIVE_METHOD

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def effective_trials(*, method: str = EFFECTIVE_METHOD, returns: IntoExpr | None = None) -> pl.Expr:
    r"""Compute the effective number of candidates of a family: many rows in, one value out.

    From the eigenvalues :math:`\lambda` of the correlation matrix of N candidates,
    :math:`p = \lambda / N`.

    Parameters
    ----------
    method : {'entropy', 'participation', 'average', 'li_ji'}
        :math:`\exp(-\sum p \ln p)`; :math:`N^2 / \sum \lambda^2`; 1 to N by the mean correlation;
        or the count of Li and Ji.
    returns : expression or column name, optional
        ``List`` or ``Array`` of numbers on one grid. Default: the column ``returns``. What is not
        finite counts as 0.

    Returns
    -------
    pl.Expr
        Float64 ``effective_n`` in [1, N]. Flat candidates take no part; null without any. It is
        equal to 1e-9 in another order of rows. Do not pass it as ``n_trials`` of
        `deflated_sharpe`: the variance there has shrunk already.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without returns, a wrong dtype, or lists of a family that differ in length.

    References
    ----------
    Roy and Vetterli, "The Effective Rank", 2007; Li and Ji, 2005; scoring specification, section
    17.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"returns": [[1.0, -1.0, 0.0], [1.0, -1.0, 0.0], [1.0, 1.0, -2.0]]})
    >>> round(df.select(rating.effective_trials(method="participation")).item(), 6)
    1.8
    """
    return score("effective_trials", {}, method=method, returns=returns)
