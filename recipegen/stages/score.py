"""Finds ingredients in samples, real recipes and the control, and scores pairs and recipes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd
from spacy.language import Language

from recipegen.evaluation.per_group.control import exchange_ingredients
from recipegen.evaluation.per_group.references import control_recipes, real_recipes, whole_recipes
from recipegen.evaluation.per_text.scores import score_texts
from recipegen.ingredients.component import build_extractor
from recipegen.ingredients.recipe_reader import mentions_in_the_dish, read_recipes
from recipegen.machine.memory import kept
from recipegen.pairing.plausibility import Plausibility
from recipegen.progress import Progress
from recipegen.running.stage import Tables, row_blocks, rows_of
from recipegen.stages.learn_ingredients import words_hash
from recipegen.stages.likelihood import pair_words, with_likelihood
from recipegen.stages.sources import blocks_of_samples
from recipegen.stages.tokenise import vocabulary_of
from recipegen.stages.train import checkpoint_hashes
from recipegen.storage.files import Place
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import part_of_table, read_rows, row_count, write_table

REFERENCES = "references"
"""Real recipes and the control: the table, and the prefix of the names of their blocks."""

JUDGES = ("ingredients", "pairings", "ingredient_model")
"""The tables of what was learned, by which pairs and recipes are judged."""


def make_references(run: Run, workshop: Place, _: Progress) -> None:
    """Write the real recipes and the control.

    All recipes are needed at once, since the control permutes ingredients across them.
    """
    configuration, tokens = run.configuration, run.read("tokens")
    held_out = tokens[tokens["split"] == "test"].sort_values("recipe_id")
    real = real_recipes(
        held_out.head(configuration.score.references),
        vocabulary_of(run),
        configuration.generate.max_tokens,
    )
    nlp, _plausibility = open_knowledge(run)
    in_dish = [mentions_in_the_dish(each) for each in read_recipes(nlp, real["text"])]
    control = exchange_ingredients(real["text"].tolist(), in_dish, configuration.seed)
    texts = [real, control_recipes(real, control)]
    if _has_other_generators(run):
        recipes = run.read("recipes", ["recipe_id", "title", "ingredients", "directions"])
        texts.append(whole_recipes(recipes.set_index("recipe_id").loc[real["recipe_id"]]))
    references = pd.concat(texts, ignore_index=True).assign(
        log_probability=np.nan, ngram_log_probability=np.nan, entropy=np.nan
    )
    write_table(part_of_table(workshop, REFERENCES, REFERENCES), REFERENCES, references)


def score_blocks(run: Run, workshop: Place) -> list[str]:
    """Blocks of samples, then blocks of real recipes and the control."""
    size = run.configuration.score.block_size
    references = row_count(part_of_table(workshop, REFERENCES, REFERENCES))
    return [*blocks_of_samples(run, size), *row_blocks(REFERENCES, references, size)]


def score_keys(run: Run, workshop: Place) -> dict[str, str]:
    """Of each block, a hash of what its scores depend on: its texts, and what judges them."""
    inputs = ("vocabulary", "ngram", "lexicon", *JUDGES)
    judge = run.fingerprint("score", None, inputs, outside=judged_by(run))
    source = part_of_table(workshop, REFERENCES, REFERENCES)
    contents = blocks_of_samples(run, run.configuration.score.block_size)
    for block in score_blocks(run, workshop):
        if block not in contents:
            contents[block] = _hash_texts(read_rows(source, rows_of(block)))
    return {block: f"{judge} {content}" for block, content in contents.items()}


def _hash_texts(parts: Iterable[pd.DataFrame]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part[["sample_id", "group", "text"]].to_json(orient="values").encode())
    return digest.hexdigest()


def score_block(run: Run, workshop: Place, name: str) -> Tables:
    """Mentions, pairs and scores of some samples, or of some real and control recipes."""
    nlp, plausibility = open_knowledge(run)
    rows = rows_of(name)
    if not name.startswith(REFERENCES):
        columns = ["sample_id", "text", "prompt", "group", "temperature", "from_fields"]
        samples = pd.concat(run.rows("samples", rows, columns))
        tables = score_texts(samples, nlp, plausibility)
        flagged = tables["sample_pairs"].query("implausible")
        return {**tables, "pair_words": pair_words(run, samples, flagged, tables["mentions"])}
    source = part_of_table(workshop, REFERENCES, REFERENCES)
    texts = pd.concat(read_rows(source, rows), ignore_index=True)
    references = with_likelihood(run, texts, vocabulary_of(run))
    tables = score_texts(references.assign(temperature=np.nan), nlp, plausibility)
    return {**tables, "references": references}


def _has_other_generators(run: Run) -> bool:
    """Whether samples may have ingredient lists, so that real recipes with lists are needed."""
    return any(True for _ in run.configuration.generate.named())


def judged_by(run: Run) -> str:
    """Hashes of what scores depend on besides tables: the word lists, and the networks."""
    return " ".join([words_hash(run), *checkpoint_hashes(run)])


def open_knowledge(run: Run) -> tuple[Language, Plausibility]:
    """What a run has learned about ingredients and their pairings, ready to use."""
    learned = run.outputs("learn-pairings")
    return _knowledge(
        run.folder,
        run.outputs("learn-ingredients")["lexicon"]["sha256"],
        *(learned[name]["sha256"] for name in JUDGES),
    )


@kept
def _knowledge(folder: Place, *_: str) -> tuple[Language, Plausibility]:
    # The hashes are part of the cache key, so tables that were learned again are read again.
    run = Run(folder)
    return build_extractor(run.read("lexicon")), Plausibility.from_tables(*map(run.read, JUDGES))
