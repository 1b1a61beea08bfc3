"""Reads the values of JSON of any size one by one, with ijson.

Memory stays bounded, however long a text is and however deep the nesting. Some programs write what
is not quite JSON. It is corrected on the way if nothing is lost by it: line feeds and other control
characters inside texts, ``NaN``, and commas and semicolons after the last value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

import ijson
import numpy as np
import numpy.typing as npt
from ijson.common import ObjectBuilder

from recipegen.corpus.byte_streams import RECORD_BYTES, Readable, as_file, chunks_of, head_of
from recipegen.errors import CorpusError

LONGEST_TEXT = 1 << 20
"""Bytes of a text that are always kept; a longer text is cut soon after them."""

DEEPEST = 100
"""Depth of nesting up to which content is kept; recipes need about a dozen levels."""

_DIGITS = re.compile(rb"([0-9]{100})[0-9]+")
"""No number of a recipe has more than a hundred digits, and Python refuses a few thousand."""

_DIGITS_AHEAD = re.compile(rb"[0-9]{4}")
"""A quick first test: a hundred digits leave four digits in a row among every 25th byte."""

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
"""Bytes of the longest word outside of texts, and of the longest gap after a comma."""

_CONTROL_BYTES = bytes(range(32))
_AT_TOP = np.zeros(256, dtype=bool)
_AT_TOP[list(b",;")] = True

_STEP = np.zeros(256, dtype=np.int8)
_STEP[list(b"[{")], _STEP[list(b"]}")] = 1, -1

Item = TypeVar("Item")

_SEVERAL: dict[str, bool] = {"multiple_values": True}


def array_items(file: BinaryIO, source: str) -> Iterator[object]:
    """The items of an array, or of several arrays in a row; memory does not grow with the file.

    Raises:
        CorpusError: the file is not valid JSON. After a syntax error there is no reliable way to
            find the next record, so it is not treated as one bad record.
    """
    return _checked(file, source, b"[", lambda json: ijson.items(json, "item", **_SEVERAL))


def object_members(file: BinaryIO, source: str) -> Iterator[tuple[str, object]]:
    """The names and values of an object; otherwise like :func:`array_items`."""
    return _checked(file, source, b"{", lambda json: ijson.kvitems(json, ""))


def documents(file: BinaryIO, source: str) -> Iterator[object]:
    """Whole values, one after another in a file; otherwise like :func:`array_items`."""
    return _checked(file, source, b"", lambda json: ijson.items(json, "", **_SEVERAL))


def nested_objects(file: BinaryIO, source: str) -> Iterator[object]:
    """The objects in lists anywhere inside an object; otherwise like :func:`array_items`."""
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
        raise CorpusError(f"{source}: not a JSON {kind}, which this format needs")
    try:
        for value in parse(guarded):
            allowance.renew()
            yield value
    # ijson also lets through Python's own errors about numbers that it cannot hold.
    except (ijson.JSONError, ValueError, ArithmeticError, SystemError) as error:
        raise CorpusError(
            f"{source}: not valid JSON after {allowance.records} records: {error}; "
            "repair the file, or export it again as JSON Lines, where a bad line costs one record"
        ) from error


class _Allowance:
    """How many bytes may be read before the next record has to be complete."""

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
                    f"{RECORD_BYTES >> 20} MiB, too long to be a recipe; take it out of the file"
                )
            yield chunk


def cut_short(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """JSON in chunks, with giant texts cut short and without what is nested too deep.

    Valid JSON stays valid: a giant text ends earlier, and an array or object that is too deep
    becomes empty.
    """
    scan = _Scan()
    held = b""
    for chunk in chunks:
        chunk, held = _without_half(held + chunk)
        yield scan.shorten(chunk)
    if held:
        yield scan.shorten(held)


class _Scan:
    """The state at the start of a chunk: inside a text or not, how far into it, and how deep."""

    def __init__(self) -> None:
        self._in_text, self._length, self._depth, self._cutting = False, 0, 0, False

    def shorten(self, chunk: bytes) -> bytes:
        """The chunk, without the rest of a text that is too long and without what is too deep."""
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
        """The chunk with masked escapes, its pieces between quotes, and what is outside texts."""
        masked = _ESCAPED.sub(b"__", chunk)
        pieces = masked.split(b'"')
        return masked, pieces, b'"'.join(pieces[1::2] if self._in_text else pieces[::2])

    def _mended(self, chunk: bytes, masked: bytes) -> bytes:
        """The chunk as valid JSON, if it holds what programs write that is not quite JSON."""
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
        """The part to keep of a chunk that starts inside a text that is too long."""
        end = _ESCAPED.sub(b"__", chunk).find(b'"')
        # The last character that was kept may continue in this chunk.
        half = b"" if self._cutting else _CONTINUED.match(chunk)[0]  # type: ignore[index]
        self._cutting = end < 0
        return half + (chunk[end:] if end >= 0 else b"")

    def _pruned(self, chunk: bytes, masked: bytes) -> bytes:
        """The chunk without what is inside brackets that are too deep."""
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
    """After each byte, how many more brackets are open than at the start."""
    return np.cumsum(_STEP[np.frombuffer(outside, dtype=np.uint8)], dtype=np.int64)


def _is_odd(chunk: bytes, outside: bytes, depths: npt.NDArray[np.int64]) -> bool:
    """Whether a chunk may hold something that is not quite JSON."""
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
    """A piece outside of texts as valid JSON, and how many brackets are open after it."""
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
    r"""The chunk without a unit that its end may cut in two, and that unit.

    Such a unit is an escape such as ``\u00bd``, a word such as ``NaN``, or a comma at the end, for
    which the next chunk tells whether a value follows.
    """
    start = _ESCAPED.sub(b"__", chunk).rfind(b"\\", -5)
    if start >= 0:
        return chunk[:start], chunk[start:]
    end = len(chunk.rstrip(b" \t\r\n"))
    if chunk[end - 1 : end] == b"," and len(chunk) - end < _LONGEST_GAP:
        return chunk[: end - 1], chunk[end - 1 :]
    word = _HALF_WORD.search(chunk[-_LONGEST_WORD:]) if chunk[-1:].isalpha() else None
    return (chunk[: -len(word[0])], word[0]) if word else (chunk, b"")
