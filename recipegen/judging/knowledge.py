"""What judges recipes from outside a run: the built-in judge, or what a run has learned."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd
from spacy.language import Language

from recipegen.ingredients.name_lookup import canonical_name
from recipegen.judge.built_in import load_judge
from recipegen.judge.lexicon import judge_lexicon
from recipegen.judge.opening import open_judge
from recipegen.pairing.plausibility import Plausibility
from recipegen.pairing.set_encoder import IngredientModel, table_arrays
from recipegen.storage.run_folder import Run
from recipegen.tables import TABLES

if TYPE_CHECKING:
    pass


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


def named_as_known(known: Knowledge, written: str) -> str:
    """The ingredient that a person calls so.

    Raises:
        UsageError: there is none.
    """
    return canonical_name(written, set(known.ingredients["ingredient"]), known.lexicon)


def knowledge_of(run: Run | None) -> tuple[Language, Plausibility]:
    """What finds ingredients and what judges their pairings: of a run, or built in."""
    if run is None:
        return open_judge()
    from recipegen.stages.score import open_knowledge

    return open_knowledge(run)
