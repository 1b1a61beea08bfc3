"""The answers of the page, each a sentence made from the table of findings.

No number is written here: a test looks for digits.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from benchmarks.findings.facts import (
    Facts,
    about,
    at,
    corrected_of,
    joined,
    known,
    percent,
    raw_of,
    shown,
)
from benchmarks.findings.labels import MISSED, RIGHT
from benchmarks.findings.measures import ALIKE, RATE
from recipegen.report.wording import value

NOT_ASKED = "Not measured yet: {}."


def in_the_others(what: str, holds: Sequence[bool], names: Sequence[str]) -> str:
    """In how many of the other cases something holds, at least one case."""
    if len(holds) == 1:
        return f"{what} for {names[0]}, too." if holds[0] else f"For {names[0]} it does not."
    if all(holds):
        others = "both" if len(holds) <= 2 else f"all {len(holds)}"
        return f"{what} for {others} other kinds of network, too."
    return f"{what} for {sum(holds)} of the {len(holds)} other kinds of network, too."


def temperature(facts: Facts) -> str:
    """Whether the share rises with temperature, and from where on it is beyond real recipes."""
    first, *others = facts.families
    corpus, preset = first
    curve = facts.rows("temperature", RATE, **about(first)).sort_values("temperature")
    low, high = curve.iloc[0], curve.iloc[-1]
    rise = facts.row("temperature", "rise", **about(first))
    rising = [_way(facts.row("temperature", "rise", **about(each))) == "rises" for each in others]
    names = [f"the `{preset}` network on {corpus}" for corpus, preset in others]
    more = f" {in_the_others('It rises', rising, names)}" if others else ""
    return (
        f"{VERDICTS[_way(rise)]} Take the `{preset}` network, trained on {corpus}: of the pairs in "
        f"its recipes, {raw_of(low)} are implausible at {at(low['temperature'])} and "
        f"{raw_of(high)} at {at(high['temperature'])}. {_onset(facts)}{_by_labels(low, high)}{more}"
    )


def _by_labels(low: pd.Series, high: pd.Series) -> str:
    if not (known(low["corrected"]) and known(high["corrected"])):
        return ""
    return (
        f" By labels of some of these pairs, the share that no cook would put together is "
        f"{corrected_of(low)} and {corrected_of(high)}."
    )


def alike(facts: Facts) -> str:
    """Whether the share rises in recipes of about the same size, too."""
    first = facts.families[0]
    curve = facts.rows("temperature", ALIKE, **about(first)).sort_values("temperature")
    if curve.empty:
        return ""
    low, high = curve.iloc[0], curve.iloc[-1]
    sizes = " to ".join(f"{facts.setting(name):g}" for name in ("alike_from", "alike_to"))
    said = (
        f"Recipes grow longer with temperature. Among those of {sizes} ingredients the share is "
        f"{shown(low)} at {at(low['temperature'])} and {shown(high)} at {at(high['temperature'])}"
    )
    if low["high"] < high["low"]:
        return f"{said}, so length is not the reason."
    return f"{said}, so length may be the reason."


VERDICTS = {
    "rises": "Yes.",
    "falls": "No: it falls.",
    "not": "No rise can be detected.",
}


def _way(row: pd.Series | None) -> str:
    if row is None or not known(row["low"]):
        return "not"
    return "rises" if row["low"] > 0 else "falls" if row["high"] < 0 else "not"


def _onset(facts: Facts) -> str:
    first = facts.families[0]
    real = facts.row("temperature", RATE, corpus=first[0], generator="real")
    onset = facts.row("temperature", "above_real_from", **about(first))
    if onset is None or not known(onset["estimate"]):
        return f"Up to there it is not detectably beyond real recipes, which have {shown(real)}."
    return (
        f"From {at(onset['estimate'])} on, the share is beyond that of real recipes, {shown(real)}."
    )


def network(facts: Facts) -> str:
    """Whether a better network puts fewer of them, at the same temperature and entropy."""
    corpus, first = facts.families[0]
    *_, best = facts.presets(corpus)
    if best == first:
        return NOT_ASKED.format("only one kind of network was trained")
    one = facts.setting("headline_temperature")
    own, theirs = {"corpus": corpus, "generator": best}, {"corpus": corpus, "generator": first}
    same = facts.row("network", "times_first_preset", **own)
    equal = facts.row("network", "times_first_preset_at_equal_entropy", **own)
    return (
        f"At the same temperature, {at(one)}: {_fewer(same)}. The `{best}` networks (perplexity "
        f"{perplexity(facts, own)}) have {shown(same, 'number')} times as many implausible pairs "
        f"as the `{first}` networks (perplexity {perplexity(facts, theirs)}). At the same entropy "
        f"of the next word: {_fewer(equal)}.{_ratio(equal)}{_elsewhere(facts, best)}"
    )


def _elsewhere(facts: Facts, preset: str) -> str:
    """The same ratios on the other corpora, where they are known."""
    said = ""
    for corpus in facts.corpora[1:]:
        own = {"corpus": corpus, "generator": preset}
        same = facts.row("network", "times_first_preset", **own)
        equal = facts.row("network", "times_first_preset_at_equal_entropy", **own)
        if same is not None and known(same["estimate"]):
            said += (
                f" On {corpus} it is {shown(same, 'number')} times as many at the same "
                f"temperature, and {shown(equal, 'number')} at the same entropy."
            )
    return said


def _ratio(row: pd.Series | None) -> str:
    if row is None or not known(row["estimate"]):
        return ""
    return f" There they have {shown(row, 'number')} times as many."


def perplexity(facts: Facts, own: dict[str, str]) -> str:
    """The mean perplexity of the networks of a preset on a corpus."""
    rows = facts.rows("network", "perplexity", **own)
    return value(float(rows.loc[rows["network"].isna(), "estimate"].iloc[0]))


def _fewer(row: pd.Series | None) -> str:
    if row is None or not known(row["low"]) or not known(row["high"]):
        return "it cannot be told"
    neither = "no difference can be detected"
    return "yes, fewer" if row["high"] < 1 else "no, more" if row["low"] > 1 else neither


def cut_off(facts: Facts) -> str:
    """What a cut-off buys, and at what loss of variety."""
    first = about(facts.families[0])
    rows = facts.rows("cut-off", "times_whole", **first)
    if rows.empty:
        return NOT_ASKED.format("no recipes were drawn with cut-offs")
    one = rows["temperature"].min()
    parts = []
    for _, row in rows[rows["temperature"] == one].iterrows():
        own = {**first, "temperature": one, "cut_off": row["cut_off"]}
        kept = facts.row("cut-off", "variety_kept", **own)
        variety = f" and {shown(kept)} of the variety" if kept is not None else ""
        parts.append(f"{row['cut_off']} leaves {shown(row)} of the implausible pairs{variety}")
    cooler = facts.rows("cut-off", "times_equal_variety", **first).dropna(subset=["low", "high"])
    return f"At {at(one)}, {joined(parts)}. {_against_cooler(cooler)}"


def _against_cooler(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "Whether a lower temperature would do the same cannot be told."
    fewer, more = (rows["high"] < 1).sum() or "none", (rows["low"] > 1).sum() or "none"
    return (
        f"Of {len(rows)} combinations of cut-off and temperature, {fewer} had detectably fewer "
        f"implausible pairs than a lower temperature with the same variety, and {more} had more."
    )


def word(facts: Facts) -> str:
    """How likely the network itself found the words, and where they come in."""
    first, one = about(facts.families[0]), facts.setting("headline_temperature")
    bad, other = (
        facts.row("word", f"unlikely_share_{kind}", **first, temperature=one)
        for kind in ("implausible", "other")
    )
    if bad is None or other is None:
        return NOT_ASKED.format("no implausible pair was drawn")
    limit = percent(facts.setting("unlikely"))
    curve = facts.rows("word", "unlikely_share_implausible", **first).sort_values("temperature")
    low, high = curve.iloc[0], curve.iloc[-1]
    place, usual = (
        facts.row("word", f"place_{kind}", **first, temperature=one)
        for kind in ("implausible", "other")
    )
    return (
        f"At {at(one)}, {shown(bad)} of the ingredients that brought in an implausible pair were "
        f"words to which the network itself gave less than {limit}, against {shown(other)} of the "
        f"other ingredients; the share goes from {shown(low)} at {at(low['temperature'])} to "
        f"{shown(high)} at {at(high['temperature'])}, and they come in after {shown(place)} of the "
        f"text, the others after {shown(usual)}."
    )


def exchanged(facts: Facts) -> str:
    """What the headline temperature is worth, in ingredients exchanged."""
    first, one = facts.families[0], facts.setting("headline_temperature")
    row = facts.row("exchanged", "exchanged_share", **about(first), temperature=one)
    real, control = (
        facts.row("exchanged", "exchanged_share", corpus=first[0], generator=name)
        for name in ("real", "control")
    )
    return (
        f"At {at(one)} it is as if {shown(row)} of the ingredients of real recipes had been "
        f"exchanged at random; by the same measure it is {shown(real)} in real recipes themselves "
        f"and {shown(control)} in recipes whose ingredients were permuted."
    )


def examples(facts: Facts) -> str:
    """What recipes at the temperatures of the book's examples look like under this judge."""
    first = about(facts.families[0])
    rates = facts.rows("examples", RATE, **first).sort_values("temperature")
    parts = []
    for temperature in rates["temperature"]:
        own = {**first, "temperature": temperature}
        names = ("ingredient_count", "distinct_2", "flagged_recipe_rate")
        count, variety, flagged = (facts.row("examples", name, **own) for name in names)
        parts.append(
            f"at {at(temperature)} a recipe has {shown(count, 'number')} ingredients, "
            f"{shown(variety)} of the pairs of neighbouring words are distinct, and "
            f"{shown(flagged)} of the recipes are flagged"
        )
    real = {"corpus": first["corpus"], "generator": "real"}
    variety, flagged = (
        facts.row("examples", name, **real) for name in ("distinct_2", "flagged_recipe_rate")
    )
    return (
        f"Recipes of this network: {'; '.join(parts)}. Of real recipes {shown(flagged)} are "
        f"flagged, and {shown(variety)} of their pairs of neighbouring words are distinct."
    )


def judge(facts: Facts) -> str:
    """How often the judge is right on recipes of the networks, by labels of some of their pairs."""
    rows = facts.rows("judge", RIGHT).sort_values("temperature")
    if rows.empty:
        return NOT_ASKED.format("nobody has labelled pairs of these recipes")
    own = rows.iloc[0][["corpus", "generator"]].to_dict()
    rows, missed = facts.rows("judge", RIGHT, **own), facts.row("judge", MISSED, **own)
    one = rows[rows["temperature"] == facts.setting("headline_temperature")].iloc[0]
    low, high = rows.iloc[0], rows.iloc[-1]
    return (
        f"In recipes of the `{own['generator']}` network on {own['corpus']}, "
        f"{rows['count'].sum():,g} pairs were labelled that the judge calls implausible. Of these, "
        f"no cook would put together {shown(low)} at {at(low['temperature'])}, {shown(one)} at "
        f"{at(one['temperature'])}, and {shown(high)} at {at(high['temperature'])}. Of "
        f"{missed['count']:,g} others it is {shown(missed)}."
    )
