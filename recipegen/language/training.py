"""Trains the network on the training split, epoch by epoch, and can resume after an interruption.

The random numbers of an epoch depend only on (seed, epoch), and the learning rate is a function of
the step. So the weights, the moments of Adam and the log are the whole state between two epochs. A
run that resumes from this state ends in the same way as one that was never interrupted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from recipegen.errors import RunError
from recipegen.language.data_parallel import Processes
from recipegen.language.hardware import reduced_type, with_tf32
from recipegen.language.loss import cluster_places
from recipegen.language.model import RecipeLSTM, pad
from recipegen.progress import Progress, silent

if TYPE_CHECKING:
    # The configuration needs pydantic, which benchmarks.gpu does without.
    from recipegen.config import Train

_PREFIX = "model."

LENGTH_JITTER = 8
"""Upper limit of a random number of words. It is added to the length of each recipe before recipes
are sorted by length into batches."""

READ_EVERY = 100
"""Steps after which the loss is read from a GPU. To read it, the host waits until the GPU has done
all its work. A CPU is asked after every step."""

LOSS_SCALE = 2.0**12
"""What the loss is multiplied with, at the start of an epoch, when a GPU trains in reduced
precision. cuDNN's LSTM may compute in float16 even if bfloat16 is asked for. Then the gradients of
single words, about one over the number of words of a batch, would be rounded to nearly nothing."""


@dataclass(frozen=True)
class Epoch:
    """A row of the table ``training_log``."""

    epoch: int
    seconds: float
    words: int
    words_per_second: float
    learning_rate: float
    train_perplexity: float
    valid_perplexity: float


class Training:
    """A network in training, with its optimiser and the log of finished epochs."""

    def __init__(
        self,
        model: RecipeLSTM,
        train: Sequence[list[int]],
        valid: Sequence[list[int]],
        settings: Train,
        seed: int,
        processes: Processes | None = None,
    ) -> None:
        """Prepare the first epoch.

        Args:
            model: the network, on the device where it is to be trained.
            train: token ids of the recipes to learn from, including the stop token.
            valid: token ids of the recipes that measure the perplexity.
            settings: the settings of the training.
            seed: decides the order of the recipes and the dropout.
            processes: the processes that train together, all with the same recipes; if None, this
                process trains alone.

        Raises:
            RunError: a split holds no recipe of two words or more.
        """
        self.model = model
        self.log: list[Epoch] = []
        self._device = model.embedding.weight.device
        on_gpu = self._device.type == "cuda"
        # A fused step is one kernel for all weights. On a CPU, it would change the last digits.
        self.optimizer = torch.optim.Adam(
            model.parameters(), lr=settings.learning_rate, fused=on_gpu or None
        )
        self._reduced = settings.precision == "bfloat16"
        self._scaled = self._reduced and on_gpu
        self._settings = settings
        self._seed = seed
        self._processes = processes or Processes()
        self._loss = self._processes.together(_Loss(model))
        self._train = _usable(train, "train")
        self._valid = _usable(valid, "valid")
        self._steps = math.ceil(len(self._train) / settings.batch_size)

    def epochs(self, progress: Progress = silent) -> Iterator[Epoch]:
        """Train the epochs that are left, until all are done or ``patience`` runs out.

        Raises:
            RunError: the loss is no longer a finite number.
        """
        while len(self.log) < self._settings.epochs and not self._is_stuck():
            self.log.append(self._epoch(len(self.log) + 1, progress))
            yield self.log[-1]

    def best(self) -> Epoch:
        """The epoch with the lowest valid perplexity so far; the first one if several tie."""
        return min(self.log, key=lambda epoch: epoch.valid_perplexity)

    def _is_stuck(self) -> bool:
        patience = self._settings.patience
        return bool(self.log and patience and len(self.log) - self.best().epoch >= patience)

    def _epoch(self, number: int, progress: Progress) -> Epoch:
        torch.manual_seed(_epoch_seed(self._seed, number) + self._processes.rank)
        before = self.log[-1] if self.log else None
        began = time.perf_counter()
        loss_sum, words, rate = 0.0, 0, 0.0
        summed = torch.zeros((), dtype=torch.float64, device=self._device)
        # A new scale each epoch, so that there is no more to keep between two epochs.
        scaler = torch.amp.GradScaler(
            self._device.type, init_scale=LOSS_SCALE, enabled=self._scaled
        )
        for index, batch in enumerate(self._batches(number), start=1):
            step = (number - 1) * self._steps + index - 1
            rate = learning_rate(step, self._steps * self._settings.epochs, self._settings)
            with with_tf32(self._device, self._reduced):
                summed += self._step(batch, rate, scaler)
            words += _words(batch)
            if self._is_read(index):
                loss_sum = self._processes.sums(float(summed))[0]
                self._report(number, index, loss_sum, words, progress)
        seconds = time.perf_counter() - began
        return Epoch(
            epoch=number,
            seconds=seconds + (before.seconds if before else 0.0),
            words=words + (before.words if before else 0),
            words_per_second=words / seconds,
            learning_rate=rate,
            train_perplexity=_perplexity(loss_sum, words),
            valid_perplexity=self._valid_perplexity(),
        )

    def _is_read(self, steps: int) -> bool:
        every = 1 if self._device.type == "cpu" else READ_EVERY
        return steps % every == 0 or steps == self._steps

    def _report(
        self, number: int, steps: int, loss_sum: float, words: int, progress: Progress
    ) -> None:
        if not math.isfinite(loss_sum):
            raise RunError(
                f"the loss is no longer finite in epoch {number}, step {steps}; finished epochs "
                "are kept; lower train.learning_rate or train.gradient_clip"
            )
        done = number - 1 + steps / self._steps
        note = f"epoch {number}, perplexity {_perplexity(loss_sum, words):.1f}"
        progress(done / self._settings.epochs, note)

    def _valid_perplexity(self) -> float:
        recipes = self._processes.share(self._valid)
        measured = negative_log_likelihood(self.model, recipes, self._settings.batch_size)
        return _perplexity(*self._processes.sums(*measured))

    def _step(self, batch: list[list[int]], rate: float, scaler: torch.amp.GradScaler) -> Tensor:
        """Learn from a batch. The loss of this process's share of it, summed over its words."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        own = self._processes.share(batch)
        # A process without a share of a small batch still takes part, with a loss of 0.
        prepared = prepare(self.model, own or batch[:1])
        reduced = reduced_type(self._device)
        with torch.autocast(self._device.type, reduced, enabled=self._reduced):
            loss = self._loss(prepared) * (1 if own else 0)
        # The gradients of processes are averaged, but those of a batch must be added up.
        scaler.scale(loss * self._processes.count / _words(batch)).backward()
        scaler.unscale_(self.optimizer)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self._settings.gradient_clip)
        scaler.step(self.optimizer)
        scaler.update()
        return loss.detach()  # type: ignore[no-any-return]

    def _batches(self, epoch: int) -> Iterator[list[list[int]]]:
        """Batches of recipes of similar length, so that little is padded, in random order."""
        random = np.random.default_rng([self._seed, epoch])
        lengths = np.array([len(recipe) for recipe in self._train])
        order = np.argsort(lengths + random.uniform(0, LENGTH_JITTER, len(lengths)), kind="stable")
        size = self._settings.batch_size
        for step in random.permutation(self._steps):
            yield [self._train[row] for row in order[step * size : (step + 1) * size]]

    # Resuming

    def tensors(self) -> dict[str, Tensor]:
        """The weights and the moments of Adam, by name."""
        moments = {
            f"adam.{moment}.{name}": tensor.detach().cpu().contiguous()
            for name, parameter in self.model.named_parameters()
            for moment, tensor in self.optimizer.state[parameter].items()
        }
        return get_weights(self.model) | moments

    def resume(self, tensors: dict[str, Tensor], log: Sequence[dict[str, float]]) -> None:
        """Continue with the weights, the moments of Adam and the log of an earlier process."""
        load_weights(self.model, tensors)
        # Adam counts its steps on the CPU, except in its fused form.
        counter = self._device if self.optimizer.defaults["fused"] else "cpu"
        for name, parameter in self.model.named_parameters():
            self.optimizer.state[parameter] = {
                moment: tensors[f"adam.{moment}.{name}"].to(
                    self._device if moment != "step" else counter
                )
                for moment in ("step", "exp_avg", "exp_avg_sq")
            }
        self.log = [Epoch(**row) for row in log]  # type: ignore[arg-type]


