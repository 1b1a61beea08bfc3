"""Makes a lexicon from recipes, and finds the ingredients of each recipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import pandas as pd
from spacy.language import Language

from recipegen.ingredients.component import build_extractor, ingredients_in_lines
from recipegen.ingredients.dish import dish_of
from recipegen.ingredients.hand_written import hash_words
from recipegen.ingredients.lexicon import (
    Agreement,
    candidate_names,
    count_agreement,
    known_forms,
    lexicon_of,
    names_in,
)
from recipegen.ingredients.recipe_reader import read_directions
from recipegen.machine.memory import kept
from recipegen.progress import Progress
from recipegen.running.stage import Tables, row_blocks, rows_of
from recipegen.storage.files import Place
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import part_of_table, read_table, write_table

ALL = "all"
"""Name under which a step stores its result for all blocks together."""

CANDIDATES = "candidates"
"""Name under which the names are stored that directions may confirm."""

LISTS = "lists"
"""Prefix of the names of blocks of ingredient lists without recipes."""


def recipe_blocks(step: str) -> Callable[[Run, Place], list[str]]:
    """A function that names the blocks of recipes of a step."""

    def names(run: Run, _: Place) -> list[str]:
        rows = run.outputs("ingest")["recipes"]["rows"]
        return row_blocks(step, rows, run.configuration.learn_ingredients.block_size)

    return names


def _recipes_of(run: Run, block: str, columns: list[str]) -> Iterator[pd.DataFrame]:
    return run.rows("recipes", rows_of(block), columns)


def name_foods(run: Run, _: Place, block: str) -> Tables:
    """The names in the ingredient lines of training recipes, and how many recipes have each."""
    named: Counter[str] = Counter()
    unknown: list[list[str]] = []
    for rows in _recipes_of(run, block, ["ingredients", "split"]):
        for lines in rows.loc[rows["split"] == "train", "ingredients"]:
            names = names_in(lines)
            named.update(names)
            unknown.append(sorted(names - known_forms()))
    return {"line_names": pd.DataFrame({"names": unknown}), "name_counts": _count_table(named)}


def choose_candidates(run: Run, workshop: Place, _: Progress) -> None:
    """Add up the counts of all blocks, and choose the names that directions may confirm."""
    named: Counter[str] = Counter()
    for block in recipe_blocks("names")(run, workshop):
        counts = read_table(part_of_table(workshop, block, "name_counts"))
        named.update(dict(zip(counts["name"], counts["count"], strict=True)))
    chosen = candidate_names(named, run.configuration.learn_ingredients)
    candidates = {name: named[name] for name in chosen}
    for block, counted in ((ALL, named), (CANDIDATES, candidates)):
        table = _count_table(counted)
        write_table(part_of_table(workshop, block, "name_counts"), "name_counts", table)


def _count_table(counts: Mapping[str, int]) -> pd.DataFrame:
    return pd.DataFrame(sorted(counts.items()), columns=["name", "count"])


def confirm_names(run: Run, workshop: Place, block: str) -> Tables:
    """Count training recipes with each candidate in the directions, and those also in the lines."""
    candidates = read_table(part_of_table(workshop, CANDIDATES, "name_counts"))["name"]
    named = part_of_table(workshop, block.replace("agreement", "names"), "line_names")
    in_lines = map(set, read_table(named)["names"])
    directions = (
        steps
        for rows in _recipes_of(run, block, ["directions", "split"])
        for steps in rows.loc[rows["split"] == "train", "directions"]
    )
    agreed = count_agreement(set(candidates), in_lines, directions)
    rows = [(name, count, agreed.both[name]) for name, count in sorted(agreed.written.items())]
    return {"name_agreement": pd.DataFrame(rows, columns=["name", "written", "both"])}


def make_lexicon(run: Run, workshop: Place, _: Progress) -> None:
    """Make the lexicon of names known beforehand and of candidates that directions confirm."""
    agreed = Agreement(Counter(), Counter())
    for block in recipe_blocks("agreement")(run, workshop):
        found = read_table(part_of_table(workshop, block, "name_agreement"))
        agreed.written.update(dict(zip(found["name"], found["written"], strict=True)))
        agreed.both.update(dict(zip(found["name"], found["both"], strict=True)))
    named = read_table(part_of_table(workshop, ALL, "name_counts"))
    candidates = read_table(part_of_table(workshop, CANDIDATES, "name_counts"))["name"]
    settings = run.configuration.learn_ingredients
    counts = dict(zip(named["name"], named["count"], strict=True))
    lexicon = lexicon_of(counts, candidates, agreed, settings)
    write_table(part_of_table(workshop, ALL, "lexicon"), "lexicon", lexicon)


def find_ingredients(run: Run, workshop: Place, block: str) -> Tables:
    """The ingredients of recipes, from their lines and from their directions.

    Of a choice the first member counts, since nothing is known yet of what goes together.
    """
    nlp = _extractor(part_of_table(workshop, ALL, "lexicon"))
    if block.startswith(LISTS):
        return {"recipe_ingredients": _found_in_lists(run, nlp, block)}
    parts = []
    for rows in _recipes_of(run, block, ["recipe_id", "split", "ingredients", "directions"]):
        lines = ingredients_in_lines(nlp, rows["ingredients"])
        steps = read_directions(nlp, rows["directions"].map(" ".join))
        both = [
            found_in(rows, "lines", list(lines)),
            found_in(rows, "directions", [dish_of(each.foods).first_taken() for each in steps]),
        ]
        # Sorted by recipe, so that the size of blocks and row groups does not change the order.
        parts.append(pd.concat(both).sort_index(kind="stable"))
    return {"recipe_ingredients": pd.concat(parts)}


@kept
def _extractor(lexicon: Place) -> Language:
    # The cache is safe: the path contains a hash of all that the lexicon depends on.
    return build_extractor(read_table(lexicon))


def _found_in_lists(run: Run, nlp: Language, block: str) -> pd.DataFrame:
    """The ingredients of lists without recipes. All lists belong to the training split."""
    lists = pd.concat(run.rows("ingredient_lists", rows_of(block)))
    found = list(ingredients_in_lines(nlp, lists["ingredients"]))
    return found_in(lists.assign(split="train"), "lines", found)


def found_blocks(run: Run, workshop: Place) -> list[str]:
    """Names of blocks of recipes, and of ingredient lists without recipes."""
    rows = run.outputs("ingest")["ingredient_lists"]["rows"]
    lists = row_blocks(LISTS, rows, run.configuration.learn_ingredients.block_size)
    return [*recipe_blocks("found")(run, workshop), *lists]


def learn_ingredients(run: Run, workshop: Place, _: Progress) -> None:
    """Write ``lexicon``, mined on the training split; blocks make ``recipe_ingredients``."""
    run.write("lexicon", read_table(part_of_table(workshop, ALL, "lexicon")))


def found_in(rows: pd.DataFrame, origin: str, found: list[list[str]]) -> pd.DataFrame:
    """Rows of ``recipe_ingredients``, one for each ingredient that was found in a recipe."""
    columns = {"recipe_id": rows["recipe_id"], "split": rows["split"], "origin": origin}
    ingredients = pd.DataFrame({**columns, "ingredient": pd.Series(found, index=rows.index)})
    return ingredients.explode("ingredient").dropna(subset="ingredient")


def words_hash(_: Run) -> str:
    """A hash of what is known of ingredients beforehand."""
    return hash_words()
