"""The whole pipeline on one page: each stage reads tables, calls pure code, writes tables.

A module a stage, of the stage's name; here is what each reads, what its outcome depends on, and the
steps that it is done in. Module :mod:`recipegen.pipeline` says what a stage is.
"""

from recipegen.pipeline import Blocks, Stage, Whole
from recipegen.stages import (
    generate,
    ingest,
    learn_ingredients,
    learn_pairings,
    measure,
    report,
    score,
    summarise,
    tokenise,
    train,
)
from recipegen.tables import written_by

STAGES = (
    Stage(
        "ingest",
        reads=(),
        sections=("ingest",),
        steps=(Whole("read", ingest.read_parts), Blocks(ingest.part_names, ingest.sign_part)),
        perform=ingest.ingest,
        outside=ingest.corpus_hash,
    ),
    Stage(
        "tokenise",
        reads=("recipes",),
        sections=("tokenise",),
        perform=tokenise.tokenise,
    ),
    Stage(
        "train",
        reads=("vocabulary", "tokens"),
        sections=("train",),
        perform=train.train,
        files=train.trained_files,
        outside=train.what_is_trained,
    ),
    Stage(
        "learn-ingredients",
        reads=("recipes", "ingredient_lists"),
        sections=("learn_ingredients",),
        steps=(
            Blocks(learn_ingredients.recipe_blocks("names"), learn_ingredients.name_foods),
            Whole("candidates", learn_ingredients.choose_candidates),
            Blocks(learn_ingredients.recipe_blocks("agreement"), learn_ingredients.confirm_names),
            Whole("lexicon", learn_ingredients.make_lexicon),
            Blocks(learn_ingredients.found_blocks, learn_ingredients.find_ingredients),
        ),
        perform=learn_ingredients.learn_ingredients,
        gathers=("recipe_ingredients",),
        outside=learn_ingredients.words_hash,
    ),
    Stage(
        "learn-pairings",
        reads=("recipes", "recipe_ingredients", "lexicon"),
        sections=("learn_pairings",),
        perform=learn_pairings.learn_pairings,
        outside=learn_pairings.beforehand_hash,
    ),
    Stage(
        "generate",
        reads=("ngram", "vocabulary", "recipes"),
        sections=("generate",),
        steps=(Blocks(generate.sample_blocks, generate.generate_block),),
        perform=generate.generate,
        gathers=("samples", "sample_words", "sample_rejects"),
        outside=generate.drawn_from,
    ),
    Stage(
        "score",
        reads=(
            *("samples", "vocabulary", "tokens", "recipes", "ngram", "lexicon"),
            *score.JUDGES,
        ),
        sections=("score", "generate"),
        steps=(
            Whole("references", score.make_references),
            Blocks(score.score_blocks, score.score_block),
        ),
        gathers=tuple(written_by("score")),
        outside=score.judged_by,
    ),
    Stage(
        "measure",
        reads=("samples", "references", "mentions", "tokens", "vocabulary"),
        sections=(),
        perform=measure.measure,
    ),
    Stage(
        "summarise",
        reads=(
            "samples",
            "references",
            "sample_scores",
            "sample_pairs",
            "text_measures",
            "tokens",
            "vocabulary",
            "ingredient_model",
        ),
        sections=("summarise", "generate", "score"),
        perform=summarise.summarise,
    ),
    Stage(
        "report",
        reads=report.REPORTED,
        sections=report.SETTINGS,
        perform=report.report,
        files=report.pages,
    ),
)
"""Every stage, in an order in which each comes after those that feed it."""


def stage_named(name: str) -> Stage:
    """The stage of this name."""
    (stage,) = (stage for stage in STAGES if stage.name == name)
    return stage
