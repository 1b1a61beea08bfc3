"""The figures at the top of the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from recipegen.evaluation.per_group.answer import called, told
from recipegen.evaluation.per_group.temperature import HEADLINE_TEMPERATURE
from recipegen.report.facts import RunFacts
from recipegen.report.sections.change import HEADLINE_METRIC
from recipegen.report.sections.judge_quality import correction
from recipegen.report.sections.metrics import EXCHANGED, metric_of
from recipegen.report.sections.section import Section, Tables


def headline_section(tables: Tables, facts: RunFacts) -> Section:
    """The finding in words, and at most five rates: of real recipes, the generator, the control."""
    frame = tables["temperature_summary"]
    metric, shares = (metric_of(frame, key) for key in (HEADLINE_METRIC, EXCHANGED))
    confidence = facts.setting("summarise", "confidence") or 0.95
    points, tests = tables["operating_points"], tables["generator_tests"]
    sentence, advice = told(frame, points, tests, confidence)
    figures = [
        ("Real recipes", "held-out, the reference", "real", metric["real"], shares["real"]),
        *_figures_of_generator(metric, shares),
        ("Control", "all ingredients exchanged", "control", metric["control"], shares["control"]),
    ]
    own = metric["group"] or next((each["group"] for each in metric["others"]), None)
    rates = tables.get("corrected_rates")
    return {
        "sentence": sentence,
        "advice": advice,
        "figures": [
            {
                "label": label,
                "detail": detail,
                "group": group,
                "exchanged": exchanged,
                "corrected": correction(
                    rates, own if group == "generated" else group, row["temperature"]
                ),
                **row,
            }
            for label, detail, group, row, exchanged in figures
        ],
    }


def _figures_of_generator(
    metric: Section, shares: Section
) -> Iterator[tuple[str, str, str, Section, Section]]:
    """The figures at three temperatures, or the one figure of a generator without temperatures."""
    if metric["group"] is None:
        for own, share in zip(metric["others"][:1], shares["others"][:1], strict=True):
            yield own["group"], "as it is", "generated", own["rows"][0], share["rows"][0]
        return
    exchanged = {row["temperature"]: row for row in shares["generated"]}
    detail = f"written by {called(metric['group'])}"
    for row in _three(metric["generated"]):
        at = row["temperature"]
        yield f"Temperature {at:g}", detail, "generated", row, exchanged[at]


def _three(rows: list[Section]) -> list[Section]:
    """The rows at the lowest temperature, the one nearest to 1 and the highest, each row once."""
    picks = ends_and_middle(row["temperature"] for row in rows)
    return [row for row in rows if row["temperature"] in picks]


def ends_and_middle(temperatures: Iterable[float]) -> list[float]:
    """The lowest temperature, the one nearest to 1 and the highest; ascending, each once."""
    rising = sorted(set(temperatures))
    if not rising:
        return []
    middle = min(rising, key=lambda value: (abs(value - HEADLINE_TEMPERATURE), value))
    return sorted({rising[0], middle, rising[-1]})
