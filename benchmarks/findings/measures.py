"""What a run says, one row for each network, temperature, cut-off and metric."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from benchmarks.findings.plan import Planned
from recipegen.language.sample_grid import network_of
from recipegen.language.sampling import GENERATED
from recipegen.storage.run_folder import Run

RATE = "implausible_pair_rate"
METRICS = (
    RATE,
    "exchanged_share",
    "flagged_recipe_rate",
    "entropy",
    "distinct_2",
    "ingredient_count",
    "word_count",
    "looping_rate",
    "memorised_rate",
)
ALIKE = "implausible_pair_rate_alike"
"""The rate of implausible pairs in recipes of about the same size."""
ALIKE_SIZES = (6, 9)
"""The smallest and the largest number of ingredients of such a recipe; many real ones have them."""
REFERENCES = ("real", "control")

KEYS = ["corpus", "generator", "temperature", "cut_off", "metric"]
"""What a row is about, besides the network."""
VALUES = ["estimate", "low", "high"]
CORRECTED = ["corrected", "corrected_low", "corrected_high"]
"""The rate that labels correct, beside its raw one: see :mod:`benchmarks.findings.labels`."""
COLUMNS = [*KEYS, "network", *VALUES, "count"]


def measured(planned: Planned, run: Run) -> pd.DataFrame:
    """The metrics of the networks of a run, with the columns ``COLUMNS``.

    ``generator`` is the preset, and ``cut_off`` is empty if nothing is cut.
    """
    summary = run.read("temperature_summary")
    own = summary[summary["metric"].isin(METRICS) & summary["group"].str.startswith(GENERATED)]
    alike = rates_of_alike(run.read("sample_scores"))
    alike = alike[alike["group"].str.startswith(GENERATED)]
    both = pd.concat([own, alike], ignore_index=True)
    return both.assign(
        corpus=planned.corpus.name,
        generator=planned.preset,
        cut_off=planned.cut.cut_name,
        network=both["group"].map(network_of),
    )[COLUMNS]


def rates_of_alike(scores: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """The rate of implausible pairs by group and temperature, in recipes of ``ALIKE_SIZES``.

    The interval is that of a ratio of sums over recipes (Cochran 1977, section 6.4). Groups with
    fewer than two such recipes are left out.
    """
    few = scores[scores["ingredient_count"].between(*ALIKE_SIZES)]
    few = few[few["judged_pair_count"] > 0]
    rows = []
    for key, own in few.groupby(["group", "temperature"]):
        bad, pairs = (
            own[f"{name}_pair_count"].to_numpy(float) for name in ("implausible", "judged")
        )
        if len(own) < 2:
            continue
        rate, count = bad.sum() / pairs.sum(), len(own)
        variance = count / (count - 1) * ((bad - rate * pairs) ** 2).sum() / pairs.sum() ** 2
        half = float(ndtri((1 + confidence) / 2)) * np.sqrt(variance)
        rows.append((*key, ALIKE, rate, max(0.0, rate - half), rate + half, int(pairs.sum())))
    return pd.DataFrame(rows, columns=["group", "temperature", "metric", *VALUES, "count"])


def references(planned: Planned, run: Run) -> pd.DataFrame:
    """The same of the real recipes and the control, whose names are in ``generator``."""
    summary = run.read("temperature_summary")
    own = summary[summary["metric"].isin(METRICS) & summary["group"].isin(REFERENCES)]
    # What the network makes of real recipes depends on the network.
    own = own[own["metric"] != "entropy"]
    found = own.drop_duplicates(["group", "metric"])
    return found.assign(
        corpus=planned.corpus.name, generator=found["group"], cut_off="", network=pd.NA
    )[COLUMNS]


def perplexities(planned: Planned, run: Run) -> pd.DataFrame:
    """The perplexity of each network on held-out recipes, the test split."""
    found = run.read("perplexities").query("split == 'test' and model != 'ngram'")
    return pd.DataFrame(
        {
            "corpus": planned.corpus.name,
            "generator": planned.preset,
            "cut_off": "",
            "metric": "perplexity",
            "network": range(1, len(found) + 1),
            "estimate": found["perplexity"].tolist(),
            "count": run.read("tokens", ["split"])["split"].eq("test").sum(),
        }
    ).reindex(columns=COLUMNS)
