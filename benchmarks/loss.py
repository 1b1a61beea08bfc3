"""Words a second of a training step, with the loss in chunks and with the plain loss.

The recipes are random, of 150 words, in batches of 32. The network is the book's (embedding 100,
LSTM 128, vocabulary 10,000). The two losses take turns, so that other work on the machine affects
both alike. Only the ratio of the two is meaningful.

    python benchmarks/loss.py [--threads N] [--rounds N]
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear

from recipegen.language import model as network
from recipegen.language.loss import linear_cross_entropy
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.training import Batch, prepare

BATCH, WORDS, VOCABULARY = 32, 150, 10_000


def plain_loss(features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
    """The same loss with all logits in memory at once."""
    return cross_entropy(linear(features, weight, bias), targets, reduction="sum")


def words_per_second(model: RecipeLSTM, optimizer: torch.optim.Optimizer, batch: Batch) -> float:
    """The speed of one training step."""
    began = time.perf_counter()
    optimizer.zero_grad()
    loss, words = model.loss(*batch), len(batch.counted)
    (loss / words).backward()
    optimizer.step()
    return words / (time.perf_counter() - began)


def main() -> None:
    """Print a table: loss, words a second (median, fastest), ratio to the plain loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = RecipeLSTM(ModelConfig(VOCABULARY))
    optimizer = torch.optim.Adam(model.parameters())
    batch = prepare(model, torch.randint(2, VOCABULARY, (BATCH, WORDS)).tolist())
    speeds: dict[str, list[float]] = {"plain": [], "in chunks": []}
    for _ in range(options.rounds):
        for name, loss in (("plain", plain_loss), ("in chunks", linear_cross_entropy)):
            network.linear_cross_entropy = loss
            speeds[name].append(words_per_second(model, optimizer, batch))
    print(f"threads {options.threads}, rounds {options.rounds}\n")
    print("| loss | words/s, median | words/s, fastest | ratio of medians |\n|---|---|---|---|")
    base = statistics.median(speeds["plain"])
    for name, values in speeds.items():
        median = statistics.median(values)
        print(f"| {name} | {median:,.0f} | {max(values):,.0f} | {median / base:.2f} |")


if __name__ == "__main__":
    main()
