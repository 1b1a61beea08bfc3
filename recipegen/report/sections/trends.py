"""How metrics change with temperature, and how the headline differs from the run before."""

from __future__ import annotations

from recipegen.evaluation.per_group.networks import family
from recipegen.evaluation.per_group.temperature import other_groups
from recipegen.report.excerpts import number
from recipegen.report.facts import RunFacts
from recipegen.report.sections.change import HEADLINE_METRIC, changes, rates_frame, verdict
from recipegen.report.sections.section import Section, Tables, why_missing


def change_section(tables: Tables, facts: RunFacts) -> Section:
    """How the headline rate differs from the rate of the last comparable run."""
    before = facts.previous
    if before is None:
        return {"reason": "no earlier run of the same corpus and grid is in the folder", "rows": []}
    if reason := why_missing(tables, ["temperature_summary"]):
        return {"reason": reason, "rows": []}
    rows = changes(rates_frame(before.rates), tables["temperature_summary"])
    return {
        "reason": None,
        "run": before.run,
        "finished": before.finished,
        "verdict": verdict(rows, before.run),
        "rows": rows,
    }


def trends_section(tables: Tables, facts: RunFacts) -> Section:
    """The slope and the onset of each group, and the differences that the run could detect.

    Further networks trained alike are left out; they have a table of their own.
    """
    tests = tables["temperature_tests"]
    own = tests["temperature"].notna() | tests["group"].isin(other_groups(tests["group"]))
    chosen = tests[(tests["metric"] == HEADLINE_METRIC) & own]
    return {
        "margin": facts.setting("summarise", "onset_margin"),
        "rows": [
            {
                "group": str(row["group"]),
                "statistic": str(row["statistic"]),
                **{name: number(row[name]) for name in ("estimate", "low", "high", "p_value")},
            }
            for row in tables["trends"].to_dict("records")
            if family(str(row["group"])) == row["group"]
        ],
        "tests": [
            {
                "group": str(row["group"]),
                **{
                    name: number(row[name])
                    for name in (
                        "temperature",
                        "difference",
                        "low",
                        "high",
                        "p_adjusted",
                        "detectable",
                    )
                },
            }
            for row in chosen.to_dict("records")
        ],
    }
