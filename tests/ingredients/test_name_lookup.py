"""The many names of an ingredient lead to its canonical name."""

import pandas as pd
import pytest

from recipegen.errors import UsageError
from recipegen.ingredients.name_lookup import canonical_name

LEXICON = pd.DataFrame(
    [
        ("chocolate", "chocolate"),
        ("dough", None),
        ("garlic", "garlic"),
        ("green onion", "green onion"),
        ("scallion", "green onion"),
        ("scallions", "green onion"),
        ("truffle", "truffle"),
    ],
    columns=["variant", "ingredient"],
)
KNOWN = ["chocolate", "garlic", "green onion"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("garlic", "garlic"),
        (" Green  ONION ", "green onion"),
        ("scallions", "green onion"),
        ("2 cloves chopped garlic", "garlic"),
        ("3 thinly sliced Scallions", "green onion"),
    ],
)
def test_a_name_is_found_however_it_is_written(written: str, name: str) -> None:
    assert canonical_name(written, KNOWN, LEXICON) == name


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("choclate", "'choclate' is not an ingredient of this run; did you mean chocolate?"),
        ("scalions", "did you mean green onion?"),
        ("xyz", "see the table 'ingredients'"),
        ("", "see the table 'ingredients'"),
        ("dough", "'dough' is no ingredient by itself; name what it is made of"),
        ("truffle", "'truffle': no training recipe of this run uses truffle"),
        ("garlic and chocolate", "is not an ingredient of this run"),
    ],
)
def test_a_name_that_is_not_known_is_refused_with_a_reason(written: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        canonical_name(written, KNOWN, LEXICON)
    assert says in str(refused.value)
