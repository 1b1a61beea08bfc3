"""Recipes that belong to no run: their ingredients, their scores, and how groups of them differ."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from spacy.language import Language

from recipegen.config import Summarise
from recipegen.corpus.recipe import Reject
from recipegen.errors import UsageError
from recipegen.ingredients.component import build_extractor
from recipegen.ingredients.recipe_reader import read_recipes
from recipegen.judge.lexicon import judge_lexicon
from recipegen.pairing.plausibility import Plausibility
from recipegen.progress import Progress, silent
from recipegen.storage.files import whole_file
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import table_writer, write_table
from recipegen.texts.feed import read_texts
from recipegen.texts.text import Text

if TYPE_CHECKING:
    pass
from recipegen.judging.knowledge import knowledge_of

# Libraries that take long to import, such as torch, are imported only by the functions that need
# them, so that a short question has a quick answer.

SEED = 42
"""Of the resamples of recipes that belong to no run."""

PART = 500
"""Texts after which progress is told."""

logger = logging.getLogger(__name__)


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
