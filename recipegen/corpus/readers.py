"""Which reader a corpus needs, and the files that make it up."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, cast

from recipegen.config import EMBEDDED_CORPUS
from recipegen.corpus.json_array import read_json_array
from recipegen.corpus.json_lines import read_json_lines
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.corpus.wikibooks import SHA256, find_wikibooks, read_wikibooks
from recipegen.errors import CorpusError, UsageError

Reader = Callable[[BinaryIO, str], Iterator[Recipe | Reject]]

READERS: dict[bytes, Reader] = {b"[": read_json_array, b"{": read_json_lines}
"""The reader of a file by the first character of its content."""

SUFFIXES = (".json", ".jsonl", ".ndjson")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_corpus(corpus: str, limit: int | None = None) -> Iterator[Recipe | Reject]:
    """The recipes and rejects of a corpus, in the order of its files and records.

    Args:
        corpus: a file, a folder of files (read in the order of their names), or the name of the
            embedded corpus.
        limit: stop after this many records; none reads all.

    Raises:
        UsageError: there is no such corpus.
        CorpusError: a file is damaged or of a format that no reader knows.
    """
    return islice(_read(corpus), limit)


def corpus_files(corpus: str) -> list[Path]:
    """The files of a corpus, sorted by name.

    Raises:
        UsageError: there is no such corpus.
    """
    if corpus == EMBEDDED_CORPUS:
        return [find_wikibooks()]
    path = Path(corpus)
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if _plain_name(file).endswith(SUFFIXES))
        if not files:
            raise UsageError(f"{corpus}: no {', '.join(SUFFIXES)} file in this folder")
        return files
    if not path.is_file():
        raise UsageError(f"{corpus}: no such corpus file or folder")
    return [path]


def hash_corpus(corpus: str) -> str:
    """The SHA-256 of the content of all files of a corpus, in hexadecimal.

    Raises:
        UsageError: there is no such corpus, or it cannot be read.
    """
    if corpus == EMBEDDED_CORPUS:
        return SHA256
    digest = hashlib.sha256()
    for path in corpus_files(corpus):
        try:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    return digest.hexdigest()


def _read(corpus: str) -> Iterator[Recipe | Reject]:
    files = corpus_files(corpus)
    if corpus == EMBEDDED_CORPUS:
        with files[0].open("rb") as file:
            yield from read_wikibooks(file, EMBEDDED_CORPUS)
        return
    folder = Path(corpus) if len(files) > 1 or Path(corpus).is_dir() else files[0].parent
    yield from chain.from_iterable(
        _read_file(path, path.relative_to(folder).as_posix()) for path in files
    )


def _read_file(path: Path, source: str) -> Iterator[Recipe | Reject]:
    with _opened(path) as file:
        reader = READERS.get(_first_character(file))
        if reader is None:
            raise CorpusError(f"{path}: neither a JSON array nor JSON Lines")
        yield from reader(file, source)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The content of a plain or gzip file; a break of the compression is a CorpusError."""
    try:
        with path.open("rb") as plain:
            unpacked = gzip.GzipFile(fileobj=plain) if path.suffix == ".gz" else plain
            yield cast("BinaryIO", unpacked)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CorpusError(
            f"{path}: damaged or cut-off gzip file: {error}; copy it again"
        ) from error


def _first_character(file: BinaryIO) -> bytes:
    """The first byte that is not blank, the file rewound to where reading starts."""
    start = len(_BYTE_ORDER_MARK) if file.read(3) == _BYTE_ORDER_MARK else 0
    file.seek(start)
    character = file.read(1)
    while character.isspace():
        character = file.read(1)
    file.seek(start)
    if not character:
        raise CorpusError(f"{getattr(file, 'name', 'corpus')}: the file is empty")
    return character


def _plain_name(path: Path) -> str:
    return path.name.removesuffix(".gz") if path.is_file() else ""
