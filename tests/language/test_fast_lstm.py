"""Reading word by word gives what the network gives for the whole text."""

import pytest
import torch

from recipegen.language import fast_lstm
from recipegen.language.fast_lstm import Steps
from recipegen.language.model import ModelConfig, RecipeLSTM


@pytest.mark.parametrize("largest", [0, 2**20])
@pytest.mark.parametrize(
    "sizes", [{}, {"layers": 3}, {"tied_weights": True, "layers": 2}, {"softmax_cutoffs": (3, 7)}]
)
@torch.no_grad()
def test_features_are_those_of_the_network(
    sizes: dict[str, object], largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_lstm, "LARGEST_TABLE", largest)
    torch.manual_seed(0)
    model = RecipeLSTM(ModelConfig(11, 6, 8, **sizes)).eval()  # type: ignore[arg-type]
    texts = torch.randint(11, (5, 9))
    steps = Steps(model, 5)
    found = torch.stack([steps.read(words).clone() for words in texts.T], dim=1)
    torch.testing.assert_close(found, model.features(texts)[0])


@torch.no_grad()
def test_a_row_that_starts_again_forgets_its_text_and_kept_rows_go_on() -> None:
    torch.manual_seed(0)
    model = RecipeLSTM(ModelConfig(11, 6, 8, layers=2)).eval()
    texts = torch.randint(11, (4, 6))
    steps = Steps(model, 4)
    for words in texts[:, :3].T:
        steps.read(words)
    steps.restart(torch.tensor([1]))
    steps.keep(torch.tensor([3, 1]))
    for words in texts[[3, 1], 3:].T:
        found = steps.read(words)
    torch.testing.assert_close(found[0], model.features(texts[3:4])[0][0, -1])
    torch.testing.assert_close(found[1], model.features(texts[1:2, 3:])[0][0, -1])
