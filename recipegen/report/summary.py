"""Computes everything that a report says from the tables of a run, as a plain dictionary.

Each section has a ``reason``: None, or why the section could not be computed, in words for the
page. A missing figure is None and has a reason; it is never 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from recipegen.evaluation.metrics import LABEL_METRICS, METRICS
from recipegen.evaluation.per_group.answer import called, told
from recipegen.evaluation.per_group.mauve import TEXTS
from recipegen.evaluation.per_group.networks import family
from recipegen.evaluation.per_group.references import WITH_LISTS
from recipegen.evaluation.per_group.temperature import (
    HEADLINE_TEMPERATURE,
    generated_groups,
    main_groups,
    other_groups,
)
from recipegen.evaluation.per_text.words import BLOCK_WORDS
from recipegen.report.chart_titles import (
    metric_finding,
    next_word_finding,
    rate_finding,
    trade_off_finding,
    training_finding,
)
from recipegen.report.excerpts import Excerpts, chosen, number
from recipegen.report.facts import RunFacts, moment
from recipegen.report.sections.change import HEADLINE_METRIC, changes, rates_frame, verdict
from recipegen.report.sections.generators import generators_section
from recipegen.report.sections.judge_quality import checked_section, correction
from recipegen.report.sections.judged_by import knowledge_section
from recipegen.report.sections.worst_pairs import heat_section, pairs_section
from recipegen.report.selection import COUNTS, SPLITS, counted, temperatures_of
from recipegen.tables import TABLES

Section: TypeAlias = dict[str, Any]
Tables: TypeAlias = Mapping[str, pd.DataFrame]

# Limits that keep a page below 1 MB, whatever the settings ask for.
MOST_SAMPLES = 84
MOST_EPOCHS = 60
MOST_EPOCH_SAMPLES = 12
MOST_DISTRIBUTIONS = 12
MOST_WORDS = 10
LONGEST_TEXT = 2400

MAY_BE_EMPTY = {
    *("mentions", "sample_pairs", "pair_summary", "network_summary"),
    *("operating_points", "generator_tests", "judge_quality", "corrected_rates"),
}
"""Tables that may be empty: then nothing was found, or nothing is implausible."""

OF_NETWORKS = {"training_log", "epoch_samples", "word_probabilities", "sample_words"}
"""Tables that have no rows if the LSTM is not among the generators of the run."""

NOT_MEASURED = "could not be measured on these texts"
NOTHING_TO_COUNT = "nothing in these texts to measure it on"
TOO_FEW_WORDS = f"fewer than {BLOCK_WORDS:,} words, the size of a block"
TOO_FEW_TEXTS = (
    f"fewer than {TEXTS:,} texts, or fewer than {TEXTS:,} training recipes to compare them with"
)
NEEDS = {
    **dict.fromkeys(
        ("distinct_1", "distinct_2", "distinct_3", "self_bleu", "zipf_coefficient"), TOO_FEW_WORDS
    ),
    "mauve": TOO_FEW_TEXTS,
}
"""Why a metric that needs much text is missing. Other metrics had nothing to count."""

UNTOLD = {
    **dict.fromkeys(
        ("word_perplexity", "entropy"), "their generator does not tell how likely its words are"
    ),
    "stopped_rate": "their generator does not tell how its texts ended",
    **dict.fromkeys(("used_list_rate", "listed_use_rate"), "no text has an ingredient list"),
    **dict.fromkeys(LABEL_METRICS, "no labels say so"),
}
"""Why a metric is missing that needs something which not every generator tells or writes."""


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
        "corpus": {"name": facts.corpus, **_credit(facts)},
        "identity": _identity(tables, facts),
        "headline": section(
            _headline, "temperature_summary", "operating_points", "generator_tests"
        ),
        "generators": section(generators_section, "operating_points", "generator_tests"),
        "change": _change(tables, facts),
        "metrics": section(_metrics, "temperature_summary"),
        "checked": section(checked_section, "judge_quality", "corrected_rates"),
        "trends": section(_trends, "trends", "temperature_tests"),
        "networks": section(_networks, "network_summary"),
        "knowledge": section(knowledge_section, "pairings", "pairing_validation"),
        "pairs": section(pairs_section, "pair_summary", "pairings", "ingredients"),
        "heat": section(heat_section, "pair_summary", "pairings", "sample_scores"),
        "samples": section(_samples, "samples", "sample_scores", "mentions", "sample_pairs"),
        "next_words": section(_next_words, "word_probabilities"),
        "steps": section(_steps, "sample_words", "samples"),
        "training": section(_training, "training_log"),
        "stages": [
            {"stage": stage, "seconds": seconds} for stage, seconds in facts.stage_seconds.items()
        ],
        "tables": _dictionary(facts),
        "settings": _settings(facts),
        "method": _method(facts),
    }


def why_missing(tables: Tables, names: tuple[str, ...] | list[str]) -> str | None:
    """Why a section that needs these tables cannot be computed; None if it can be."""
    for name in names:
        if name not in tables:
            return f"there is no table {name}: the stage {TABLES[name].stage} has not been run"
        if tables[name].empty and name not in MAY_BE_EMPTY:
            only = ": only a run that trains a network fills it" if name in OF_NETWORKS else ""
            return f"the table {name} has no rows{only}"
    return None


def _credit(facts: RunFacts) -> dict[str, str | None]:
    return {name: facts.credit.get(name) for name in ("source", "licence", "note")}


# What was run


def _identity(tables: Tables, facts: RunFacts) -> list[Section]:
    """The facts that identify the run: label, value, and detail or None."""
    counts = facts.row_counts
    lines = [
        ("Corpus", facts.corpus, _recipes(tables, counts)),
        ("Generators", *_generators(facts)),
        ("Seed", _known(facts.configuration.get("seed")), _hashes(facts)),
        ("Samples", _count(counts, "samples", "texts"), _temperatures(tables)),
        ("Compared with", _count(counts, "references", "texts"), "real held-out recipes, control"),
        ("Computing time", _duration(sum(facts.stage_seconds.values())), None),
        ("Finished", moment(facts.finished), f"recipegen {facts.version}"),
    ]
    return [{"label": label, "value": value, "detail": detail} for label, value, detail in lines]


def _recipes(tables: Tables, counts: Mapping[str, int]) -> str:
    parts = [_count(counts, "recipes", "recipes")]
    if SPLITS in tables:
        splits = tables[SPLITS].set_index("split")["count"]
        parts += [f"{splits.get(name, 0):,} {name}" for name in ("train", "valid", "test")]
    if counts.get("rejects"):
        parts.append(f"{counts['rejects']:,} records rejected")
    return ", ".join(parts)


def _generators(facts: RunFacts) -> tuple[str, str | None]:
    """The names of the generators, and a detail: the size of the network, if there is one."""
    models = facts.setting("generate", "models")
    models = [{"kind": "lstm"}] if models is None else models
    files = [Path(file).stem for file in facts.setting("generate", "others") or ()]
    others = [
        f"{model.get('name') or Path(model['path']).stem} ({model['kind']})"
        for model in models
        if model["kind"] != "lstm"
    ]
    named = ", ".join([*others, *(f"{name} (file)" for name in files)])
    if all(model["kind"] != "lstm" for model in models):
        return named, None
    name, detail = _model(facts)
    return name, f"{detail}{f'; also {named}' if named else ''}"


def _model(facts: RunFacts) -> tuple[str, str]:
    layers, hidden, embedding = (
        facts.setting("train", name) for name in ("layers", "hidden_size", "embedding_size")
    )
    name = f"Word-level LSTM, {_known(layers)} × {_known(hidden)} units"
    vocabulary = facts.row_counts.get("vocabulary")
    size = f"{vocabulary:,}" if vocabulary else "unknown"
    return name, f"embedding {_known(embedding)}, vocabulary {size}"


def _temperatures(tables: Tables) -> str | None:
    if COUNTS not in tables:
        return None
    values = temperatures_of(tables[COUNTS])
    return "temperatures " + ", ".join(f"{value:g}" for value in values) if values else None


def _hashes(facts: RunFacts) -> str | None:
    return ", ".join(f"{name} {digest[:8]}" for name, digest in facts.hashes.items()) or None


def _known(value: Any) -> str:
    return "unknown" if value is None else str(value)


def _count(counts: Mapping[str, int], table: str, unit: str) -> str:
    return f"{counts[table]:,} {unit}" if table in counts else "none yet"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


# The finding


def _headline(tables: Tables, facts: RunFacts) -> Section:
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


def _metrics(tables: Tables, _: RunFacts) -> Section:
    """Each metric with its estimates by temperature, for real recipes and for the control."""
    frame = tables["temperature_summary"]
    there = set(frame["metric"])
    rows = [metric_of(frame, key) for key in METRICS if key in there]
    sections = dict.fromkeys(row["section"] for row in rows)
    return {
        "rows": rows,
        "sections": [
            {"name": name, "rows": [row for row in rows if row["section"] == name]}
            for name in sections
        ],
        "missing": _not_measured(rows),
        "model": called(rows[0]["group"]) if rows and rows[0]["group"] else None,
        **_findings({row["key"]: row for row in rows}),
        "temperatures": sorted({t for m in rows for t in _temperatures_of(m)}),
    }


EXCHANGED = "exchanged_share"
"""The metric by which the headline says how far texts are from real recipes."""

TRADE_OFF = "distinct_2"
"""The metric of diversity that the rate is compared with."""


def _findings(metrics: Mapping[str, Section]) -> Section:
    """The titles of the three charts about the rate; None for a title that has nothing to say."""
    rate, diversity = metrics.get(HEADLINE_METRIC), metrics.get(TRADE_OFF)
    return {
        "rate_finding": rate_finding(rate) if rate else None,
        "exchanged_finding": metrics[EXCHANGED]["finding"] if EXCHANGED in metrics else None,
        "trade_off_finding": trade_off_finding(rate, diversity) if rate and diversity else None,
    }


def _not_measured(rows: list[Section]) -> list[Section]:
    """Which metrics are missing for which texts, and why; grouped by reason."""
    names: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for metric in rows:
        by_reason: dict[str, list[str]] = {}
        for name, found in _series_of_texts(metric):
            for row in found:
                if row["reason"]:
                    by_reason.setdefault(row["reason"], []).append(_whose(name, row, found))
        for reason, whose in by_reason.items():
            names.setdefault((reason, tuple(dict.fromkeys(whose))), []).append(metric["name"])
    return [
        {"names": found, "texts": list(whose), "reason": reason}
        for (reason, whose), found in names.items()
    ]


def _series_of_texts(metric: Section) -> Iterator[tuple[str, list[Section]]]:
    """The estimates of a metric for each group of texts, with the name of the group for readers."""
    if metric["generated"]:
        yield called(metric["group"]), metric["generated"]
    for each in metric["others"]:
        yield called(each["group"]), each["rows"]
    yield "real recipes", [metric["real"]]
    yield "the control", [metric["control"]]


def _whose(name: str, row: Section, rows: list[Section]) -> str:
    """The texts of a row in words.

    The temperature is named only if other temperatures of the group were measured.
    """
    if row["temperature"] is None or all(each["reason"] for each in rows):
        return name
    return f"{name} at T = {row['temperature']:g}"


def _temperatures_of(metric: Section) -> set[float]:
    rows = [*metric["generated"], *(row for each in metric["others"] for row in each["rows"])]
    return {row["temperature"] for row in rows if row["temperature"] is not None}


def metric_of(frame: pd.DataFrame, key: str) -> Section:
    """A metric of the table ``temperature_summary``, as charts and tables show it."""
    rows = frame[frame["metric"] == key]
    groups = main_groups(frame["group"])
    others = [name for name in other_groups(frame["group"]) if name not in groups]
    series = {group: _by_temperature(rows[rows["group"] == group]) for group in [*groups, *others]}
    # A curve needs a generator with temperatures; one without is drawn as a horizontal line.
    first = groups[0] if groups and _has_temperatures(series[groups[0]]) else None
    metric = {
        "key": key,
        "name": readable(key),
        "definition": METRICS[key].definition,
        "section": METRICS[key].section,
        "unit": METRICS[key].unit,
        "group": first,
        "generated": series.pop(first) if first else [],
        "others": [{"group": group, "rows": found} for group, found in series.items()],
        "real": _reference(rows, "real"),
        "control": _reference(rows, "control"),
        "whole": _reference(rows, WITH_LISTS) if WITH_LISTS in {*rows["group"]} else None,
    }
    return {**metric, "finding": metric_finding(metric)}


def _has_temperatures(rows: list[Section]) -> bool:
    return any(row["temperature"] is not None for row in rows)


def _by_temperature(rows: pd.DataFrame) -> list[Section]:
    return [estimate(row) for row in rows.sort_values("temperature").to_dict("records")]


def readable(metric: str) -> str:
    """The name of a metric in words."""
    words = re.sub(r"(\d+|n)gram", r"\1-gram", metric.replace("_", " "))
    named = words.replace("bleu", "BLEU").replace("mauve", "MAUVE")
    return named[0].upper() + named[1:]


def _reference(rows: pd.DataFrame, group: str) -> Section:
    found = rows[rows["group"] == group].to_dict("records")
    if found:
        return estimate(found[0])
    nothing = dict.fromkeys(("temperature", "estimate", "low", "high"))
    return {**nothing, "count": 0, "reason": f"no {group} recipes were scored"}


def estimate(row: Mapping[Any, Any]) -> Section:
    """An estimate with its interval and number of texts, and the reason if it is None."""
    value = number(row["estimate"])
    untold = UNTOLD.get(row["metric"], NOTHING_TO_COUNT)
    nothing = NOT_MEASURED if row["count"] else untold
    return {
        "temperature": number(row["temperature"]),
        "estimate": value,
        "low": number(row["low"]),
        "high": number(row["high"]),
        "count": int(row["count"]),
        "reason": NEEDS.get(row["metric"], nothing) if value is None else None,
    }


# Change, trend and power


def _change(tables: Tables, facts: RunFacts) -> Section:
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


def _trends(tables: Tables, facts: RunFacts) -> Section:
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


def _networks(tables: Tables, _: RunFacts) -> Section:
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


# Samples


def _samples(tables: Tables, facts: RunFacts) -> Section:
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


# Next words


def _next_words(tables: Tables, _: RunFacts) -> Section:
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


def _steps(tables: Tables, _: RunFacts) -> Section:
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


# Training


def _training(tables: Tables, _: RunFacts) -> Section:
    """The training curve, the best epoch, and what the network wrote during training."""
    log = _of_first_network(tables["training_log"]).sort_values("epoch")
    epochs = [
        {str(name): number(value) for name, value in row.items()} for row in log.to_dict("records")
    ]
    measured = [row for row in epochs if row["valid_perplexity"] is not None]
    best = min(measured, key=lambda row: row["valid_perplexity"] or 0.0, default=None)
    return {
        "epochs": spread(epochs, MOST_EPOCHS),
        "epoch_count": len(epochs),
        "networks": int(tables["training_log"]["network"].nunique()) or 1,
        "best": best,
        "finding": training_finding(epochs, best),
        "compared": _compared(tables),
        "samples": _epoch_samples(tables),
    }


def _of_first_network(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the first network, whose samples the headline is about."""
    return rows[rows["network"].isna() | (rows["network"] == 1)]


