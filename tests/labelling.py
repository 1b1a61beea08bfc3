"""A sample of a run's pairs, and what a labeller who never errs says about them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from recipegen.storage.files import make_folder
from recipegen.storage.run_folder import Run


def label_pairs(run: Run, each: int, is_absurd: Callable[[str, str], bool], seed: int = 1) -> None:
    """Draw at most ``each`` pairs of each stratum of a run and label them."""
    scores = run.read("sample_scores")[["sample_id", "group", "temperature"]]
    pairs = run.read("sample_pairs").merge(scores, on="sample_id")
    judged = pairs[(pairs["verdict"] != "unknown") & (pairs["group"] != "control")]
    strata = judged.groupby(["group", "temperature", "implausible"], dropna=False)
    parts = [
        rows.sample(min(each, len(rows)), random_state=seed).assign(
            stratum=str(key), stratum_size=len(rows), stratum_drawn=min(each, len(rows))
        )
        for key, rows in strata
    ]
    drawn = pd.concat(parts, ignore_index=True)
    drawn["item_id"] = [f"item-{at}" for at in range(len(drawn))]
    drawn["inclusion_probability"] = drawn["stratum_drawn"] / drawn["stratum_size"]
    absurd = map(is_absurd, drawn["ingredient_a"], drawn["ingredient_b"])
    labels = pd.DataFrame(
        {
            "item_id": drawn["item_id"],
            "labeller": "A",
            "date": "2026-12-01T10:00:00+00:00",
            "label": ["absurd" if bad else "ordinary" for bad in absurd],
            "note": "",
        }
    )
    make_folder(run.labels_folder)
    run.write("label_sample", drawn.assign(unit="pair", draw=1, seed=seed))
    run.write("labels", labels)
