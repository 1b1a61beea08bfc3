"""The whole pipeline on one page: each stage reads tables, calls pure code, writes tables.

Each stage has a module of the same name. This page says what each stage reads, what its outcome
depends on, and which steps it has. Module :mod:`recipegen.running.stage` says what a stage is.
"""

from collections.abc import Callable
from functools import cache

from recipegen.running.stage import Blocks, Stage, Whole
from recipegen.running.stage_names import STAGE_NAMES
from recipegen.tables import written_by

STAGES: tuple[Stage, ...]
"""All stages. Each comes after the stages that write what it reads."""

# A stage is imported when somebody asks for it: torch and spaCy take seconds, and `ingest` needs
# neither.


def _ingest() -> Stage:
    from recipegen.stages import ingest

    return Stage(
        "ingest",
        reads=(),
        sections=("ingest",),
        steps=(Whole("read", ingest.read_parts), Blocks(ingest.part_names, ingest.sign_part)),
        perform=ingest.ingest,
        outside=ingest.corpus_hash,
    )


def _tokenise() -> Stage:
    from recipegen.stages import tokenise

    return Stage(
        "tokenise",
        reads=("recipes",),
        sections=("tokenise",),
        perform=tokenise.tokenise,
    )


def _train() -> Stage:
    from recipegen.stages import train

    return Stage(
        "train",
        reads=("vocabulary", "tokens"),
        sections=("train",),
        perform=train.train,
        files=train.trained_files,
        outside=train.what_is_trained,
    )


def _learn_ingredients() -> Stage:
    from recipegen.stages import learn_ingredients

    return Stage(
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
    )


def _learn_pairings() -> Stage:
    from recipegen.stages import learn_pairings

    return Stage(
        "learn-pairings",
        reads=("recipes", "recipe_ingredients", "lexicon"),
        sections=("learn_pairings",),
        perform=learn_pairings.learn_pairings,
        outside=learn_pairings.beforehand_hash,
    )


def _generate() -> Stage:
    from recipegen.stages import generate

    return Stage(
        "generate",
        reads=("ngram", "vocabulary", "recipes"),
        sections=("generate",),
        steps=(Blocks(generate.sample_blocks, generate.generate_block, generate.sample_keys),),
        perform=generate.generate,
        gathers=("samples", "sample_words", "sample_rejects"),
        outside=generate.drawn_from,
    )


def _score() -> Stage:
    from recipegen.stages import score

    return Stage(
        "score",
        reads=(
            *("samples", "vocabulary", "tokens", "recipes", "ngram", "lexicon"),
            *score.JUDGES,
        ),
        sections=("score", "generate"),
        steps=(
            Whole("references", score.make_references),
            Blocks(score.score_blocks, score.score_block, score.score_keys),
        ),
        gathers=tuple(written_by("score")),
        outside=score.judged_by,
    )


def _measure() -> Stage:
    from recipegen.stages import measure
    from recipegen.stages.text_blocks import text_blocks

    return Stage(
        "measure",
        reads=("samples", "references", "mentions", "tokens", "vocabulary"),
        sections=("score",),
        steps=(
            Whole("mentions", measure.find_mentions),
            Blocks(text_blocks, measure.measure_block, measure.measure_keys),
        ),
        gathers=("text_measures",),
    )


def _summarise() -> Stage:
    from recipegen.stages import summarise
    from recipegen.stages.labels import labels_hash
    from recipegen.stages.text_blocks import text_blocks

    return Stage(
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
        steps=(
            Whole("parts", summarise.draw_parts),
            Blocks(text_blocks, summarise.sum_up_block),
            Blocks(summarise.cell_blocks, summarise.measure_cell),
        ),
        perform=summarise.summarise,
        outside=labels_hash,
    )


def _report() -> Stage:
    from recipegen.report.selection import REPORTED
    from recipegen.stages import report

    return Stage(
        "report",
        reads=REPORTED,
        sections=report.SETTINGS,
        perform=report.report,
        files=report.pages,
    )


_STAGES: dict[str, Callable[[], Stage]] = dict(
    zip(
        STAGE_NAMES,
        (
            *(_ingest, _tokenise, _train, _learn_ingredients, _learn_pairings),
            *(_generate, _score, _measure, _summarise, _report),
        ),
        strict=True,
    )
)


@cache
def stage_named(name: str) -> Stage:
    """The stage of this name."""
    return _STAGES[name]()


def __getattr__(name: str) -> tuple[Stage, ...]:
    if name == "STAGES":
        return tuple(map(stage_named, _STAGES))
    raise AttributeError(f"module 'recipegen.stages' has no attribute {name!r}")
