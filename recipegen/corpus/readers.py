"""Which files make up a corpus, and the reader that each of them needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from recipegen.config import EMBEDDED_CORPUS, Columns, CorpusFormat
from recipegen.corpus.columns import OUR_NAMES
from recipegen.corpus.formats import FORMATS, Format, recognise
from recipegen.corpus.ingredient_lists import IngredientList, read_ingredient_lists
from recipegen.corpus.parquet import read_parquet
from recipegen.corpus.recipe import Recipe, Reject, reject
from recipegen.corpus.streams import Gauge, TooMuch, as_utf8, head_of
from recipegen.corpus.unpacking import SUFFIXES, Member, members
from recipegen.corpus.wikibooks import SHA256, find_wikibooks
from recipegen.errors import CorpusError, UsageError

PARQUET = "parquet"
_PARQUET_MARK = b"PAR1"


def read_corpus(
    corpus: str,
    limit: int | None = None,
    layout: CorpusFormat | None = None,
    columns: Columns = OUR_NAMES,
    gauge: Gauge | None = None,
) -> Iterator[Recipe | Reject]:
    """The recipes and rejects of a corpus, in the order of its files and records.

    A file of a folder or archive in which not one record can be read is a reject.

    Args:
        corpus: a file, a folder of files (read in the order of their names), or the name of the
            embedded corpus.
        limit: stop after this many records; none reads all.
        layout: the name of the format of all its files; none looks at the content of each.
        columns: the names of the fields that make a recipe.
        gauge: follows how much of the corpus has been read.

    Raises:
        UsageError: there is no such corpus, or ``columns`` does not apply to it.
        CorpusError: a file is damaged or of a format that no reader knows.
    """
    return islice(_read(corpus, layout, columns, gauge or Gauge()), limit)


def read_lists(files: Iterable[str]) -> Iterator[IngredientList | Reject]:
    """The ingredient lists of files, plain or packed, in their order.

    Raises:
        UsageError: there is no such file.
        CorpusError: a file is damaged, or not a JSON array.
    """
    for path in list_files(files):
        for member in members(path, path.name):
            if isinstance(member, Reject):
                yield member
            else:
                yield from read_ingredient_lists(as_utf8(member.file), member.source)


def list_files(names: Iterable[str]) -> list[Path]:
    """The files of ingredient lists.

    Raises:
        UsageError: one is not there.
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
        files = sorted(file for file in path.rglob("*") if _may_hold_recipes(file))
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


def _may_hold_recipes(file: Path) -> bool:
    return file.name.lower().removesuffix(".gz").endswith(SUFFIXES) and file.is_file()


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


def _records(
    path: Path, source: str, layout: CorpusFormat | None, columns: Columns, gauge: Gauge
) -> Iterator[Recipe | Reject]:
    """The records of a file, or of all the files that are packed in it."""
    for member in members(path, source, gauge):
        if isinstance(member, Reject):
            yield member
        else:
            found = _member_records(member, layout, columns)
            yield from found if member.source == source else _tolerant(found, member.source)


def _tolerant(records: Iterator[Recipe | Reject], source: str) -> Iterator[Recipe | Reject]:
    """The records of one file among many: a reject where not one of them can be read."""
    read = 0
    try:
        for record in records:
            read += 1
            yield record
    except TooMuch:
        raise
    except CorpusError as error:
        if read:
            raise
        yield reject(source, 0, str(error).removeprefix(f"{source}: "), source)


def _member_records(
    member: Member, layout: CorpusFormat | None, columns: Columns
) -> Iterator[Recipe | Reject]:
    if layout == PARQUET or head_of(member.file).startswith(_PARQUET_MARK):
        if member.path is None:
            raise CorpusError(f"{member.source}: unpack this Parquet file first")
        yield from read_parquet(member.path, member.source, columns)
        return
    file = as_utf8(member.file)
    known = _format(member.source, head_of(file), layout)
    yield from _reader(known, member.source, columns)(file, member.source)


def _format(source: str, head: bytes, layout: CorpusFormat | None) -> Format:
    if not head.strip():
        raise CorpusError(f"{source}: the file is empty")
    names = {known.name: known for known in FORMATS}
    known = names[layout] if layout else recognise(head)
    if known is None:
        raise CorpusError(
            f"{source}: neither a JSON array nor JSON Lines nor another format that is known by "
            f"its first bytes; name it with ingest.format: {', '.join(names)} or {PARQUET}"
        )
    return known


def _reader(
    known: Format, source: str, columns: Columns
) -> Callable[..., Iterator[Recipe | Reject]]:
    if known.mapped:
        return partial(known.read, columns=columns)
    if columns != OUR_NAMES:
        mapped = [other.name for other in FORMATS if other.mapped] + [PARQUET]
        raise UsageError(
            f"{source}: ingest.columns is for {', '.join(mapped)}, and this file is {known.name}, "
            "whose fields are known; leave it out, or name the format with ingest.format"
        )
    return known.read
