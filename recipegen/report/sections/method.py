"""How the figures were made: the method, the settings, and what each column means."""

from __future__ import annotations

from collections.abc import Mapping

from recipegen.report.facts import RunFacts
from recipegen.report.sections.identity import or_unknown
from recipegen.report.sections.section import Section
from recipegen.tables import TABLES


def method_section(facts: RunFacts) -> Section:
    """The settings that the section on the method names."""
    return {
        "pair_interval": facts.setting("learn_pairings", "interval"),
        "min_expected": facts.setting("learn_pairings", "min_expected"),
        "false_alarm_rate": facts.setting("learn_pairings", "false_alarm_rate"),
        "unusual_rate": facts.setting("learn_pairings", "unusual_rate"),
        "confidence": facts.setting("summarise", "confidence"),
        "resamples": facts.setting("summarise", "resamples"),
        "max_tokens": facts.setting("generate", "max_tokens"),
    }


def dictionary_section(facts: RunFacts) -> list[Section]:
    """Every table with its columns and its number of rows in this run, None if it is missing."""
    return [
        {
            "name": table.name,
            "row": table.row,
            "stage": table.stage,
            "rows": facts.row_counts.get(table.name),
            "columns": [
                {"name": c.name, "type": str(c.type), "unit": c.unit, "meaning": c.meaning}
                for c in table.columns
            ],
        }
        for table in TABLES.values()
    ]


def settings_section(facts: RunFacts) -> list[Section]:
    """Every setting as ``section.name``, with its value."""
    lines: list[Section] = []
    for section, values in facts.configuration.items():
        if isinstance(values, Mapping):
            lines += [
                {"name": f"{section}.{key}", "value": or_unknown(v)} for key, v in values.items()
            ]
        else:
            lines.append({"name": str(section), "value": or_unknown(values)})
    return lines
