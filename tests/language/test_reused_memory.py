"""Memory that is used again changes no result."""

import pytest
import torch

from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.reused_memory import Scratch, log_probabilities_in


@pytest.mark.parametrize("sizes", [{}, {"softmax_cutoffs": (3, 7)}, {"tied_weights": True}])
def test_log_probabilities_without_allocation_are_the_same(sizes: dict[str, object]) -> None:
    torch.manual_seed(1)
    model = RecipeLSTM(ModelConfig(11, 6, 8, **sizes)).eval()  # type: ignore[arg-type]
    scratch = Scratch(model.embedding.weight)
    with torch.no_grad():
        for rows in (5, 9, 2):
            features = torch.randn(rows, model.features(torch.tensor([[1]]))[0].shape[-1])
            found = log_probabilities_in(scratch, model.output, features)
            torch.testing.assert_close(found, model.log_probabilities(features))
