"""Finds the files of a corpus, and the reader that each of them needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from recipegen.config import EMBEDDED_CORPUS, Columns, CorpusFormat
from recipegen.corpus.archives import (
    SUFFIXES,
    Member,
    PassedOver,
    is_of_the_system,
    may_hold_recipes,
    members,
)
from recipegen.corpus.byte_streams import Gauge, TooMuch, as_utf8, head_of
from recipegen.corpus.csv_rows import header_of
from recipegen.corpus.field_names import ANY_NAME, insist_on_columns, named_recipes
from recipegen.corpus.formats.known_formats import FORMATS, PARQUET, Format, recognise
from recipegen.corpus.formats.parquet import read_parquet
from recipegen.corpus.formats.records import read_csv
from recipegen.corpus.formats.wikibooks import SHA256, find_wikibooks
from recipegen.corpus.ingredient_lists import IngredientList, read_ingredient_lists
from recipegen.corpus.recipe import Recipe, Reject, reject
from recipegen.corpus.unknown_files import READ, described
from recipegen.errors import CorpusError, UsageError

_PARQUET_MARK = b"PAR1"


def read_corpus(
    corpus: str,
    limit: int | None = None,
    layout: CorpusFormat | None = None,
    columns: Columns = ANY_NAME,
    gauge: Gauge | None = None,
) -> Iterator[Recipe | Reject]:
    """The recipes and rejects of a corpus, in the order of its files and records.

    A damaged file in a folder or archive becomes a reject if at most one record was read from it.

    Args:
        corpus: a file, a folder of files (read in the order of their names), or the name of the
            embedded corpus.
        limit: stop after this many records; None reads all.
        layout: the name of the format of all files; None recognises each file by its content.
        columns: the names of the fields that make a recipe.
        gauge: told how much of the corpus has been read.

    Raises:
        UsageError: there is no such corpus, or ``columns`` does not apply to it.
        CorpusError: a file is damaged or of a format that no reader knows.
    """
    return islice(_read(corpus, layout, columns, gauge or Gauge()), limit)


def read_lists(files: Iterable[str]) -> Iterator[IngredientList | Reject]:
    """The ingredient lists of files, plain or packed, in the order of the files.

    Raises:
        UsageError: a file does not exist.
        CorpusError: a file is damaged, or has no records.
    """
    for path in list_files(files):
        for member in members(path, path.name):
            if isinstance(member, Reject):
                yield member
            else:
                yield from _member_lists(member)


def _member_lists(member: Member) -> Iterator[IngredientList | Reject]:
    raw = head_of(member.file)
    file = as_utf8(member.file)
    known = _format(member.source, raw, head_of(file), None, ANY_NAME)
    if known.records is None:
        raise CorpusError(
            f"{member.source}: reads as {known.name}; ingredient lists are records with a field "
            "'ingredients', in JSON, JSON Lines or CSV"
        )
    yield from read_ingredient_lists(known.records(file, member.source), member.source)


def list_files(names: Iterable[str]) -> list[Path]:
    """The files of ingredient lists.

    Raises:
        UsageError: a file does not exist.
    """
    files = list(map(Path, names))
    for file in files:
        if not file.is_file():
            raise UsageError(f"ingest.more_ingredients: {file}: there is no such file")
    return files


def corpus_files(corpus: str) -> list[Path]:
    """The files of a corpus, sorted by name.

    Raises:
        UsageError: there is no such corpus.
    """
    if corpus == EMBEDDED_CORPUS:
        return [find_wikibooks()]
    path = Path(corpus)
    if path.is_dir():
        files = sorted(file for file in _files_in(path) if may_hold_recipes(file.name))
        if not files:
            passed_over = PassedOver(file.name for file in _files_in(path))
            raise UsageError(
                f"{corpus}: no file in this folder has the ending of a recipe file "
                f"({', '.join(SUFFIXES)}); there are: {passed_over}"
            )
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


def _files_in(folder: Path) -> Iterator[Path]:
    """The files of a folder and its subfolders, without those that an operating system adds."""
    for path in folder.rglob("*"):
        if not is_of_the_system(path.relative_to(folder).as_posix()) and path.is_file():
            yield path


def _read(
    corpus: str, layout: CorpusFormat | None, columns: Columns, gauge: Gauge
) -> Iterator[Recipe | Reject]:
    files = corpus_files(corpus)
    gauge.expect(sum(path.stat().st_size for path in files))
    if corpus == EMBEDDED_CORPUS:
        yield from _records(files[0], EMBEDDED_CORPUS, layout or "wikibooks", columns, gauge)
        return
    is_folder = Path(corpus).is_dir()
    folder = Path(corpus) if is_folder else files[0].parent
    for path in files:
        source = path.relative_to(folder).as_posix().encode("utf-8", "replace").decode()
        found = _records(path, source, layout, columns, gauge)
        yield from _tolerant(found, source) if is_folder else found
    if is_folder:
        yield from PassedOver(map(_name_in(folder), _files_in(folder))).rejects(folder.name)


def _records(
    path: Path, source: str, layout: CorpusFormat | None, columns: Columns, gauge: Gauge
) -> Iterator[Recipe | Reject]:
    """The records of a file, or of all files that are packed in it."""
    for member in members(path, source, gauge):
        if isinstance(member, Reject):
            yield member
        else:
            found = _member_records(member, layout, columns)
            yield from found if member.source == source else _tolerant(found, member.source)


def _name_in(folder: Path) -> Callable[[Path], str]:
    return lambda path: path.relative_to(folder).as_posix()


def _tolerant(records: Iterator[Recipe | Reject], source: str) -> Iterator[Recipe | Reject]:
    """The records of one file among many; if the file is damaged, it becomes a reject.

    This holds if at most one record was read. If a file breaks off after more records, nobody
    knows how many are lost, and the error ends the run.
    """
    read = 0
    try:
        for record in records:
            read += 1
            yield record
    except TooMuch:
        raise
    except CorpusError as error:
        if read > 1:
            raise
        yield reject(source, read, str(error).removeprefix(f"{source}: "), source)


def _member_records(
    member: Member, layout: CorpusFormat | None, columns: Columns
) -> Iterator[Recipe | Reject]:
    if layout == PARQUET or head_of(member.file).startswith(_PARQUET_MARK):
        if member.path is None:
            raise CorpusError(f"{member.source}: unpack this Parquet file first")
        yield from read_parquet(member.path, member.source, columns)
        return
    raw = head_of(member.file)
    file = as_utf8(member.file)
    known = _format(member.source, raw, head_of(file), layout, columns)
    if known.records is None:
        _insist_on_names(known, member.source, columns)
        assert known.recipes is not None
        yield from known.recipes(file, member.source)
        return
    if known.columns != ANY_NAME:
        _insist_on_names(known, member.source, columns)
        columns = known.columns
    if known.records is read_csv:
        insist_on_columns(header_of(head_of(file))[1], member.source, columns)
    yield from named_recipes(known.records(file, member.source), member.source, columns)


def _format(
    source: str, raw: bytes, head: bytes, layout: CorpusFormat | None, columns: Columns
) -> Format:
    if not head.strip():
        raise CorpusError(f"{source}: the file is empty")
    names = {known.name: known for known in FORMATS}
    known = names[layout] if layout else recognise(head)
    if known is None and columns != ANY_NAME and len(header_of(head)[1]) > 1:
        known = names["csv"]
    if known is None:
        kind, advice = described(raw)
        raise CorpusError(
            f"{source}: {kind}. {advice[:1].upper()}{advice[1:]}{'. ' if advice else ''}"
            f"recipegen reads {READ}; if the file has one of these formats, name it with "
            "ingest.format"
        )
    return known


def _insist_on_names(known: Format, source: str, columns: Columns) -> None:
    """Check that ``ingest.columns`` is not set for a format whose fields have fixed names.

    Raises:
        UsageError: it is set.
    """
    if columns != ANY_NAME:
        mapped = [other.name for other in FORMATS if other.records and other.columns == ANY_NAME]
        raise UsageError(
            f"{source}: ingest.columns is for {', '.join([*mapped, PARQUET])}, and this file is "
            f"{known.name}, whose fields have fixed names; leave ingest.columns out, or name "
            "another format with ingest.format"
        )
