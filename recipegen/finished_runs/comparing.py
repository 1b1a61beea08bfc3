"""Compares runs that are judged by the same judge.

Each run judges its texts by what it learned from its own corpus. If two runs learned from different
corpora, a difference between them would partly be a difference between their judges. So the
built-in judge judges the texts of both again. The tables of the runs stay as they are.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from spacy.language import Language

from recipegen.errors import UsageError
from recipegen.evaluation.metrics import METRICS, PAIR_METRICS, Curves
from recipegen.evaluation.per_group.answer import which_is_better
from recipegen.evaluation.per_group.generators import (
    Judged,
    Known,
    block_words_of,
    diversity_of,
    judge_generators,
)
from recipegen.evaluation.per_group.operating_points import OF_SIZES, QUANTITIES
from recipegen.evaluation.per_group.references import REFERENCES
from recipegen.evaluation.per_group.run_differences import compare_summaries
from recipegen.evaluation.per_group.temperature import measured
from recipegen.evaluation.per_text.scores import score_texts
from recipegen.evaluation.statistics.sums import (
    ALL,
    Cell,
    Resampling,
    Sums,
    add_up,
    by_cell,
    sums_of,
)
from recipegen.judge.opening import open_judge
from recipegen.pairing.plausibility import Plausibility, curves_of
from recipegen.pairing.set_encoder import table_arrays
from recipegen.progress import Progress, part_of, silent
from recipegen.report.page import comparison_page
from recipegen.report.sections.change import HEADLINE_METRIC
from recipegen.stages.summarise import described_of, drawn_texts, normal_copy
from recipegen.stages.text_blocks import known_of, text_blocks, texts_of
from recipegen.storage.files import Place, whole_file, write_text
from recipegen.storage.run_folder import Run

JUDGED_BY = ("lexicon", "ingredients", "pairings", "ingredient_model")
"""The tables that a run judges its texts with."""

CORRECTED = f"corrected_{HEADLINE_METRIC}"
"""The metric that is shown below the headline metric, if both runs have labels."""

BLOCK = 500
"""Texts that are judged again at once."""


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
    settings = runs[0].configuration
    how = Resampling(settings.summarise.resamples, settings.seed)
    parts = [
        _Judged.of(run, judge, how, part_of(progress, at, len(runs))) for at, run in enumerate(runs)
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
    known = {part.run.name: part for part in parts}
    size = block_words_of(text for part in known.values() for text in part.texts.values())
    judged = judge_generators(
        {
            name: Known(by_cell(part.sums), diversity_of(part.texts, size))
            for name, part in known.items()
        },
        first.curves,
        first.run.configuration.summarise.confidence,
    )
    who = (
        "by what the runs have learned, which is the same"
        if alike
        else "again by the built-in judge, because the runs have not learned the same"
    )
    return Comparison(rows, judged, who)


@dataclass(frozen=True)
class _Judged:
    """What is known of the texts of a run whose pairs were judged by one judge."""

    run: Run
    summary: pd.DataFrame
    sums: Mapping[Cell, Sums]
    texts: Mapping[Cell, Sequence[str]]
    """The texts of each cell on which diversity is measured."""
    curves: Curves
    prints: Mapping[str, int]
    """For each group and temperature, a number that differs if any of its texts does."""

    @classmethod
    def of(
        cls,
        run: Run,
        judge: tuple[Language, Plausibility] | None,
        how: Resampling,
        progress: Progress,
    ) -> _Judged:
        """A run as the given judge scores it, or as it scored itself if no judge is given."""
        sums: dict[Cell, Sums] = {}
        prints: Counter[str] = Counter()
        normal, blocks = normal_copy(run), text_blocks(run, run.folder)
        for at, block in enumerate(blocks):
            told = part_of(progress, at, len(blocks))
            scores = _judged_anew(run, block, judge, told) if judge else None
            own = described_of(
                run, block, known_of(run, block, "sample_scores") if scores is None else scores
            )
            # Texts without a title are drawn on their own, whatever the other runs call theirs.
            named = own.assign(sample_id=f"{run.name}: " + own["sample_id"])
            sums = add_up([sums, sums_of(named, normal, how, _NEEDED, OF_SIZES)])
            prints += _prints(own)
        summary = run.read("temperature_summary")
        curves = curves_of(table_arrays(run.read("ingredient_model")))
        if judge is not None:
            curves = judge[1].curves
            confidence = run.configuration.summarise.confidence
            rows = measured(sums, curves, confidence, PAIR_METRICS)
            kept = summary[~summary["metric"].isin(PAIR_METRICS)]
            summary = pd.concat([rows, kept], ignore_index=True)
        texts = {cell: own for cell, own in drawn_texts(run).items() if cell.prompts == ALL}
        return cls(run, summary, sums, texts, curves, prints)


_NEEDED = sorted(
    {*QUANTITIES, *(name for metric in PAIR_METRICS for name in METRICS[metric].measure.needs)}
)
"""The quantities that a comparison is made of."""


def write_comparison(folder: Place, found: Comparison) -> None:
    """Write ``comparison.html`` and its tables.

    The table ``comparison`` has one row per metric, group and run. The other tables are
    ``operating_points`` and ``generator_tests``.
    """
    for name, table in (("comparison", found.rows), *found.judged._asdict().items()):
        with whole_file(folder / f"{name}.parquet") as file:
            table.to_parquet(file, index=False)
    page = comparison_page(found.rows, found.judged, found.answer, found.judge)
    write_text(folder / "comparison.html", page)


def _judge_of(run: Run) -> tuple[str, ...]:
    """Hashes of the tables that a run judges its texts with."""
    outputs = {**run.outputs("learn-ingredients"), **run.outputs("learn-pairings")}
    return tuple(str(outputs[name]["sha256"]) for name in JUDGED_BY)


def _judged_anew(
    run: Run, block: str, judge: tuple[Language, Plausibility], progress: Progress
) -> pd.DataFrame:
    """The table ``sample_scores`` of the texts of a block, computed by another judge."""
    columns = ["sample_id", "text", "group", "temperature", "from_fields"]
    whole = texts_of(run, block).reindex(columns=columns)
    parts = []
    for start in range(0, len(whole), BLOCK):
        progress(start / len(whole), f"{start:,} of {len(whole):,} texts judged again")
        parts.append(score_texts(whole.iloc[start : start + BLOCK], *judge)["sample_scores"])
    return pd.concat(parts, ignore_index=True)


def _prints(texts: pd.DataFrame) -> Counter[str]:
    """For each group and temperature, a number made of all its texts, in any order."""
    keys = map(_key, texts["group"], texts["temperature"])
    found: Counter[str] = Counter()
    for key, text in zip(keys, texts["text"], strict=True):
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        found[key] += int.from_bytes(digest, "little")
    return found


def _with_same(rows: pd.DataFrame, a: _Judged, b: _Judged) -> pd.DataFrame:
    """The rows with ``same``: whether both runs have exactly the same texts there."""
    keys = list(map(_key, rows["group"], rows["temperature"]))
    return rows.assign(same=[key in a.prints and a.prints[key] == b.prints[key] for key in keys])


def _key(group: object, temperature: object) -> str:
    return f"{group}/{float(temperature)!r}"  # type: ignore[arg-type]


def comparison_rows(found: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Rows for the console: texts, run, both rates, and the difference in points with interval."""
    both = found[found["metric"].isin((HEADLINE_METRIC, CORRECTED))]
    # A corrected rate follows the raw one of the same texts.
    keys = ["run_b", "group", "temperature"]
    order = both.groupby(keys, dropna=False, sort=False).ngroup()
    for row in both.assign(order=order).sort_values("order", kind="stable").to_dict("records"):
        name = str(row["group"])
        if not pd.isna(row["temperature"]):
            name = f"T = {row['temperature']:g}{name.removeprefix('generated')}"
        name += ", corrected" if row["metric"] == CORRECTED else ""
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
