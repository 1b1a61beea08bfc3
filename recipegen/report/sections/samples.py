"""The samples that are shown in full."""

from __future__ import annotations

import pandas as pd

from recipegen.evaluation.per_group.temperature import main_groups
from recipegen.report.excerpts import Excerpts, chosen, number
from recipegen.report.facts import RunFacts
from recipegen.report.sections.section import Section, Tables

# Limits that keep a page below 1 MB, whatever the settings ask for.
MOST_SAMPLES = 84
LONGEST_TEXT = 2400


def samples_section(tables: Tables, facts: RunFacts) -> Section:
    """Samples in full, chosen by the same rule at each temperature."""
    return {
        "rule": RULE,
        "temperatures": chosen_views(tables, facts.setting("report", "samples") or 4),
    }


RULE = (
    "A rule chose these samples, not a person. At each temperature it takes the sample with the "
    "median implausibility, the worst one and the best one. Then it takes samples at random, in "
    "the order of the SHA-256 of their identifier. The setting report.samples says how many the "
    "report shows."
)


def chosen_views(tables: Tables, samples: int) -> list[Section]:
    """The chosen samples of each temperature, as views.

    Args:
        tables: ``samples``, ``sample_scores``, ``mentions`` and ``sample_pairs``.
        samples: wanted at each temperature; fewer are taken if the page would become too large.
    """
    scores = tables["sample_scores"]
    main = scores[scores["group"].isin(main_groups(scores["group"]))]
    groups = list(main.groupby("temperature", sort=True, dropna=False))
    most = max(1, min(samples, MOST_SAMPLES // max(1, len(groups))))
    picks = {temperature: chosen(rows, most) for temperature, rows in groups}
    wanted = {sample_id for pick in picks.values() for sample_id, _ in pick}
    texts, mentions, pairs, scored = (
        _only(tables[name], wanted)
        for name in ("samples", "mentions", "sample_pairs", "sample_scores")
    )
    excerpts = Excerpts(texts, mentions, pairs, scored, _sources(tables, wanted))
    return [
        {
            "temperature": number(float(str(temperature))),
            "samples": [excerpts.view(i, why, LONGEST_TEXT) for i, why in pick],
        }
        for temperature, pick in picks.items()
    ]


def _sources(tables: Tables, wanted: set[str]) -> dict[str, Section]:
    """What each sample has in common with training recipes; empty if that was not measured."""
    if "text_measures" not in tables or "title" not in tables.get("recipes", pd.DataFrame()):
        return {}
    titles = tables["recipes"].set_index("recipe_id")["title"]
    return {
        row["sample_id"]: {
            "copied_words": int(row["copied_words"]),
            "copied_from": titles.get(row["copied_recipe_id"]),
            "nearest": titles.get(row["nearest_recipe_id"]),
            "similarity": number(row["nearest_similarity"]),
        }
        for row in _only(tables["text_measures"], wanted).to_dict("records")
    }


def _only(frame: pd.DataFrame, sample_ids: set[str]) -> pd.DataFrame:
    return frame[frame["sample_id"].isin(sample_ids)]
