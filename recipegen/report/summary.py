"""Computes everything that a report says from the tables of a run, as a plain dictionary.

Each section has a ``reason``: None, or why the section could not be computed, in words for the
page. A missing figure is None and has a reason; it is never 0.
"""

from __future__ import annotations

from collections.abc import Callable

from recipegen.report.facts import RunFacts
from recipegen.report.sections.generators import generators_section
from recipegen.report.sections.headline import headline_section
from recipegen.report.sections.identity import credit, identity
from recipegen.report.sections.judge_quality import checked_section
from recipegen.report.sections.judged_by import knowledge_section
from recipegen.report.sections.method import dictionary_section, method_section, settings_section
from recipegen.report.sections.metrics import metrics_section
from recipegen.report.sections.networks import networks_section
from recipegen.report.sections.next_words import next_words_section, steps_section
from recipegen.report.sections.samples import samples_section
from recipegen.report.sections.section import Section, Tables, why_missing
from recipegen.report.sections.training import training_section
from recipegen.report.sections.trends import change_section, trends_section
from recipegen.report.sections.worst_pairs import heat_section, pairs_section
from recipegen.report.selection import counted


def summarise_run(tables: Tables, facts: RunFacts) -> Section:
    """The sections of the report, each either computed or with the reason why it is missing.

    Args:
        tables: the run's tables by name; any of them may be missing or empty.
        facts: what the tables do not hold.
    """
    tables = {**tables, **counted(tables)}

    def section(build: Callable[[Tables, RunFacts], Section], *needs: str) -> Section:
        reason = why_missing(tables, needs)
        return {"reason": reason} if reason else {"reason": None, **build(tables, facts)}

    return {
        "run": facts.run,
        "title": facts.title,
        "version": facts.version,
        "finished": facts.finished,
        "failure": facts.failure,
        "corpus": {"name": facts.corpus, **credit(facts)},
        "identity": identity(tables, facts),
        "headline": section(
            headline_section, "temperature_summary", "operating_points", "generator_tests"
        ),
        "generators": section(generators_section, "operating_points", "generator_tests"),
        "change": change_section(tables, facts),
        "metrics": section(metrics_section, "temperature_summary"),
        "checked": section(checked_section, "judge_quality", "corrected_rates"),
        "trends": section(trends_section, "trends", "temperature_tests"),
        "networks": section(networks_section, "network_summary"),
        "knowledge": section(knowledge_section, "pairings", "pairing_validation"),
        "pairs": section(pairs_section, "pair_summary", "pairings", "ingredients"),
        "heat": section(heat_section, "pair_summary", "pairings", "sample_scores"),
        "samples": section(samples_section, "samples", "sample_scores", "mentions", "sample_pairs"),
        "next_words": section(next_words_section, "word_probabilities"),
        "steps": section(steps_section, "sample_words", "samples"),
        "training": section(training_section, "training_log"),
        "stages": [
            {"stage": stage, "seconds": seconds} for stage, seconds in facts.stage_seconds.items()
        ],
        "tables": dictionary_section(facts),
        "settings": settings_section(facts),
        "method": method_section(facts),
    }
