"""The known collections of recipes (``data/collections.toml``), and how to download one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from recipegen.corpus.archives import Member, members
from recipegen.corpus.byte_streams import chunks_of
from recipegen.corpus.download import fetch, hash_of
from recipegen.errors import CorpusError, RunError, UsageError
from recipegen.progress import Progress, silent
from recipegen.resources import DATA

COLLECTIONS_FILE = DATA / "collections.toml"


@dataclass(frozen=True)
class Collection:
    """A collection of recipes; the top of ``data/collections.toml`` explains its fields."""

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
        """How to get the collection, in a few words."""
        return (
            f"recipegen corpus fetch {self.name}"
            if self.address
            else self.by_hand or "comes with recipegen"
        )

    def insist_on_address(self) -> None:
        """Check that the collection can be downloaded.

        Raises:
            UsageError: it has no address.
        """
        if not self.address:
            raise UsageError(
                f"recipegen does not download {self.name}: {self.by_hand}; get it at {self.home} "
                "and give the file as --corpus"
            )


@cache
def collections() -> dict[str, Collection]:
    """All collections by their names; the file is read once."""
    known = tomllib.loads(COLLECTIONS_FILE.read_text(encoding="utf-8"))
    return {name: Collection(name, **fields) for name, fields in known.items()}


def collection_named(name: str) -> Collection:
    """The collection with this name.

    Raises:
        UsageError: there is no such collection.
    """
    if name not in collections():
        raise UsageError(f"no collection is called {name!r}; there are {', '.join(collections())}")
    return collections()[name]


def get(collection: Collection, folder: Path, progress: Progress = silent) -> tuple[Path, str]:
    """The path of a collection in ``folder``, and its SHA-256; downloads it if it is not there.

    Args:
        collection: a collection with an address.
        folder: the folder of downloaded collections.
        progress: told how much has arrived.

    Raises:
        RunError: the download fails, or the file that is there has another SHA-256.
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
        raise RunError(
            f"{target}: not the file that is meant, since its SHA-256 differs; remove it first"
        )
    return target, digest


def check_archive(path: Path) -> None:
    """Read an archive to its end, as ingestion will, but without looking at the recipes in it.

    This finds what the length of a file cannot tell: the archive was cut off, or the server sent
    an HTML page instead.

    Raises:
        CorpusError: the file is damaged, not an archive, or unpacks to more than is allowed.
    """
    found = 0
    for member in members(path, path.name):
        if isinstance(member, Member):
            found += 1
            if member.path:
                raise CorpusError(f"{path.name}: not an archive, but another kind of file")
            for _ in chunks_of(member.file):
                pass
    if not found:
        raise CorpusError(f"{path.name}: an archive without a file that may hold recipes")