def learning_rate(step: int, steps: int, settings: Train) -> float:
    """The learning rate of a step: a linear warm-up, then a cosine decay to a hundredth.

    Loshchilov & Hutter 2017 (SGDR), without restarts.
    """
    warm_up = max(1, round(settings.warm_up * steps))
    if step < warm_up:
        return settings.learning_rate * (step + 1) / warm_up
    turn = (step - warm_up) / max(1, steps - warm_up)
    return settings.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * turn)))


class Batch(NamedTuple):
    """A batch of recipes, as :meth:`RecipeLSTM.loss` takes it, all on the network's device."""

    tokens: Tensor
    """Padded token ids, shape (B, T)."""
    counted: Tensor
    """Places of the words that count."""
    clusters: tuple[Tensor, ...]
    """Places of the words of each cluster."""


def prepare(model: RecipeLSTM, recipes: Sequence[list[int]]) -> Batch:
    """A batch, put together on the host, so that no step waits for a GPU to learn its sizes."""
    tokens, lengths = pad(recipes, torch.device("cpu"))
    counted = (torch.arange(1, tokens.shape[1]) < lengths[:, None]).flatten().nonzero()[:, 0]
    clusters = cluster_places(model.output, tokens[:, 1:].flatten()[counted])
    device = model.embedding.weight.device
    return Batch(
        _sent(tokens, device),
        _sent(counted, device),
        tuple(_sent(places, device) for places in clusters),
    )


