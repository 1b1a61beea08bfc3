"""Picks values out of large JSON files without holding the rest in memory.

A path names a value: the keys that lead to it, joined by dots, with ``item`` for the items of a
list, as in ijson.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import ijson
from ijson.common import ObjectBuilder

from recipegen.corpus.byte_streams import as_file, as_utf8, chunks_of
from recipegen.corpus.json_stream import cut_short
from recipegen.errors import CorpusError

MOST_PARTS = 100_000
"""Keys, values and brackets of a value; one that has more is passed over."""

Picked = dict[str, Any]
"""Values by their paths."""

_Event = tuple[str, str, Any]


def pick(file: BinaryIO, source: str, paths: Collection[str]) -> Picked:
    """Values of a JSON document. Those that are not there are missing from the result.

    Args:
        file: the document.
        source: its name in messages.
        paths: of the values.

    Raises:
        CorpusError: the document is not valid JSON.
    """
    return dict(_picked(file, source, paths))


def pick_from_file(path: Path, paths: Collection[str]) -> Picked:
    """Values of a JSON file, as :func:`pick` finds them; those before the place where it ends."""
    found = Picked()
    with path.open("rb") as file, suppress(CorpusError):
        for name, value in _picked(file, path.name, paths):
            found[name] = value
    return found


def _picked(file: BinaryIO, source: str, paths: Collection[str]) -> Iterator[tuple[str, Any]]:
    events = _events(file, source)
    for path, event, value in events:
        if path in paths and _begins(event):
            yield path, _value(events, event, value)


def records(
    file: BinaryIO, source: str, lists: Collection[str], paths: Collection[str]
) -> Iterator[Picked]:
    """Values of each item of a list in a JSON document; a reader of a cut-off file gets the start.

    Args:
        file: the document.
        source: its name in messages.
        lists: paths that the list may have.
        paths: of the values in an item. An item that is no object has none.

    Raises:
        CorpusError: the document is not valid JSON from some place on.
    """
    items = {f"{each}.item" for each in lists}
    wanted = {f"{item}.{path}": path for item in items for path in paths}
    events, record = _events(file, source), Picked()
    for path, event, value in events:
        if path in items and event == "start_map":
            record = Picked()
        elif path in items and event == "end_map":
            yield record
        elif path in items and _begins(event):
            yield Picked()
        elif path in wanted and _begins(event):
            record[wanted[path]] = _value(events, event, value)


def picked(record: object, paths: Collection[str]) -> Picked:
    """Values of an object in memory, like those that :func:`pick` finds in a file."""
    found = Picked()
    for path in paths:
        value = record
        for key in path.split("."):
            value = value.get(key, _MISSING) if isinstance(value, Mapping) else _MISSING
        if value is not _MISSING:
            found[path] = value
    return found


_MISSING = object()


def _events(file: BinaryIO, source: str) -> Iterator[_Event]:
    try:
        yield from ijson.parse(as_file(cut_short(chunks_of(as_utf8(file)))), use_float=True)
    except (ijson.JSONError, ValueError, ArithmeticError, SystemError) as error:
        raise CorpusError(
            f"{source}: not valid JSON: {error}; the file may be cut off: write it again"
        ) from error


def _begins(event: str) -> bool:
    """Whether a value begins with an event, and is the whole value if it is no bracket."""
    return event not in ("map_key", "end_map", "end_array")


def _value(events: Iterator[_Event], event: str, value: Any) -> Any:
    """The value that begins with an event; None if it is too large."""
    if not event.startswith("start_"):
        return value
    builder, depth, parts = ObjectBuilder(), 0, 0
    while True:
        if parts <= MOST_PARTS:
            builder.event(event, value)
        depth += event.startswith("start_") - event.startswith("end_")
        parts += 1
        if not depth:
            return builder.value if parts <= MOST_PARTS else None
        _, event, value = next(events)
