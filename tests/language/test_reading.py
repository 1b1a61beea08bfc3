"""Each text gets the log-probability and entropy that the network gives it by itself."""

import pytest
import torch

from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.reading import text_likelihoods


def test_likelihood_and_entropy_are_those_of_each_text_alone() -> None:
    torch.manual_seed(2)
    model = RecipeLSTM(ModelConfig(11, 6, 8, softmax_cutoffs=(4,))).eval()
    texts = [[2, 3, 4, 0], [5], [6, 7, 8, 9, 10, 1, 2], [3, 3]]
    first = [1, 1, 3, 2]
    found = text_likelihoods(model, texts, first)
    for text, start, (log_probability, entropy) in zip(texts, first, found, strict=True):
        counted = range(start, len(text))
        if not counted:
            assert (log_probability, entropy) == (0, 0)
            continue
        logs = model(torch.tensor([text[:-1]]))[0][0].detach().double()
        own = sum(float(logs[at - 1, text[at]]) for at in counted)
        spread = [float(-(logs[at - 1].exp() * logs[at - 1]).sum()) for at in counted]
        assert log_probability == pytest.approx(own, abs=1e-5)
        assert entropy == pytest.approx(sum(spread) / len(spread), abs=1e-5)
