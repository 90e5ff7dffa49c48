"""Configuration objects: frozen, keyword-only, validated on construction.

They group the flat keywords of the score expressions for `final`, `scores` and `explain`.
``to_dict`` gives plain dictionaries, lists, strings, integers and floats that survive JSON and
TOML; ``from_dict`` reads them back. Two values do not fit those formats as numbers and are
written as strings, which ``from_dict`` accepts as well: a seed above 2**63 - 1 (integers are
signed 64-bit in TOML) and an infinite threshold (JSON has no infinity).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from polars_rating import _selection_rules as rules
from polars_rating import parameters
from polars_rating._config_base import Config
from polars_rating.catalog import ALL_COMPONENTS, COMPONENTS, CRITERIA
from polars_rating.parameters import check


@dataclass(frozen=True, kw_only=True)
class JitterConfig(Config):
    """Robustness by parameter jitter, modelled (summary tier) or by neighbours.

    Parameters
    ----------
    param_variation : float
        Largest relative worsening of win rate and payoff, a ratio in [0, 1].
    n_iterations : int
        Number of draws, in [0, 1000000].
    seed : int
        Seed of NumPy's random stream, in [0, 2**64 - 1]; None is the default seed.
    min_neighbours : int
        Least number of neighbours (neighbours tier), in [1, 1000000].

    Examples
    --------
    >>> JitterConfig(param_variation=0.2)
    JitterConfig(param_variation=0.2, n_iterations=50, seed=987654321, min_neighbours=1)
    """

    param_variation: float = parameters.PARAM_VARIATION
    n_iterations: int = parameters.N_ITERATIONS
    seed: int | None = parameters.SEED
    min_neighbours: int = parameters.MIN_NEIGHBOURS


@dataclass(frozen=True, kw_only=True)
class DropoutConfig(Config):
    """Trade dropout.

    Parameters
    ----------
    fraction : float
        Share of trades to drop, a ratio in [0, 1].
    n_runs : int
        Number of replays over the trades, in [0, 1000000].
    seed : int
        Seed of the first replay, in [0, 2**64 - 1]; replay i uses ``seed + i``. None is the
        default seed.
    confidence : float
        One-sided confidence level of the closed form (summary tier), in [0.5, 1).
    sharpe_of : {'auto', 'r_multiple', 'pnl'}
        What the Sharpe ratio of the replays is of: R-multiples where a trade of the list has a
        finite one, else net results; R-multiples alone, as in Omega; net results.

    Examples
    --------
    >>> DropoutConfig(n_runs=1, sharpe_of="pnl").to_dict()
    {'fraction': 0.1, 'n_runs': 1, 'seed': 987654321, 'confidence': 0.95, 'sharpe_of': 'pnl'}
    """

    fraction: float = parameters.FRACTION
    n_runs: int = parameters.N_RUNS
    seed: int | None = parameters.SEED
    confidence: float = parameters.CONFIDENCE
    sharpe_of: str = parameters.SHARPE_OF


@dataclass(frozen=True, kw_only=True)
class StressConfig(Config):
    """Stress penalty.

    Parameters
    ----------
    variation : float
        Relative size of the shock, a ratio in [0, 1].
    cost_multiplier : float
        Factor on the fees, finite and > 0.

    Examples
    --------
    >>> StressConfig(cost_multiplier=3)
    StressConfig(variation=0.1, cost_multiplier=3.0)
    """

    variation: float = parameters.VARIATION
    cost_multiplier: float = parameters.COST_MULTIPLIER


@dataclass(frozen=True, kw_only=True)
class Weights(Config):
    """Weights of the components in the final rating, each finite and >= 0, with a sum > 0.

    Parameters
    ----------
    robustness, stability, cost_shock, trade_dropout : float
        Weight of the score; 0 leaves it out.
    stress_penalty : float
        Weight of ``1 - stress_penalty``.
    data_jitter, timing_jitter, tp_sl_stress, ulcer_index_score : float
        Weight of the score of that name, which is no component without one. The TP/SL stress must
        be passed in, since it needs candles.
    win_rate_score, avg_r_score, recovery_factor_score, sortino_score : float
        Weight of the metric as a score.
    probabilistic_sharpe, deflated_sharpe : float
        Weight of the probability of that name, which must be passed in.
    p_value_mean_r_gt_0 : float
        Weight of 1/(1 + p); a missing p-value counts as 1.

    Examples
    --------
    >>> Weights(stability=-1)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    polars_rating.exceptions.RatingError: ... `weights.stability` must be finite and >= 0, got -1
    """

    _prefix: ClassVar[str] = "weights."

    robustness: float = 1.0
    stability: float = 1.0
    cost_shock: float = 1.0
    trade_dropout: float = 1.0
    stress_penalty: float = 1.0
    data_jitter: float = 0.0
    timing_jitter: float = 0.0
    tp_sl_stress: float = 0.0
    ulcer_index_score: float = 0.0
    win_rate_score: float = 0.0
    avg_r_score: float = 0.0
    recovery_factor_score: float = 0.0
    sortino_score: float = 0.0
    p_value_mean_r_gt_0: float = 0.0
    probabilistic_sharpe: float = 0.0
    deflated_sharpe: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check("weights", tuple(self.by_component().values()))

    def by_component(self) -> dict[str, float]:
        """Return the weights of the components: the five, then the further ones with a weight.

        Examples
        --------
        >>> Weights(stability=0, data_jitter=2).by_component()
        {'robustness': 1.0, 'stability': 0.0, 'cost_shock': 1.0, 'trade_dropout': 1.0,
         'stress_penalty': 1.0, 'data_jitter': 2.0}
        """
        weights = {name: getattr(self, name) for name in ALL_COMPONENTS}
        return {name: w for name, w in weights.items() if w > 0 or name in COMPONENTS}


@dataclass(frozen=True, kw_only=True)
class Thresholds(Config):
    """Thresholds of the deployment gate, inclusive; any number but NaN.

    Parameters
    ----------
    win_rate : float
        Least win rate, a ratio.
    avg_r : float
        Least mean R-multiple.
    profit : float
        Least net profit, account currency.
    profit_factor : float
        Least gross profit / gross loss.
    max_drawdown : float
        Greatest maximum drawdown, in the unit of the column. ``float("inf")`` switches the
        criterion off (``-inf`` for the others).

    Examples
    --------
    >>> Thresholds(max_drawdown=float("inf")).to_dict()["max_drawdown"]
    'inf'
    """

    _prefix: ClassVar[str] = "thresholds."

    win_rate: float = 0.45
    avg_r: float = 0.6
    profit: float = 500.0
    profit_factor: float = 1.2
    max_drawdown: float = 1000.0

    def as_tuple(self) -> tuple[float, ...]:
        """Return the thresholds in the order in which failures are listed.

        Examples
        --------
        >>> Thresholds().as_tuple()
        (0.45, 0.6, 500.0, 1.2, 1000.0)
        """
        return tuple(getattr(self, name) for name in CRITERIA)


@dataclass(frozen=True, kw_only=True)
class RatingConfig(Config):
    """Everything `final`, `scores` and `explain` can be told.

    Parameters
    ----------
    weights, thresholds, jitter, dropout, stress
        The grouped parameters.
    penalty_cap : float
        Upper bound of every penalty, in [0, 1].
    cost_multipliers : sequence of float
        Factors on the fees of the cost shock, at least one, each finite and > 0.
    aggregation : {'mean', 'min', 'geometric'}
        How the components become one number.
    gate : {'profit', 'deployment', 'none'}
        What sets the final rating to 0.
    on_missing : {'null', 'skip', 'zero'}
        What a null component does.
    no_evidence : {'null', 'omega'}
        What a row without evidence gets.

    Examples
    --------
    >>> config = RatingConfig.from_dict({"weights": {"stability": 2}, "gate": "none"})
    >>> config.weights.stability, config.weights.robustness, config.gate
    (2.0, 1.0, 'none')
    >>> RatingConfig.from_dict(config.to_dict()) == config
    True
    >>> RatingConfig.from_dict({"penalty": 0.4})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    polars_rating.exceptions.RatingError: ... has no key 'penalty'; known keys: weights, ...
    """

    _nested: ClassVar[Mapping[str, type[Config]]] = {
        "weights": Weights,
        "thresholds": Thresholds,
        "jitter": JitterConfig,
        "dropout": DropoutConfig,
        "stress": StressConfig,
    }

    weights: Weights = field(default_factory=Weights)
    thresholds: Thresholds = field(default_factory=Thresholds)
    penalty_cap: float = parameters.PENALTY_CAP
    jitter: JitterConfig = field(default_factory=JitterConfig)
    dropout: DropoutConfig = field(default_factory=DropoutConfig)
    stress: StressConfig = field(default_factory=StressConfig)
    cost_multipliers: tuple[float, ...] = parameters.MULTIPLIERS
    aggregation: Literal["mean", "min", "geometric"] = "mean"
    gate: Literal["profit", "deployment", "none"] = "profit"
    on_missing: Literal["null", "skip", "zero"] = "null"
    no_evidence: Literal["null", "omega"] = "null"

    @classmethod
    def preset(cls, name: str) -> RatingConfig:
        """Return a configuration by its name.

        Parameters
        ----------
        name : {'default', 'omega', 'v2'}
            ``"default"`` is ``RatingConfig()``. ``"omega"`` is Omega's own ranking, the last step
            of its optimiser: the mean of twelve components, a missing one counts 0, no gate.
            ``"v2"`` is what the walk-forward study chose, the mean of stability and cost shock
            with penalties up to 1. It needs neither reruns nor draws, and ranked no worse and no
            better than the default on the markets it was not chosen on.

        Returns
        -------
        RatingConfig

        Raises
        ------
        RatingError
            ``RATING_BAD_ARGUMENT`` for another name.

        References
        ----------
        Scoring specification, section 11; docs/does-it-work.md.

        Examples
        --------
        >>> omega = RatingConfig.preset("omega")
        >>> omega.gate, omega.on_missing, len(omega.weights.by_component()) - 1  # one has weight 0
        ('none', 'zero', 12)
        >>> v2 = RatingConfig.preset("v2")
        >>> v2.penalty_cap, [name for name, w in v2.weights.by_component().items() if w]
        (1.0, ['stability', 'cost_shock'])
        """
        from polars_rating.presets import PRESETS

        return PRESETS[check("preset", name)]()

    def parameters_of(self, component: str) -> dict[str, Any]:
        """Return the parameters of a component under the names of its expression.

        Parameters
        ----------
        component : str
            Name of a component, also of a further one, e.g. ``"trade_dropout"``.

        Returns
        -------
        dict
            Parameter to value; the default where the configuration has no such field.

        Examples
        --------
        >>> RatingConfig(penalty_cap=0.4).parameters_of("cost_shock")
        {'multipliers': (1.25, 1.5, 2.0), 'penalty_cap': 0.4, 'no_evidence': 'null'}
        """
        row = ALL_COMPONENTS[component]
        known = {
            **parameters.DEFAULTS,
            **row.defaults,
            **vars(self),
            "multipliers": self.cost_multipliers,
        }
        if row.group is not None:
            known |= vars(getattr(self, row.group))
        return {name: known[name] for name in row.parameters}


@dataclass(frozen=True, kw_only=True)
class SelectionConfig(Config):
    """Everything `selection_report` can be told but its columns.

    Parameters
    ----------
    n_blocks : int
        Blocks of the cross-validation, even, in [2, 24].
    n_boot : int
        Resamples of the bootstrap, at least 100.
    block_length : float or 'auto'
        Mean length of a block of the bootstrap, at least 1.
    seed : int
        Seed of the bootstrap.
    correction : {'holm', 'bonferroni', 'sidak', 'bh', 'by'}
        How p-values are adjusted.
    alpha : float
        Level at which candidates are counted as significant, in (0, 1).
    expected_max : {'approx', 'exact'}
        The expected maximum behind the deflated Sharpe ratio.
    variance : {'2012', '2025'}
        The standard error of a Sharpe ratio.
    min_trials : int
        Fewer candidates have no probability of overfitting.

    Examples
    --------
    >>> SelectionConfig(n_blocks=7)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    polars_rating.exceptions.RatingError: ... `n_blocks` must be an even integer in [2, 24], got 7
    """

    _rules: ClassVar[Mapping[str, str]] = {
        "n_boot": "n_boot:family",
        "block_length": "block_length:family",
    }

    n_blocks: int = rules.N_BLOCKS
    n_boot: int = rules.N_BOOT
    block_length: float | str = rules.BLOCK_LENGTH
    seed: int = parameters.SEED
    correction: str = rules.CORRECTION
    alpha: float = rules.ALPHA
    expected_max: str = rules.EXPECTED_MAX
    variance: str = rules.VARIANCE
    min_trials: int = rules.MIN_TRIALS
