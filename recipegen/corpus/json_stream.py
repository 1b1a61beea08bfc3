"""Values out of JSON of any size, one by one, by ijson; a giant text in it costs no memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

import ijson

from recipegen.corpus.streams import RECORD_BYTES, Readable, as_file, chunks_of
from recipegen.errors import CorpusError

LONGEST_TEXT = 1 << 20
"""Bytes of a text that are kept in any case; soon after them it is cut."""

DEEPEST = 100_000
"""Brackets open at once; recipes have a dozen."""

_ESCAPED = re.compile(rb"\\[^u]")
_CONTINUED = re.compile(rb"[\x80-\xbf]*")

Item = TypeVar("Item")


def array_items(file: BinaryIO, source: str) -> Iterator[object]:
    """The items of an array; memory does not grow with the file.

    Raises:
        CorpusError: the file is not valid JSON; unlike a bad record, a break in the syntax
            leaves no sound way to find the next one.
    """
    return _checked(file, source, lambda json: ijson.items(json, "item", use_float=True))


def object_members(file: BinaryIO, source: str) -> Iterator[tuple[str, object]]:
    """The names and values of an object; otherwise like :func:`array_items`."""
    return _checked(file, source, lambda json: ijson.kvitems(json, "", use_float=True))


def documents(file: BinaryIO, source: str) -> Iterator[object]:
    """Whole values, one after another in a file; otherwise like :func:`array_items`."""
    return _checked(
        file, source, lambda json: ijson.items(json, "", use_float=True, multiple_values=True)
    )


def _checked(
    file: BinaryIO, source: str, parse: Callable[[Readable], Iterator[Item]]
) -> Iterator[Item]:
    allowance = _Allowance(source)
    guarded = as_file(allowance.spent_on(cut_texts(chunks_of(file))))
    try:
        for value in parse(guarded):
            allowance.renew()
            yield value
    # Beside its own errors ijson lets through what Python says to numbers that are too long.
    except (ijson.JSONError, ValueError, OverflowError, SystemError) as error:
        raise CorpusError(
            f"{source}: not valid JSON after {allowance.records} records: {error}; "
            "repair the file, or export it again as JSON Lines, where a bad line costs one record"
        ) from error


class _Allowance:
    """How much may be read before the next record has to be complete."""

    def __init__(self, source: str) -> None:
        self._source, self._left, self.records = source, RECORD_BYTES, 0

    def renew(self) -> None:
        self._left, self.records = RECORD_BYTES, self.records + 1

    def spent_on(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._left -= len(chunk)
            if self._left < 0:
                raise CorpusError(
                    f"{self._source}: after {self.records} records comes one that is longer than "
                    f"{RECORD_BYTES >> 20} MiB, which is no recipe; take it out of the file"
                )
            yield chunk


def cut_texts(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """JSON with its giant texts cut short, in chunks.

    Raises:
        CorpusError: brackets are nested so deep that their number alone would fill the memory.
    """
    scan = _Scan()
    held = b""
    for chunk in chunks:
        chunk, held = _without_half_escape(held + chunk)
        yield scan.shorten(chunk)
    yield scan.shorten(held)


class _Scan:
    """Where in JSON a chunk begins: in a text or outside, how far in, and how deep."""

    def __init__(self) -> None:
        self._in_text, self._length, self._depth, self._cutting = False, 0, 0, False

    def shorten(self, chunk: bytes) -> bytes:
        """The chunk, without what continues a text that was long enough before."""
        if self._in_text and self._length >= LONGEST_TEXT:
            chunk = self._rest_of_text(chunk)
        pieces = _ESCAPED.sub(b"__", chunk).split(b'"')
        outside = b"".join(pieces[1::2] if self._in_text else pieces[::2])
        self._nest(outside)
        self._length = len(pieces[-1]) + (self._length if len(pieces) == 1 else 0)
        self._in_text ^= len(pieces) % 2 == 0
        return chunk

    def _rest_of_text(self, chunk: bytes) -> bytes:
        """What is left to keep of a chunk that starts in a text that is too long."""
        end = _ESCAPED.sub(b"__", chunk).find(b'"')
        rest = chunk[end:] if end >= 0 else b""
        if self._cutting:
            kept = rest
        else:
            # The last letter that was kept may have its second half here.
            half = _CONTINUED.match(chunk)
            kept = (half[0] if half else b"") + rest
        self._cutting = end < 0
        return kept

    def _nest(self, outside: bytes) -> None:
        self._depth += outside.count(b"[") + outside.count(b"{")
        self._depth -= outside.count(b"]") + outside.count(b"}")
        if self._depth > DEEPEST:
            raise CorpusError(f"JSON nested more than {DEEPEST:,} deep is no corpus of recipes")


def _without_half_escape(chunk: bytes) -> tuple[bytes, bytes]:
    r"""The chunk up to an escape such as ``\u00bd`` that its end cuts through, and the rest."""
    start = _ESCAPED.sub(b"__", chunk).rfind(b"\\", -5)
    return (chunk[:start], chunk[start:]) if start >= 0 else (chunk, b"")
