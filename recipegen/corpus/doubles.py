"""Recipes that stand in a corpus more than once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from recipegen.corpus.recipe import Recipe, Reject, reject


def without_doubles(records: Iterable[Recipe | Reject]) -> Iterator[Recipe | Reject]:
    """The records, each recipe that came before made a reject that names the first one."""
    seen: dict[str, tuple[str, int]] = {}
    for record in records:
        if isinstance(record, Reject):
            yield record
        elif record.recipe_id in seen:
            source, position = seen[record.recipe_id]
            where = "" if source == record.source else f" of {source}"
            reason = f"double of record {position}{where}"
            yield reject(record.source, record.position, reason, asdict(record))
        else:
            seen[record.recipe_id] = (record.source, record.position)
            yield record
