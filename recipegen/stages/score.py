"""Samples, real recipes and a control to ingredients, pairs and scores."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from spacy.language import Language

from recipegen.evaluation.control import exchange_ingredients
from recipegen.evaluation.references import control_recipes, real_recipes, whole_recipes
from recipegen.evaluation.scores import score_texts
from recipegen.files import Place
from recipegen.ingredients.component import build_extractor, find_mentions
from recipegen.ingredients.scope import IN_THE_DISH
from recipegen.pairing.plausibility import Plausibility
from recipegen.pipeline import Tables, row_blocks, rows_of
from recipegen.stages.learn_ingredients import words_hash
from recipegen.stages.likelihood import with_likelihood, with_ngram_likelihood
from recipegen.stages.tokenise import vocabulary_of
from recipegen.stages.train import checkpoint_hashes
from recipegen.store import Run

REFERENCES = "references"
"""The block of real recipes and the control."""

JUDGES = ("ingredients", "pairings", "ingredient_model")
"""The tables that judge pairs and recipes."""


def score_block(run: Run, _: Place, name: str) -> Tables:
    """Mentions, pairs and scores of some samples, or of the real recipes and the control."""
    nlp, plausibility = open_knowledge(run)
    if name == REFERENCES:
        return _score_references(run, nlp, plausibility)
    columns = ["sample_id", "text", "group", "temperature", "from_fields"]
    rows = rows_of(name, run.configuration.score.block_size)
    samples = pd.concat(run.rows("samples", rows, columns))
    return score_texts(samples, nlp, plausibility)


def _score_references(run: Run, nlp: Language, plausibility: Plausibility) -> Tables:
    configuration, tokens = run.configuration, run.read("tokens")
    held_out = tokens[tokens["split"] == "test"].sort_values("recipe_id")
    vocabulary = vocabulary_of(run)
    real = real_recipes(
        held_out.head(configuration.score.references), vocabulary, configuration.generate.max_tokens
    )
    in_dish = [
        [mention for mention in each if mention.role in IN_THE_DISH]
        for each in find_mentions(nlp, real["text"])
    ]
    control = exchange_ingredients(real["text"].tolist(), in_dish, configuration.seed)
    short = pd.concat([real, control_recipes(real, control)], ignore_index=True)
    references = with_likelihood(run, short, vocabulary)
    if _has_other_generators(run):
        recipes = run.read("recipes", ["recipe_id", "title", "ingredients", "directions"])
        whole = whole_recipes(recipes.set_index("recipe_id").loc[real["recipe_id"]])
        # The network has never seen a list: what it makes of one says nothing.
        judged = with_ngram_likelihood(run, whole, vocabulary)
        references = pd.concat([references, judged], ignore_index=True)
    tables = score_texts(references.assign(temperature=np.nan), nlp, plausibility)
    return {**tables, "references": references}


def _has_other_generators(run: Run) -> bool:
    """Whether texts may have ingredient lists, for which real recipes need theirs."""
    return any(True for _ in run.configuration.generate.named())


def judged_by(run: Run) -> str:
    """A hash of what scores depend on besides tables: the words of foods, and the networks."""
    return " ".join([words_hash(run), *checkpoint_hashes(run)])


def open_knowledge(run: Run) -> tuple[Language, Plausibility]:
    """What a run has learned about ingredients and their pairings, ready to use."""
    learned = run.outputs("learn-pairings")
    return _knowledge(
        run.folder,
        run.outputs("learn-ingredients")["lexicon"]["sha256"],
        *(learned[name]["sha256"] for name in JUDGES),
    )


@lru_cache(maxsize=1)
def _knowledge(folder: Place, *_: str) -> tuple[Language, Plausibility]:
    # The hashes are part of the key, so that knowledge learned anew is read anew.
    run = Run(folder)
    return build_extractor(run.read("lexicon")), Plausibility.from_tables(*map(run.read, JUDGES))


def score_blocks(run: Run, _: Place) -> list[str]:
    """Blocks of samples, and one of real recipes and the control."""
    rows = run.outputs("generate")["samples"]["rows"]
    return [*row_blocks("samples", rows, run.configuration.score.block_size), REFERENCES]
