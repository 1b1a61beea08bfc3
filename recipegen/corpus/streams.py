"""Bytes on their way to a reader: in chunks, as UTF-8, and no more of them than is sane."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol

from recipegen.errors import CorpusError

CHUNK = 1 << 16
"""Bytes that are read at once; a look at the content sees at most as many."""

RECORD_BYTES = 1 << 22
"""Bytes of the longest record that is read."""

DAMAGED = "\ufdd0"
"""Stands for bytes that are not what the encoding of the file allows; never a letter."""

MAX_RATIO = 200
MAX_BYTES = 1 << 36
FREE_BYTES = 1 << 26
"""What a packed file may unpack to whatever its ratio."""

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}
"""The encoding by the byte order mark; the longer marks first."""

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
LONGEST_DECLARATION = 4096
"""Bytes within which a web page or an XML file names its encoding."""

_OF_TEXT = {
    *("utf-8", "cp1250", "cp1251", "cp1252", "cp1254", "cp1257", "iso8859-2", "iso8859-15"),
    *("koi8-r", "gb2312", "gbk", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"),
}
"""Encodings that a file may name."""

codecs.register_error("recipegen.damaged", lambda error: (DAMAGED, error.end))  # type: ignore[attr-defined]


class TooMuch(CorpusError):
    """More comes out of a packed file than an honest one holds."""


class Readable(Protocol):
    """Whatever has bytes to read: a file, a member of an archive."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


class Meter:
    """Counts what comes out of a packed file, and stops one that was made to fill the memory."""

    def __init__(self, source: str, packed: int) -> None:
        """``packed`` is the size of the file in bytes."""
        self._source, self._packed, self._unpacked = source, packed, 0

    def spend(self, size: int) -> None:
        """Count ``size`` bytes more.

        Raises:
            TooMuch: more came out than an honest file of this size holds.
        """
        self._unpacked += size
        if self._unpacked > max(FREE_BYTES, min(MAX_BYTES, MAX_RATIO * self._packed)):
            raise TooMuch(
                f"{self._source}: unpacks to more than {MAX_RATIO} times its size or to more than "
                f"{MAX_BYTES >> 30} GiB, like a file made to do harm; unpack it by hand if you "
                "trust it"
            )


class Gauge:
    """How far reading has come, by the bytes of the files that are read one after another."""

    def __init__(self) -> None:
        self._total = self._before = self._size = 0
        self._file: BinaryIO | None = None

    def expect(self, size: int) -> None:
        """Files of ``size`` bytes in all will be read."""
        self._total += size

    def follow(self, file: BinaryIO, size: int) -> None:
        """A file of ``size`` bytes is read from now on; the one before it has been."""
        self._before += self._size
        self._file, self._size = file, size

    def share(self) -> float:
        """The share of the bytes that has been read, 0 to 1; packed ones count as they are."""
        if self._file is None or not self._total:
            return 0.0
        own = self._size if self._file.closed else self._file.tell()
        return min(1.0, (self._before + own) / self._total)


class _Chunks(io.RawIOBase):
    """A file over an iterator of chunks, none of which is empty."""

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
    """A file to read, and to look ahead in, that holds the chunks one after another."""
    return io.BufferedReader(_Chunks(filter(None, chunks)), CHUNK)


def chunks_of(file: Readable) -> Iterator[bytes]:
    """The bytes of a file, :data:`CHUNK` at a time."""
    while chunk := file.read(CHUNK):
        yield chunk


def as_utf8(file: Readable) -> io.BufferedReader:
    """The text of a file as UTF-8, without byte order mark; what is not text is marked.

    UTF-16 and UTF-32 are known by their byte order mark, other encodings by what a web page or an
    XML file says of itself; all else is taken for UTF-8. Each run of bytes that the encoding does
    not allow becomes one :data:`DAMAGED`.
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
    """The encoding of a file by its first bytes."""
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    said = _DECLARED.search(head[:LONGEST_DECLARATION]) if head.lstrip().startswith(b"<") else None
    try:
        name = codecs.lookup(said[1].decode()).name if said else "utf-8"
    except LookupError:
        return "utf-8"
    # Pages that say Latin-1 mean the superset of it that Windows has, as browsers know.
    return {"iso8859-1": "cp1252", "ascii": "utf-8"}.get(
        name, name if name in _OF_TEXT else "utf-8"
    )


def lines_of(file: BinaryIO, longest: int = RECORD_BYTES) -> Iterator[tuple[str, bool]]:
    r"""The lines of a UTF-8 file with their ends, which become ``\n`` whatever they were.

    Each comes with whether it is whole: of one longer than ``longest`` characters only the start
    is there, the rest is passed over.
    """
    text = io.TextIOWrapper(file, "utf-8", errors="replace", newline=None)
    while line := text.readline(longest):
        whole = line.endswith("\n") or len(line) < longest
        if not whole:
            whole = _pass_over_line(text, longest)
        yield line, whole


def _pass_over_line(text: io.TextIOWrapper, longest: int) -> bool:
    """Read on to the end of a line; whether there was nothing left of it."""
    rest = text.readline(longest)
    whole = rest in ("", "\n")
    while rest and not rest.endswith("\n"):
        rest = text.readline(longest)
    return whole


def head_of(file: BinaryIO) -> bytes:
    """The first bytes of a file, :data:`CHUNK` at most, which is then read as if untouched."""
    return file.peek(CHUNK) if isinstance(file, io.BufferedReader) else b""
