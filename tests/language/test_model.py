"""The network has the requested sizes; its loss counts each word once, and no padding."""

import pytest
import torch

from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.training import prepare


def small(**sizes: float | tuple[int, ...]) -> RecipeLSTM:
    torch.manual_seed(0)
    config = {"vocabulary_size": 11, "embedding_size": 6, "hidden_size": 5} | sizes
    return RecipeLSTM(ModelConfig(**config)).eval()


def loss_of(model: RecipeLSTM, *recipes: list[int]) -> tuple[torch.Tensor, int]:
    """The loss of recipes, and the number of words that it covers."""
    batch = prepare(model, recipes)
    return model.loss(*batch), len(batch.counted)


def test_the_book_network_has_the_size_of_the_book() -> None:
    sizes = [parameter.numel() for parameter in RecipeLSTM(ModelConfig(10_000)).parameters()]
    # Embedding 10,000 x 100, LSTM 4 x 128 x (100 + 128 + 2 biases), softmax 10,000 x (128 + 1).
    assert sum(sizes) == 1_000_000 + 4 * 128 * 230 + 1_290_000


@pytest.mark.parametrize(
    "sizes",
    [
        {},
        {"layers": 2, "dropout": 0.5},
        {"tied_weights": True},
        {"tied_weights": True, "layers": 3},
        {"softmax_cutoffs": (3, 7)},
        {"softmax_cutoffs": (3, 7, 11, 400)},
        {"softmax_cutoffs": (3,), "hidden_size": 1},
    ],
)
def test_shapes_and_carried_state(sizes: dict[str, float | tuple[int, ...]]) -> None:
    model = small(**sizes)
    tokens = torch.tensor([[2, 3, 4, 5], [6, 7, 8, 9]])
    logits, _ = model(tokens)
    assert logits.shape == (2, 4, 11)
    first, state = model(tokens[:, :3])
    last, _ = model(tokens[:, 3:], state)
    torch.testing.assert_close(torch.cat([first, last], dim=1), logits)


def test_tied_weights_are_one_tensor() -> None:
    model = small(tied_weights=True)
    assert model.output.weight is model.embedding.weight


def test_an_adaptive_softmax_gives_each_word_the_probability_that_its_loss_is_of() -> None:
    model = small(softmax_cutoffs=(3, 7))
    recipe = [2, 10, 4, 8, 1, 0]
    loss, words = loss_of(model, recipe)
    logits, _ = model(torch.tensor([recipe[:-1]]))
    assert words == 5
    torch.testing.assert_close(logits[0].exp().sum(dim=-1), torch.ones(5))
    by_hand = -sum(logits[0, position, word] for position, word in enumerate(recipe[1:]))
    torch.testing.assert_close(loss, by_hand)


def test_clusters_beyond_the_vocabulary_are_left_out() -> None:
    assert small(softmax_cutoffs=(11, 400)).state_dict().keys() == small().state_dict().keys()


def test_padding_is_out_of_the_loss_and_the_stop_token_in_it() -> None:
    model = small()
    long, short = [2, 3, 4, 5, 0], [6, 7, 0]
    together, words = loss_of(model, long, short)
    apart = [loss_of(model, recipe) for recipe in (long, short)]
    assert words == 4 + 2 == sum(count for _, count in apart)
    torch.testing.assert_close(together, apart[0][0] + apart[1][0])
    logits, _ = model(torch.tensor([long[:-1]]))
    log_odds = logits.log_softmax(-1)[0]
    by_hand = -sum(log_odds[position, word] for position, word in enumerate(long[1:]))
    torch.testing.assert_close(apart[0][0], by_hand)
