"""Recipes and questions from outside a run, answered with what the run has learned."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from spacy.language import Language

from recipegen.config import Summarise
from recipegen.corpus.recipe import Reject
from recipegen.errors import MissingTable, UsageError
from recipegen.ingredients.component import build_extractor
from recipegen.ingredients.name_lookup import canonical_name
from recipegen.ingredients.recipe_reader import read_recipes
from recipegen.judge.built_in import load_judge
from recipegen.judge.lexicon import judge_lexicon
from recipegen.judge.opening import open_judge
from recipegen.pairing.explanation import Explanation, explain
from recipegen.pairing.plausibility import Plausibility
from recipegen.pairing.set_encoder import IngredientModel, table_arrays
from recipegen.pairing.suggestion import Suggestion, suggest
from recipegen.progress import Progress, silent
from recipegen.storage.files import is_file, whole_file
from recipegen.storage.run_folder import Run, table_writer, write_table
from recipegen.tables import TABLES
from recipegen.texts.feed import read_texts
from recipegen.texts.text import Text

if TYPE_CHECKING:
    from recipegen.language.model import RecipeLSTM
    from recipegen.language.vocabulary import Vocabulary

# Libraries that take long to import, such as torch, are imported only by the functions that need
# them, so that a short question has a quick answer.

SEED = 42
"""Of the resamples of recipes that belong to no run."""

PART = 500
"""Texts after which progress is told."""

logger = logging.getLogger(__name__)


class KnowledgeOfJudge:
    """What the built-in judge knows. It has the numbers and not the recipes."""

    def __init__(self) -> None:
        """Read the judge."""
        self._judge = load_judge()
        self.lexicon = judge_lexicon()
        self.ingredients = self._judge.prior.ingredients

    @property
    def model(self) -> IngredientModel:
        """How likely an ingredient is, given others."""
        return self._judge.plausibility.model

    def about(self, *names: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The tables ``ingredients`` and ``pairings``, as far as they tell of some ingredients."""
        return self._judge.tables_about(names)

    @property
    def recipes(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The tables ``recipe_ingredients`` and ``recipes``, both empty."""
        uses = TABLES["recipe_ingredients"].column_names
        return pd.DataFrame(columns=uses), pd.DataFrame(columns=["recipe_id", "title"])


class KnowledgeOfRun:
    """What a run has learned."""

    def __init__(self, run: Run) -> None:
        """Read the names.

        Raises:
            MissingTable: the run has not learned pairings.
        """
        self._run = run
        self.ingredients = run.read("ingredients")
        self.lexicon = run.read("lexicon", ["variant", "ingredient"])

    @cached_property
    def model(self) -> IngredientModel:
        """How likely an ingredient is, given others."""
        return IngredientModel(table_arrays(self._run.read("ingredient_model")))

    @cached_property
    def _pairings(self) -> pd.DataFrame:
        return self._run.read("pairings")

    def about(self, *_: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The tables ``ingredients`` and ``pairings``."""
        return self.ingredients, self._pairings

    @cached_property
    def recipes(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The tables ``recipe_ingredients`` and ``recipes``."""
        titles = self._run.read("recipes", ["recipe_id", "title"])
        return self._run.read("recipe_ingredients"), titles


Knowledge = KnowledgeOfRun | KnowledgeOfJudge


def what_is_known(run: Run | None) -> Knowledge:
    """What a run has learned of ingredients and their pairings, or what the built-in judge knows.

    Args:
        run: the run; None for the judge.

    Raises:
        MissingTable: the run has not learned pairings.
    """
    return KnowledgeOfRun(run) if run else KnowledgeOfJudge()


def _named(known: Knowledge, written: str) -> str:
    """The ingredient that a person calls so.

    Raises:
        UsageError: there is none.
    """
    return canonical_name(written, set(known.ingredients["ingredient"]), known.lexicon)


def extract_ingredients(
    run: Run | None, source: Path, target: Path, progress: Progress = silent
) -> None:
    """Write the mentions of foods in the texts of a JSON Lines file to a Parquet file.

    Lines that are not texts go to a table of rejects beside it.
    """
    texts, rejects = read_texts(source)
    nlp = build_extractor(judge_lexicon() if run is None else run.read("lexicon"))
    frames = [mentions_of(some, nlp) for some in _in_parts(texts, progress)]
    with writing(target), whole_file(target) as file:
        pd.concat(frames, ignore_index=True).to_parquet(file, index=False)
    _write_rejects(target.with_suffix(".rejects.parquet"), rejects)


def _in_parts(texts: Sequence[Text], progress: Progress) -> Iterator[Sequence[Text]]:
    """The texts, ``PART`` at a time; at least one part, which may be empty."""
    for first in range(0, max(1, len(texts)), PART):
        yield texts[first : first + PART]
        done = min(first + PART, len(texts))
        progress(done / max(1, len(texts)), f"{done:,} of {len(texts):,} recipes")


def mentions_of(texts: Sequence[Text], nlp: Language) -> pd.DataFrame:
    """The foods in texts: id, start, end, surface, ingredient, role, section, part.

    A food that is no ingredient by itself, such as "dough", has a null in place of its name. The
    role of one that is named and not in the dish is ``absent`` or ``aside``.
    """
    recipes = read_recipes(nlp, (text.text for text in texts), [text.from_fields for text in texts])
    rows = [
        {
            "id": text.id,
            **placed.mention._asdict(),
            "ingredient": placed.mention.ingredient or None,
            "section": placed.section,
            "part": placed.part,
        }
        for text, recipe in zip(texts, recipes, strict=True)
        for placed in recipe.foods
    ]
    columns = {
        "id": "str",
        "start": "int64",
        "end": "int64",
        "surface": "str",
        "ingredient": "str",
        "role": "str",
        "section": "str",
        "part": "str",
    }
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


class GroupTables(NamedTuple):
    """The tables about groups of recipes."""

    group_summary: pd.DataFrame
    group_tests: pd.DataFrame


@dataclass(frozen=True)
class Scored:
    """The recipes of a file as they were judged."""

    texts: Sequence[Text]
    rejects: list[Reject]
    pairs: pd.DataFrame
    """The table ``sample_pairs``."""
    scores: pd.DataFrame
    """The table ``sample_scores``."""


def score_file(
    source: Path, judge: tuple[Language, Plausibility], progress: Progress = silent
) -> Scored:
    """The recipes in a file, judged. Recipes without a group are of the group ``all``.

    Raises:
        UsageError: the file cannot be read, or no line of it can be used.
    """
    from recipegen.evaluation.per_text.scores import score_texts

    texts, rejects = read_texts(source)
    parts = [score_texts(texts_frame(some), *judge) for some in _in_parts(texts, progress)]
    pairs, scores = (
        pd.concat([part[name] for part in parts], ignore_index=True)
        for name in ("sample_pairs", "sample_scores")
    )
    return Scored(texts, rejects, pairs, scores)


def score_recipes(
    run: Run | None, source: Path, folder: Path, progress: Progress = silent
) -> GroupTables:
    """Write the tables about recipes in a file.

    These are ``sample_pairs``, ``sample_scores``, ``group_summary`` and ``group_tests``. Recipes
    without a group are of the group ``all``.
    """
    judge = knowledge_of(run)
    scored = score_file(source, judge, progress)
    groups = tables_of_groups(scored.scores, judge[1])
    write_scored(scored, groups, folder)
    return groups


def write_scored(scored: Scored, groups: GroupTables, folder: Path) -> None:
    """Write what was found out about the recipes of a file."""
    tables = {
        "sample_pairs": scored.pairs,
        "sample_scores": scored.scores,
        **groups._asdict(),
    }
    with writing(folder):
        for name, frame in tables.items():
            write_table(folder / f"{name}.parquet", name, frame)
    _write_rejects(folder / "rejects.parquet", scored.rejects)


def knowledge_of(run: Run | None) -> tuple[Language, Plausibility]:
    """What finds ingredients and what judges their pairings: of a run, or built in."""
    if run is None:
        return open_judge()
    from recipegen.stages.score import open_knowledge

    return open_knowledge(run)


def texts_frame(texts: Sequence[Text]) -> pd.DataFrame:
    """Texts as :func:`recipegen.evaluation.per_text.scores.score_texts` takes them."""
    return pd.DataFrame(
        {
            "sample_id": [text.id for text in texts],
            "text": [text.text for text in texts],
            "group": [text.group for text in texts],
            "temperature": [text.temperature for text in texts],
            "from_fields": [text.from_fields for text in texts],
        }
    )


def tables_of_groups(scores: pd.DataFrame, plausibility: Plausibility) -> GroupTables:
    """The tables about the groups of scored texts."""
    return GroupTables(summed_up(scores, plausibility), compared(scores, plausibility))


def summed_up(scores: pd.DataFrame, plausibility: Plausibility) -> pd.DataFrame:
    """The table ``group_summary`` of scored texts."""
    from recipegen.evaluation.per_group.outside_groups import group_summary

    return group_summary(scores, plausibility.curves, Summarise(), SEED)


def compared(scores: pd.DataFrame, plausibility: Plausibility) -> pd.DataFrame:
    """The table ``group_tests`` of scored texts."""
    from recipegen.evaluation.per_group.outside_groups import group_tests

    return group_tests(scores, plausibility.curves, Summarise(), SEED)


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Say in one line what is wrong if a file cannot be written.

    Raises:
        UsageError: so.
    """
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


def explain_pair(run: Run | None, first: str, second: str) -> Explanation:
    """What is known about two ingredients, whatever a person calls them.

    Raises:
        UsageError: one is not known, or both are the same.
        MissingTable: the run has not learned pairings.
    """
    return explain_known(what_is_known(run), first, second)


def explain_known(known: Knowledge, first: str, second: str) -> Explanation:
    """What is known about two ingredients, by a knowledge that is there already.

    Raises:
        UsageError: one is not known, or both are the same.
    """
    a, b = (_named(known, each) for each in (first, second))
    return explain(a, b, *known.about(a, b), *known.recipes)


def suggest_ingredients(run: Run | None, given: Sequence[str], number: int) -> list[Suggestion]:
    """What would go with some ingredients as one more, the likeliest first.

    Raises:
        UsageError: none is given, or one is not known.
        MissingTable: the run has not learned pairings.
    """
    if not any(name.strip() for name in given):
        raise UsageError("--with: at least one ingredient, such as 'apple,cinnamon'")
    return suggest_known(what_is_known(run), given, number)


def suggest_known(known: Knowledge, given: Sequence[str], number: int) -> list[Suggestion]:
    """What would go with some ingredients, by a knowledge that is there already.

    Raises:
        UsageError: none is given, or one is not known.
    """
    if not (written := [name for name in given if name.strip()]):
        raise UsageError("at least one ingredient is needed, such as 'apple'")
    names = [_named(known, name) for name in written]
    return suggest(names, known.ingredients, known.model, number)


def next_words(
    run: Run, prompt: str, temperature: float, top: int, steps: int
) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """For each of the words drawn after a prompt: the text so far, and the likely next words.

    Raises:
        UsageError: the prompt has no word.
        MissingTable: the run has no trained network.
    """
    from recipegen.language.text_generator import TextGenerator, likely_words

    model, vocabulary = network_of(run)
    if not (words := vocabulary.encode(prompt)):
        raise UsageError("--prompt: at least one word, such as 'recipe for'")
    generator = TextGenerator(model, vocabulary, np.random.default_rng(run.configuration.seed))
    for step in generator.generate(prompt, len(words) + steps, temperature):
        yield step["prompt"], likely_words(model, vocabulary, step["prompt"], temperature, top)


def network_of(run: Run) -> tuple[RecipeLSTM, Vocabulary]:
    """The network that a run has trained, on the processor, and its vocabulary.

    Raises:
        MissingTable: the run has no trained network.
    """
    import torch

    from recipegen.language.checkpoint import load_model
    from recipegen.stages.train import CHECKPOINT

    checkpoint = run.folder / CHECKPOINT
    if not is_file(checkpoint):
        raise MissingTable(
            f"{run.folder}: no trained network yet; first run `recipegen train --run {run.folder}`"
        )
    return load_model(checkpoint, torch.device("cpu"))
