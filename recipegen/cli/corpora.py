"""``recipegen corpus``: the known collections of recipes."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from recipegen.cli.parser import Commands, level
from recipegen.config import EMBEDDED_CORPUS, RUNS

CORPORA = Path("data/corpora")
"""Where collections of recipes land that are not given a folder."""


def add_corpus(commands: Commands) -> None:
    """The commands below ``corpus``."""
    corpus = commands.below("corpus", "list collections of recipes, and get one")
    corpus.under("list", list_collections, "list collections: size, licence, how to get them")
    fetch = corpus.under("fetch", fetch_collection, "download one")
    fetch.add_argument("name", metavar="NAME", help="its name in the list")
    fetch.add_argument(
        "--into", type=Path, default=CORPORA, metavar="DIR", help=f"where it goes; {CORPORA}"
    )


def list_collections(_: argparse.Namespace) -> None:
    """Print what is known of each collection of recipes."""
    from recipegen.corpus.collections import collections

    for each in collections().values():
        print(f"{each.name}: {each.title}")
        facts = {"recipes": each.size, "format": each.format, "licence": each.licence}
        for name, value in {**facts, "from": each.home, "get it": each.way}.items():
            print(f"    {name:<8} {value}")


def fetch_collection(options: argparse.Namespace) -> None:
    """Download a collection of recipes, and print the command that ingests it."""
    from recipegen.console import log_to_terminal, showing_progress
    from recipegen.corpus.collections import collection_named, get
    from recipegen.corpus.formats.wikibooks import get_wikibooks
    from recipegen.storage.locks import alone

    collection = collection_named(options.name)
    log_to_terminal(level(options))
    if collection.name == EMBEDDED_CORPUS:
        corpus, note = EMBEDDED_CORPUS, f"{get_wikibooks()}: comes with recipegen, and is whole"
    else:
        collection.insist_on_address()
        busy = f"{collection.name}: another process downloads it; wait for it or stop it"
        lock = alone(options.into / f".{collection.name}.lock", busy)
        with lock, showing_progress(f"fetch {collection.name}") as progress:
            path, digest = get(collection, options.into, progress)
        known = "as it should be" if collection.sha256 else "no other is known to compare it with"
        corpus, note = str(path), f"{path}: SHA-256 {digest}, {known}"
    print(note)
    command = f"recipegen ingest --run {RUNS / collection.name} --corpus {shlex.quote(corpus)}"
    print(f"read it with: {command}")
