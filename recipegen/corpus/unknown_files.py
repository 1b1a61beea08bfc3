"""Describes a file that no reader knows, and says what would help."""

from __future__ import annotations

from recipegen.corpus.csv_rows import header_of
from recipegen.corpus.formats.known_formats import FORMATS
from recipegen.errors import printable

_CALLED = dict.fromkeys(known.called for known in FORMATS if known.called)
_PROGRAMS = dict.fromkeys(program for known in FORMATS for program in known.exports_of)
READ = f"{', '.join(_CALLED)}, and exports of recipe managers ({', '.join(_PROGRAMS)})"
"""In words: what the readers know."""

_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "save its text as JSON or CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "save the table as CSV"),
    (b"SQLite format 3", "an SQLite database", "export the table of recipes as CSV or JSON"),
    (b"\x89PNG", "a picture (PNG)", ""),
    (b"\xff\xd8\xff", "a picture (JPEG)", ""),
    (b"GIF8", "a picture (GIF)", ""),
    (b"BZh", "packed by bzip2", "unpack it first"),
    (b"\xfd7zXZ", "packed by xz", "unpack it first"),
    (b"(\xb5/\xfd", "packed by Zstandard", "unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it first, or pack it as zip"),
    (b"Rar!", "a RAR archive", "unpack it first, or pack it as zip"),
    (b"\x80\x04", "a Python pickle, which could run programs", "write it as JSON"),
    (b"\x93NUMPY", "a NumPy array", "write it as JSON or CSV"),
    (b"\x89HDF", "an HDF5 file", "write it as CSV or Parquet"),
    (b"ARROW1", "an Arrow file", "write it as Parquet"),
    (b"<?xml", "XML of another kind than RecipeML and Gourmet", ""),
)
"""The first bytes of a kind of file, what kind it is, and what to do."""

LONGEST_NAME = 40
"""Most characters of the name of a column; a line with a longer cell is taken for a sentence."""

_SHOWN = 60
"""Characters of the start of a text that a message shows."""


def described(head: bytes) -> tuple[str, str]:
    """In words: what a file is, from its first bytes as they are on disk, and what to do."""
    for mark, kind, advice in _KINDS:
        if head.startswith(mark):
            return kind, advice
    if b"\0" in head[:1000] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        shown = head[:8].hex(" ")
        return f"not a text; it begins with the bytes {shown}", ""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    _, columns = header_of(text.encode())
    if len(columns) > 1 and all(map(_may_be_a_name, columns)):
        shown = printable(", ".join(columns[:20]))
        return (
            f"text whose first line may name columns: {shown}; none of them is known as a field of "
            "a recipe",
            "name them with ingest.columns.title, .ingredients and .directions",
        )
    return f"text that begins with {printable(' '.join(text.split())[:_SHOWN])!r}", ""


def _may_be_a_name(cell: str) -> bool:
    return len(cell) <= LONGEST_NAME and not cell.endswith((".", "!", "?"))
