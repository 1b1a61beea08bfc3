"""The files inside a corpus file: itself, or what a gzip, zip or tar file holds.

Nothing is written to disk, so that no name in an archive can lead anywhere.
"""

from __future__ import annotations

import gzip
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from recipegen.corpus.recipe import Reject, reject
from recipegen.corpus.streams import Gauge, Meter, Readable, as_file, chunks_of, head_of
from recipegen.errors import CorpusError

SUFFIXES = (".json", ".jsonl", ".ndjson", ".jsonld", ".csv", ".parquet")
"""Names of files that may hold recipes; others in a folder or archive are passed over."""

_PACKED = (".gz", ".tgz", ".zip", ".tar", ".parquet")
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR = slice(257, 262), b"ustar"
_LARGEST_HEADER = 1 << 20
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")

_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
)
"""What the standard library raises for archives that are cut off, encrypted or made up."""


@dataclass(frozen=True)
class Member:
    """A file to read: its name, its bytes, and where it lies if it lies on disk as it is."""

    source: str
    file: BinaryIO
    path: Path | None = None


def members(path: Path, source: str, gauge: Gauge | None = None) -> Iterator[Member | Reject]:
    """The files in a corpus file, each to be read before the next one; links are rejects.

    Args:
        path: of the corpus file.
        source: its name in tables.
        gauge: follows how much of the file has been read.

    Raises:
        CorpusError: the file cannot be read, or is damaged.
        TooMuch: it unpacks to more than an honest file of its size.
    """
    try:
        plain = path.open("rb")
        size = path.stat().st_size
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error.strerror}") from error
    meter = Meter(source, size)
    if gauge:
        gauge.follow(plain, size)
    with plain:
        head = head_of(plain)
        if head.startswith(_ZIP):
            yield from _zip_members(plain, source, meter)
        elif head.startswith(_GZIP):
            unpacked = _unpacked(gzip.GzipFile(fileobj=plain), source, "gzip", meter)
            yield from _tar_members(unpacked, source) or [Member(source, unpacked)]
        else:
            yield from _tar_members(plain, source) or [Member(source, plain, path)]


def _unpacked(packed: Readable, source: str, kind: str, meter: Meter) -> BinaryIO:
    """What comes out of a compressed file, counted; a break in it is a CorpusError."""

    def chunks() -> Iterator[bytes]:
        try:
            for chunk in chunks_of(packed):
                meter.spend(len(chunk))
                yield chunk
        except _DAMAGE as error:
            raise _damaged(source, kind, error) from error

    return as_file(chunks())


def _damaged(source: str, kind: str, error: Exception) -> CorpusError:
    return CorpusError(f"{source}: damaged or cut-off {kind} file: {error}; copy it again")


def _zip_members(file: BinaryIO, source: str, meter: Meter) -> Iterator[Member | Reject]:
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise _damaged(source, "zip", error) from error
    with archive:
        for info in archive.infolist():
            name = f"{source}/{_printable(info.filename)}"
            kind = stat.S_IFMT(info.external_attr >> 16)
            problem = _problem(info.filename, kind in (0, stat.S_IFREG, stat.S_IFDIR))
            if problem:
                yield reject(name, 0, problem, info.filename)
            elif _may_hold_recipes(info.filename) and not info.is_dir():
                yield from _zip_member(archive, info, name, meter)


def _zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, meter: Meter
) -> Iterator[Member | Reject]:
    try:
        packed = archive.open(info)
    except _DAMAGE as error:
        yield reject(name, 0, f"cannot be unpacked: {error}", info.filename)
    else:
        with packed:
            yield Member(name, _unpacked(packed, name, "zip", meter))


class _Header(tarfile.TarInfo):
    """A header of a tar file that is a mistake when it is damaged, not the end of the file."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            # Blocks of zeros and nothing at all are how a tar file may end.
            if bytes(buf).strip(b"\0"):
                raise tarfile.ReadError(str(error)) from error
            raise

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if not (self.isfile() or self.isdir()) and self.size > _LARGEST_HEADER:
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        return super()._proc_member(archive)  # type: ignore[misc,no-any-return]


def _tar_members(file: BinaryIO, source: str) -> Iterator[Member | Reject] | None:
    """The files in a tar file, or nothing where the file is no tar file."""
    place, mark = _TAR
    return _read_tar(file, source) if head_of(file)[place] == mark else None


def _read_tar(file: BinaryIO, source: str) -> Iterator[Member | Reject]:
    try:
        with tarfile.open(fileobj=file, mode="r|", tarinfo=_Header) as archive:
            while info := archive.next():
                # Else tarfile remembers every member, and a million of them fill the memory.
                archive.members.clear()  # type: ignore[attr-defined]
                yield from _tar_member(archive, info, source)
    except _DAMAGE as error:
        raise _damaged(source, "tar", error) from error


def _tar_member(
    archive: tarfile.TarFile, info: tarfile.TarInfo, source: str
) -> Iterator[Member | Reject]:
    name = f"{source}/{_printable(info.name)}"
    problem = _problem(info.name, (info.isreg() and not info.issparse()) or info.isdir())
    if problem:
        yield reject(name, 0, problem, info.name)
    elif _may_hold_recipes(info.name) and info.isreg():
        packed = cast("Readable", archive.extractfile(info))
        yield Member(name, _unpacked(packed, name, "tar", Meter(name, info.size)))


def _problem(name: str, is_plain: bool) -> str | None:
    if _OUTSIDE.search(name) or "\0" in name:
        return "its name leads out of the archive"
    if not is_plain:
        return "a link or device, not a file"
    if name.lower().endswith(_PACKED):
        return "packed once more; unpack the archive first"
    return None


def _may_hold_recipes(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def _printable(name: str) -> str:
    """A name that can be written to a table, whatever bytes it was made of."""
    return name.encode("utf-8", "replace").decode()
