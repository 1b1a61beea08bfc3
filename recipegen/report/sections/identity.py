"""What a run is: its corpus, its network, its generators, its hashes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recipegen.report.facts import RunFacts, moment
from recipegen.report.sections.section import Section, Tables
from recipegen.report.selection import COUNTS, SPLITS, temperatures_of


def credit(facts: RunFacts) -> dict[str, str | None]:
    """Where the corpus comes from, its licence, and a note; None where unknown."""
    return {name: facts.credit.get(name) for name in ("source", "licence", "note")}


def identity(tables: Tables, facts: RunFacts) -> list[Section]:
    """The facts that identify the run: label, value, and detail or None."""
    counts = facts.row_counts
    lines = [
        ("Corpus", facts.corpus, _recipes(tables, counts)),
        ("Generators", *_generators(facts)),
        ("Seed", or_unknown(facts.configuration.get("seed")), _hashes(facts)),
        ("Samples", _count(counts, "samples", "texts"), _temperatures(tables)),
        ("Compared with", _count(counts, "references", "texts"), "real held-out recipes, control"),
        ("Computing time", _duration(sum(facts.stage_seconds.values())), None),
        ("Finished", moment(facts.finished), f"recipegen {facts.version}"),
    ]
    return [{"label": label, "value": value, "detail": detail} for label, value, detail in lines]


def _recipes(tables: Tables, counts: Mapping[str, int]) -> str:
    parts = [_count(counts, "recipes", "recipes")]
    if SPLITS in tables:
        splits = tables[SPLITS].set_index("split")["count"]
        parts += [f"{splits.get(name, 0):,} {name}" for name in ("train", "valid", "test")]
    if counts.get("rejects"):
        parts.append(f"{counts['rejects']:,} records rejected")
    return ", ".join(parts)


def _generators(facts: RunFacts) -> tuple[str, str | None]:
    """The names of the generators, and a detail: the size of the network, if there is one."""
    models = facts.setting("generate", "models")
    models = [{"kind": "lstm"}] if models is None else models
    files = [Path(file).stem for file in facts.setting("generate", "others") or ()]
    others = [
        f"{model.get('name') or Path(model['path']).stem} ({model['kind']})"
        for model in models
        if model["kind"] != "lstm"
    ]
    named = ", ".join([*others, *(f"{name} (file)" for name in files)])
    if all(model["kind"] != "lstm" for model in models):
        return named, None
    name, detail = _model(facts)
    return name, f"{detail}{f'; also {named}' if named else ''}"


def _model(facts: RunFacts) -> tuple[str, str]:
    layers, hidden, embedding = (
        facts.setting("train", name) for name in ("layers", "hidden_size", "embedding_size")
    )
    name = f"Word-level LSTM, {or_unknown(layers)} × {or_unknown(hidden)} units"
    vocabulary = facts.row_counts.get("vocabulary")
    size = f"{vocabulary:,}" if vocabulary else "unknown"
    return name, f"embedding {or_unknown(embedding)}, vocabulary {size}"


def _temperatures(tables: Tables) -> str | None:
    if COUNTS not in tables:
        return None
    values = temperatures_of(tables[COUNTS])
    return "temperatures " + ", ".join(f"{value:g}" for value in values) if values else None


def _hashes(facts: RunFacts) -> str | None:
    return ", ".join(f"{name} {digest[:8]}" for name, digest in facts.hashes.items()) or None


def or_unknown(value: Any) -> str:
    """A value in words."""
    return "unknown" if value is None else str(value)


def _count(counts: Mapping[str, int], table: str, unit: str) -> str:
    return f"{counts[table]:,} {unit}" if table in counts else "none yet"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
