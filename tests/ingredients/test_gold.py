"""Ingredients are found in hand-labelled texts. The labels are here, the texts in the corpora."""

from pathlib import Path

import pytest

from benchmarks.gold import Annotated, Score, compare_sets, compare_spans, read_labels
from benchmarks.shared import find_shared
from recipegen.config import LearnIngredients
from recipegen.ingredients.component import build_extractor, find_mentions
from recipegen.ingredients.lexicon import mine_lexicon


@pytest.fixture(scope="module")
def corpora() -> Path:
    folder = find_shared("corpora")
    if folder is None:
        pytest.skip("needs the labelled corpora in ../shared or $RECIPEGEN_SHARED")
    return folder


@pytest.mark.parametrize(
    ("name", "texts", "least"), [("directions", 100, 0.9), ("samples", 50, 0.88)]
)
def test_the_ingredients_of_labelled_texts(
    corpora: Path, name: str, texts: int, least: float
) -> None:
    labelled = read_labels(name, corpora)
    nlp = build_extractor(mine_lexicon([], LearnIngredients()))
    found = find_mentions(nlp, [each.text for each in labelled])
    sets = [{mention.ingredient for mention in mentions} for mentions in found]
    assert len(labelled) == texts
    assert compare_sets((each.ingredients for each in labelled), sets).f1 >= least


def test_spans_are_compared_with_both_ends_or_one_character() -> None:
    text = "add the red onion to the mixture"
    gold = [Annotated(text, [[(8, 17)], [(25, 32)]])]  # "red onion"; "mixture" is left out
    assert compare_spans(gold, [[(8, 17)]]) == (Score(1.0, 1.0, 1), Score(1.0, 1.0, 1))
    assert compare_spans(gold, [[(12, 17)]]) == (Score(0.0, 0.0, 1), Score(1.0, 1.0, 1))
    assert compare_spans(gold, [[(0, 3)]]) == (Score(0.0, 0.0, 1), Score(0.0, 0.0, 1))
    assert compare_spans(gold, [[(8, 17), (25, 32)]])[0] == Score(1.0, 1.0, 1)


def test_sets_are_counted_together() -> None:
    score = compare_sets([{"egg", "salt"}, {"rice"}], [{"egg"}, {"rice", "corn"}])
    assert score == Score(2 / 3, 2 / 3, 3)
    assert score.f1 == pytest.approx(2 / 3)
