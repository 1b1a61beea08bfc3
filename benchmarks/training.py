"""Perplexity against training time, of the presets and of the book's network.

``python -m benchmarks.training --runs DIR ... [--plot FILE.png]`` shows the training logs of runs.
Train them with ``recipegen train --run DIR --config data/presets/NAME.toml``, one after the other
and with nothing else running. ``--with-book PYTHON`` instead trains on the tokens of the first
run: first the book's network in Keras, with a Python that has ``tensorflow``, and then ours.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import altair as alt
import numpy as np
import pandas as pd
import torch

from recipegen.config import Train, configure, read_configuration
from recipegen.language.model import ModelConfig, RecipeLSTM, pad
from recipegen.language.training import Training
from recipegen.stages.tokenise import sequences
from recipegen.storage.run_folder import Run

OURS = {
    "book": ("book", {}),
    "book, 2 epochs, bfloat16": ("book", {"epochs": 2, "precision": "bfloat16"}),
    "book, full softmax": ("book", {"epochs": 1, "softmax_cutoffs": []}),
}
"""A preset of ours for each row beside the reference, and what is changed in it."""


def epochs_of(runs: list[Run]) -> pd.DataFrame:
    """The training logs of runs, one below the other."""
    return pd.concat([run.read("training_log").assign(run=run.name) for run in runs])


def counting(runs: list[Run]) -> float:
    """The valid perplexity of the first run's n-gram model."""
    table = runs[0].read("perplexities")
    return float(
        table[(table["model"] == "ngram") & (table["split"] == "valid")]["perplexity"].min()
    )


def reference(python: Path, run: Run) -> Iterator[dict[str, float]]:
    """The epochs of the book's network in Keras, then the speed of its loop."""
    splits = {split: list(sequences(run, split)) for split in ("train", "valid")}
    arrays: dict[str, np.ndarray] = {"vocabulary": np.array(len(run.read("vocabulary")))}
    for split, recipes in splits.items():
        padded, lengths = pad(recipes, torch.device("cpu"))
        arrays |= {split: padded.int().numpy(), f"{split}_lengths": lengths.numpy()}
    with TemporaryDirectory() as folder:
        data = Path(folder) / "tokens.npz"
        np.savez(data, **arrays)
        script = Path(__file__).with_name("book.py")
        command = [str(python), str(script), str(data)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                yield json.loads(line)


def ours(run: Run) -> Iterator[dict[str, float | str]]:
    """The epochs of our training, as rows of a table."""
    splits = {split: list(sequences(run, split)) for split in ("train", "valid")}
    vocabulary = len(run.read("vocabulary"))
    for name, (preset, changes) in OURS.items():
        layers = read_configuration(Path(f"data/presets/{preset}.toml")), {"train": changes}
        settings: Train = configure(*layers).train
        torch.manual_seed(run.configuration.seed)
        model = RecipeLSTM(ModelConfig.of(vocabulary, settings))
        for epoch in Training(
            model, **splits, settings=settings, seed=run.configuration.seed
        ).epochs():
            yield {"run": name, **asdict(epoch)}


def beside_the_book(python: Path, run: Run) -> pd.DataFrame:
    """The table of the reference and ours, printed as it grows."""
    rows: list[dict[str, float | str]] = []
    print(ROW.format("run", "epoch", "s", "words/s", "train", "valid") + "\n" + "|---" * 6 + "|")
    for row in reference(python, run):
        if "epoch" in row:
            rows.append({"run": "Keras", **row})
            print_epoch(rows[-1])
        else:
            print(f"| Keras, generation | | | {row['loop_words_per_second']:,.1f} | | |")
    for each in ours(run):
        rows.append(each)
        print_epoch(each)
    return pd.DataFrame(rows)


ROW = "| {} | {} | {} | {} | {} | {} |"


def print_epoch(row: dict[str, float | str]) -> None:
    """A line of the table."""
    train = f"{row['train_perplexity']:.2f}" if "train_perplexity" in row else ""
    figures = f"{row['seconds']:,.0f}", f"{row['words_per_second']:,.0f}", train
    print(ROW.format(row["run"], row["epoch"], *figures, f"{row['valid_perplexity']:.2f}"))


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
    parser.add_argument("--with-book", type=Path, metavar="PYTHON")
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    runs = [Run.open(folder) for folder in options.runs]
    if options.with_book:
        epochs = beside_the_book(options.with_book, runs[0])
    else:
        epochs = epochs_of(runs)
        print(ROW.format("run", "epoch", "s", "words/s", "train", "valid"))
        print("|---" * 6 + "|")
        for row in epochs.to_dict("records"):
            print_epoch(row)
    print(f"\nThe n-gram model: {counting(runs):.2f}")
    if options.plot:
        chart(epochs, counting(runs)).save(str(options.plot), scale_factor=1.3)


if __name__ == "__main__":
    main()
