"""Training learns, logs, resumes bit for bit, and stops if the loss is not a number."""

import math
from pathlib import Path

import pytest
import torch

from recipegen.config import Train
from recipegen.errors import CorruptFile, RunError
from recipegen.language.checkpoint import load_checkpoint, load_model, model_facts, save_checkpoint
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.training import Epoch, Training, get_weights, learning_rate, perplexity
from recipegen.language.vocabulary import Vocabulary

RECIPES = [[2 + (start + step) % 7 for step in range(5 + start % 4)] + [0] for start in range(60)]
SETTINGS = Train(epochs=4, batch_size=8, learning_rate=0.05, dropout=0.1)


def training(**sizes: object) -> Training:
    torch.manual_seed(3)
    config = {"vocabulary_size": 9, "embedding_size": 8, "hidden_size": 8, "dropout": 0.1} | sizes
    model = RecipeLSTM(ModelConfig(**config))  # type: ignore[arg-type]
    return Training(model, RECIPES, RECIPES[:10], SETTINGS, seed=5)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def test_a_pattern_is_learned_and_the_log_adds_up() -> None:
    work = training()
    log = list(work.epochs())
    assert [epoch.epoch for epoch in log] == [1, 2, 3, 4]
    words = sum(len(recipe) - 1 for recipe in RECIPES)
    assert [epoch.words for epoch in log] == [words, 2 * words, 3 * words, 4 * words]
    assert [epoch.seconds for epoch in log] == sorted(epoch.seconds for epoch in log)
    assert log[-1].valid_perplexity < 4 < log[0].train_perplexity < 9
    assert log[-1].learning_rate < 0.02 * SETTINGS.learning_rate


@pytest.mark.parametrize(
    "sizes", [{}, {"tied_weights": True}, {"layers": 2}, {"softmax_cutoffs": (3, 5)}]
)
def test_resumed_training_ends_with_the_same_weights(
    tmp_path: Path, sizes: dict[str, object]
) -> None:
    undisturbed = training(**sizes)
    list(undisturbed.epochs())
    killed = training(**sizes)
    for epoch in killed.epochs():
        if epoch.epoch == 2:
            break
    log = [vars(epoch) for epoch in killed.log]
    save_checkpoint(tmp_path / "last", killed.tensors(), {"log": log})
    resumed = training(**sizes)
    tensors, facts = load_checkpoint(tmp_path / "last")
    resumed.resume(tensors, facts["log"])
    list(resumed.epochs())
    for name, weight in get_weights(undisturbed.model).items():
        assert torch.equal(weight, get_weights(resumed.model)[name]), name
    assert resumed.log[-1].valid_perplexity == undisturbed.log[-1].valid_perplexity


@pytest.mark.parametrize("sizes", [{}, {"softmax_cutoffs": (3, 5)}])
def test_bfloat16_learns_the_same_pattern(sizes: dict[str, object]) -> None:
    settings = SETTINGS.model_copy(update={"precision": "bfloat16"})
    torch.manual_seed(3)
    work = Training(
        RecipeLSTM(ModelConfig(9, 8, 8, **sizes)),  # type: ignore[arg-type]
        RECIPES,
        RECIPES[:10],
        settings,
        seed=5,
    )
    assert list(work.epochs())[-1].valid_perplexity < 4
    assert {weight.dtype for weight in work.model.parameters()} == {torch.float32}


def test_scaling_the_loss_changes_no_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a GPU in reduced precision. Here nothing is lost, since the scale is a power of two."""
    plain, scaled = training(), training()
    list(plain.epochs())
    scaler = torch.amp.GradScaler
    monkeypatch.setattr(
        torch.amp, "GradScaler", lambda device, **how: scaler(device, **how | {"enabled": True})
    )
    list(scaled.epochs())
    for name, weight in get_weights(plain.model).items():
        assert torch.equal(weight, get_weights(scaled.model)[name]), name


@torch.no_grad()
def by_hand(model: RecipeLSTM) -> tuple[float, int]:
    """The loss of all recipes, from the probability of each word, and the number of words."""
    logs = [model(torch.tensor([recipe[:-1]]))[0][0] for recipe in RECIPES]
    words = [torch.tensor(recipe[1:]) for recipe in RECIPES]
    found = [own.gather(1, each[:, None]) for own, each in zip(logs, words, strict=True)]
    return -float(torch.cat(found).sum()), sum(map(len, words))


def test_the_loss_is_that_of_the_network() -> None:
    """Words of an epoch without learning, counted and added up, have the network's perplexity."""
    settings = SETTINGS.model_copy(update={"learning_rate": 1e-30, "epochs": 1})
    for sizes in ({"dropout": 0.0}, {"dropout": 0.0, "softmax_cutoffs": (3, 5)}):
        model = training(**sizes).model
        epoch = next(Training(model, RECIPES, RECIPES, settings, seed=5).epochs())
        loss, words = by_hand(model)
        assert epoch.words == words
        assert epoch.train_perplexity == pytest.approx(math.exp(float(loss) / words))
        assert epoch.valid_perplexity == pytest.approx(math.exp(float(loss) / words))


