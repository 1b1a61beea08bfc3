"""What a GPU makes of training, generation and likelihoods, beside the processor of its machine.

    python -m benchmarks.gpu [--minutes 5] [--quick]

It needs the repository, torch, numpy, pandas and pyarrow, and no data. Recipes are invented: their
words have Zipf's distribution, and their number and lengths are those of a real corpus.

First the GPU must do what the processor does: the loss may differ by 1 %, and a sample only where
the uniform number all but hits the boundary between two words. If it does not, the exit status is
1. Then the tables say how fast each preset is trained and drawn from, and how near that is to what
the device can do.

Without a GPU, everything runs on the processor, which is then compared with itself, at a small
size. ``--quick`` asks for the small size. The checks take the time that they need. The speeds share
what is left of ``--minutes``; a row for which no time is left says so.
"""

from __future__ import annotations

import argparse
import copy
import math
import os
import resource
import statistics
import sys
import time
import tomllib
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn

from recipegen.language.generation import Sample, generate, uniform_numbers
from recipegen.language.hardware import reduced_type, use_float32, with_tf32
from recipegen.language.likelihood import text_likelihoods
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.sampling import Sampling, heat
from recipegen.language.training import Training
from recipegen.language.vocabulary import STOP

CPU = torch.device("cpu")
SEED = 7
PRESETS = ("book", "fast", "best")
GRID = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5)
CHECKED = (0.0, 0.5, 1.0, 1.5)
"""Temperatures of the samples that are compared."""

NEAR = 1e-5
"""A uniform number this near to the boundary between two words may draw either.

Weights that are wrong by one part in a thousand, as in TF32, change samples up to 7e-5 from a tie;
by one in ten million, up to 4e-8.
"""
SAME_LOSS = 0.01
"""Largest relative difference of two losses."""
SAME_LIKELIHOOD = 1e-3
"""Largest difference, in nats a word, of two likelihoods."""


@dataclass(frozen=True)
class Settings:
    """The settings of a training, with the defaults of ``recipegen.config``, which needs pydantic.

    A test compares the two.
    """

    embedding_size: int = 100
    hidden_size: int = 128
    layers: int = 1
    dropout: float = 0.0
    tied_weights: bool = False
    softmax_cutoffs: tuple[int, ...] = (1000, 4000)
    epochs: int = 5
    patience: int | None = None
    batch_size: int = 32
    learning_rate: float = 1.2e-2
    warm_up: float = 0.05
    precision: str = "float32"
    gradient_clip: float = 1.0


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    vocabulary: int = 10_000
    words: int = 150
    """Words of a recipe on average."""
    max_words: int = 200
    """Words of the longest recipe and sample."""
    recipes: int = 4096
    """Recipes of an epoch on a GPU, but eight batches at least; a processor gets an eighth."""
    batches: tuple[int, ...] = (128, 512, 2048)
    samples: tuple[int, ...] = (512, 1024, 2048, 4096, 8192)
    checked_samples: int = 512
    checked_steps: int = 5
    """Steps of each of the ``CHECKED_EPOCHS`` epochs whose losses are compared."""
    texts: int = 512
    product: int = 8192
    """Rows of the square matrices whose product shows the peak of a GPU; a processor's are four
    times smaller."""
    copied: int = 2**30
    """Bytes that are copied to show the peak of a GPU's memory; a processor copies an eighth."""


QUICK = Size(600, 20, 30, 128, (64,), (128, 256), 64, 2, 32, 2048, 2**24)
CHECKED_EPOCHS = 8


def preset(name: str) -> Settings:
    """The settings of a preset."""
    file = Path(__file__).parents[1] / "data" / "presets" / f"{name}.toml"
    return Settings(**tomllib.loads(file.read_text(encoding="utf-8"))["train"])


def corpus(size: Size, count: int) -> list[list[int]]:
    """Invented recipes as token ids. A quarter of their words follow from the word before."""
    random = np.random.default_rng(SEED)
    odds = np.cumsum(1 / (np.arange(size.vocabulary - 2) + 2.7))

    def drawn(words: int) -> np.ndarray:
        return 2 + np.searchsorted(odds, random.random(words) * odds[-1])

    lengths = random.gamma(4, size.words / 4, count).clip(5, size.max_words - 1).astype(int)
    words, successors = drawn(lengths.sum()), drawn(size.vocabulary)
    follows = random.random(len(words) - 1) < 0.5
    words[1:] = np.where(follows, successors[words[:-1]], words[1:])
    return [[*part.tolist(), STOP] for part in np.split(words, np.cumsum(lengths)[:-1])]


