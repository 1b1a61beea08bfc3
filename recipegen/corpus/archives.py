"""The files in a corpus file: the file itself, or what is packed in a gzip, zip or tar file.

Nothing is written to disk, so a name in an archive cannot lead anywhere.
"""

from __future__ import annotations

import gzip
import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from recipegen.corpus.byte_streams import (
    Gauge,
    Meter,
    Readable,
    TooMuch,
    as_file,
    chunks_of,
    head_of,
)
from recipegen.corpus.formats.known_formats import FORMATS
from recipegen.corpus.recipe import Reject, reject
from recipegen.errors import CorpusError

SUFFIXES = tuple(dict.fromkeys(suffix for known in FORMATS for suffix in known.suffixes))
"""Endings of files that may hold recipes; other files in a folder or archive are skipped."""

_UNREAD = (".tgz", ".tar", ".tar.gz", ".parquet")
_ARCHIVES = (".zip",)
_READ = (*SUFFIXES, *_ARCHIVES)
_SYSTEM = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR = slice(257, 262), b"ustar"
_LARGEST_HEADER = 1 << 20

DEEPEST = 1
"""Levels of archives that are unpacked inside the outermost archive."""

LARGEST_INSIDE = 1 << 26
"""Bytes of the largest archive inside an archive that is read; it is held in memory."""

SHOWN = 10
"""Number of names, or of endings of names, that a message shows."""

_DOCUMENTS = {
    "xl/workbook.xml": "an Excel workbook",
    "word/document.xml": "a Word document",
    "content.xml": "an OpenDocument file",
}
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
"""What the standard library raises for archives that are cut off, encrypted or forged."""


@dataclass(frozen=True)
class Member:
    """A file to read: its name, its bytes, and its path if it is a plain file on disk."""

    source: str
    file: BinaryIO
    path: Path | None = None


def members(path: Path, source: str, gauge: Gauge | None = None) -> Iterator[Member | Reject]:
    """The files in a corpus file; read each before you ask for the next. Links are rejects.

    Args:
        path: path of the corpus file.
        source: its name in tables.
        gauge: told how much of the file has been read.

    Raises:
        CorpusError: the file cannot be read, or is damaged.
        TooMuch: the file unpacks to more than a file of its size may.
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
            yield from _zip_members(plain, source, meter, 0)
        elif head.startswith(_GZIP):
            content = unpacked(gzip.GzipFile(fileobj=plain), source, "gzip", meter)
            yield from _tar_members(content, source) or [Member(source, content)]
        else:
            yield from _tar_members(plain, source) or [Member(source, plain, path)]


def unpacked(packed: Readable, source: str, kind: str, meter: Meter) -> BinaryIO:
    """The unpacked bytes of a compressed file, counted by ``meter``; damage is a CorpusError.

    Args:
        packed: gives the unpacked bytes, and raises an error of the standard library on damage.
        source: name of the file in messages.
        kind: name of the compression in messages.
        meter: stops a file that unpacks to too much.
    """

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


def _zip_members(
    file: BinaryIO, source: str, meter: Meter, depth: int
) -> Iterator[Member | Reject]:
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise _damaged(source, "zip", error) from error
    with archive:
        _refuse_documents(archive, source)
        passed_over = PassedOver()
        for info in archive.infolist():
            name = f"{source}/{_printable(info.filename)}"
            kind = stat.S_IFMT(info.external_attr >> 16)
            problem = _problem(info.filename, kind in (0, stat.S_IFREG, stat.S_IFDIR))
            if info.filename.endswith("/") or is_of_the_system(info.filename):
                continue
            if problem:
                yield reject(name, 0, problem, info.filename)
            elif may_hold_recipes(info.filename):
                yield from _zip_member(archive, info, name, meter, depth)
            else:
                passed_over.note(info.filename)
        yield from passed_over.rejects(source)


def _refuse_documents(archive: zipfile.ZipFile, source: str) -> None:
    """Refuse office documents, which are zip files too.

    Raises:
        CorpusError: the archive is such a document.
    """
    names = set(archive.namelist())
    for name, kind in _DOCUMENTS.items():
        if name in names:
            raise CorpusError(f"{source}: {kind}; save the table in it as CSV")


def _zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, meter: Meter, depth: int
) -> Iterator[Member | Reject]:
    try:
        packed = archive.open(info)
    except _DAMAGE as error:
        yield reject(name, 0, f"cannot be unpacked: {error}", info.filename)
    else:
        with packed:
            yield from _inside(unpacked(packed, name, "zip", meter), name, meter, depth)


def _inside(file: BinaryIO, name: str, meter: Meter, depth: int) -> Iterator[Member | Reject]:
    """The files in a member of an archive: the member itself, or what is packed in it.

    Paprika packs each recipe, and Tandoor each recipe with its picture, before it packs them all.
    """
    head = head_of(file)
    if not head.startswith((_GZIP, *_ZIP)):
        yield Member(name, file)
    elif depth >= DEEPEST:
        yield reject(name, 0, "packed more than twice; unpack the archive first", name)
    elif head.startswith(_GZIP):
        inner = unpacked(gzip.GzipFile(fileobj=file), name, "gzip", meter)
        yield from _inside(inner, name, meter, DEEPEST)
    else:
        content = file.read(LARGEST_INSIDE + 1)
        if len(content) > LARGEST_INSIDE:
            why = f"an archive of more than {LARGEST_INSIDE >> 20} MiB in an archive; unpack it"
            yield reject(name, 0, why, name)
            return
        try:
            yield from _zip_members(io.BytesIO(content), name, meter, depth + 1)
        except TooMuch:
            raise
        except CorpusError as error:
            yield reject(name, 0, str(error).removeprefix(f"{name}: "), name)


class _Header(tarfile.TarInfo):
    """A header of a tar file; a damaged header is an error, not the end of the file."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            # A tar file may end with blocks of zeros, or with nothing. Anything else is damage.
            if bytes(buf).strip(b"\0"):
                raise tarfile.ReadError(str(error)) from error
            raise

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if not (self.isfile() or self.isdir()) and self.size > _LARGEST_HEADER:
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        return super()._proc_member(archive)  # type: ignore[misc,no-any-return]