def test_progress_tells_each_step_and_the_perplexity() -> None:
    told: list[tuple[float, str]] = []
    next(training().epochs(lambda share, note="": told.append((share, note))))
    assert [share for share, _ in told] == pytest.approx([step / 32 for step in range(1, 9)])
    assert all(note.startswith("epoch 1, perplexity ") for _, note in told)


def test_training_stops_when_patience_runs_out() -> None:
    settings = SETTINGS.model_copy(update={"learning_rate": 1e-9, "patience": 2, "epochs": 9})
    torch.manual_seed(3)
    work = Training(RecipeLSTM(ModelConfig(9, 8, 8)), RECIPES, RECIPES[:10], settings, seed=5)
    work.log = [Epoch(each, 1.0, each, 1.0, 0.1, 5.0, 4.0) for each in (1, 2)]
    # Neither of the two epochs with next to no learning rate is better than 4.
    assert [epoch.epoch for epoch in work.epochs()] == [3]
    assert work.best().epoch == 1


def test_a_loss_that_is_no_number_stops_with_advice() -> None:
    work = training()
    with torch.no_grad():
        work.model.output.bias[3] = math.inf
    with pytest.raises(RunError, match=r"no longer finite in epoch 1.*train\.learning_rate"):
        next(work.epochs())


def test_a_split_without_recipes_is_refused() -> None:
    with pytest.raises(RunError, match="valid split"):
        Training(training().model, RECIPES, [[3]], SETTINGS, seed=0)


def test_perplexity_is_that_of_the_uniform_network() -> None:
    model = training().model.eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    assert perplexity(model, RECIPES) == pytest.approx(9)
    assert math.isnan(perplexity(model, [[3]]))


def test_the_learning_rate_rises_and_falls() -> None:
    settings = Train(learning_rate=1.0, warm_up=0.1)
    rates = [learning_rate(step, 100, settings) for step in range(100)]
    assert rates[:10] == pytest.approx([0.1 * step for step in range(1, 11)])
    assert rates[10] == pytest.approx(1.0)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0.01 < rates[-1] < 0.02


def test_a_checkpoint_alone_brings_back_network_and_words(tmp_path: Path) -> None:
    model = training(tied_weights=True).model.eval()
    vocabulary = Vocabulary(["", "[UNK]", *"abcdefg"])
    save_checkpoint(tmp_path / "best", get_weights(model), model_facts(model, vocabulary))
    loaded, words = load_model(tmp_path / "best", torch.device("cpu"))
    assert words.words == vocabulary.words
    tokens = torch.tensor([[2, 3, 4]])
    torch.testing.assert_close(loaded(tokens)[0], model(tokens)[0])


@pytest.mark.parametrize("damage", [b"", b"no tensors", None])
def test_a_damaged_checkpoint_is_named(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "best"
    model = training().model
    save_checkpoint(path, get_weights(model), model_facts(model, Vocabulary(["", "[UNK]"])))
    path.write_bytes(path.read_bytes()[:-9] if damage is None else damage)
    with pytest.raises(CorruptFile, match="best: not a readable checkpoint"):
        load_model(path, torch.device("cpu"))


@pytest.mark.parametrize("size", [{"hidden_size": 10**6}, {"layers": 10**9}])
def test_a_network_that_is_larger_than_its_weights_takes_no_memory(
    tmp_path: Path, size: dict[str, int]
) -> None:
    model = training().model
    facts = model_facts(model, Vocabulary(["", "[UNK]"]))
    facts["model"] |= size
    save_checkpoint(tmp_path / "best", get_weights(model), facts)
    with pytest.raises(CorruptFile, match=r"a network of .* but has only|layers, but has only"):
        load_model(tmp_path / "best", torch.device("cpu"))


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    model = training().model
    facts = model_facts(model, Vocabulary(["", "[UNK]"]))
    facts["model"]["hidden_size"] = 4
    save_checkpoint(tmp_path / "best", get_weights(model), facts)
    with pytest.raises(CorruptFile, match="inconsistent"):
        load_model(tmp_path / "best", torch.device("cpu"))
