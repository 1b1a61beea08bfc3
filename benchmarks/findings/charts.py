"""The charts of the page, each made from the table of findings alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import altair as alt
import pandas as pd

from benchmarks.findings.facts import Facts, about
from benchmarks.findings.measures import CORRECTED, RATE, VALUES
from benchmarks.findings.words import PARTS

WIDTH, HEIGHT, SCALE = 340, 260, 1.2
GREY = "#777777"
SHARE = alt.Axis(format="~%")


def over_temperature(facts: Facts, question: str, metric: str, title: str) -> alt.HConcatChart:
    """A metric with its interval over temperature, a chart for each corpus."""
    rows = facts.rows(question, metric)
    return alt.hconcat(
        *(_curves(rows[rows["corpus"] == corpus], corpus, title) for corpus in facts.corpora)
    ).resolve_scale(y="shared")


def _curves(rows: pd.DataFrame, corpus: str, title: str) -> alt.LayerChart | alt.FacetChart:
    """A line for each preset, and a dashed line for real recipes."""
    x = alt.X("temperature:Q", title="temperature", scale=alt.Scale(nice=False, padding=12))
    colour = alt.Color("generator:N", title=None, sort=None)
    base = alt.Chart(rows[rows["temperature"].notna()]).encode(x=x, color=colour)
    real = alt.Chart(rows[rows["generator"] == "real"]).encode(y="estimate:Q")
    name = real.mark_text(align="right", dx=-4, dy=-6, color="#555555", text="real recipes")
    return alt.layer(
        base.mark_line(point=True).encode(y=alt.Y("estimate:Q", title=title, axis=SHARE)),
        base.mark_rule(strokeWidth=2).encode(y="low:Q", y2="high:Q"),
        real.mark_rule(color=GREY, strokeDash=[5, 4]),
        name.encode(x=alt.value(WIDTH)),  # at the right the curves are far above
    ).properties(width=WIDTH, height=HEIGHT, title=corpus)


def temperature(facts: Facts) -> alt.HConcatChart:
    """The share of implausible pairs over temperature."""
    return over_temperature(facts, "temperature", RATE, "implausible pairs")


def network(facts: Facts) -> alt.HConcatChart:
    """The share over temperature and over the entropy of the next word, a line for each network."""
    keys = ["corpus", "generator", "network", "temperature"]
    single = facts.rows("network", RATE).dropna(subset="network")
    entropy = facts.rows("network", "entropy").dropna(subset="network")
    both = single.merge(entropy[[*keys, "estimate"]], on=keys, suffixes=("", "_entropy"))
    base = alt.Chart(both).encode(
        y=alt.Y("estimate:Q", title="implausible pairs", axis=SHARE),
        color=alt.Color("generator:N", title=None, sort=None),
        detail=["network:N", "corpus:N"],
    )
    dash = alt.StrokeDash("corpus:N", title=None, sort=None)
    x = (
        alt.X("temperature:Q", title="temperature"),
        alt.X("estimate_entropy:Q", title="entropy of the next word, nats"),
    )
    return alt.hconcat(
        *(
            alt.layer(
                base.mark_line().encode(x=each, strokeDash=dash),
                base.mark_point(filled=True).encode(x=each),
            ).properties(width=WIDTH, height=HEIGHT)
            for each in x
        )
    )


def cut_off(facts: Facts) -> alt.LayerChart | alt.FacetChart:
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


def exchanged(facts: Facts) -> alt.HConcatChart:
    """The exchanged share over temperature."""
    return over_temperature(facts, "exchanged", "exchanged_share", "ingredients exchanged")


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


def judge(facts: Facts) -> alt.LayerChart | alt.FacetChart:
    """The rate that the judge gives and the rate that labels correct, over temperature."""
    rows = facts.rows("judge", RATE)
    first = rows[rows["generator"] == rows["generator"].iloc[0]]
    ends = zip(VALUES, CORRECTED, strict=True)
    by_labels = first.assign(**{name: first[other] for name, other in ends})
    parts = {"called implausible": first, "corrected by labels": by_labels}
    layers = []
    for shift, (name, own) in enumerate(parts.items()):
        base = alt.Chart(own.assign(what=name)).encode(
            x=alt.X("temperature:Q", title="temperature", scale=alt.Scale(nice=False, padding=12)),
            color=alt.Color("what:N", title=None, sort=None),
        )
        # Side by side, so that each interval is seen.
        beside = {"xOffset": 5 * shift}
        y = alt.Y("estimate:Q", title="pairs no cook puts together", axis=SHARE)
        layers += [
            base.mark_line(point=alt.OverlayMarkDef(**beside), **beside).encode(y=y),
            base.mark_rule(strokeWidth=2, **beside).encode(y="low:Q", y2="high:Q"),
        ]
    return alt.layer(*layers).properties(width=1.4 * WIDTH, height=HEIGHT)


CHARTS: dict[str, Callable[[Facts], alt.TopLevelMixin]] = {
    "temperature": temperature,
    "network": network,
    "cut-off": cut_off,
    "word": word,
    "exchanged": exchanged,
    "examples": examples,
    "judge": judge,
}


def write_charts(facts: Facts, names: Sequence[str], folder: Path) -> None:
    """Write the charts of some questions as ``findings-QUESTION.png``, and remove the others."""
    for name, draw in CHARTS.items():
        path = folder / f"findings-{name}.png"
        path.unlink(missing_ok=True)
        if name in names:
            draw(facts).save(str(path), scale_factor=SCALE)
