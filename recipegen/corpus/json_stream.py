"""Values out of JSON of any size, one by one, by ijson; no text or nesting fills the memory.

What programs write that is not quite JSON is put right on the way, where nothing is lost by it:
line feeds and other controls inside of texts, ``NaN``, and commas and semicolons behind the last
value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

import ijson
import numpy as np
import numpy.typing as npt
from ijson.common import ObjectBuilder

from recipegen.corpus.streams import RECORD_BYTES, Readable, as_file, chunks_of, head_of
from recipegen.errors import CorpusError

LONGEST_TEXT = 1 << 20
"""Bytes of a text that are kept in any case; soon after them it is cut."""

DEEPEST = 100
"""Brackets open at once that are kept; recipes have a dozen."""

_DIGITS = re.compile(rb"([0-9]{100})[0-9]+")
"""More than a hundred digits are no number of a recipe, and Python stops at a few thousand."""

_DIGITS_AHEAD = re.compile(rb"[0-9]{4}")
"""What a hundred digits are in every 25th byte: a cheap first look."""

_MARK = re.compile(rb'["\[\]{}]')
_ESCAPED = re.compile(rb"\\[^u]")
_CONTINUED = re.compile(rb"[\x80-\xbf]*")

_QUOTE = re.compile(rb'"')
_CONTROL = re.compile(rb"[\x00-\x1f]")
_CONTROLS = {b"\n": rb"\n", b"\r": rb"\r", b"\t": rb"\t"}
_NO_NUMBER = re.compile(rb"NaN|[-+]?Infinity")
_COMMA_AT_END = re.compile(rb",([ \t\r\n]*[\]}])")
_HALF_WORD = re.compile(rb"[-+]?[A-Za-z]+\Z")
_LONGEST_WORD, _LONGEST_GAP = len("-Infinity"), 200
"""Bytes of the longest word that is no text, and of the longest gap behind a comma."""

_CONTROL_BYTES = bytes(range(32))
_AT_TOP = np.zeros(256, dtype=bool)
_AT_TOP[list(b",;")] = True

_STEP = np.zeros(256, dtype=np.int8)
_STEP[list(b"[{")], _STEP[list(b"]}")] = 1, -1

Item = TypeVar("Item")

_SEVERAL: dict[str, bool] = {"multiple_values": True}


def array_items(file: BinaryIO, source: str) -> Iterator[object]:
    """The items of an array, or of several one after another; memory does not grow with the file.

    Raises:
        CorpusError: the file is not valid JSON; unlike a bad record, a break in the syntax
            leaves no sound way to find the next one.
    """
    return _checked(file, source, b"[", lambda json: ijson.items(json, "item", **_SEVERAL))


def object_members(file: BinaryIO, source: str) -> Iterator[tuple[str, object]]:
    """The names and values of an object; otherwise like :func:`array_items`."""
    return _checked(file, source, b"{", lambda json: ijson.kvitems(json, ""))


def documents(file: BinaryIO, source: str) -> Iterator[object]:
    """Whole values, one after another in a file; otherwise like :func:`array_items`."""
    return _checked(file, source, b"", lambda json: ijson.items(json, "", **_SEVERAL))


def nested_objects(file: BinaryIO, source: str) -> Iterator[object]:
    """The objects that are items of a list, wherever in an object; otherwise like the others."""
    return _checked(file, source, b"{", _in_lists)


def _in_lists(json: Readable) -> Iterator[object]:
    lists: list[bool] = []
    builder: ObjectBuilder | None = None
    depth = 0
    for event, value in ijson.basic_parse(json, **_SEVERAL):
        if builder is None and event == "start_map" and lists and lists[-1]:
            builder, depth = ObjectBuilder(), len(lists)
        if builder is not None:
            builder.event(event, value)
        if event in ("start_map", "start_array"):
            lists.append(event == "start_array")
        elif event in ("end_map", "end_array"):
            lists.pop()
            if builder is not None and len(lists) == depth:
                yield builder.value
                builder = None


def _checked(
    file: BinaryIO, source: str, first: bytes, parse: Callable[[Readable], Iterator[Item]]
) -> Iterator[Item]:
    allowance = _Allowance(source)
    guarded = as_file(allowance.spent_on(cut_short(chunks_of(file))))
    if not head_of(guarded).lstrip().startswith(first):
        kind = "array" if first == b"[" else "object"
        raise CorpusError(f"{source}: not a JSON {kind}, which a file of this format is")
    try:
        for value in parse(guarded):
            allowance.renew()
            yield value
    # Beside its own errors ijson lets through what Python says to numbers that it cannot hold.
    except (ijson.JSONError, ValueError, ArithmeticError, SystemError) as error:
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


def cut_short(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """JSON without the rest of giant texts and without what is nested too deep, in chunks.

    What was valid stays valid: a text ends earlier, an array or object so deep in is empty.
    """
    scan = _Scan()
    held = b""
    for chunk in chunks:
        chunk, held = _without_half(held + chunk)
        yield scan.shorten(chunk)
    if held:
        yield scan.shorten(held)


class _Scan:
    """Where in JSON a chunk begins: in a text or outside, how far in, and how deep."""

    def __init__(self) -> None:
        self._in_text, self._length, self._depth, self._cutting = False, 0, 0, False

    def shorten(self, chunk: bytes) -> bytes:
        """The chunk, without what continues a text or lies in a place that had enough before."""
        if _DIGITS_AHEAD.search(chunk[::25]):
            chunk = _DIGITS.sub(rb"\1", chunk)
        if self._in_text and self._length >= LONGEST_TEXT:
            chunk = self._rest_of_text(chunk)
        masked, pieces, outside = self._taken_apart(chunk)
        depths = self._depth + _nesting(outside)
        if _is_odd(chunk, outside, depths):
            chunk = self._mended(chunk, masked)
            masked, pieces, outside = self._taken_apart(chunk)
            depths = self._depth + _nesting(outside)
        if depths.max(initial=self._depth) > DEEPEST:
            chunk = self._pruned(chunk, masked)
        self._depth = int(depths[-1]) if len(depths) else self._depth
        self._length = len(pieces[-1]) + (self._length if len(pieces) == 1 else 0)
        self._in_text ^= len(pieces) % 2 == 0
        return chunk

    def _taken_apart(self, chunk: bytes) -> tuple[bytes, list[bytes], bytes]:
        """The chunk without escapes, its pieces between quotes, and all outside of texts."""
        masked = _ESCAPED.sub(b"__", chunk)
        pieces = masked.split(b'"')
        return masked, pieces, b'"'.join(pieces[1::2] if self._in_text else pieces[::2])

    def _mended(self, chunk: bytes, masked: bytes) -> bytes:
        """The chunk as JSON, where it holds what programs write that is not quite JSON."""
        kept, start, depth, in_text = [], 0, self._depth, self._in_text
        for quote in [*_QUOTE.finditer(masked), None]:
            end = len(chunk) if quote is None else quote.start()
            piece = chunk[start:end]
            if in_text:
                kept.append(_CONTROL.sub(_escaped, piece))
            else:
                piece, depth = _without_odd_marks(piece, depth)
                kept.append(piece)
            if quote is not None:
                kept.append(b'"')
            start, in_text = end + 1, not in_text
        return b"".join(kept)

    def _rest_of_text(self, chunk: bytes) -> bytes:
        """What is left to keep of a chunk that starts in a text that is too long."""
        end = _ESCAPED.sub(b"__", chunk).find(b'"')
        # The last letter that was kept may have its second half here.
        half = b"" if self._cutting else _CONTINUED.match(chunk)[0]  # type: ignore[index]
        self._cutting = end < 0
        return half + (chunk[end:] if end >= 0 else b"")

    def _pruned(self, chunk: bytes, masked: bytes) -> bytes:
        """The chunk without what is inside of brackets that are too deep."""
        kept, start, depth, in_text = [], 0, self._depth, self._in_text
        for mark in _MARK.finditer(masked):
            if mark[0] == b'"':
                in_text = not in_text
            elif not in_text and mark[0] in b"[{":
                depth += 1
                if depth == DEEPEST + 1:
                    kept.append(chunk[start : mark.end()])
            elif not in_text:
                if depth == DEEPEST + 1:
                    start = mark.start()
                depth -= 1
        if depth <= DEEPEST:
            kept.append(chunk[start:])
        return b"".join(kept)


def _nesting(outside: bytes) -> npt.NDArray[np.int64]:
    """How many brackets more are open than at the start, after each byte."""
    return np.cumsum(_STEP[np.frombuffer(outside, dtype=np.uint8)], dtype=np.int64)


def _is_odd(chunk: bytes, outside: bytes, depths: npt.NDArray[np.int64]) -> bool:
    """Whether a chunk may hold what is not quite JSON."""
    if _controls_in(chunk) != _controls_in(outside):
        return True
    solid = outside.translate(None, b" \t\r\n")
    if b",]" in solid or b",}" in solid or b"N" in solid or b"I" in solid:
        return True
    if depths.min(initial=1) > 0:
        return False
    marks = np.frombuffer(outside, dtype=np.uint8)
    return bool((_AT_TOP[marks] & (depths <= 0)).any())


def _controls_in(text: bytes) -> int:
    return len(text) - len(text.translate(None, _CONTROL_BYTES))


def _without_odd_marks(piece: bytes, depth: int) -> tuple[bytes, int]:
    """What stands outside of texts, as JSON, and how many brackets are open behind it."""
    piece = _COMMA_AT_END.sub(rb"\1", _NO_NUMBER.sub(b"null", piece))
    if depth > 0 and not _STEP[np.frombuffer(piece, dtype=np.uint8)].any():
        return piece, depth
    kept = bytearray()
    for byte in piece:
        depth += int(_STEP[byte])
        if depth > 0 or byte not in b",;":
            kept.append(byte)
    return bytes(kept), depth


def _escaped(control: re.Match[bytes]) -> bytes:
    return _CONTROLS.get(control[0], b" ")


def _without_half(chunk: bytes) -> tuple[bytes, bytes]:
    r"""The chunk up to what its end cuts through, and the rest.

    That is an escape such as ``\u00bd``, a word such as ``NaN``, or a comma before what it parts.
    """
    start = _ESCAPED.sub(b"__", chunk).rfind(b"\\", -5)
    if start >= 0:
        return chunk[:start], chunk[start:]
    end = len(chunk.rstrip(b" \t\r\n"))
    if chunk[end - 1 : end] == b"," and len(chunk) - end < _LONGEST_GAP:
        return chunk[: end - 1], chunk[end - 1 :]
    word = _HALF_WORD.search(chunk[-_LONGEST_WORD:]) if chunk[-1:].isalpha() else None
    return (chunk[: -len(word[0])], word[0]) if word else (chunk, b"")
