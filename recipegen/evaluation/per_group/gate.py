"""Whether recipes are good enough: each metric of each group against a limit, by its interval.

A gate must not fail by chance, and it must not pass by chance either. So there are three answers:
sure to be good enough, sure to be worse, and not sure. More recipes turn the third one into one of
the first two.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from recipegen.errors import UsageError
from recipegen.evaluation.metrics import METRICS
from recipegen.evaluation.per_group.outside_groups import GROUP_METRICS

HEADLINE = "implausible_pair_rate"
"""The metric that is compared with a baseline if no other is named."""


class Outcome(StrEnum):
    """What an interval says about a limit."""

    GOOD = "sure to be good enough"
    UNSURE = "not sure"
    WORSE = "sure to be worse"
    UNMEASURED = "cannot be measured: too few recipes have ingredients that are known"


@dataclass(frozen=True)
class Limit:
    """The highest value of a metric that is good enough, or its highest rise over a baseline."""

    metric: str
    most: float


def limit_of(written: str, option: str = "--fail-over") -> Limit:
    """A limit as it is written on the command line, such as ``implausible_pair_rate=0.03``.

    Raises:
        UsageError: there is no such metric, or the value is no number that the metric can have.
    """
    metric, _, value = written.partition("=")
    if metric not in GROUP_METRICS:
        raise UsageError(
            f"{option}: no metric is called {metric!r}; there are {', '.join(GROUP_METRICS)}"
        )
    try:
        most = float(value)
    except ValueError:
        most = math.nan
    if not math.isfinite(most):
        raise UsageError(f"{option} {metric}: a number is needed, such as {metric}=0.03")
    if METRICS[metric].unit == "rate" and not 0 <= most <= 1:
        raise UsageError(f"{option} {metric}: a share from 0 to 1 is needed, such as {metric}=0.03")
    return Limit(metric, most)


@dataclass(frozen=True)
class Check:
    """One metric of one group, with its limit."""

    group: str
    limit: Limit
    estimate: float
    low: float
    high: float
    count: int
    """The recipes that the estimate rests on."""
    baseline: str = ""
    """Name of the baseline, if the estimate is a difference from it."""

    @property
    def outcome(self) -> Outcome:
        """What the interval says; the limit itself is good enough."""
        if math.isnan(self.low) or math.isnan(self.high):
            return Outcome.UNMEASURED
        if self.low > self.limit.most:
            return Outcome.WORSE
        return Outcome.GOOD if self.high <= self.limit.most else Outcome.UNSURE

    def passes(self, strict: bool) -> bool:
        """Whether the gate lets the group through.

        Args:
            strict: let it through only if it is sure to be good enough; else unless it is sure to
                be worse. What cannot be measured is never let through.
        """
        return self.outcome is Outcome.GOOD or (self.outcome is Outcome.UNSURE and not strict)

    @property
    def name(self) -> str:
        """What is asked, such as "implausible_pair_rate at most 3 %"."""
        most = _shown(self.limit.metric, self.limit.most, bool(self.baseline))
        if not self.baseline:
            return f"{self.limit.metric} at most {most}"
        return f"{self.limit.metric} at most {most} above {self.baseline}"

    @property
    def measured(self) -> str:
        """The value with its interval, such as "5.20 % (4.10 % to 6.60 %)"."""
        if math.isnan(self.estimate):
            return "not measured"
        values = (self.estimate, self.low, self.high)
        value, *ends = (_shown(self.limit.metric, each, bool(self.baseline)) for each in values)
        return f"{value} ({' to '.join(ends)})"

    @property
    def sentence(self) -> str:
        """The check in one line, for a person."""
        of = f" of {self.group}"
        if self.baseline:
            of += f" minus that of {self.baseline}"
        most = _shown(self.limit.metric, self.limit.most, bool(self.baseline))
        return (
            f"{self.limit.metric}{of} is {self.measured}, at most {most} is allowed: {self.outcome}"
        )


def _shown(metric: str, value: float, is_difference: bool) -> str:
    """A value as a person reads it: rates in percent, differences of rates in points."""
    if math.isnan(value):
        return "unknown"
    if METRICS[metric].unit != "rate":
        return f"{value:.3g}"
    return f"{100 * value:.3g} {'points' if is_difference else '%'}"


@dataclass(frozen=True)
class Verdict:
    """Whether recipes pass, and why."""

    source: str
    """Name of the file with the recipes."""
    checks: Sequence[Check]
    strict: bool
    judged: int
    """Recipes that were judged."""
    rejected: int
    """Lines of the file that could not be used."""

    @property
    def failed(self) -> list[Check]:
        """The checks that are not passed."""
        return [check for check in self.checks if not check.passes(self.strict)]

    @property
    def passed(self) -> bool:
        """Whether all checks are passed."""
        return not self.failed

    @property
    def tally(self) -> str:
        """How many checks are not passed, such as "1 of 2 checks"."""
        return f"{len(self.failed):,} of {_checks_of(self.checks)}"

    @property
    def sentence(self) -> str:
        """The verdict in one line: passed or not, and the checks that a person should know."""
        unsure = [check for check in self.checks if check.outcome is not Outcome.GOOD]
        told = self.failed or unsure or (self.checks if len(self.checks) == 1 else [])
        start = f"passed: {_checks_of(self.checks)}" if self.passed else f"failed: {self.tally}"
        reasons = [check.sentence for check in told] or ["all are sure to be good enough"]
        return f"{start}; {'; '.join(reasons)}"


def _checks_of(checks: Sequence[Check]) -> str:
    return f"{len(checks):,} {'check' if len(checks) == 1 else 'checks'}"


def check_limits(groups: pd.DataFrame, limits: Sequence[Limit]) -> list[Check]:
    """Each limit for each group.

    Args:
        groups: the table ``group_summary``.
        limits: of metrics that the table has.
    """
    return _checks(groups, limits, "")


def check_baseline(found: pd.DataFrame, limits: Sequence[Limit], name: str) -> list[Check]:
    """Each limit for each group's difference from a baseline.

    Args:
        found: what :func:`recipegen.evaluation.per_group.matching.differences` has found.
        limits: by how much each metric may lie above that of the baseline.
        name: of the baseline.
    """
    return _checks(found, limits, name)


def _checks(rows: pd.DataFrame, limits: Sequence[Limit], baseline: str) -> list[Check]:
    most = {limit.metric: limit for limit in limits}
    return [
        Check(
            group=str(row["group"]),
            limit=most[row["metric"]],
            estimate=float(row["estimate"]),
            low=float(row["low"]),
            high=float(row["high"]),
            count=int(row["count"]),
            baseline=baseline,
        )
        for row in rows.to_dict("records")
        if row["metric"] in most
    ]


def allowed_rises(limits: Iterable[Limit], margins: Iterable[Limit]) -> list[Limit]:
    """By how much each metric may rise over the baseline.

    Args:
        limits: of the metrics themselves; each of these metrics may not rise.
        margins: rises that are allowed nevertheless.
    """
    found = {limit.metric: 0.0 for limit in limits}
    found |= {margin.metric: margin.most for margin in margins}
    return [Limit(metric, most) for metric, most in (found or {HEADLINE: 0.0}).items()]
