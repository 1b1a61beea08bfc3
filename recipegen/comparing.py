"""Compares runs that are judged by the same judge.

Each run judges its texts by what it learned from its own corpus. If two runs learned from different
corpora, a difference between them would partly be a difference between their judges. So the
built-in judge judges the texts of both again. The tables of the runs stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from spacy.language import Language

from recipegen.errors import UsageError
from recipegen.evaluation.answer import which_is_better
from recipegen.evaluation.comparison import compare_summaries
from recipegen.evaluation.generators import Judged, judge_generators
from recipegen.evaluation.metrics import MEMORISED, PAIR_METRICS, Yardsticks
from recipegen.evaluation.references import REAL, REFERENCES
from recipegen.evaluation.scores import score_texts
from recipegen.evaluation.temperature import describe_texts, measured
from recipegen.judge.opening import open_judge
from recipegen.pairing.context import table_arrays
from recipegen.pairing.plausibility import Plausibility, curves_of
from recipegen.progress import Progress, part_of, silent
from recipegen.report.change import HEADLINE_METRIC
from recipegen.store import Run

JUDGED_BY = ("lexicon", "ingredients", "pairings", "ingredient_model")
"""The tables that a run judges its texts with."""

BLOCK = 500
"""Number of texts that are judged again at once."""


@dataclass(frozen=True)
class Comparison:
    """How the other runs differ from the first one."""

    rows: pd.DataFrame
    """Rows of ``compare_summaries``, with ``run_a``, ``run_b`` and ``same``.

    ``same`` says whether both runs have exactly the same texts there.
    """
    judged: Judged
    """The tables about the generators of all runs; each name begins with the name of its run."""
    judge: str
    """By what the texts were judged, in words."""

    @property
    def answer(self) -> str:
        """Which generator of which run comes closest to real cooking; empty for one generator."""
        points = self.judged.operating_points
        several = points["generator"].nunique() > 1 and points["best"].any()
        return which_is_better(points, self.judged.generator_tests) if several else ""


def compare(runs: Sequence[Run], progress: Progress = silent) -> Comparison:
    """A comparison of each later run with the first one, all judged by the same judge.

    Raises:
        MissingTable: a run has not been summarised.
        UsageError: the runs have no group of texts at a temperature in common.
    """
    alike = len({_judge_of(run) for run in runs}) == 1
    judge = None if alike else open_judge()
    parts = [
        _Judged.of(run, judge, part_of(progress, at, len(runs))) for at, run in enumerate(runs)
    ]
    first, *others = parts
    rows = pd.concat(
        [
            _with_same(compare_summaries(first.summary, other.summary), first, other).assign(
                run_a=first.run.name, run_b=other.run.name
            )
            for other in others
        ],
        ignore_index=True,
    )
    if not (~rows["group"].isin(REFERENCES)).any():
        raise UsageError(
            "the runs have no generator at a temperature in common: there is nothing to compare"
        )
    settings = first.run.configuration
    texts = pd.concat([part.named() for part in _once(parts)], ignore_index=True)
    judged = judge_generators(texts, first.yardsticks, settings.summarise, settings.seed)
    who = (
        "by what the runs have learned, which is the same"
        if alike
        else "again by the built-in judge, because the runs have not learned the same"
    )
    return Comparison(rows, judged, who)


@dataclass(frozen=True)
class _Judged:
    """A run with its texts and their scores by one judge."""

    run: Run
    texts: pd.DataFrame
    summary: pd.DataFrame
    yardsticks: Yardsticks

    @classmethod
    def of(
        cls, run: Run, judge: tuple[Language, Plausibility] | None, progress: Progress
    ) -> _Judged:
        """A run as the given judge scores it, or as it scored itself if no judge is given."""
        samples, references = run.read("samples"), run.read("references")
        measures, summary = run.read("text_measures"), run.read("temperature_summary")
        copied = measures.merge(references[references["group"] == REAL], on="sample_id")
        normal = float(copied["copied_words"].quantile(MEMORISED))
        settings = run.configuration
        if judge is None:
            curves = curves_of(table_arrays(run.read("ingredient_model")))
            texts = describe_texts(samples, references, run.read("sample_scores"), measures)
            return cls(run, texts, summary, Yardsticks(normal, (), curves))
        nlp, plausibility = judge
        anew = _judged_anew(pd.concat([samples, references]), nlp, plausibility, progress)
        texts = describe_texts(samples, references, anew, measures)
        yardsticks = Yardsticks(normal, (), plausibility.curves)
        rows = measured(texts, yardsticks, settings.summarise, settings.seed, PAIR_METRICS)
        kept = summary[~summary["metric"].isin(PAIR_METRICS)]
        return cls(run, texts, pd.concat([rows, kept], ignore_index=True), yardsticks)

    def named(self) -> pd.DataFrame:
        """Its texts, with the name of the run as a column and in each identifier."""
        memorised = self.texts["copied_words"] > self.yardsticks.normal_copy
        return self.texts.assign(
            run=self.run.name,
            sample_id=f"{self.run.name}: " + self.texts["sample_id"],
            is_memorised=memorised.astype("float64"),
        )


def _once(parts: Sequence[_Judged]) -> list[_Judged]:
    """Each run once, even if it was named several times."""
    return list({part.run.name: part for part in parts}.values())


def _judge_of(run: Run) -> tuple[str, ...]:
    """Hashes of the tables that a run judges its texts with."""
    outputs = {**run.outputs("learn-ingredients"), **run.outputs("learn-pairings")}
    return tuple(str(outputs[name]["sha256"]) for name in JUDGED_BY)


def _judged_anew(
    texts: pd.DataFrame, nlp: Language, judge: Plausibility, progress: Progress
) -> pd.DataFrame:
    """The table ``sample_scores`` of texts, computed by another judge."""
    columns = ["sample_id", "text", "group", "temperature", "from_fields"]
    whole = texts.reindex(columns=columns)
    parts = []
    for start in range(0, len(whole), BLOCK):
        progress(start / len(whole), f"{start:,} of {len(whole):,} texts judged again")
        parts.append(score_texts(whole.iloc[start : start + BLOCK], nlp, judge)["sample_scores"])
    return pd.concat(parts, ignore_index=True)


def _with_same(rows: pd.DataFrame, a: _Judged, b: _Judged) -> pd.DataFrame:
    """The rows with ``same``: whether both runs have exactly the same texts there."""
    texts_a, texts_b = (_texts_by_cell(each.texts) for each in (a, b))
    same = [
        texts_a.get(key) == texts_b.get(key) and key in texts_a
        for key in map(_key, rows["group"], rows["temperature"])
    ]
    return rows.assign(same=same)


def _texts_by_cell(texts: pd.DataFrame) -> dict[str, list[str]]:
    keys = list(map(_key, texts["group"], texts["temperature"]))
    return {
        str(key): sorted(own["text"].astype(str)) for key, own in texts.groupby(pd.Series(keys))
    }


def _key(group: object, temperature: object) -> str:
    return f"{group}/{float(temperature)!r}"  # type: ignore[arg-type]


def comparison_rows(found: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Rows for the console: texts, run, both rates, and the difference in points with interval."""
    for row in found[found["metric"] == HEADLINE_METRIC].to_dict("records"):
        name = str(row["group"])
        if not pd.isna(row["temperature"]):
            name = f"T = {row['temperature']:g}{name.removeprefix('generated')}"
        yield (
            name,
            str(row["run_b"]),
            *map(_rate, (row["estimate_a"], row["estimate_b"])),
            _change(row),
        )


def _change(row: Mapping[Any, Any]) -> str:
    if not math.isfinite(row["difference"]):
        return "not measured"
    if row["same"] and row["difference"] == 0:
        return "the same texts"
    shown = f"{100 * row['difference']:+.2f}"
    if math.isfinite(row["low"]):
        shown += f" ({100 * row['low']:+.2f} to {100 * row['high']:+.2f})"
    return f"{shown} *" if row["changed"] else shown


def _rate(value: float) -> str:
    return f"{value:.2%}" if math.isfinite(value) else "not measured"
