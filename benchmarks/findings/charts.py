"""The charts of the page, each made from the table of findings alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import altair as alt
import pandas as pd

from benchmarks.findings.facts import Facts, about
from benchmarks.findings.measures import RATE
from benchmarks.findings.words import PARTS

WIDTH, HEIGHT, SCALE = 340, 260, 1.2
GREY = "#777777"
SHARE = alt.Axis(format="~%")
CASE = "case"


def with_case(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the corpus and preset in a column of their own."""
    return rows.assign(**{CASE: rows["corpus"] + ", " + rows["generator"]})


def over_temperature(rows: pd.DataFrame, references: pd.DataFrame, title: str) -> alt.LayerChart:
    """An estimate with its interval over temperature; dashed lines for real recipes."""
    x = alt.X("temperature:Q", title="temperature", scale=alt.Scale(nice=False, padding=12))
    colour = alt.Color(f"{CASE}:N", title=None, sort=None)
    base = alt.Chart(with_case(rows)).encode(x=x, color=colour)
    layers: list[alt.Chart] = [
        base.mark_line(point=True).encode(y=alt.Y("estimate:Q", title=title, axis=SHARE)),
        base.mark_rule(strokeWidth=2).encode(y="low:Q", y2="high:Q"),
    ]
    if len(references):
        named = references.assign(name=references["corpus"] + ", real recipes")
        beside = alt.Chart(named).encode(y="estimate:Q")
        layers += [
            beside.mark_rule(color=GREY, strokeDash=[5, 4]),
            beside.mark_text(align="left", dx=4, dy=-6, color="#555555").encode(
                text="name:N", x=alt.value(0)
            ),
        ]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def temperature(facts: Facts) -> alt.Chart | alt.LayerChart:
    """The share of implausible pairs over temperature."""
    rows = facts.rows("temperature", RATE)
    real = rows["generator"] == "real"
    own = rows[rows["temperature"].notna()]
    return over_temperature(own, rows[real], "implausible pairs")


def network(facts: Facts) -> alt.HConcatChart:
    """The share over temperature and over the entropy of the next word, a line for each network."""
    keys = ["corpus", "generator", "network", "temperature"]
    single = facts.rows("network", RATE).dropna(subset="network")
    entropy = facts.rows("network", "entropy").dropna(subset="network")
    both = single.merge(entropy[[*keys, "estimate"]], on=keys, suffixes=("", "_entropy"))
    base = alt.Chart(with_case(both)).encode(
        y=alt.Y("estimate:Q", title="implausible pairs", axis=SHARE),
        color=alt.Color("generator:N", title=None, sort=None),
        detail="network:N",
        strokeDash=alt.StrokeDash("corpus:N", title=None),
    )
    x = (
        alt.X("temperature:Q", title="temperature"),
        alt.X("estimate_entropy:Q", title="entropy of the next word, nats"),
    )
    return alt.hconcat(
        *(
            base.mark_line(point=True).encode(x=each).properties(width=WIDTH, height=HEIGHT)
            for each in x
        )
    )


def cut_off(facts: Facts) -> alt.LayerChart:
    """The share against variety: a line for temperatures, points for cut-offs."""
    first = about(facts.families[0])
    keys = ["temperature", "cut_off"]
    rates, variety = (facts.rows("cut-off", name, **first) for name in (RATE, "distinct_2"))
    both = rates.merge(variety[[*keys, "estimate"]], on=keys, suffixes=("", "_variety"))
    drawn = both.assign(how=both["cut_off"].replace("", "all words"))
    base = alt.Chart(drawn).encode(
        x=alt.X(
            "estimate_variety:Q",
            title="distinct pairs of neighbouring words",
            axis=SHARE,
            scale=alt.Scale(zero=False),
        ),
        y=alt.Y("estimate:Q", title="implausible pairs", axis=SHARE),
        color=alt.Color("how:N", title=None, sort=None),
    )
    return alt.layer(
        base.mark_line(point=alt.OverlayMarkDef(size=60)).encode(order="temperature:Q"),
        base.mark_rule(strokeWidth=2).encode(y="low:Q", y2="high:Q"),
        base.mark_text(dx=6, align="left", dy=12).encode(
            text=alt.Text("temperature:Q", format="~g")
        ),
    ).properties(width=1.4 * WIDTH, height=HEIGHT)


