"""The page docs/findings.md, made from the table of findings and a template."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from jinja2 import Environment, StrictUndefined

from benchmarks.findings import sentences
from benchmarks.findings.facts import (
    Facts,
    about,
    at,
    corrected_of,
    known,
    markdown,
    percent,
    raw_of,
    shown,
)
from benchmarks.findings.labels import RIGHT
from benchmarks.findings.measures import METRICS, RATE
from benchmarks.findings.words import KINDS
from recipegen.report.wording import BLANK, value

TEMPLATE = Path(__file__).with_name("page.md.jinja")
UNITS = {
    "entropy": "nats",
    "ingredient_count": "ingredients",
    "word_count": "words",
}


def page_of(facts: Facts) -> str:
    """The page."""
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        size=size(facts),
        alike=sentences.alike(facts),
        one=f"{facts.setting('headline_temperature'):g}",
        answers={name: ask(facts) for name, ask in ANSWERS.items()},
        tables={name: TABLES[name](facts) for name in answered(facts)},
        certainty=certainty(facts),
    )


ANSWERS = {
    "temperature": sentences.temperature,
    "network": sentences.network,
    "cut-off": sentences.cut_off,
    "word": sentences.word,
    "exchanged": sentences.exchanged,
    "examples": sentences.examples,
    "judge": sentences.judge,
}


def answered(facts: Facts) -> list[str]:
    """The questions that the runs can answer."""
    lacking = sentences.NOT_ASKED.partition(":")[0]
    return [name for name, ask in ANSWERS.items() if not ask(facts).startswith(lacking)]


def size(facts: Facts) -> str:
    """What the page rests on, in words."""
    parts = []
    for corpus, preset in facts.families:
        own = {"corpus": corpus, "generator": preset}
        networks, recipes = (
            facts.rows("setup", name, **own)["estimate"].iloc[0] for name in ("networks", "recipes")
        )
        parts.append(
            f"- {corpus}, preset `{preset}`: {networks:g} network{'s' if networks > 1 else ''}, "
            f"{recipes:,.0f} recipes in the corpus"
        )
    drawn = (
        f"Each network drew {facts.setting('samples'):,g} recipes at each temperature, and "
        f"{facts.setting('cut_samples'):,g} at each temperature with a cut-off. Intervals cover "
        f"{percent(facts.setting('confidence'))}."
    )
    return "\n\n".join([_how_much(facts), "\n".join(parts), drawn])


def _how_much(facts: Facts) -> str:
    runs, of_all = facts.setting("runs"), facts.setting("runs_of_all")
    if not known(of_all):
        return REDUCED
    return FULL if runs == of_all else PART.format(runs=runs, of_all=of_all)


FULL = "The runs are those of the full command:"
PART = (
    "These are {runs:g} of the {of_all:g} runs of the full command, and none is smaller than "
    "there. The other runs are still to be done, so answers may be added:"
)
REDUCED = (
    "**These are the numbers of a reduced run.** It shows what the command does. Its intervals are "
    "wide, and the full run may answer otherwise. It is this small:"
)


def certainty(facts: Facts) -> str:
    """What the intervals cover, and whether rates are corrected."""
    networks = facts.rows("setup", "networks")["estimate"]
    training = TRAINED if networks.max() > 1 else ONE_NETWORK
    corrected = CORRECTED if facts.table["corrected"].notna().any() else NOT_CORRECTED
    return f"{training}\n\n{corrected}"


TRAINED = (
    "The intervals cover the training as well as the drawing of recipes: they hold for networks "
    "that are trained in this way. How much networks differ is taken from all presets and corpora "
    "together, in proportion to their means. Intervals about drawn words cover the drawing alone."
)
ONE_NETWORK = (
    "Only one network of each kind was trained. So the intervals cover the drawing of recipes from "
    "that network, and not its training."
)
CORRECTED = (
    "Rates are those of the judge as they are. Where pairs of a network are labelled, the rate "
    "that the labels correct stands beside the raw one. Its interval also covers which pairs were "
    "labelled, and how far labellers differ."
)
NOT_CORRECTED = (
    "Rates are those of the judge as they are. No pairs of these recipes are labelled, so this "
    "page does not say how often the judge is wrong on them."
)


def _name(family: tuple[str, str]) -> str:
    return ", ".join(family)


REFERENCES = {"real": "real recipes", "control": "ingredients permuted"}


def over_temperatures(facts: Facts, question: str, metric: str) -> str:
    """A metric by temperature, a column for each corpus and preset."""
    rows = facts.rows(question, metric)
    temperatures = sorted(rows["temperature"].dropna().unique())
    lines = [
        [at(each), *(_cell(facts, question, metric, family, each) for family in facts.families)]
        for each in temperatures
    ]
    for name, said in REFERENCES.items():
        rows_of = (facts.row(question, metric, corpus=c, generator=name) for c, _ in facts.families)
        lines += [[said, *map(shown, rows_of)]]
    return markdown(["", *map(_name, facts.families)], lines)


def _cell(
    facts: Facts, question: str, metric: str, family: tuple[str, str], temperature: float
) -> str:
    return shown(facts.row(question, metric, **about(family), temperature=temperature))


def networks(facts: Facts) -> str:
    """Each preset at the headline temperature and at the same entropy."""
    one = facts.setting("headline_temperature")
    lines = []
    for family in facts.families:
        own = about(family)
        rates = facts.row("temperature", RATE, **own, temperature=one)
        entropy = facts.rows("network", "entropy", **own, temperature=one)
        entropy = entropy[entropy["network"].isna()]
        equal = facts.row("network", "rate_at_equal_entropy", **own)
        lines.append(
            [
                _name(family),
                sentences.perplexity(facts, own),
                value(float(entropy["estimate"].iloc[0])) if len(entropy) else "not known",
                shown(rates),
                _temperature(equal),
                shown(equal),
            ]
        )
    header = ["", "perplexity", f"entropy at {at(one)}, nats", f"implausible pairs at {at(one)}"]
    return markdown([*header, "same entropy at", "implausible pairs there"], lines)


def _temperature(row: pd.Series | None) -> str:
    if row is None or not known(row["temperature"]):
        return "not among those drawn"
    return f"T{BLANK}={BLANK}{value(row['temperature'])}"


def cut_offs(facts: Facts) -> str:
    """Each cut-off at each temperature, of the first preset of each corpus."""
    header = ["", "cut-off", "temperature", "implausible pairs", "times as many as whole"]
    header += ["variety kept", "same variety at", "implausible pairs there"]
    return markdown(header, _cut_off_lines(facts))


def _cut_off_lines(facts: Facts) -> Iterator[list[str]]:
    rows = facts.rows("cut-off", "times_whole")
    first = rows["generator"] == facts.families[0][1]
    for _, row in rows[first].iterrows():
        own = {name: row[name] for name in ("corpus", "generator", "temperature", "cut_off")}
        rate, kept, cooler, equal = (
            facts.row("cut-off", name, **own)
            for name in (
                RATE,
                "variety_kept",
                "temperature_at_equal_variety",
                "rate_at_equal_variety",
            )
        )
        reached = cooler is not None and known(cooler["estimate"])
        yield [
            _name((row["corpus"], row["generator"])),
            row["cut_off"],
            f"{row['temperature']:g}",
            shown(rate),
            shown(row, "number"),
            shown(kept),
            value(cooler["estimate"]) if cooler is not None and reached else "none drawn",
            shown(equal),
        ]


def words(facts: Facts) -> str:
    """Unlikely words and places, of bad and other ingredients.

    All temperatures of the first network, and the headline temperature of the others.
    """
    limit, one = percent(facts.setting("unlikely")), facts.setting("headline_temperature")
    lines = []
    for family in facts.families:
        rows = facts.rows("word", "unlikely_share_implausible", **about(family))
        if family != facts.families[0]:
            rows = rows[rows["temperature"] == one]
        for _, row in rows.sort_values("temperature").iterrows():
            own = {**about(family), "temperature": row["temperature"]}
            found = [
                facts.row("word", f"{metric}_{kind}", **own)
                for metric in ("unlikely_share", "place", "in_title")
                for kind in KINDS
            ]
            count = f"{row['count']:,.0f}"
            lines.append([_name(family), at(row["temperature"]), count, *map(shown, found)])
    header = ["", "", "number", f"under {limit}", "others", "text before it", "others"]
    return markdown([*header, "in the title", "others"], lines)


def examples(facts: Facts) -> str:
    """All metrics at the temperatures of the examples, and of real recipes."""
    corpus, preset = facts.families[0]
    first = {"corpus": corpus, "generator": preset}
    temperatures = sorted(facts.rows("examples", RATE, **first)["temperature"])
    lines = []
    for metric in METRICS:
        unit = UNITS.get(metric, "rate")
        found = [
            *(facts.row("examples", metric, **first, temperature=each) for each in temperatures),
            facts.row("examples", metric, corpus=corpus, generator="real"),
        ]
        lines.append([f"`{metric}`", *(shown(row, unit) for row in found)])
    return markdown(["", *map(at, temperatures), "real recipes"], lines)


def judge(facts: Facts) -> str:
    """What was labelled at each temperature, and the rate that follows."""
    lines = []
    rates = facts.rows("judge", RATE)
    for _, rate in rates.sort_values(["corpus", "generator", "temperature"]).iterrows():
        own = {name: rate[name] for name in ("corpus", "generator", "temperature")}
        right = facts.row("judge", RIGHT, **own)
        named = [_name((rate["corpus"], rate["generator"])), at(rate["temperature"])]
        count = "none" if right is None else f"{right['count']:,.0f}"
        lines.append([*named, count, shown(right), raw_of(rate), corrected_of(rate)])
    header = ["", "", "labelled", "of these absurd", "implausible pairs", "corrected"]
    return markdown(header, lines)


TABLES = {
    "temperature": lambda facts: over_temperatures(facts, "temperature", RATE),
    "network": networks,
    "cut-off": cut_offs,
    "word": words,
    "exchanged": lambda facts: over_temperatures(facts, "exchanged", "exchanged_share"),
    "examples": examples,
    "judge": judge,
}