def _tar_members(file: BinaryIO, source: str) -> Iterator[Member | Reject] | None:
    """The files in a tar file; None if the file is not a tar file."""
    place, mark = _TAR
    return _read_tar(file, source) if head_of(file)[place] == mark else None


def _read_tar(file: BinaryIO, source: str) -> Iterator[Member | Reject]:
    try:
        passed_over = PassedOver()
        with tarfile.open(fileobj=file, mode="r|", tarinfo=_Header) as archive:
            while info := archive.next():
                # Otherwise tarfile remembers every member, and a million of them fill the memory.
                archive.members.clear()  # type: ignore[attr-defined]
                if not info.isdir() and not is_of_the_system(info.name):
                    yield from _tar_member(archive, info, source, passed_over)
        yield from passed_over.rejects(source)
    except _DAMAGE as error:
        raise _damaged(source, "tar", error) from error


def _tar_member(
    archive: tarfile.TarFile, info: tarfile.TarInfo, source: str, passed_over: PassedOver
) -> Iterator[Member | Reject]:
    name = f"{source}/{_printable(info.name)}"
    problem = _problem(info.name, info.isreg() and not info.issparse())
    if problem:
        yield reject(name, 0, problem, info.name)
    elif may_hold_recipes(info.name):
        packed = cast("Readable", archive.extractfile(info))
        meter = Meter(name, info.size)
        yield from _inside(unpacked(packed, name, "tar", meter), name, meter, 0)
    else:
        passed_over.note(info.name)


def _problem(name: str, is_plain: bool) -> str | None:
    if _OUTSIDE.search(name) or "\0" in name:
        return "its name leads out of the archive"
    if not is_plain:
        return "a link or device, not a file"
    if name.lower().endswith(_UNREAD):
        return "a kind of file that is not read inside of archives; unpack the archive first"
    return None


class PassedOver:
    """The skipped files of a folder or archive, counted by the endings of their names."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Start with those ``names`` whose endings are not those of recipe files."""
        self._names: dict[str, list[str]] = {}
        self._counts: Counter[str] = Counter()
        for name in names:
            if not may_hold_recipes(name):
                self.note(name)

    def note(self, name: str) -> None:
        """Count a skipped file."""
        ending = PurePosixPath(_printable(name)).suffix.lower()[:20] or "no ending"
        self._counts[ending] += 1
        some = self._names.setdefault(ending, [])
        if len(some) < SHOWN:
            some.append(_printable(name))

    def rejects(self, source: str) -> Iterator[Reject]:
        """A reject for each ending, with the names of some of its files."""
        for ending, count in sorted(self._counts.items()):
            files = f"{count:,} file{'s' if count > 1 else ''}"
            why = f"{files} passed over: files with {ending} hold no recipes"
            yield reject(source, 0, why, self._shown(ending))

    def __str__(self) -> str:
        """``3 .jpg, 1 .md``."""
        parts = self._counts.most_common(SHOWN)
        return ", ".join(f"{count:,} {ending}" for ending, count in parts) or "none"

    def _shown(self, ending: str) -> str:
        more = ", ..." if self._counts[ending] > SHOWN else ""
        return ", ".join(self._names[ending]) + more


def may_hold_recipes(name: str) -> bool:
    """Whether a file may hold recipes, judged by the ending of its name."""
    return name.lower().removesuffix(".gz").endswith(_READ)


def is_of_the_system(name: str) -> bool:
    """Whether a file is of the kind that operating systems leave in folders and archives."""
    return _SYSTEM.search(name) is not None


def _printable(name: str) -> str:
    """The name in a form that can be written to a table, whatever bytes it holds."""
    return name.encode("utf-8", "replace").decode()
