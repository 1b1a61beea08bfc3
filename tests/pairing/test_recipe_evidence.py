"""What speaks against a recipe as a whole: a case worked by hand."""

import numpy as np
import numpy.typing as npt
import pytest

from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.recipe_evidence import EVIDENCE, PairMatrices, evidence, worst_objection


def symmetric(*upper: float) -> npt.NDArray[np.float32]:
    """A 3 x 3 matrix from the values of the pairs (0, 1), (0, 2) and (1, 2)."""
    matrix = np.zeros((3, 3), dtype=np.float32)
    matrix[np.triu_indices(3, 1)] = upper
    return matrix + matrix.T


PAIRS = PairMatrices(
    log_lift=symmetric(2.0, -1.0, 0.5),
    objection=symmetric(-3.0, 1.0, -1.0),
    verdict=symmetric(1, 4, 1).astype(np.uint8),
)
SETS = Sets.of([[0, 1, 2], [0, 2]])


def test_evidence_is_of_the_members_and_of_the_pairs_of_a_set() -> None:
    company = np.array([1.0, -2.0, 0.5, 3.0, 1.0])
    found = evidence(SETS, np.array([0.7, -0.2]), company, PAIRS)
    by_name = dict(zip(EVIDENCE, found.T, strict=True))
    assert by_name["one"].tolist() == [1.0, 1.0]
    assert by_name["surprise"].tolist() == [0.7, -0.2]
    assert by_name["company"] == pytest.approx([1.5 / 3, 4 / 2])  # -2 counts as 0
    assert by_name["objection"] == pytest.approx([-1.0, 1.0])
    assert by_name["lift"] == pytest.approx([0.5, -1.0])
    assert by_name["ln n"] == pytest.approx(np.log([3, 2]))


def test_the_worst_objection_is_the_largest_of_a_set() -> None:
    assert worst_objection(SETS, PAIRS).tolist() == [1.0, 1.0]
