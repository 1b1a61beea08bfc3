"""The AUC of the intruder test is the chance that a spoilt recipe scores above a real one."""

import numpy as np
import pytest

from recipegen.pairing.validation import auc


@pytest.mark.parametrize(
    ("real", "spoilt", "expected"),
    [
        ([1.0, 2.0], [3.0, 4.0], 1.0),
        ([3.0, 4.0], [1.0, 2.0], 0.0),
        ([1.0, 1.0], [1.0, 1.0], 0.5),
        ([1.0, 3.0], [2.0, 3.0], (1 + 0 + 1 + 0.5) / 4),
    ],
)
def test_auc_by_hand(real: list[float], spoilt: list[float], expected: float) -> None:
    assert auc(np.array(real), np.array(spoilt)) == expected
