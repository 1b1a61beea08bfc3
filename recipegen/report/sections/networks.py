"""How much the figures depend on the training of the network."""

from __future__ import annotations

from recipegen.evaluation.per_group.temperature import generated_groups
from recipegen.report.excerpts import number
from recipegen.report.facts import RunFacts
from recipegen.report.sections.change import HEADLINE_METRIC
from recipegen.report.sections.section import Section, Tables


def networks_section(tables: Tables, _: RunFacts) -> Section:
    """The headline rate over networks trained alike, by temperature; no rows for one network."""
    frame = tables["network_summary"]
    groups = generated_groups(frame["group"])[:1]
    rows = frame[(frame["metric"] == HEADLINE_METRIC) & frame["group"].isin(groups)]
    names = ("temperature", "estimate", "low", "high", "lowest", "highest", "training_sd")
    return {
        "count": int(rows["networks"].max()) if len(rows) else 1,
        "rows": [
            {name: number(row[name]) for name in names}
            for row in rows.sort_values("temperature").to_dict("records")
        ],
    }
