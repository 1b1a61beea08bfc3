"""What a run says, one row for each network, temperature, cut-off and metric."""

from __future__ import annotations

import pandas as pd

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
    return own.assign(
        corpus=planned.corpus.name,
        generator=planned.preset,
        cut_off=planned.cut.cut_name,
        network=own["group"].map(network_of),
    )[COLUMNS]


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
