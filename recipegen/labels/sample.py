"""The table of drawn items: from which stratum each comes, and with which probability.

Identifiers of items are keyed hashes. Whoever has only the page cannot find out from them which
text of the run an item is. The text is a part of what is hashed: if a stage is done again and the
text changes, the item is known to be gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pandas as pd

from recipegen.labels.drawing import Plan, Sample, Stratum
from recipegen.labels.items import GAP, Unit, parts_of
from recipegen.report.selection import Source
from recipegen.tables import LABELS

PAIR = ("ingredient_a", "ingredient_b")


def label_sample(source: Source, sample: Sample, plan: Plan, number: int, key: str) -> pd.DataFrame:
    """The rows of ``label_sample`` of a draw, in the order in which they are labelled.

    Args:
        source: the run.
        sample: what was drawn.
        plan: by which plan.
        number: number of the draw.
        key: of the identifiers; it must not be on the page.
    """
    rows = _rows(sample, plan, number)
    rows["verdict"] = _verdicts(source, rows)
    rows["item_id"] = item_ids(rows, texts_of(source, rows), key)
    # The identifiers are a random order: they are hashes.
    columns = LABELS["label_sample"].column_names
    return rows.sort_values("item_id", ignore_index=True)[columns]


def _rows(sample: Sample, plan: Plan, number: int) -> pd.DataFrame:
    rows = [
        (*parts_of(name, plan.unit), *stratum, described(stratum, plan.unit), drawn.size, taken)
        for stratum, drawn in sample.items()
        for taken in [drawn.before + len(drawn.names)]
        for name in drawn.names
    ]
    columns = ["sample_id", *PAIR, *Stratum._fields, "stratum", "stratum_size", "stratum_drawn"]
    found = pd.DataFrame(rows, columns=columns).astype({"temperature": "float64"})
    return found.assign(
        unit=plan.unit,
        inclusion_probability=found["stratum_drawn"] / found["stratum_size"],
        draw=number,
        seed=plan.seed,
    )


def described(stratum: Stratum, unit: Unit) -> str:
    """The name of a stratum in the table."""
    heat = "" if stratum.temperature is None else f", T = {stratum.temperature:g}"
    words = ("implausible", "not implausible") if unit == "pair" else ("flagged", "not flagged")
    return f"{unit}: {stratum.group}{heat}, {words[not stratum.implausible]}"


def with_more(earlier: pd.DataFrame, sample: Sample, unit: Unit) -> pd.DataFrame:
    """Rows of earlier draws from the same scores, with the numbers that now hold for them."""
    drawn = {
        described(stratum, unit): part.before + len(part.names) for stratum, part in sample.items()
    }
    now = earlier["stratum"].map(drawn).fillna(earlier["stratum_drawn"]).astype("int64")
    return earlier.assign(stratum_drawn=now, inclusion_probability=now / earlier["stratum_size"])


def _verdicts(source: Source, rows: pd.DataFrame) -> pd.Series[str]:
    """What the judge says about each item."""
    if (rows["unit"] == "text").all():
        return rows["implausible"].map({True: "flagged", False: "not flagged"})
    columns = ["sample_id", *PAIR]
    ids = set(rows["sample_id"])
    pairs = source.matching("sample_pairs", "sample_id", ids, [*columns, "verdict"])
    return rows[columns].merge(pairs, on=columns, how="left", validate="one_to_one")["verdict"]


def texts_of(source: Source, rows: pd.DataFrame) -> dict[str, str]:
    """The texts of items by ``sample_id``; those that are no longer there are left out."""
    ids = set(rows["sample_id"])
    parts = [
        source.matching(table, "sample_id", ids, ["sample_id", "text"])
        for table in ("samples", "references")
    ]
    found = pd.concat(parts)
    return dict(zip(found["sample_id"], found["text"], strict=True))


def item_ids(rows: pd.DataFrame, texts: Mapping[str, str], key: str) -> list[str]:
    """The identifier of each row of ``label_sample``, by the text that it has now.

    Args:
        rows: rows of the table; the column ``item_id`` is not looked at.
        texts: the texts by ``sample_id``; one that is missing counts as empty.
        key: of the draw.
    """
    columns = [rows[name] for name in ("sample_id", *PAIR, "unit")]
    return [
        _hash(key, sample_id, *([a, b] if unit == "pair" else []), texts.get(sample_id, ""))
        for sample_id, a, b, unit in zip(*columns, strict=True)
    ]


def _hash(key: str, *parts: str) -> str:
    said = GAP.join(parts).encode(errors="surrogatepass")
    return hashlib.blake2b(said, key=bytes.fromhex(key), digest_size=10).hexdigest()
