"""How likely the next words were: after the prompts, and step by step in a sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from recipegen.evaluation.per_group.temperature import generated_groups
from recipegen.report.chart_titles import next_word_finding
from recipegen.report.excerpts import number
from recipegen.report.facts import RunFacts
from recipegen.report.sections.section import Section, Tables

MOST_DISTRIBUTIONS = 12
MOST_WORDS = 10


def next_words_section(tables: Tables, _: RunFacts) -> Section:
    """For each prompt, the likeliest next words at each temperature."""
    frame = tables["word_probabilities"]
    keys = frame[["prompt", "temperature"]].drop_duplicates().head(MOST_DISTRIBUTIONS)
    prompts: dict[str, list[Section]] = {}
    for prompt, temperature in keys.itertuples(index=False):
        rows = frame[(frame["prompt"] == prompt) & (frame["temperature"] == temperature)]
        prompts.setdefault(prompt, []).append(_distribution(rows.sort_values("rank")))
    return {
        "prompts": [
            {"prompt": prompt, "distributions": distributions}
            for prompt, distributions in prompts.items()
        ]
    }


def _distribution(rows: pd.DataFrame) -> Section:
    shown = rows.head(MOST_WORDS)
    words = [
        {"word": str(word), "probability": float(probability)}
        for word, probability in zip(shown["word"], shown["probability"], strict=True)
    ]
    return {
        "temperature": number(rows["temperature"].iloc[0]),
        "entropy": number(rows["entropy"].iloc[0]),
        "remaining": max(0.0, 1.0 - float(shown["probability"].sum())),
        "words": words,
        "finding": next_word_finding(words[0]),
    }


MOST_STEPS = 120
SHADES = (0.5, 0.2, 0.05, 0.01)
"""Probabilities below which a word gets the next darker shade."""


def steps_section(tables: Tables, _: RunFacts) -> Section:
    """A sample word by word, at the lowest, the middle and the highest temperature."""
    words, samples = tables["sample_words"], tables["samples"]
    known = samples[samples["sample_id"].isin(words["sample_id"])]
    groups = generated_groups(known["group"])
    if not groups:
        return {"samples": []}
    uncut = known[known["group"] == groups[0]]
    firsts = uncut.drop_duplicates("temperature").sort_values("temperature")
    rows = firsts.to_dict("records")
    picks = rows if len(rows) < 3 else [rows[0], rows[len(rows) // 2], rows[-1]]
    return {"samples": [_step_view(row, words) for row in picks]}


def _step_view(sample: Mapping[Any, Any], words: pd.DataFrame) -> Section:
    own = words[words["sample_id"] == sample["sample_id"]]
    steps = []
    for _, found in list(own.groupby("position", sort=True))[:MOST_STEPS]:
        ranked = found.sort_values("rank").to_dict("records")
        (drawn,) = (row for row in ranked if row["drawn"])
        likelier = [f"{row['word'] or 'end'} {row['probability']:.1%}" for row in ranked[:3]]
        steps.append(
            {
                "word": str(drawn["word"]),
                "probability": float(drawn["probability"]),
                "rank": int(drawn["rank"]),
                "shade": sum(drawn["probability"] < shade for shade in SHADES),
                "likeliest": ", ".join(likelier),
            }
        )
    return {
        "sample_id": str(sample["sample_id"]),
        "temperature": number(sample["temperature"]),
        "entropy": number(sample["entropy"]),
        "prompt": str(sample["prompt"]),
        "steps": steps,
        "cut": own["position"].nunique() > MOST_STEPS,
    }