def _compared(tables: Tables) -> list[Section]:
    """The perplexities of the network and of the n-gram model, one row per split."""
    if why_missing(tables, ["perplexities"]):
        return []
    return [
        {"split": split, **dict(zip(rows["model"], map(number, rows["perplexity"]), strict=True))}
        for split, rows in tables["perplexities"].groupby("split", sort=False)
    ]


def _epoch_samples(tables: Tables) -> list[Section]:
    if why_missing(tables, ["epoch_samples"]):
        return []
    rows = (
        _of_first_network(tables["epoch_samples"])
        .sort_values("epoch", kind="stable")
        .to_dict("records")
    )
    return [
        {
            "epoch": int(row["epoch"]),
            "prompt": str(row["prompt"]),
            "temperature": number(row["temperature"]),
            "text": str(row["text"])[:LONGEST_TEXT],
        }
        for row in spread(rows, MOST_EPOCH_SAMPLES)
    ]


def spread(rows: list[Any], most: int) -> list[Any]:
    """At most ``most`` of the rows, evenly spread, with the first and the last."""
    if len(rows) <= most:
        return rows
    step = (len(rows) - 1) / (most - 1)
    return [rows[round(at * step)] for at in range(most)]


# How it was done


def _method(facts: RunFacts) -> Section:
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


def _dictionary(facts: RunFacts) -> list[Section]:
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


def _settings(facts: RunFacts) -> list[Section]:
    """Every setting as ``section.name``, with its value."""
    lines: list[Section] = []
    for section, values in facts.configuration.items():
        if isinstance(values, Mapping):
            lines += [{"name": f"{section}.{key}", "value": _known(v)} for key, v in values.items()]
        else:
            lines.append({"name": str(section), "value": _known(values)})
    return lines
