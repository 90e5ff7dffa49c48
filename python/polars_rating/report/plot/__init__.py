"""Altair charts of candidates, one function each, the way ``df.plot`` makes them.

Every function takes a frame of one row per candidate, rated or with evidence of any tier, and
returns a chart that a notebook shows and that can be changed further. They need the extra
``[report]``. Charts of one candidate take ``candidate``: its name, or its rank (1, the best).
"""

from polars_rating.report.plot.of_all import against_profit, distribution, plateau, points_lost
from polars_rating.report.plot.of_one import contributions, costs, equity, reruns, years

__all__ = [
    "against_profit",
    "contributions",
    "costs",
    "distribution",
    "equity",
    "plateau",
    "points_lost",
    "reruns",
    "years",
]