def network(settings: Settings, size: Size, device: torch.device) -> RecipeLSTM:
    """A network with random weights, the same on each device."""
    torch.manual_seed(SEED)
    names = ModelConfig.__dataclass_fields__.keys() - {"vocabulary_size"}
    sizes = {name: getattr(settings, name) for name in names}
    return RecipeLSTM(ModelConfig(size.vocabulary, **sizes)).to(device)


# What a device can do


def wait(device: torch.device) -> None:
    """Wait until the device has done its work."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def rate(device: torch.device, work: Callable[[], float], seconds: float) -> float:
    """Units of work a second: the median of as many runs as fit into ``seconds``, after a first.

    If the first run takes all the time, it is the only one.
    """
    rates, began = [], time.perf_counter()
    while len(rates) < 2 or time.perf_counter() - began < seconds:
        wait(device)
        start = time.perf_counter()
        done = work()
        wait(device)
        rates.append(done / (time.perf_counter() - start))
        if time.perf_counter() - began > seconds:
            break
    return statistics.median(rates[1:] or rates)


@dataclass(frozen=True)
class Peaks:
    """What large operations reach on a device."""

    products: dict[str, float]
    """Operations a second of a matrix product, by type of numbers."""
    copying: float
    """Bytes a second that a copy reads and writes."""


def peaks(device: torch.device, size: Size, seconds: float) -> Peaks:
    """Measure a device."""
    kinds = ["float32", "bfloat16"] + (["tf32"] if device.type == "cuda" else [])
    products = {}
    for kind in kinds:
        reduced = reduced_type(device) if kind == "bfloat16" else torch.float32
        rows = size.product if device.type == "cuda" else size.product // 4
        matrix = torch.randn(rows, rows, device=device).to(reduced)
        with with_tf32(device, kind == "tf32"):
            products[kind] = rate(device, partial(_multiply, matrix), seconds / 4)
    numbers = size.copied // (4 if device.type == "cuda" else 32)
    source = torch.ones(numbers, device=device)
    return Peaks(products, rate(device, partial(_copy, source, source * 0), seconds / 4))


def _multiply(matrix: torch.Tensor) -> float:
    matrix @ matrix
    return 2.0 * len(matrix) ** 3


def _copy(source: torch.Tensor, target: torch.Tensor) -> float:
    target.copy_(source)
    return 2.0 * source.nbytes


def begin_memory(device: torch.device) -> None:
    """Forget earlier peaks of the memory, where that is possible."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def peak_memory(device: torch.device) -> float:
    """Bytes: on a GPU since ``begin_memory``, of a process since its start."""
    if device.type == "cuda":
        return float(torch.cuda.max_memory_allocated())
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def waits(device: torch.device, work: Callable[[], object]) -> int | None:
    """How often the host waits for the GPU during some work; None on a processor."""
    if device.type != "cuda":
        return None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            work()
        finally:
            torch.cuda.set_sync_debug_mode("default")
    return sum("called a synchronizing" in str(each.message) for each in caught)


# What the work needs at least


@dataclass(frozen=True)
class Cost:
    """The least that a word needs."""

    operations: float
    bytes: float

    def shares(self, words: float, peak: Peaks, kind: str) -> tuple[float, float]:
        """Percentages of the memory bound and of the matrix peak, at so many words a second."""
        bound, most = peak.copying / self.bytes, peak.products[kind] / self.operations
        return 100 * words / bound, 100 * words / most


def sizes(model: RecipeLSTM, part: str) -> int:
    """Weights whose names begin with ``part``."""
    named = model.named_parameters()
    return sum(weight.numel() for name, weight in named if name.startswith(part))