def _sent(tensor: Tensor, device: torch.device) -> Tensor:
    """The tensor on a device. A GPU fetches it from pinned memory while the host goes on."""
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor


class _Loss(nn.Module):
    """The loss of a network as a module, so that its gradients can be shared."""

    def __init__(self, model: RecipeLSTM) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> Tensor:
        return self.model.loss(*batch)


def perplexity(model: RecipeLSTM, recipes: Sequence[list[int]], batch_size: int = 32) -> float:
    """The perplexity of recipes: exp of the mean negative log-likelihood of a word.

    All words after the first count, including the stop token and [UNK]. Padding does not count.
    """
    return _perplexity(*negative_log_likelihood(model, recipes, batch_size))


def _perplexity(loss_sum: float, words: float) -> float:
    return math.exp(min(loss_sum / words, 99)) if words else math.nan


@torch.no_grad()
def negative_log_likelihood(
    model: RecipeLSTM, recipes: Sequence[list[int]], batch_size: int
) -> tuple[float, int]:
    """The negative log-likelihood of recipes in nats, and the number of words that it covers.

    It is summed over all words after the first of each recipe.
    """
    model.eval()
    loss = _Loss(model)
    ranked = sorted((recipe for recipe in recipes if len(recipe) > 1), key=len)
    summed = torch.zeros((), dtype=torch.float64, device=model.embedding.weight.device)
    for start in range(0, len(ranked), batch_size):
        summed += loss(prepare(model, ranked[start : start + batch_size]))
    return float(summed), _words(ranked)


def _words(recipes: Sequence[list[int]]) -> int:
    """Words after the first of each recipe."""
    return sum(map(len, recipes)) - len(recipes)


def get_weights(model: RecipeLSTM) -> dict[str, Tensor]:
    """The weights by name, each with the prefix ``model.``. A tied output layer is left out."""
    weights = dict(model.state_dict())
    if model.config.tied_weights:
        del weights["output.weight"]
    return {
        f"{_PREFIX}{name}": tensor.detach().cpu().contiguous() for name, tensor in weights.items()
    }


def load_weights(model: RecipeLSTM, tensors: Mapping[str, Tensor]) -> None:
    """Put the weights from :func:`get_weights` into the network, and ignore other tensors.

    Raises:
        RuntimeError: a weight is missing or of another shape.
    """
    weights = {
        name.removeprefix(_PREFIX): tensor
        for name, tensor in tensors.items()
        if name.startswith(_PREFIX)
    }
    if model.config.tied_weights and "embedding.weight" in weights:
        weights["output.weight"] = weights["embedding.weight"]
    model.load_state_dict(weights)


def _usable(recipes: Sequence[list[int]], split: str) -> list[list[int]]:
    usable = [recipe for recipe in recipes if len(recipe) > 1]
    if not usable:
        raise RunError(f"the {split} split holds no recipe to train with; use a larger corpus")
    return usable


def _epoch_seed(seed: int, epoch: int) -> int:
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0])