def word(facts: Facts) -> alt.HConcatChart:
    """The share of unlikely words over temperature, and the part of the text they are in."""
    first, one = about(facts.families[0]), facts.setting("headline_temperature")
    kinds = {"implausible": "implausible", "other": "other"}
    unlikely = pd.concat(
        facts.rows("word", f"unlikely_share_{kind}", **first).assign(kind=name)
        for kind, name in kinds.items()
    )
    parts = pd.concat(
        facts.rows("word", f"in_part_{part}_{kind}", **first, temperature=one).assign(
            kind=name, part=part
        )
        for kind, name in kinds.items()
        for part in range(1, PARTS + 1)
    )
    colour = alt.Color("kind:N", title="pairs", sort=None)
    lines = alt.Chart(unlikely).encode(x=alt.X("temperature:Q", title="temperature"), color=colour)
    bars = alt.Chart(parts).encode(
        x=alt.X("part:O", title=f"part of the text, {PARTS} in all", axis=alt.Axis(labelAngle=0)),
        xOffset="kind:N",
        color=colour,
    )
    return alt.hconcat(
        alt.layer(
            lines.mark_line(point=True).encode(
                y=alt.Y("estimate:Q", title="from an unlikely word", axis=SHARE)
            ),
            lines.mark_rule(strokeWidth=2).encode(y="low:Q", y2="high:Q"),
        ).properties(width=WIDTH, height=HEIGHT),
        alt.layer(
            bars.mark_bar().encode(y=alt.Y("estimate:Q", title="ingredients", axis=SHARE)),
            bars.mark_rule().encode(y="low:Q", y2="high:Q", color=alt.value("#333333")),
        ).properties(width=WIDTH, height=HEIGHT),
    )


def exchanged(facts: Facts) -> alt.LayerChart:
    """The exchanged share over temperature."""
    rows = facts.rows("exchanged", "exchanged_share")
    real = rows["generator"] == "real"
    return over_temperature(rows[rows["temperature"].notna()], rows[real], "ingredients exchanged")


EXAMPLE_RATES = {
    "flagged_recipe_rate": "flagged",
    "memorised_rate": "memorised",
    "looping_rate": "looping",
    "exchanged_share": "ingredients exchanged",
}


def examples(facts: Facts) -> alt.FacetChart:
    """Some rates of the recipes at the two temperatures, and of real ones."""
    corpus, preset = facts.families[0]
    rows = pd.concat(
        facts.rows("examples", metric, corpus=corpus).assign(what=name)
        for metric, name in EXAMPLE_RATES.items()
    )
    rows = rows[rows["generator"].isin((preset, "real"))]
    drawn = rows["temperature"].map("T = {:g}".format)
    rows = rows.assign(group=drawn.where(rows["temperature"].notna(), "real recipes"))
    base = alt.Chart(rows).encode(
        y=alt.Y("group:N", title=None, sort=None),
        color=alt.Color("group:N", legend=None, sort=None),
    )
    share = alt.X("estimate:Q", title=None, axis=SHARE)
    return (
        alt.layer(
            base.mark_bar().encode(x=share),
            base.mark_rule(color="#333333").encode(x="low:Q", x2="high:Q", color=alt.value("#333")),
        )
        .properties(width=WIDTH, height=75)
        .facet(alt.Facet("what:N", title=None, sort=None), columns=2)
    )


CHARTS: dict[str, Callable[[Facts], alt.TopLevelMixin]] = {
    "temperature": temperature,
    "network": network,
    "cut-off": cut_off,
    "word": word,
    "exchanged": exchanged,
    "examples": examples,
}


def write_charts(facts: Facts, names: Sequence[str], folder: Path) -> None:
    """Write the charts of some questions as ``findings-QUESTION.png``, and remove the others."""
    for name, draw in CHARTS.items():
        path = folder / f"findings-{name}.png"
        path.unlink(missing_ok=True)
        if name in names:
            draw(facts).save(str(path), scale_factor=SCALE)
