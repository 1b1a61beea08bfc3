"""Passes the bytes of a file to a reader: in chunks, as UTF-8, and within limits."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol

from recipegen.errors import CorpusError

CHUNK = 1 << 16
"""Bytes that are read at once; a format is recognised from at most as many."""

RECORD_BYTES = 1 << 22
"""Bytes of the longest record that a reader accepts."""

DAMAGED = "\ufdd0"
"""Replaces bytes that the encoding of the file does not allow; it is never a real character."""

MAX_RATIO = 200
MAX_BYTES = 1 << 36
FREE_BYTES = 1 << 26
"""Bytes that a packed file may always unpack to, whatever the ratio."""

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}
"""The encoding for each byte order mark; the longer marks come first."""

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
LONGEST_DECLARATION = 4096
"""Bytes at the start of a web page or an XML file in which its encoding is looked for."""

_OF_TEXT = {
    *("utf-8", "cp1250", "cp1251", "cp1252", "cp1254", "cp1257", "iso8859-2", "iso8859-15"),
    *("koi8-r", "gb2312", "gbk", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"),
}
"""Encodings that a file may name."""

codecs.register_error("recipegen.damaged", lambda error: (DAMAGED, error.end))  # type: ignore[attr-defined]


class TooMuch(CorpusError):
    """A packed file unpacks to more than is allowed."""


class Readable(Protocol):
    """Anything that bytes can be read from: a file, a member of an archive."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes; an empty result at the end."""


class Meter:
    """Counts the bytes unpacked from a file, and stops a file that was made to fill the memory."""

    def __init__(self, source: str, packed: int) -> None:
        """``packed`` is the size of the file in bytes."""
        self._source, self._packed, self._unpacked = source, packed, 0

    def spend(self, size: int) -> None:
        """Count ``size`` more bytes.

        Raises:
            TooMuch: more was unpacked than a file of this size may hold.
        """
        self._unpacked += size
        if self._unpacked > max(FREE_BYTES, min(MAX_BYTES, MAX_RATIO * self._packed)):
            raise TooMuch(
                f"{self._source}: unpacks to more than {MAX_RATIO} times its size or to more than "
                f"{MAX_BYTES >> 30} GiB, like a file made to do harm; unpack it by hand if you "
                "trust it"
            )


class Gauge:
    """The progress of reading several files one after another, by their bytes."""

    def __init__(self) -> None:
        self._total = self._before = self._size = 0
        self._file: BinaryIO | None = None

    def expect(self, size: int) -> None:
        """Say that files of ``size`` bytes in all will be read."""
        self._total += size

    def follow(self, file: BinaryIO, size: int) -> None:
        """Say that the file before is done, and that this one of ``size`` bytes is read now."""
        self._before += self._size
        self._file, self._size = file, size

    def share(self) -> float:
        """The share of the bytes that has been read, 0 to 1; packed files count at packed size."""
        if self._file is None or not self._total:
            return 0.0
        own = self._size if self._file.closed else self._file.tell()
        return min(1.0, (self._before + own) / self._total)


class _Chunks(io.RawIOBase):
    """A file that reads from an iterator of chunks; no chunk may be empty."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._rest = self._rest or next(self._chunks, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def as_file(chunks: Iterable[bytes]) -> io.BufferedReader:
    """A file that holds the chunks one after another; one can look ahead in it."""
    return io.BufferedReader(_Chunks(filter(None, chunks)), CHUNK)


def chunks_of(file: Readable) -> Iterator[bytes]:
    """The bytes of a file, :data:`CHUNK` at a time."""
    while chunk := file.read(CHUNK):
        yield chunk


def as_utf8(file: Readable) -> io.BufferedReader:
    """The text of a file as UTF-8, without byte order mark.

    UTF-16 and UTF-32 are recognised by their byte order mark. A web page or an XML file may name
    another encoding. Everything else is read as UTF-8. Each run of bytes that the encoding does not
    allow becomes one :data:`DAMAGED`.
    """
    return as_file(_recoded(chunks_of(file)))


def _recoded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks, b"")
    decoder = codecs.getincrementaldecoder(_encoding(first))(errors="recipegen.damaged")
    yield decoder.decode(first).encode()
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def _encoding(head: bytes) -> str:
    """The encoding of a file, from its first bytes."""
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    said = _DECLARED.search(head[:LONGEST_DECLARATION]) if head.lstrip().startswith(b"<") else None
    try:
        name = codecs.lookup(said[1].decode()).name if said else "utf-8"
    except LookupError:
        return "utf-8"
    # Pages that name Latin-1 mean its superset from Windows, and browsers read them so.
    return {"iso8859-1": "cp1252", "ascii": "utf-8"}.get(
        name, name if name in _OF_TEXT else "utf-8"
    )


def lines_of(file: BinaryIO, longest: int = RECORD_BYTES) -> Iterator[tuple[str, bool]]:
    r"""The lines of a UTF-8 file, and whether each is whole; every line ending becomes ``\n``.

    A line longer than ``longest`` characters is not whole: only its start is given, and the rest
    is skipped.
    """
    text = io.TextIOWrapper(file, "utf-8", errors="replace", newline=None)
    while line := text.readline(longest):
        whole = line.endswith("\n") or len(line) < longest
        if not whole:
            whole = _pass_over_line(text, longest)
        yield line, whole


def _pass_over_line(text: io.TextIOWrapper, longest: int) -> bool:
    """Skip the rest of a line; returns whether nothing was left of it."""
    rest = text.readline(longest)
    whole = rest in ("", "\n")
    while rest and not rest.endswith("\n"):
        rest = text.readline(longest)
    return whole


def head_of(file: BinaryIO) -> bytes:
    """The first bytes of a file, at most :data:`CHUNK`, without moving its position."""
    return file.peek(CHUNK) if isinstance(file, io.BufferedReader) else b""
