"""A recipe that occurs in a corpus several times is kept once; the rejects name the kept one."""

import numpy as np

from recipegen.corpus.duplicates import first_places, reject_double
from recipegen.corpus.recipe import Recipe


def test_each_recipe_knows_the_first_of_its_id() -> None:
    ids = np.array([7, 3, 7, 9, 3, 7], dtype=np.uint64)
    assert first_places(ids).tolist() == [0, 1, 0, 3, 1, 0]
    assert first_places(ids[:0]).tolist() == []


def test_a_double_names_the_record_and_where_it_is_in_another_file_the_file() -> None:
    recipe = Recipe("b.json", 4, "Toast", (), ("Toast the bread.",))
    assert reject_double(recipe, "b.json", 1).reason == "duplicate of record 1"
    again = reject_double(recipe, "a.json", 2)
    assert again.reason == "duplicate of record 2 of a.json"
    assert (again.source, again.position) == ("b.json", 4)
    assert '"Toast"' in again.raw
