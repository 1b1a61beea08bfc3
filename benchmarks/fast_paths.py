"""How much time the fast paths of the network save. ``python -m benchmarks.fast_paths``.

Each fast path computes what ``recipegen/language/model.py`` computes. Both are timed in turns, in
one process, and the middle one of the ratios is printed with the lowest and the highest.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch

from recipegen.language.fast_lstm import Steps
from recipegen.language.fast_softmax import EVERY, AdaptiveSoftmax
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.reused_memory import Scratch, log_probabilities_in
from recipegen.language.sampling import draw_words

TEXTS, STEPS, ROUNDS = 256, 200, 5
"""Texts at once, words of each, and times that both paths are measured."""

SIZES = {"vocabulary_size": 10_000, "embedding_size": 160, "hidden_size": 192}
"""Those of the preset ``fast``, with its adaptive softmax."""

CUTOFFS = (1000, 4000)


def lstm(model: RecipeLSTM, words: torch.Tensor) -> tuple[Callable[[], None], Callable[[], None]]:
    """A step of the LSTM: torch's own, and the one with a table of words."""

    def plain() -> None:
        state = None
        for column in words.T:
            _, state = model.features(column[:, None], state)

    def fast() -> None:
        steps = Steps(model, len(words))
        for column in words.T:
            steps.read(column)

    return plain, fast


def memory(
    model: RecipeLSTM, features: torch.Tensor
) -> tuple[Callable[[], None], Callable[[], None]]:
    """Log-probabilities of all words: in new memory, and in memory that is used again."""
    scratch = Scratch(features)

    def plain() -> None:
        for _ in range(STEPS):
            model.log_probabilities(features)

    def fast() -> None:
        for _ in range(STEPS):
            log_probabilities_in(scratch, model.output, features)

    return plain, fast


def drawing(
    model: RecipeLSTM, features: torch.Tensor
) -> tuple[Callable[[], None], Callable[[], None]]:
    """A word of each text: among all words, and by the head of the softmax where that is enough."""
    output = model.output
    assert isinstance(output, torch.nn.AdaptiveLogSoftmaxWithLoss)
    softmax = AdaptiveSoftmax(output, EVERY, gathers=True)
    uniform = torch.rand(len(features), dtype=torch.float64)
    how = torch.tensor([[1.0, 0.0, 1.0, 0.0]]).expand(len(features), -1).clone()

    def plain() -> None:
        for _ in range(STEPS):
            draw_words(model.log_probabilities(features), uniform, how, [])

    def fast() -> None:
        for step in range(STEPS):
            measured = torch.arange(len(features)) % EVERY == step % EVERY
            softmax.draw(features, uniform, how[:, 0], measured)

    return plain, fast


def seconds(path: Callable[[], None]) -> float:
    """Processor seconds of a call."""
    began = time.process_time()
    path()
    return time.process_time() - began


def main() -> None:
    """Print how many times as fast each path is."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = RecipeLSTM(ModelConfig(softmax_cutoffs=CUTOFFS, **SIZES)).eval()
    words = torch.randint(2, SIZES["vocabulary_size"], (TEXTS, STEPS))
    print("| fast path | times as fast as the plain network | lowest to highest |")
    print("|---|---|---|")
    with torch.inference_mode():
        features = model.features(words)[0][:, -1]
        paths = {
            "step of the LSTM (`fast_lstm`)": lstm(model, words),
            "memory used again (`reused_memory`)": memory(model, features),
            "drawing by the head (`fast_softmax`)": drawing(model, features),
        }
        for name, (plain, fast) in paths.items():
            fast()
            ratios = [seconds(plain) / seconds(fast) for _ in range(ROUNDS)]
            middle = statistics.median(ratios)
            print(f"| {name} | {middle:.2f} | {min(ratios):.2f} to {max(ratios):.2f} |")


if __name__ == "__main__":
    main()
