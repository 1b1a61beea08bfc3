"""Each text gets the log-probability and entropy that the network gives it by itself."""

import numpy as np
import pytest
import torch

from recipegen.language.likelihood import text_likelihoods, word_probabilities
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.sampling import heat


def test_likelihood_and_entropy_are_those_of_each_text_alone() -> None:
    torch.manual_seed(2)
    model = RecipeLSTM(ModelConfig(11, 6, 8, softmax_cutoffs=(4,))).eval()
    texts = [[2, 3, 4, 0], [5], [6, 7, 8, 9, 10, 1, 2], [3, 3]]
    first = [1, 1, 3, 2]
    found = text_likelihoods(model, texts, first, every=1)
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


def test_entropy_is_estimated_from_a_share_of_the_words_without_bias() -> None:
    torch.manual_seed(3)
    model = RecipeLSTM(ModelConfig(40, 6, 8, softmax_cutoffs=(4, 15))).eval()
    with torch.no_grad():
        for weights in model.output.parameters():
            weights.mul_(6)
    random = np.random.default_rng(5)
    texts = [random.integers(0, 40, size).tolist() for size in random.integers(2, 60, 600)]
    some, every = (text_likelihoods(model, texts, [1] * 600, each) for each in (8, 1))
    assert some[:, 0] == pytest.approx(every[:, 0], abs=1e-9)
    error = some[:, 1] - every[:, 1]
    assert 0.001 < error.std() < 0.3 * every[:, 1].mean()
    assert abs(error.mean()) < 4 * error.std() / 600**0.5


def test_the_words_at_which_entropy_is_worked_out_depend_on_the_text_alone() -> None:
    torch.manual_seed(2)
    model = RecipeLSTM(ModelConfig(11, 6, 8, softmax_cutoffs=(4,))).eval()
    texts = [[2, 3, 4, 10, 9, 8, 1, 0], [5, 7], [6, 7, 8, 9, 10, 1, 2], [3, 3, 8, 9, 2, 3, 4]]
    together = text_likelihoods(model, texts, [1] * 4, every=3)
    alone = [text_likelihoods(model, [text], [1], every=3)[0] for text in texts]
    assert together == pytest.approx(np.array(alone), abs=1e-6)


def test_words_have_the_probabilities_that_each_text_alone_gives_them() -> None:
    torch.manual_seed(2)
    model = RecipeLSTM(ModelConfig(11, 6, 8, softmax_cutoffs=(4,))).eval()
    texts = [[2, 3, 4, 0], [5, 9], [6, 7, 8, 9, 10, 1, 2], [3, 3, 1]]
    places = [[3, 1], [], [2, 6], [1]]
    temperatures = [0.5, 1.0, 2.0, 0.0]
    found = word_probabilities(model, texts, places, temperatures)
    expected = []
    for text, own, temperature in zip(texts, places, temperatures, strict=True):
        logs = model(torch.tensor([text]))[0][0].detach()
        plain, heated = logs.exp(), heat(logs, temperature)
        expected += [[float(each[at - 1, text[at]]) for each in (plain, heated)] for at in own]
    assert found == pytest.approx(np.array(expected), abs=1e-6)


def test_no_words_have_no_probabilities() -> None:
    model = RecipeLSTM(ModelConfig(11, 6, 8))
    assert word_probabilities(model, [[2, 3]], [[]], [1.0]).shape == (0, 2)
