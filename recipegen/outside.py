"""Recipes and questions from outside a run, answered with what the run has learned."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from recipegen.corpus.recipe import Reject
from recipegen.corpus.texts import read_texts
from recipegen.errors import MissingTable, UsageError
from recipegen.evaluation.scores import score_samples
from recipegen.files import is_file, whole_file
from recipegen.ingredients.component import (
    alternatives,
    build_extractor,
    find_foods,
    find_mentions,
    in_the_dish,
    ingredients_in_lines,
)
from recipegen.ingredients.naming import canonical_name
from recipegen.language.checkpoint import load_model
from recipegen.language.text_generator import TextGenerator, likely_words
from recipegen.pairing.context import IngredientModel, table_arrays
from recipegen.pairing.explanation import Explanation, explain
from recipegen.pairing.suggestion import Suggestion, suggest
from recipegen.stages.score import open_knowledge
from recipegen.stages.train import CHECKPOINT
from recipegen.store import Run, table_writer, write_table
from recipegen.tables import TABLES

logger = logging.getLogger(__name__)


def extract_ingredients(run: Run, source: Path, target: Path) -> None:
    """Write the mentions of foods in the texts of a JSON Lines file to a Parquet file.

    A food that is no ingredient by itself, such as "dough", has a null in place of its name. The
    role of one that is named and not in the dish is ``absent`` or ``aside``.
    Lines that are no texts go to a table of rejects beside it.
    """
    texts, rejects = read_texts(source)
    nlp = build_extractor(run.read("lexicon"))
    foods = find_foods(nlp, (text.text for text in texts))
    rows = [
        {"id": text.id, **food._asdict(), "ingredient": food.ingredient or None}
        for text, found in zip(texts, foods, strict=True)
        for food in found
    ]
    columns = {
        "id": "str",
        "start": "int64",
        "end": "int64",
        "surface": "str",
        "ingredient": "str",
        "role": "str",
    }
    frame = pd.DataFrame(rows, columns=list(columns)).astype(columns)
    with _writing(target), whole_file(target) as file:
        frame.to_parquet(file, index=False)
    _write_rejects(target.with_suffix(".rejects.parquet"), rejects)


def score_recipes(run: Run, source: Path, folder: Path) -> None:
    """Write ``sample_pairs`` and ``sample_scores`` of the recipes in a JSON Lines file."""
    texts, rejects = read_texts(source)
    nlp, plausibility = open_knowledge(run)
    written = find_mentions(nlp, (text.text for text in texts if text.lines is None))
    listed = ingredients_in_lines(nlp, (text.lines for text in texts if text.lines is not None))
    mentions = [next(written) if text.lines is None else [] for text in texts]
    found = [
        in_the_dish(mentioned) if text.lines is None else next(listed)
        for text, mentioned in zip(texts, mentions, strict=True)
    ]
    ids, apart = [text.id for text in texts], list(map(alternatives, mentions))
    pairs, scores = score_samples(ids, found, plausibility, apart)
    scores = scores.assign(group="generated", temperature=np.nan)
    with _writing(folder):
        write_table(folder / "sample_pairs.parquet", "sample_pairs", pairs)
        write_table(folder / "sample_scores.parquet", "sample_scores", scores)
    _write_rejects(folder / "rejects.parquet", rejects)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from error


def _write_rejects(path: Path, rejects: list[Reject]) -> None:
    if not rejects:
        path.unlink(missing_ok=True)
        return
    logger.warning("%d lines cannot be used; %s says why", len(rejects), path)
    with table_writer(path, "rejects") as writer:
        writer.write([asdict(rejected) for rejected in rejects])


def explain_pair(run: Run, first: str, second: str) -> Explanation:
    """What is known about two ingredients, whatever a person calls them.

    Raises:
        UsageError: one is not an ingredient of the run, or both are the same.
        MissingTable: the run has not learned pairings.
    """
    ingredients = run.read("ingredients", TABLES["ingredients"].column_names)
    pairings, lexicon = run.read("pairings"), run.read("lexicon", ["variant", "ingredient"])
    a, b = (
        canonical_name(each, set(ingredients["ingredient"]), lexicon) for each in (first, second)
    )
    uses, recipes = run.read("recipe_ingredients"), run.read("recipes", ["recipe_id", "title"])
    return explain(a, b, ingredients, pairings, uses, recipes)


def suggest_ingredients(run: Run, given: Sequence[str], number: int) -> list[Suggestion]:
    """What would go with some ingredients as one more, the likeliest first.

    Raises:
        UsageError: none is given, or one is not an ingredient of the run.
        MissingTable: the run has not learned pairings.
    """
    if not (written := [name for name in given if name.strip()]):
        raise UsageError("--with: at least one ingredient, such as 'apple,cinnamon'")
    ingredients, lexicon = run.read("ingredients"), run.read("lexicon", ["variant", "ingredient"])
    known = set(ingredients["ingredient"])
    names = [canonical_name(name, known, lexicon) for name in written]
    model = IngredientModel.from_arrays(table_arrays(run.read("ingredient_model"))).double()
    return suggest(names, ingredients, model, number)


def next_words(
    run: Run, prompt: str, temperature: float, top: int, steps: int
) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """For each of the words drawn after a prompt: the text so far, and the likely next words.

    Raises:
        UsageError: the prompt has no word.
        MissingTable: the run has no trained network.
    """
    checkpoint = run.folder / CHECKPOINT
    if not is_file(checkpoint):
        raise MissingTable(
            f"{run.folder}: no trained network yet; first run `recipegen train --run {run.folder}`"
        )
    model, vocabulary = load_model(checkpoint, torch.device("cpu"))
    if not (words := vocabulary.encode(prompt)):
        raise UsageError("--prompt: at least one word, such as 'recipe for'")
    generator = TextGenerator(model, vocabulary, np.random.default_rng(run.configuration.seed))
    for step in generator.generate(prompt, len(words) + steps, temperature):
        yield step["prompt"], likely_words(model, vocabulary, step["prompt"], temperature, top)
