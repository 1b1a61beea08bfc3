"""What people said about items of a run, as the stage ``summarise`` reads it.

The labels are an input from outside of the pipeline: no stage writes them. If they change, the
stage is done again.
"""

from __future__ import annotations

import pandas as pd

from recipegen.evaluation.labelled.judge_quality import Labels
from recipegen.evaluation.labelled.strata import no_strata, strata_of, verdicts_now
from recipegen.judge.built_in import judge_hash
from recipegen.judge.shipped_labels import LABELS_FILE, ShippedLabels, shipped_labels
from recipegen.labels.labelling import labelled_now
from recipegen.storage.files import hash_file, is_file
from recipegen.storage.run_folder import Run

LABEL_TABLES = ("label_sample", "labels")


def labels_hash(run: Run) -> str:
    """A hash of all labels that rates are corrected by; empty if there are none or if not asked."""
    if not run.configuration.summarise.corrected:
        return ""
    own = [run.path(name) for name in LABEL_TABLES] if _has_labels(run) else []
    shipped = [LABELS_FILE] if _shipped(run) else []
    return " ".join(map(hash_file, [*own, *shipped]))


def labels_of(run: Run) -> Labels:
    """All labels that rates are corrected by."""
    if not run.configuration.summarise.corrected:
        return Labels()
    shipped = _shipped(run)
    strata = _strata(run) if _has_labels(run) else no_strata()
    return Labels(strata, shipped.errors if shipped else None)


def _has_labels(run: Run) -> bool:
    return all(is_file(run.path(name)) for name in LABEL_TABLES)


def _strata(run: Run) -> dict[str, pd.DataFrame]:
    drawn = labelled_now(run)
    ids = set(drawn["sample_id"])
    pairs = run.matching("sample_pairs", "sample_id", ids)
    scores = run.matching("sample_scores", "sample_id", ids)
    return strata_of(drawn, run.read("labels"), verdicts_now(drawn, pairs, scores))


def _shipped(run: Run) -> ShippedLabels | None:
    """The labels of the built-in judge, if the run is judged by it."""
    if run.configuration.learn_pairings.prior == "off":
        return None
    return shipped_labels(judge_hash())
