"""Reads a corpus into recipes without duplicates, and into rejects."""

from __future__ import annotations

import logging
from dataclasses import asdict
from itertools import islice

import numpy as np
import pandas as pd

from recipegen.corpus.byte_streams import Gauge
from recipegen.corpus.corpus_checks import Impressions, in_languages
from recipegen.corpus.corpus_files import hash_corpus, list_files, read_corpus, read_lists
from recipegen.corpus.duplicates import first_places, reject_double
from recipegen.corpus.ingredient_lists import IngredientList, list_id_of, new_lists
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.corpus.split import (
    PERMUTATIONS,
    Places,
    Signatures,
    families,
    signature_of,
    split_of,
)
from recipegen.errors import CorpusError
from recipegen.progress import Progress
from recipegen.running.stage import Tables
from recipegen.storage.files import Place, hash_file, is_file, listing
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import (
    TableWriter,
    part_of_table,
    read_frames,
    read_table,
    table_writer,
)
from recipegen.tables import TABLES

logger = logging.getLogger(__name__)


def read_parts(run: Run, workshop: Place, progress: Progress) -> None:
    """Read a corpus and write it in parts of ``block_size`` records. Existing parts are kept."""
    settings = run.configuration.ingest
    gauge, limit = Gauge(), settings.limit
    corpus = read_corpus(settings.corpus, limit, settings.format, settings.columns, gauge)
    records = enumerate(in_languages(corpus, settings.languages))
    number, seen = 0, Impressions()
    while some := list(islice(records, settings.block_size)):
        good = [{**record.row(), "place": n} for n, record in some if isinstance(record, Recipe)]
        bad = [{**asdict(record), "place": n} for n, record in some if isinstance(record, Reject)]
        for table, rows in (("read_recipes", good), ("read_rejects", bad)):
            path = part_of_table(workshop, f"part-{number:06d}", table)
            if not is_file(path):
                with table_writer(path, table) as writer:
                    writer.write(rows)
        number += 1
        for _, record in some:
            seen.note(record)
        done = number * settings.block_size / limit if limit else 0.0
        progress(max(gauge.share(), min(1.0, done)), f"{seen.recipes:,} recipes")
    if not seen.recipes:
        raise CorpusError(f"{settings.corpus}: no recipe in it can be used; {seen.reason}")
    for line in seen.in_words():
        logger.info("ingest: %s", line)
    for line in seen.warnings():
        logger.warning("ingest: %s", line)


def part_names(_: Run, workshop: Place) -> list[str]:
    """Names of the parts in which a corpus was written."""
    found = listing(workshop, "part-*.read_recipes.parquet")
    return [path.name.partition(".")[0] for path in found]


def sign_part(_: Run, workshop: Place, part: str) -> Tables:
    """The MinHash signatures of the recipes of a part."""
    columns = ["recipe_id", "directions"]
    recipes = read_table(part_of_table(workshop, part, "read_recipes"), columns)
    signed = recipes["directions"].map(signature_of)
    return {"signatures": recipes[["recipe_id"]].assign(signature=signed)}


def ingest(run: Run, workshop: Place, progress: Progress) -> None:
    """Write ``recipes``, ``rejects`` and ``ingredient_lists`` from the parts of a corpus.

    Each recipe is written once, with the id of its group of near duplicates and with its split.
    """
    settings, parts = run.configuration.ingest, part_names(run, workshop)
    progress(0.0, "near-duplicates")
    read, signatures = _read_again(workshop, parts)
    ids = read["recipe_id"].to_numpy()
    first = first_places(ids)
    kept = np.flatnonzero(first == np.arange(len(ids)))
    family = np.zeros_like(ids)
    family[kept] = families(ids[kept], signatures[kept], settings.near_duplicate_similarity)
    before, held_out = 0, set[str]()
    with run.writer("recipes") as recipes, run.writer("rejects") as rejects:
        for done, part in enumerate(parts):
            progress(0.5 + 0.5 * done / len(parts), f"{before:,} recipes")
            doubles: list[pd.DataFrame] = []
            for rows in read_frames(part_of_table(workshop, part, "read_recipes")):
                rows.index = pd.RangeIndex(before, before + len(rows))
                own = rows[first[rows.index] == rows.index]
                names = [f"{family[place]:016x}" for place in own.index]
                own = own.assign(family=names, split=list(map(split_of, names)))
                recipes.write(own)
                if settings.more_ingredients:
                    held_out.update(map(list_id_of, own[own["split"] != "train"]["ingredients"]))
                doubles.append(_doubles(rows.drop(own.index), first, read))
                before += len(rows)
            bad = read_table(part_of_table(workshop, part, "read_rejects"))
            rejects.write(pd.concat([bad, *doubles]).sort_values("place"))
        _read_lists(run, held_out, rejects)


def _read_lists(run: Run, held_out: set[str], rejects: TableWriter) -> None:
    """Write ``ingredient_lists``, the lists without recipes, and add their rejects."""
    records = new_lists(read_lists(run.configuration.ingest.more_ingredients), held_out)
    with run.writer("ingredient_lists") as lists:
        while some := list(islice(records, 1000)):
            lists.write([record.row() for record in some if isinstance(record, IngredientList)])
            rejects.write([asdict(record) for record in some if isinstance(record, Reject)])


def _read_again(workshop: Place, parts: list[str]) -> tuple[pd.DataFrame, Signatures]:
    """What is needed of all recipes at once: id, source, position and signature of each."""
    places = [part_of_table(workshop, part, "read_recipes") for part in parts]
    columns = ["recipe_id", "source", "position"]
    read = pd.concat((read_table(path, columns) for path in places), ignore_index=True)
    ids = np.array([int(name, 16) for name in read["recipe_id"]], dtype=np.uint64)
    signatures = np.empty((len(ids), PERMUTATIONS), dtype=np.uint32)
    before = 0
    for part in parts:
        for rows in read_frames(part_of_table(workshop, part, "signatures"), ["signature"]):
            signatures[before : before + len(rows)] = np.stack(rows["signature"].tolist())
            before += len(rows)
    return read.assign(recipe_id=ids), signatures


def _doubles(recipes: pd.DataFrame, first: Places, read: pd.DataFrame) -> pd.DataFrame:
    """Rejects for recipes that occurred earlier in the corpus."""
    rejects = []
    content = recipes[["source", "position", "title", "ingredients", "directions"]]
    for place, source, position, title, lines, steps in content.itertuples(name=None):
        recipe = Recipe(source, position, title, tuple(lines), tuple(steps))
        before = read.iloc[first[place]]
        rejects.append(reject_double(recipe, before["source"], int(before["position"])))
    frame = pd.DataFrame(map(asdict, rejects), columns=TABLES["rejects"].column_names)
    return frame.assign(place=recipes["place"].to_numpy())


def corpus_hash(run: Run) -> str:
    """Hashes of the corpus and of the additional ingredient lists."""
    settings = run.configuration.ingest
    more = map(hash_file, list_files(settings.more_ingredients))
    return " ".join([hash_corpus(settings.corpus), *more])