def training_cost(model: RecipeLSTM, recipes: Sequence[list[int]], batch: int) -> Cost:
    """Of a word in training.

    Operations: two a weight forwards and four backwards; of a cluster, only for its own words.
    Bytes: ten numbers of 4 bytes a weight and step (it is read twice, its gradient written and
    read, both moments of Adam and the weight itself read and written), and two bytes for each
    activation, which is written and read forwards, as its gradient is backwards.
    """
    output, config = model.output, model.config
    weights = float(sizes(model, "lstm") + sizes(model, "projection"))
    activations = config.embedding_size + 6.0 * config.hidden_size * config.layers
    if isinstance(output, nn.AdaptiveLogSoftmaxWithLoss):
        words = np.concatenate([recipe[1:] for recipe in recipes])
        weights += sizes(model, "output.head")
        activations += output.head.out_features
        for number, (low, high) in enumerate(pairwise(output.cutoffs)):
            share = float(np.mean((words >= low) & (words < high)))
            weights += share * sizes(model, f"output.tail.{number}.")
            activations += share * (high - low)
    else:
        weights += sizes(model, "output") or sizes(model, "embedding")
        activations += config.vocabulary_size
    words_a_step = batch * statistics.mean(len(recipe) - 1 for recipe in recipes)
    return Cost(6 * weights, 40 * sizes(model, "") / words_a_step + 4 * 2 * activations)


def generation_cost(model: RecipeLSTM, batch: int) -> Cost:
    """Of a drawn word, where every word's logit is computed.

    Operations: two a weight. Bytes: all weights, once a step for the whole batch; and of each word
    the logits and the state of the LSTM, written once and read once.
    """
    config = model.config
    weights = sizes(model, "") - (0 if config.tied_weights else sizes(model, "embedding"))
    own = config.vocabulary_size + 2 * config.hidden_size * config.layers
    return Cost(2.0 * weights, 4.0 * weights / batch + 4 * 2 * own)


# The measurements


