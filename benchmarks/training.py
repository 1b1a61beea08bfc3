"""Perplexity against time of training, for runs that are trained.

``python -m benchmarks.training --runs DIR ... [--plot FILE.png]``, after ``recipegen train --run
DIR --config data/presets/NAME.toml`` for each, one after the other and nothing beside them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import altair as alt
import pandas as pd

from recipegen.store import Run


def epochs_of(runs: list[Run]) -> pd.DataFrame:
    """The training logs of runs, one below the other."""
    return pd.concat([run.read("training_log").assign(run=run.name) for run in runs])


def counting(runs: list[Run]) -> float:
    """The valid perplexity of the first run's n-gram model."""
    table = runs[0].read("perplexities")
    return float(
        table[(table["model"] == "ngram") & (table["split"] == "valid")]["perplexity"].min()
    )


def chart(epochs: pd.DataFrame, ngram: float) -> alt.LayerChart:
    """A line for each run, and the n-gram model's perplexity."""
    x = alt.X("minutes:Q", title="minutes of training")
    y = alt.Y("valid_perplexity:Q", title="valid perplexity", scale=alt.Scale(type="log"))
    lines = alt.Chart(epochs.assign(minutes=epochs["seconds"] / 60)).mark_line(point=True)
    rule = alt.Chart(pd.DataFrame({"valid_perplexity": [ngram]})).mark_rule(strokeDash=[4, 4])
    return alt.layer(
        rule.encode(y=y), lines.encode(x=x, y=y, color=alt.Color("run:N", title=None))
    ).properties(width=520, height=320)


def main() -> None:
    """Print a table, and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, nargs="+", required=True)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    runs = [Run.open(folder) for folder in options.runs]
    epochs, ngram = epochs_of(runs), counting(runs)
    print("| run | epoch | s | words/s | train | valid |\n" + "|---" * 6 + "|")
    for row in epochs.itertuples():
        print(
            f"| {row.run} | {row.epoch} | {row.seconds:,.0f} | {row.words_per_second:,.0f} "
            f"| {row.train_perplexity:.2f} | {row.valid_perplexity:.2f} |"
        )
    print(f"\nThe n-gram model: {ngram:.2f}")
    if options.plot:
        chart(epochs, ngram).save(str(options.plot), scale_factor=1.3)


if __name__ == "__main__":
    main()
