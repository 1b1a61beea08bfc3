"""Draws how well the odds and the p-values of a run are calibrated, on its test split.

``python -m benchmarks.pairing_calibration RUN FILE.png``, after ``recipegen learn-pairings``. The
left chart groups ingredients by the probability that the model gives them of being out of place,
and shows the share that was exchanged. Half of its recipes have one ingredient exchanged. The
right chart shows the share of real recipes (whole directions) at or below each p-value, by size.
If the calibration is right, the lines are on the diagonal.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
from scipy.special import expit

from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.negative_sampling import Intruders
from recipegen.pairing.plausibility import Plausibility
from recipegen.pairing.set_encoder import ORIGINS
from recipegen.pairing.validation import SIZES
from recipegen.storage.run_folder import Run

GROUPS = 12
Row = tuple[str, float, float]
LEVELS = np.linspace(0.01, 0.3, 30)


def reliability(
    plausibility: Plausibility, sets: Sets, intruders: Intruders, origin: str
) -> list[Row]:
    """Rows: origin, mean probability said and share exchanged, in groups of like probability."""
    spoilt = intruders.spoil(sets, 1, "frequency", np.random.default_rng(1))
    real, exchanged = (
        expit(plausibility.measure(each, origin)[0]) for each in (spoilt.real, spoilt.exchanged)
    )
    said = np.concatenate([real, exchanged])
    was = np.concatenate([np.zeros(len(real)), spoilt.intruders])
    order = np.array_split(np.argsort(said), GROUPS)
    return [(origin, float(said[each].mean()), float(was[each].mean())) for each in order]


def surprises(plausibility: Plausibility, sets: Sets) -> list[Row]:
    """Rows: sizes, p-value, share of real recipes at or under it."""
    _, scores = plausibility.measure(sets, "directions")
    values = plausibility.calibrations["directions"].p_values(scores, sets.sizes)
    bins = np.searchsorted(SIZES, sets.sizes, side="right") - 1
    return [
        (f"{low} and more", float(level), float((values[bins == at] <= level).mean()))
        for at, low in enumerate(SIZES)
        for level in LEVELS
    ]


def chart(
    frame: pd.DataFrame, x: str, y: str, color: str, scale: alt.Scale
) -> alt.LayerChart | alt.FacetChart:
    """Lines with the diagonal behind them."""
    ends = pd.DataFrame({"at": scale["domain"]})
    diagonal = alt.Chart(ends).mark_line(color="#999", strokeDash=[4, 4])
    lines = alt.Chart(frame).mark_line(point=True, clip=True)
    return alt.layer(
        diagonal.encode(
            x=alt.X("at:Q", scale=scale, title=x), y=alt.Y("at:Q", scale=scale, title=y)
        ),
        lines.encode(x=f"{x}:Q", y=f"{y}:Q", color=alt.Color(f"{color}:N", sort=None)),
    ).properties(width=320, height=320)


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    run = Run.open(options.run)
    tables = [run.read(name) for name in ("ingredients", "pairings", "ingredient_model")]
    plausibility = Plausibility.from_tables(*tables)
    model, categories = plausibility.model, tables[0]["category"].tolist()
    rows = run.read("recipe_ingredients")
    rows = rows[rows["split"] == "test"]
    sets = {
        origin: Sets.of_rows(rows[rows["origin"] == origin], plausibility.names).several()
        for origin in ORIGINS
    }
    odds = [
        row
        for origin in ORIGINS
        for row in reliability(
            plausibility, sets[origin], Intruders(model.shares(origin), categories), origin
        )
    ]
    said, was = "probability of being out of place", "share that was exchanged"
    level, under = "p-value", "share of real recipes at or under it"
    left = pd.DataFrame(odds, columns=["found in", said, was])
    right = pd.DataFrame(
        surprises(plausibility, sets["directions"]), columns=["ingredients", level, under]
    )
    alt.hconcat(
        chart(left, said, was, "found in", alt.Scale(domain=[0.001, 1], type="log")),
        chart(right, level, under, "ingredients", alt.Scale(domain=[0, 0.35])),
    ).resolve_scale(color="independent").save(str(options.file), scale_factor=1.2)


if __name__ == "__main__":
    main()
