"""A quantity is computed, or else it is the column of that name."""

import pandas as pd
import pytest

from recipegen.evaluation.per_text.quantities import COLUMNS, check_quantities, quantities_of
from recipegen.tables import TABLES


def test_a_name_that_is_not_computed_is_a_column() -> None:
    texts = pd.DataFrame({"one_title": [True, False, None], "copied_words": [3, 9, 9]})
    found = quantities_of(texts, 8.0, ["one_title", "memorised", "copied_words"])
    assert found["one_title"].tolist()[:2] == [1.0, 0.0]
    assert pd.isna(found["one_title"][2])
    assert found["memorised"].tolist() == [0.0, 1.0, 1.0]
    assert found["copied_words"].tolist() == [3.0, 9.0, 9.0]


def test_every_number_of_a_text_can_be_a_quantity_and_no_word_can() -> None:
    measured = TABLES["text_measures"].column_names
    words = {"sample_id", "copied_recipe_id", "nearest_recipe_id"}
    assert {*measured} - {*COLUMNS} == words
    check_quantities("a_rate", [*COLUMNS, "memorised"])


@pytest.mark.parametrize("name", ["one_titel", "nearest_recipe_id"])
def test_a_wrong_name_says_what_there_is(name: str) -> None:
    with pytest.raises(ValueError, match=f"a_rate needs {name}, .* one_title") as error:
        check_quantities("a_rate", ["quantities", name])
    assert "recipegen/tables/measure.py" in str(error.value)
