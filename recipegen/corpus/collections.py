"""Collections of recipes that people have: ``data/collections.toml``, and getting one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from recipegen.corpus.streams import chunks_of
from recipegen.corpus.unpacking import Member, members
from recipegen.errors import CorpusError, RunError, UsageError
from recipegen.fetching import fetch, hash_of
from recipegen.progress import Progress, silent
from recipegen.resources import DATA

COLLECTIONS_FILE = DATA / "collections.toml"


@dataclass(frozen=True)
class Collection:
    """A collection of recipes; the file says what each field is."""

    name: str
    title: str
    size: str
    format: str
    licence: str
    home: str
    by_hand: str = ""
    address: str = ""
    file: str = ""
    sha256: str | None = None

    @property
    def way(self) -> str:
        """How one gets it, in a few words."""
        return (
            f"recipegen corpus fetch {self.name}"
            if self.address
            else self.by_hand or "comes with it"
        )

    def insist_on_address(self) -> None:
        """See that it can be downloaded.

        Raises:
            UsageError: no program can fetch it.
        """
        if not self.address:
            raise UsageError(
                f"{self.name} is not fetched by a program: {self.by_hand}; get it at {self.home} "
                "and give the file as --corpus"
            )


@cache
def collections() -> dict[str, Collection]:
    """The collections by name, read once."""
    known = tomllib.loads(COLLECTIONS_FILE.read_text(encoding="utf-8"))
    return {name: Collection(name, **fields) for name, fields in known.items()}


def collection_named(name: str) -> Collection:
    """The collection of a name.

    Raises:
        UsageError: there is none.
    """
    if name not in collections():
        raise UsageError(f"no collection is called {name!r}; there are {', '.join(collections())}")
    return collections()[name]


def get(collection: Collection, folder: Path, progress: Progress = silent) -> tuple[Path, str]:
    """Where a collection lies in ``folder``, fetched if it is not there yet, and its SHA-256.

    Args:
        collection: one with an address.
        folder: of collections.
        progress: told how much has arrived.

    Raises:
        RunError: it cannot be fetched, or what lies there is not the file that is meant.
    """
    target = folder / collection.file
    if not target.exists():
        return target, fetch(
            collection.address,
            target,
            sha256=collection.sha256,
            check=check_archive,
            progress=progress,
        )
    digest = hash_of(target)
    if collection.sha256 not in (None, digest):
        raise RunError(f"{target}: not the file that is meant, by its SHA-256; remove it first")
    return target, digest


def check_archive(path: Path) -> None:
    """Read a corpus file to its end, as ingestion will, without a look at the recipes in it.

    It finds what a length cannot tell: an archive that was cut off, or a page of HTML in its place.

    Raises:
        CorpusError: it is damaged, no archive, or unpacks to more than an honest one holds.
    """
    found = 0
    for member in members(path, path.name):
        if isinstance(member, Member):
            found += 1
            if member.path:
                raise CorpusError(f"{path.name}: no archive, but something else in its place")
            for _ in chunks_of(member.file):
                pass
    if not found:
        raise CorpusError(f"{path.name}: an archive without a file that may hold recipes")
