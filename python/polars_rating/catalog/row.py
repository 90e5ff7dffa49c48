"""What a row of the catalogue is: a score with the evidence it can be judged on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

TierName = Literal["reruns", "neighbours", "equity", "moments", "returns", "trades", "summary"]
Holds = Literal["runs", "equity", "moments", "levels", "trades", "numbers", "metrics"]
Kind = Literal["E", "C", "A", "V", "F"]
"""What an expression needs to see.

- ``E``, elementwise: a row; one value a row. It streams.
- ``C``, composed: E over native expressions of the family; one value a row.
- ``A``, aggregation: the family; one value.
- ``V``, aligned: the family; one value a row.
- ``F``, frame function: a frame or lazy frame, and gives the same.
"""


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One kind of evidence that a score can be judged on."""

    tier: TierName
    holds: Holds
    """What `column` holds; ``"metrics"`` for a tier without a column of its own."""
    column: str | None = None
    fields: tuple[str, ...] = ()
    """Of runs: the metrics that every item has. Of trades: what must be there beside ``pnl``."""
    metrics: tuple[str, ...] = ()
    """The row's own metrics: what runs are compared with, or all that is known."""
    optional: tuple[str, ...] = ()
    """Further columns that are used where the frame has them."""
    needs: tuple[str, ...] = ()
    """Parameters without which it is no evidence."""

    def without(self, metric: str) -> Tier:
        """Return the tier with one metric less."""
        fields = tuple(name for name in self.fields if name != metric)
        metrics = tuple(name for name in self.metrics if name != metric)
        return replace(self, fields=fields, metrics=metrics)


@dataclass(frozen=True, kw_only=True)
class Score:
    """What is promised of one public expression."""

    name: str
    """The expression."""
    output: str
    """The column it makes."""
    tiers: tuple[Tier, ...]
    """Its evidence, best first. The rating's expressions are judged on that of their components."""
    parameters: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Parameter to its default, where that is another than in `polars_rating.parameters`."""
    file: str = ""
    """Its file in `kernels/`, `scores/` and `reference/` and its page, by default its name."""
    function: str = ""
    """The plugin's function, by default its name."""
    question: str = ""
    """The question it answers."""
    title: str = ""
    """The heading of its column in printed rankings."""
    direction: Literal["higher", "lower"] | None = "higher"
    """Which way is better; None for what is no score."""
    range: tuple[float, float | Literal["penalty_cap"]] | None = (0.0, 1.0)
    dtype: str | Mapping[str, str] = "Float64"
    """The dtype it makes; field to dtype for a struct."""
    kind: Kind = "E"
    """What it needs to see; decides its contract tests."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """Parameter to the name of its rule and default, where it is not its own."""
    omega: float | Literal["1 - penalty_cap"] | None = None
    """What ``no_evidence="omega"`` gives a row without its list; None if it has no such rule."""
    component: Literal["default", "further"] | None = None
    """Whether it is a component of the final rating, or may be given a weight to be one.

    Components are in the order of the rows."""
    passed_in: bool = False
    """Whether it is a component only where it is passed in: a row alone does not give it."""
    group: str | None = None
    """The group of `polars_rating.RatingConfig` that holds its parameters."""
    keywords: Mapping[str, str] = field(default_factory=dict)
    """Keyword of the expression to the canonical column it stands for."""
    can_leave_out: str | None = None
    """A metric that None leaves out of the score."""
    base_by_keyword: tuple[str, ...] = ()
    """Metrics that replace those of the full list of trades, if given by keyword."""
    monotone: Mapping[str, Literal[1, -1]] = field(default_factory=dict)
    """Field of a rerun to 1 if the score never falls when it rises, to -1 if it never rises."""

    def __post_init__(self) -> None:
        for default in ("file", "function"):
            object.__setattr__(self, default, getattr(self, default) or self.name)

    def rule(self, parameter: str) -> str:
        """Return under which name the rule and the default of a parameter stand."""
        return self.rules.get(parameter, parameter)

    @property
    def counts_as(self) -> Literal["score", "one_minus", "p_value"]:
        """How it counts as a component: as it is, as 1 - penalty, or as 1/(1 + p)."""
        if self.direction == "higher":
            return "score"
        return "one_minus" if "penalty_cap" in self.parameters else "p_value"

    def given(self, names: Collection[str], *, left_out: bool = False) -> Score:
        """Return the row as a call sees it, in which canonical columns were given by keyword.

        A keyword overrides the choice of evidence: where it gives the column of a tier, that tier
        is used, whatever else the frame holds, and without the frame's further columns, which
        belong to its own. `left_out` says that the metric `can_leave_out` is left out.
        """
        tiers: Iterable[Tier] = [t for t in self.tiers if t.column in names] or self.tiers
        if left_out and self.can_leave_out is not None:
            tiers = [tier.without(self.can_leave_out) for tier in tiers]
        return replace(
            self,
            tiers=tuple(
                replace(tier, optional=tuple(n for n in tier.optional if n in names))
                if tier.column in names
                else tier
                for tier in tiers
            ),
            base_by_keyword=tuple(n for n in self.base_by_keyword if n in names),
        )

    def columns(self) -> tuple[str, ...]:
        """Return the canonical columns it looks for: own ones, metrics, what those follow from."""
        own = [
            name
            for tier in self.tiers
            for name in (tier.column, *tier.optional)
            if name is not None
        ]
        metrics = [name for tier in self.tiers for name in tier.metrics]
        return tuple(dict.fromkeys([*own, *sources(metrics), *self.base_by_keyword]))

    def own_columns(self) -> set[str]:
        """Return the columns that hold its evidence, apart from metrics."""
        return {n for tier in self.tiers for n in (tier.column, *tier.optional) if n is not None}


def sources(metrics: Iterable[str]) -> tuple[str, ...]:
    """Return metrics with the columns from which a missing one is computed."""
    names = list(metrics)
    years = ["yearly_profits"] if "profit" in names else []
    return tuple(dict.fromkeys([*names, *years, *(["trades"] if names else [])]))


def looked_for(tiers: Iterable[Tier | Mapping[str, Any]]) -> str:
    """Return what an error says that a score looked for.

    Parameters
    ----------
    tiers : iterable of Tier or mapping
        Its evidence, as in the catalogue or as the plugin gets it.

    Examples
    --------
    >>> from polars_rating.catalog import SCORES
    >>> looked_for(SCORES["stability"].tiers)
    '`yearly_profits` (summary), or `trades` with the field `exit_time` (trades)'
    """
    rows = [asdict(tier) if isinstance(tier, Tier) else tier for tier in tiers]
    parts = [_in_words(row) for row in rows]
    holds = {row["holds"] for row in rows}
    if "metrics" in holds and "trades" not in holds:
        parts.append("`trades` to compute these metrics from")
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])}, or {parts[-1]}"


def _in_words(tier: Mapping[str, Any]) -> str:
    if tier["holds"] == "metrics":
        return f"all of {quoted(tier['metrics'])} ({tier['tier']})"
    fields = ""
    if tier["holds"] in ("trades", "levels") and tier["fields"]:
        plural = "s" if len(tier["fields"]) > 1 else ""
        fields = f" with the field{plural} {quoted(tier['fields'])}"
    needs = "".join(f" with `{name}=`" for name in tier["needs"])
    return f"`{tier['column']}`{fields}{needs} ({tier['tier']})"


def quoted(names: Iterable[str]) -> str:
    """Return names for a message."""
    return ", ".join(f"`{name}`" for name in names) or "none of them"
