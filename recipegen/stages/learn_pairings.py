"""Learns from the ingredients of recipes which pairs of them go together."""

from __future__ import annotations

import pandas as pd
from spacy.language import Language

from recipegen.config import LearnPairings
from recipegen.ingredients.component import build_extractor
from recipegen.ingredients.dish import dish_of
from recipegen.ingredients.recipe_reader import read_recipes
from recipegen.judge.built_in import judge_hash, load_judge
from recipegen.language.hardware import use_threads
from recipegen.pairing.categorical_columns import in_categories
from recipegen.pairing.learning import Beforehand, Learned
from recipegen.pairing.learning import learn_pairings as judge_pairs
from recipegen.progress import Progress
from recipegen.stages.learn_ingredients import found_in, words_hash
from recipegen.stages.tokenise import texts_of
from recipegen.storage.files import Place
from recipegen.storage.run_folder import Run
from recipegen.tables import TABLES


def learn_pairings(run: Run, _: Place, progress: Progress) -> None:
    """Write what ``recipe_ingredients`` teach about pairs and recipes, and how good it is."""
    settings = run.configuration.learn_pairings
    judge = load_judge()
    learned = learned_of(run, settings, Beforehand.of(judge.prior, settings), progress)
    for name, frame in vars(learned).items():
        run.write(name, frame)


def learned_of(run: Run, settings: LearnPairings, known: Beforehand, progress: Progress) -> Learned:
    """What the recipes of a run teach, in addition to what is known beforehand."""
    use_threads(run.configuration.execution)
    progress(0.0, "reading held-out recipes")
    lexicon = run.read("lexicon")
    return judge_pairs(
        in_categories(run.frames("recipe_ingredients"), TABLES["recipe_ingredients"].column_names),
        _held_out_texts(run, build_extractor(lexicon)),
        lexicon[["ingredient", "category", "basic"]],
        settings,
        run.configuration.seed,
        known,
        progress,
    )


def _held_out_texts(run: Run, nlp: Language) -> pd.DataFrame:
    """The ingredients of valid and test recipes, found in texts as long as generated texts.

    The column ``choice`` has the number of the choice that an ingredient is a member of, or 0.
    """
    settings = run.configuration.learn_pairings
    splits = run.read("recipes", ["recipe_id", "split"])
    ids = splits.loc[splits["split"].isin(["valid", "test"]), "recipe_id"].sort_values()
    chosen = set(ids.head(settings.held_out))
    columns = ["recipe_id", "title", "directions", "split"]
    found = [rows[rows["recipe_id"].isin(chosen)] for rows in run.frames("recipes", columns)]
    held_out = pd.concat(found).sort_values("recipe_id")
    texts = [" ".join(text.split(" ")[: settings.text_words]) for text in texts_of(held_out)]
    dishes = [dish_of(recipe.foods) for recipe in read_recipes(nlp, texts)]
    # Choice 0 has the ingredients that are in the dish whatever the cook chooses.
    options = [[dish.ingredients, *dish.choices] for dish in dishes]
    parts = [
        found_in(
            held_out,
            "texts",
            [list(each[choice]) if choice < len(each) else [] for each in options],
        ).assign(choice=choice)
        for choice in range(max(map(len, options), default=1))
    ]
    return pd.concat(parts, ignore_index=True)


def beforehand_hash(run: Run) -> str:
    """A hash of what is known of ingredients and pairs beforehand."""
    return f"{words_hash(run)} {judge_hash()}"