def training_figures(
    settings: Settings, size: Size, device: torch.device, peak: Peaks, seconds: float
) -> Sequence[object]:
    """The speed of training after the first epoch, and the rest of a row."""
    begin_memory(device)
    count = max(size.recipes, 8 * settings.batch_size)
    recipes = corpus(size, count if device.type == "cuda" else count // 8)
    model = network(settings, size, device)
    speeds, began = [], time.perf_counter()
    epochs = train(model, recipes, replace(settings, epochs=20)).epochs()
    for epoch in epochs:
        speeds.append(epoch.words_per_second)
        if time.perf_counter() - began > seconds or len(speeds) == 19:
            break
    speed, memory = statistics.median(speeds[1:] or speeds), peak_memory(device)
    cost = training_cost(model, recipes, settings.batch_size)
    shares = cost.shares(speed, peak, settings.precision)
    host = waits(device, partial(next, epochs))
    steps = math.ceil(len(recipes) / settings.batch_size)
    return speed, *shares, memory / 1e9, None if host is None else host / steps


def train(model: RecipeLSTM, recipes: list[list[int]], settings: Settings) -> Training:
    """The training of a network on recipes."""
    return Training(model, recipes, recipes[:2], settings, SEED)  # type: ignore[arg-type]


def generation_figures(
    model: RecipeLSTM,
    size: Size,
    device: torch.device,
    peak: Peaks,
    temperatures: Sequence[float],
    batch: int,
    seconds: float,
) -> Sequence[object]:
    """The speed of generation, and the rest of a row."""
    begin_memory(device)
    # Twice the batch, so that samples that end make room for others.
    run = draw(copy.deepcopy(model).to(device), size, 2 * batch, batch, temperatures)
    speed = rate(device, lambda: float(sum(drawn_words(each) for each in run())), seconds)
    shares = generation_cost(model, batch).shares(speed, peak, "float32")
    memory, host = peak_memory(device), waits(device, run)
    # Two batches, one after the other, take about twice the steps of the longest sample.
    return speed, *shares, memory / 1e9, None if host is None else host / (2 * size.max_words)


PROMPT = 4
"""Words of a prompt."""


def draw(
    model: RecipeLSTM, size: Size, count: int, batch: int, temperatures: Sequence[float]
) -> Callable[[], list[Sample]]:
    """A function that draws samples, the first ones at the first of the temperatures, and so on."""
    hows = [Sampling(temperatures[at * len(temperatures) // count]) for at in range(count)]
    uniforms = np.stack(
        [uniform_numbers(SEED, how.temperature, at, size.max_words) for at, how in enumerate(hows)]
    )
    prompts = [recipe[:PROMPT] for recipe in corpus(size, count)]
    return partial(generate, model, prompts, hows, size.max_words, uniforms, batch)


def drawn_words(sample: Sample) -> int:
    """Words after the prompt, with the stop token."""
    return len(sample.tokens) + sample.stopped - PROMPT


@dataclass(frozen=True)
class Agreement:
    """How far samples of the same uniform numbers agree on two devices."""

    words: int
    """Words that were drawn before the first difference of each sample."""
    parted: tuple[float, ...]
    """For each sample that differs: how near the tie was, as in :func:`distance`."""


def compare_samples(
    model: RecipeLSTM, mine: Sequence[Sample], others: Sequence[Sample], size: Size
) -> Agreement:
    """Compare the samples of a network on the processor with those of another device.

    Args:
        model: the network on the processor.
        mine: its samples, drawn with ``draw`` at the temperatures ``CHECKED``.
        others: the same samples of another device.
        size: of how many words they may be.
    """
    exact, words, parted = copy.deepcopy(model).double(), 0, []
    for at, sample in enumerate(mine):
        ours, theirs = _with_stop(sample), _with_stop(others[at])
        pairs = zip(ours, theirs, strict=False)
        same = next((i for i, (one, two) in enumerate(pairs) if one != two), len(ours))
        words += same - PROMPT
        if same < len(ours):
            temperature = CHECKED[at * len(CHECKED) // len(mine)]
            uniform = float(uniform_numbers(SEED, temperature, at, size.max_words)[same])
            pair = ours[same], theirs[same]
            parted.append(distance(exact, ours[:same], temperature, uniform, pair))
    return Agreement(words, tuple(sorted(parted, reverse=True)))


def _with_stop(sample: Sample) -> list[int]:
    return [*sample.tokens, *([STOP] if sample.stopped else [])]


@torch.no_grad()
def distance(
    exact: RecipeLSTM,
    before: Sequence[int],
    temperature: float,
    uniform: float,
    pair: tuple[int, int],
) -> float:
    """How wrong probabilities must be for two words to be drawn with the same uniform number.

    It is the distance, as a probability, from the uniform number to the farther end of what lies
    between the two words. At temperature 0, it is the difference of their probabilities.

    Args:
        exact: the network in double precision.
        before: token ids of the words before.
        temperature: 0 or more.
        uniform: the uniform number.
        pair: token ids of the two words.
    """
    logs = exact(torch.tensor([list(before)]))[0][0, -1:]
    if temperature == 0:
        first, second = logs[0, list(pair)].exp().tolist()
        return abs(first - second)
    ends = heat(logs, temperature)[0].cumsum(0)
    low, high = sorted(pair)
    return max(abs(uniform - float(ends[low])), abs(uniform - float(ends[high - 1])))


def losses(settings: Settings, size: Size, device: torch.device) -> tuple[RecipeLSTM, list[float]]:
    """A network that has learned a little, without dropout, and its loss in each short epoch.

    The losses are in nats a word.
    """
    settings = replace(settings, epochs=CHECKED_EPOCHS, dropout=0.0)
    recipes = corpus(size, size.checked_steps * settings.batch_size)
    model = network(settings, size, device)
    epochs = train(model, recipes, settings).epochs()
    return model, [math.log(epoch.train_perplexity) for epoch in epochs]


# The tables


Row = tuple[Sequence[object], Callable[[float], Sequence[object]]]
"""The labels of a row, and a function that measures the rest of it in so many seconds."""


class Report:
    """Prints tables, and remembers whether a check has failed."""

    def __init__(self, seconds: float) -> None:
        """Take ``seconds`` in all, from now on."""
        self._ends = time.perf_counter() + seconds
        self.failed = False

    def head(self, title: str, *columns: str) -> None:
        """Begin a table."""
        print(f"\n## {title}\n\n| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")

    def row(self, *cells: object) -> None:
        """Print a row; numbers are rounded."""
        print("| " + " | ".join(map(_cell, cells)) + " |", flush=True)

    def tried(
        self, labels: Sequence[object], measure: Callable[..., Sequence[object]], *given: object
    ) -> None:
        """Print a row with what ``measure`` finds, or why it failed: the others still matter."""
        try:
            self.row(*labels, *measure(*given))
        except RuntimeError as error:
            self.failed = self.failed or not isinstance(error, torch.OutOfMemoryError)
            self.row(*labels, f"{type(error).__name__}: {error}".splitlines()[0][:200])

    def in_turn(self, rows: Sequence[Row], share: float = 1.0) -> None:
        """Print rows that take a share of the time that is left, divided evenly among them."""
        now = time.perf_counter()
        ends = now + share * (self._ends - now)
        for at, (labels, measure) in enumerate(rows):
            left = ends - time.perf_counter()
            if left > 0:
                self.tried(labels, measure, left / (len(rows) - at))
            else:
                self.row(*labels, "no time left")

    def verdict(self, right: bool) -> str:
        """A cell that says whether a check has passed."""
        self.failed = self.failed or not right
        return "yes" if right else "NO"


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def show_peaks(
    report: Report, devices: Sequence[torch.device], size: Size, seconds: float
) -> dict[str, Peaks]:
    """The peaks of each device."""
    report.head("Peaks", "device", "TFLOP/s float32", "bfloat16", "TF32", "copy, GB/s")
    found = {}
    for device in devices:
        peak = found[device.type] = peaks(device, size, seconds / len(devices))
        kinds = (peak.products.get(kind) for kind in ("float32", "bfloat16", "tf32"))
        report.row(device.type, *(kind and kind / 1e12 for kind in kinds), peak.copying / 1e9)
    return found


def show_losses(report: Report, device: torch.device, size: Size) -> dict[str, RecipeLSTM]:
    """Whether training takes the same course as on the processor, and what the latter trained."""
    columns = "first loss", "last loss", "largest difference, %", "same"
    report.head("Losses, compared with float32 on the processor", "preset", "precision", *columns)
    models = {}
    for name in PRESETS:
        plain = replace(preset(name), precision="float32")
        models[name], wanted = losses(plain, size, CPU)
        for precision in ("float32", "bfloat16"):
            settings = replace(plain, precision=precision)
            report.tried((name, precision), loss_figures, settings, size, device, wanted, report)
    return models


def loss_figures(
    settings: Settings, size: Size, device: torch.device, wanted: list[float], report: Report
) -> Sequence[object]:
    """The losses on a device, and whether they are the ones that are wanted."""
    _, got = losses(settings, size, device)
    apart = max(abs(a - b) / b for a, b in zip(got, wanted, strict=True))
    return got[0], got[-1], 100 * apart, report.verdict(apart <= SAME_LOSS)


def show_samples(
    report: Report, device: torch.device, size: Size, models: dict[str, RecipeLSTM]
) -> None:
    """Whether a device draws the words that the processor draws."""
    columns = "words before", "samples that differ", "of", "farthest from a tie", "next", "same"
    report.head("Samples, compared with the processor", "preset", "float32 as", *columns)
    for name, model in models.items():
        mine = draw(model, size, size.checked_samples, 512, CHECKED)()
        for kind in ("ieee", "tf32") if device.type == "cuda" else ("ieee",):
            report.tried((name, kind), sample_figures, model, mine, size, device, kind, report)


def sample_figures(
    model: RecipeLSTM,
    mine: Sequence[Sample],
    size: Size,
    device: torch.device,
    kind: str,
    report: Report,
) -> Sequence[object]:
    """Whether a device draws the same words, and how near the ties are where it does not."""
    with with_tf32(device, kind == "tf32"):
        others = draw(copy.deepcopy(model).to(device), size, len(mine), 512, CHECKED)()
    found = compare_samples(model, mine, others, size)
    near = max(found.parted, default=0.0) <= NEAR
    # TF32 is shown for comparison only: recipegen does not draw with it.
    right = report.verdict(near) if kind == "ieee" else ("yes" if near else "no")
    first, *rest = [f"{each:.1g}" for each in found.parted] or [None]
    following = ", ".join(map(str, rest[:5])) or None
    return found.words, len(found.parted), len(mine), first, following, right


def show_likelihoods(
    report: Report, device: torch.device, size: Size, models: dict[str, RecipeLSTM]
) -> None:
    """Whether a device finds texts as likely as the processor does, and how fast both are."""
    columns = "words/s", "the processor's words/s", "largest difference, nats a word", "same"
    report.head("Likelihoods, compared with the processor", "preset", *columns)
    for name, model in models.items():
        report.tried((name,), likelihood_figures, model, size, device, report)


def likelihood_figures(
    model: RecipeLSTM, size: Size, device: torch.device, report: Report
) -> Sequence[object]:
    """Both speeds, the largest difference, and whether that is small enough."""
    own, texts = copy.deepcopy(model).to(device), corpus(size, size.texts)
    words, first = np.array([len(text) - 1 for text in texts]), [1] * len(texts)
    text_likelihoods(own, texts[:64], first[:64])
    (got, mine), (wanted, theirs) = (_timed(each, texts, first) for each in (own, model))
    # The log-probability is a sum over words, the entropy is a mean.
    apart = np.abs(got - wanted) / np.stack([words, np.ones(len(words))], axis=1)
    speeds = float(words.sum() / mine), float(words.sum() / theirs)
    return *speeds, float(apart.max()), report.verdict(bool(apart.max() <= SAME_LIKELIHOOD))


def _timed(model: RecipeLSTM, texts: list[list[int]], first: list[int]) -> tuple[np.ndarray, float]:
    began = time.perf_counter()
    return text_likelihoods(model, texts, first), time.perf_counter() - began


SPEED = "words/s", "% of the memory bound", "% of the matrix peak", "memory, GB", "waits a step"
"""The columns of a speed."""


def show_training(
    report: Report, devices: Sequence[torch.device], size: Size, found: dict[str, Peaks]
) -> None:
    """The speed of training."""
    report.head("Training", "device", "preset", "precision", "batch", *SPEED)
    rows: list[Row] = []
    for device in devices:
        for name in PRESETS:
            for settings in variants(preset(name), size)[: None if device == devices[0] else 1]:
                labels = device.type, name, settings.precision, settings.batch_size
                given = settings, size, device, found[device.type]
                rows.append((labels, partial(training_figures, *given)))
    report.in_turn(rows, 0.55)


def variants(own: Settings, size: Size) -> list[Settings]:
    """A preset as it is, in the other precision, and with larger batches."""
    other = "float32" if own.precision == "bfloat16" else "bfloat16"
    batches = (replace(own, batch_size=each, precision="bfloat16") for each in size.batches)
    return [own, replace(own, precision=other), *batches]


def show_generation(
    report: Report,
    devices: Sequence[torch.device],
    size: Size,
    found: dict[str, Peaks],
    models: dict[str, RecipeLSTM],
) -> None:
    """The speed of generation by batch."""
    report.head("Generation", "device", "preset", "T", "batch", *SPEED)
    rows: list[Row] = []
    for device in devices:
        for name, model in models.items():
            for shown, temperatures in (("1", (1.0,)), ("0.2 to 1.5", GRID)):
                for batch in size.samples[: None if device == devices[0] else 1]:
                    given = model, size, device, found[device.type], temperatures, batch
                    labels = device.type, name, shown, batch
                    rows.append((labels, partial(generation_figures, *given)))
    report.in_turn(rows)


def describe(gpu: bool, small: bool) -> str:
    """The machine and the versions, in a paragraph."""
    versions = f"{os.cpu_count()} cores; torch {torch.__version__}"
    if not gpu:
        return (
            "There is no GPU here. Everything runs on the processor, which is compared with "
            f"itself, at a small size. No figure says anything about a GPU. {versions}"
        )
    card, kind = torch.cuda.get_device_properties(0), reduced_type(torch.device("cuda"))
    with torch.autocast("cuda", kind), torch.no_grad():
        inner = nn.LSTM(8, 8).cuda()(torch.zeros(2, 2, 8, device="cuda"))[0].dtype
    return (
        f"{card.name}, {card.total_memory / 1e9:.0f} GB{', at a small size' if small else ''}. "
        f"{versions}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}. Reduced "
        f"precision is {kind}; the LSTM then computes in {inner}."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 if a check fails."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--quick", action="store_true", help="measure little, in a short time")
    options = parser.parse_args(arguments)
    gpu = torch.cuda.is_available()
    size = Size() if gpu and not options.quick else QUICK
    devices = [torch.device("cuda"), CPU] if gpu else [CPU]
    seconds = 60 * options.minutes
    began, report = time.perf_counter(), Report(seconds)
    print(describe(gpu, options.quick))
    use_float32()
    found = show_peaks(report, devices, size, seconds / 30)
    models = show_losses(report, devices[0], size)
    show_samples(report, devices[0], size, models)
    show_likelihoods(report, devices[0], size, models)
    show_training(report, devices, size, found)
    show_generation(report, devices, size, found, models)
    print(
        f"\n{time.perf_counter() - began:.0f} s; checks {'FAILED' if report.failed else 'passed'}"
    )
    return int(report.failed)


if __name__ == "__main__":
    sys.exit(main())
