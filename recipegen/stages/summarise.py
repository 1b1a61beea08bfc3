"""Summarises all that is known of the texts in tables by temperature."""

from __future__ import annotations

from recipegen.evaluation.metrics import MEMORISED, Yardsticks
from recipegen.evaluation.temperature import describe_texts
from recipegen.evaluation.temperature import summarise as summarise_texts
from recipegen.files import Place
from recipegen.pairing.context import table_arrays
from recipegen.pairing.plausibility import curves_of
from recipegen.progress import Progress
from recipegen.stages.tokenise import vocabulary_of
from recipegen.store import Run


def summarise(run: Run, _: Place, progress: Progress) -> None:
    """Write the tables by temperature, from all that is known of the texts."""
    progress(0.0, "statistics")
    configuration = run.configuration
    scores, measures = run.read("sample_scores"), run.read("text_measures")
    texts = describe_texts(run.read("samples"), run.read("references"), scores, measures)
    copied = texts.loc[texts["group"] == "real", "copied_words"]
    curves = curves_of(table_arrays(run.read("ingredient_model")))
    yardsticks = Yardsticks(float(copied.quantile(MEMORISED)), _training_texts(run), curves)
    summary = summarise_texts(
        texts, run.read("sample_pairs"), yardsticks, configuration.summarise, configuration.seed
    )
    for name, frame in summary._asdict().items():
        run.write(name, frame)


def _training_texts(run: Run) -> list[str]:
    """Training recipes, at most ``score.references`` of them, cut to the length of samples."""
    tokens, vocabulary = run.read("tokens"), vocabulary_of(run)
    training = tokens[tokens["split"] == "train"].sort_values("recipe_id")
    chosen = training["token_ids"].head(run.configuration.score.references)
    longest = run.configuration.generate.max_tokens
    return [vocabulary.decode(ids[:longest]) for ids in chosen]
