"""Which columns refer to rows of other tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """Columns of a table whose values, unless null, occur in a column of another table."""

    table: str
    columns: tuple[str, ...]
    to: tuple[str, ...]
    """The other table, or several tables, one of which has the value."""
    key: str
    """The column in the other table."""


_RECIPE = ("recipe_id",)
_TEXT = ("sample_id",)
_PAIR = ("ingredient_a", "ingredient_b")
REFERENCES = (
    Reference("tokens", _RECIPE, ("recipes",), "recipe_id"),
    Reference("recipe_ingredients", _RECIPE, ("recipes", "ingredient_lists"), "recipe_id"),
    Reference("recipe_ingredients", ("ingredient",), ("lexicon",), "ingredient"),
    Reference("ingredients", ("ingredient",), ("lexicon",), "ingredient"),
    Reference("pairings", _PAIR, ("ingredients",), "ingredient"),
    Reference("samples", _RECIPE, ("recipes",), "recipe_id"),
    Reference("references", _RECIPE, ("recipes",), "recipe_id"),
    Reference("sample_words", _TEXT, ("samples",), "sample_id"),
    Reference("mentions", _TEXT, ("samples", "references"), "sample_id"),
    Reference("mentions", ("ingredient",), ("lexicon",), "ingredient"),
    Reference("sample_pairs", _TEXT, ("sample_scores",), "sample_id"),
    Reference("sample_pairs", _PAIR, ("lexicon",), "ingredient"),
    Reference("pair_words", _TEXT, ("samples",), "sample_id"),
    Reference("pair_words", (*_PAIR, "ingredient"), ("lexicon",), "ingredient"),
    Reference("sample_scores", _TEXT, ("samples", "references"), "sample_id"),
    Reference("text_measures", _TEXT, ("samples", "references"), "sample_id"),
    Reference(
        "text_measures", ("copied_recipe_id", "nearest_recipe_id"), ("recipes",), "recipe_id"
    ),
    Reference("pair_summary", _PAIR, ("lexicon",), "ingredient"),
    Reference("labels", ("item_id",), ("label_sample",), "item_id"),
)
