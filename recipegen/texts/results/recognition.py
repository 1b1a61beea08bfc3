"""Which tool wrote a results file; its content says so, not its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from recipegen.corpus.byte_streams import as_utf8, head_of
from recipegen.corpus.formats.known_formats import Look, look_at
from recipegen.corpus.recipe import Reject, reject
from recipegen.errors import CorpusError
from recipegen.texts.results.answers import Answer, as_text
from recipegen.texts.results.inspect_ai import HEADER, START, names_in, read_inspect_log
from recipegen.texts.results.lm_eval import read_lm_eval, settings_of
from recipegen.texts.results.promptfoo import read_promptfoo, read_promptfoo_lines
from recipegen.texts.results.spreadsheet import is_table, read_table
from recipegen.texts.text import Text

_ZIP = b"PK\x03\x04"
_POINTER = b"version https://git-lfs"


class Kind(NamedTuple):
    """A kind of results file."""

    name: str
    matches: Callable[[Look], bool]
    read: Callable[[Path, str], Iterator[Answer | Reject]]

    def texts(self, path: Path, source: str) -> Iterator[Text | Reject]:
        """The texts and rejects of a file; if it is cut off, those before that place."""
        last = -1
        try:
            for found in self.read(path, source):
                last = found.position
                yield found if isinstance(found, Reject) else as_text(source, found)
        except CorpusError as error:
            yield reject(source, last + 1, str(error).removeprefix(f"{source}: "), source)


def _has(look: Look, *keys: str) -> bool:
    return set(keys) <= set(look.keys)


KINDS = (
    Kind("inspect_ai", lambda look: _has(look, "version", "status", "eval"), read=read_inspect_log),
    Kind(
        "promptfoo",
        lambda look: (
            _has(look, "results")
            and not _has(look, "configs")
            and (_has(look, "evalId") or {"version", "timestamp"} <= {*look.keys, *look.inner_keys})
        ),
        read=read_promptfoo,
    ),
    Kind(
        "promptfoo-lines",
        lambda look: _has(look, "provider", "prompt", "vars", "success"),
        read=read_promptfoo_lines,
    ),
    Kind(
        "lm-eval",
        lambda look: (
            _has(look, "doc_id", "arguments") and bool({"resps", "filtered_resps"} & set(look.keys))
        ),
        read=read_lm_eval,
    ),
    Kind("table", lambda look: is_table(look.columns), read=read_table),
)
"""No two kinds match the same file, so their order does not matter."""


def recognise(path: Path) -> Kind | None:
    """The kind of a results file; None if no known tool wrote it."""
    with path.open("rb") as file:
        head = head_of(as_utf8(file))
    if head.startswith(_ZIP):
        return KINDS[0] if names_in(path) & {HEADER, START} else None
    look = look_at(head)
    return next((kind for kind in KINDS if kind.matches(look)), None)


def settings_beside(path: Path) -> list[Path]:
    """Other files from which the texts of a results file are made: settings of lm-eval."""
    kind = recognise(path)
    beside = settings_of(path) if kind is not None and kind.read is read_lm_eval else None
    return [beside] if beside else []


def without_texts(path: Path) -> str:
    """What a file of a known tool is that holds no texts, and what to do; else empty."""
    with path.open("rb") as file:
        head = head_of(as_utf8(file))
    if head.startswith(_ZIP):
        return "a zip file that is no log of inspect_ai; unpack it"
    if head.startswith(_POINTER):
        return "a pointer of Git LFS in place of the file; run `git lfs pull`"
    look = look_at(head)
    is_summary = look.keys[:1] == ["results"] and "results" not in look.inner_keys
    if is_summary and (_has(look, "configs") or not look.plain_values):
        return "settings of lm-eval without texts; name samples_*.jsonl (lm_eval --log_samples)"
    return ""
