"""Settings of the stage ``ingest``: which corpus is read, and how."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from recipegen.config.section import Language, Section

EMBEDDED_CORPUS = "wikibooks"


CorpusFormat = Literal[
    "json-array",
    "json-lines",
    "json",
    "json-object",
    "json-nested",
    "csv",
    "parquet",
    "schema.org",
    "schema.org-lines",
    "web-page",
    "eight-portions",
    "wikibooks",
    "copy-me-that",
    "recipe-keeper",
    "recipe-ml",
    "gourmet",
    "mealmaster",
    "cooklang",
    "foodcom",
    "recipenlg",
    "recipe1m",
]


class Columns(Section):
    """The names of the fields in a corpus that make a recipe."""

    title: str | None = Field(
        None,
        min_length=1,
        description="Field that holds the title. If unset, the field is recognised by its name.",
    )
    ingredients: str | None = Field(
        None,
        min_length=1,
        description="Field that holds the ingredient lines, which a recipe may lack. If unset, "
        "the field is recognised by its name.",
    )
    directions: str | None = Field(
        None,
        min_length=1,
        description="Field that holds the steps. If unset, the field is recognised by its name.",
    )


class Ingest(Section):
    """Which recipes are read and how near-duplicates are recognised."""

    corpus: str = Field(
        EMBEDDED_CORPUS,
        min_length=1,
        description="A corpus file, a folder of corpus files, or the name of the embedded corpus, "
        f"'{EMBEDDED_CORPUS}'. A file holds JSON, CSV, Parquet, web pages or an export of a recipe "
        "manager. It may be packed with gzip, zip or tar.",
    )
    format: CorpusFormat | None = Field(
        None,
        description="Format of the corpus, as named in docs/corpora.md. If unset, each file is "
        "recognised by its content.",
    )
    columns: Columns = Field(
        Columns(),
        description="Names of the fields that make a recipe, in formats such as JSON, CSV and "
        "Parquet. You need to name only fields that are not recognised by themselves.",
    )
    languages: tuple[Language, ...] = Field(
        (),
        description="Keep only recipes in these languages, each given as two letters (en, de, "
        "fr). The language of a recipe is guessed. An empty list keeps all recipes.",
    )
    limit: int | None = Field(
        None,
        ge=1,
        description="Read at most this many records. If unset, the whole corpus is read.",
    )
    more_ingredients: tuple[str, ...] = Field(
        (),
        description="Files with ingredient lists but no recipes, such as What's Cooking: records "
        "with a field 'ingredients', in JSON or CSV. They are used to learn pairings, and for "
        "nothing else.",
    )
    block_size: int = Field(
        25_000,
        ge=1,
        description="Records in a unit of work, which is read, stored and resumed as a whole.",
    )
    near_duplicate_similarity: float = Field(
        0.7,
        gt=0.0,
        le=1.0,
        description="Two recipes count as near duplicates from this similarity on: the Jaccard "
        "similarity of the word 3-grams of their directions. Near duplicates are kept on the "
        "same side of the split.",
    )
