"""The plain Python and NumPy twin of the scores: the test oracle and the fallback engine.

Every file holds one concept in two layers: the formulas of the scoring specification on plain
numbers, and a row function with the name and the keywords of the public expression. A row maps
canonical column names to Python values, as Polars' ``df.to_dicts()`` gives them; a missing key
is a missing column. Short and obvious, never optimised; it does not import Polars.
"""

from polars_rating.reference.cost_shock import cost_shock
from polars_rating.reference.deployment import deployment
from polars_rating.reference.evidence import evidence
from polars_rating.reference.final_rating import explain, final, scores
from polars_rating.reference.robustness import data_jitter, robustness
from polars_rating.reference.stability import stability, stability_wmape
from polars_rating.reference.stress_penalty import stress_penalty, timing_jitter
from polars_rating.reference.trade_dropout import trade_dropout
from polars_rating.reference.trade_metrics import metrics

__all__ = [
    "cost_shock",
    "data_jitter",
    "deployment",
    "evidence",
    "explain",
    "final",
    "metrics",
    "robustness",
    "scores",
    "stability",
    "stability_wmape",
    "stress_penalty",
    "timing_jitter",
    "trade_dropout",
]
