"""Recipes drawn from the network, one by one as in the book, or many at once.

Temperature T raises probabilities to 1/T and renormalises them over the whole vocabulary; T = 0
is the most probable word (Ackley, Hinton & Sejnowski 1985; Foster, Generative Deep Learning, 2nd
edition, ch. 5). A word is drawn by inverting the cumulative distribution at a uniform number, and
the numbers belong to (seed, temperature, sample number), so that neither the batch nor the order
of work decides what is drawn.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt
import scipy.stats
import torch
from torch import Tensor

from recipegen.language.model import RecipeLSTM, State
from recipegen.language.vocabulary import STOP, Vocabulary

Floats = npt.NDArray[np.float64]

BLOCK = 100
"""Words of a block: about the square root of the vocabulary, for as many steps in each search."""

SMALLEST_TEMPERATURE = 1e-30
"""Lower ones are 0 in single precision; at either, the most probable word has it all."""

ROWS = 64
"""The network's batch is a multiple of this, and so many rows get their words at once: they stay in
the processor's cache. The sums of a matrix product can depend on how many rows it has,
in the last digit, and with it once in a million words the word that is drawn; here it has as many
whatever the batch."""

GENERATED = "generated"
"""The group of samples that are drawn among all words."""

logger = logging.getLogger(__name__)


class Step(TypedDict):
    """A step of :meth:`TextGenerator.generate`."""

    prompt: str
    """The text before the step."""
    word_probs: Floats
    """Probability of each word of the vocabulary, V, temperature applied."""
    word: str
    """The word that was drawn; empty for the stop token."""


@dataclass(frozen=True)
class Sample:
    """A generated recipe."""

    tokens: tuple[int, ...]
    """Token ids, prompt included, stop token not."""
    stopped: bool
    """Whether the stop token ended it."""
    log_probability: float
    """Of the words after the prompt, the stop token included, at temperature 1, in nats."""
    heated_log_probability: float
    """Likewise, at the temperature they were drawn at."""
    entropy: float
    """Mean over the words drawn of that of the distribution they were drawn from, in nats."""


@dataclass(frozen=True)
class Sampling:
    """How words are drawn."""

    temperature: float
    """0 or more."""
    top_k: int = 0
    """Draw among the k most probable words (Fan et al. 2018), more where they tie; 0: all."""
    top_p: float = 1.0
    """Draw among the fewest words that have this probability together, temperature applied
    (nucleus sampling, Holtzman et al. 2020); 1: all."""

    @property
    def group(self) -> str:
        """What the tables call samples with these cut-offs."""
        cuts = (
            (f"top-k {self.top_k}" if self.top_k else ""),
            (f"top-p {self.top_p:g}" if self.top_p < 1 else ""),
        )
        return ", ".join(filter(None, (GENERATED, *cuts)))


class TextGenerator:
    """The book's generator: one text, word by word; and its callback at the end of an epoch."""

    def __init__(
        self,
        model: RecipeLSTM,
        vocabulary: Vocabulary,
        random: np.random.Generator | None = None,
    ) -> None:
        """Generate with ``model``; ``random`` gives one uniform number for each word drawn."""
        self.model = model
        self.vocabulary = vocabulary
        self.random = random if random is not None else np.random.default_rng()

    def sample_from(self, probabilities: npt.ArrayLike, temperature: float) -> tuple[int, Floats]:
        """A token id drawn from the probabilities at a temperature, and those it was drawn from.

        Args:
            probabilities: of each word, V, at temperature 1; they need not sum to one.
            temperature: 0 or more; 0 draws the most probable word.

        Raises:
            ValueError: the temperature is negative or not finite.
        """
        with np.errstate(divide="ignore"):
            logits = torch.from_numpy(np.log(np.asarray(probabilities, dtype=np.float64)))
        heated = heat(logits[None], temperature)
        token_id = draw(heated, torch.tensor([self.random.random()], dtype=torch.float64))
        return int(token_id), heated[0].numpy()

    def generate(self, start_prompt: str, max_tokens: int, temperature: float) -> list[Step]:
        """The steps from the prompt to the stop token, or to ``max_tokens`` words in all.

        The list is empty where the prompt has ``max_tokens`` words or more.

        Raises:
            ValueError: the prompt has no word.
        """
        tokens = encode_prompt(self.vocabulary, start_prompt)
        steps: list[Step] = []
        while len(tokens) < max_tokens and tokens[-1] != STOP:
            probabilities = next_word_probabilities(self.model, tokens)
            token_id, heated = self.sample_from(probabilities, temperature)
            text, word = self.vocabulary.decode(tokens), self.vocabulary.words[token_id]
            steps.append({"prompt": text, "word_probs": heated, "word": word})
            tokens.append(token_id)
        return steps

    def text(self, start_prompt: str, steps: Sequence[Step]) -> str:
        """The whole text that ``generate`` made from the prompt."""
        if not steps:
            return self.vocabulary.decode(encode_prompt(self.vocabulary, start_prompt))
        return f"{steps[-1]['prompt']} {steps[-1]['word']}".rstrip()

    def on_epoch_end(
        self, epoch: int, prompts: Sequence[str], max_tokens: int, temperature: float
    ) -> list[dict[str, object]]:
        """A text for each prompt, as rows of the table ``epoch_samples``, also logged."""
        rows: list[dict[str, object]] = []
        for prompt in prompts:
            text = self.text(prompt, self.generate(prompt, max_tokens, temperature))
            logger.info("epoch %d, T = %g: %s", epoch, temperature, text)
            rows.append(
                {"epoch": epoch, "prompt": prompt, "temperature": temperature, "text": text}
            )
        return rows


def heat(logits: Tensor, temperature: float) -> Tensor:
    """Probabilities, N x V, from logits or log-probabilities, N x V, at a temperature.

    Computed from differences to the largest logit, so that no small temperature overflows. At
    temperature 0 the first of the most probable words has probability 1.

    Raises:
        ValueError: the temperature is negative or not finite.
    """
    if not 0 <= temperature < float("inf"):
        raise ValueError(f"temperature must be a finite number from 0 on, got {temperature}")
    if temperature == 0:
        best = logits.argmax(dim=-1, keepdim=True)
        return torch.zeros_like(logits).scatter_(-1, best, 1.0)
    centred = logits - logits.amax(dim=-1, keepdim=True)
    return torch.softmax(centred.div_(temperature), dim=-1)


def cut(probabilities: Tensor, top_k: int, top_p: float) -> Tensor:
    """The probabilities, N x V, with unlikely words at 0; what is left need not sum to one.

    Args:
        probabilities: temperature applied.
        top_k: as in :class:`Sampling`.
        top_p: as in :class:`Sampling`.
    """
    if 0 < top_k < probabilities.shape[-1]:
        least = probabilities.topk(top_k, dim=-1).values[:, -1:]
        probabilities = probabilities.masked_fill(probabilities < least, 0.0)
    if top_p < 1:
        ranked = probabilities.sort(dim=-1, descending=True).values
        above = ranked.cumsum(dim=-1) - ranked
        wanted = above < top_p * ranked.sum(dim=-1, keepdim=True)
        least = ranked.gather(1, wanted.sum(dim=-1, keepdim=True) - 1)
        probabilities = probabilities.masked_fill(probabilities < least, 0.0)
    return probabilities


def draw(weights: Tensor, uniform: Tensor) -> Tensor:
    """Token ids, N, where the cumulative weights, N x V, exceed uniform numbers, N, of their sum.

    First the block of words is found, then the word in it: adding up all words one after the
    other takes longer than all that comes before. A word of weight 0 is never drawn, whatever
    the rounding of the sums.
    """
    blocks = torch.nn.functional.pad(weights, (0, -weights.shape[-1] % BLOCK))
    blocks = blocks.view(len(blocks), -1, BLOCK)
    block, rest = _invert(blocks.sum(dim=-1), uniform)
    inside = blocks[torch.arange(len(block), device=block.device), block]
    return block * BLOCK + _invert(inside, rest)[0]


def _invert(weights: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor]:
    """Where the cumulative weights exceed uniform numbers, and how far inside, 0 to below 1."""
    cumulative = weights.cumsum(dim=-1, dtype=torch.float64)
    total = cumulative[:, -1:]
    # Rounded up, the product could reach the total, beyond the last word that can be drawn.
    height = torch.minimum(uniform[:, None] * total, total.nextafter(torch.zeros_like(total)))
    place = torch.searchsorted(cumulative, height, right=True)
    own = weights.gather(1, place).double()
    inside = (height - cumulative.gather(1, place) + own) / own
    return place[:, 0], inside[:, 0].clamp(0.0, 1.0 - 2**-53)


class Drawn(NamedTuple):
    """Words drawn, N, and what was known of them."""

    words: Tensor
    """Token ids."""
    log_probability: Tensor
    """At temperature 1, in nats."""
    heated_log_probability: Tensor
    """As they were drawn: at the temperature, among all words, in nats."""
    entropy: Tensor
    """Of the distribution at the temperature, in nats."""


def draw_words(log_probabilities: Tensor, uniform: Tensor, how: Tensor) -> Drawn:
    """A word from each row of log-probabilities, N x V, at uniform numbers, N.

    Args:
        log_probabilities: at temperature 1.
        uniform: in [0, 1).
        how: temperature, top_k and top_p of each row, N x 3.
    """
    temperature = how[:, :1].to(log_probabilities.dtype)
    heated = log_probabilities - log_probabilities.amax(dim=-1, keepdim=True)
    heated.div_(temperature.clamp(min=SMALLEST_TEMPERATURE))
    weights = torch.softmax(heated, dim=-1)
    mean = (weights * heated).sum(dim=-1).double()
    # At temperature 0 the first of the most probable words is the one at number 0.
    words = draw(_cut_rows(weights, how), uniform.where(how[:, 0] > 0, 0.0))
    own, weight = (_of(words, each) for each in (heated, weights))
    facts = _of(words, log_probabilities), weight.log(), own - weight.log() - mean
    return Drawn(words, *facts)


def _cut_rows(weights: Tensor, how: Tensor) -> Tensor:
    for top_k, top_p in torch.unique(how[:, 1:], dim=0).tolist():
        if top_k or top_p < 1:
            rows = (how[:, 1] == top_k) & (how[:, 2] == top_p)
            weights[rows] = cut(weights[rows], int(top_k), top_p)
    return weights


def _of(words: Tensor, values: Tensor) -> Tensor:
    return values.gather(1, words[:, None])[:, 0].double()


def uniform_numbers(seed: int, temperature: float, number: int, count: int) -> Floats:
    """``count`` numbers in [0, 1) that belong to (seed, temperature, sample number).

    Philox (Salmon et al. 2011), a counter-based generator, keyed by the three: the bits of the
    temperature and the seed make its key, the sample number its counter.
    """
    bits = int(np.float64(temperature).view(np.uint64))
    philox = np.random.Philox(key=[seed, bits], counter=[0, 0, number, 0])
    return np.random.Generator(philox).random(count)


@torch.no_grad()
def next_word_probabilities(model: RecipeLSTM, tokens: Sequence[int]) -> Floats:
    """Probability of each word of the vocabulary, V, after the tokens, at temperature 1."""
    model.eval()
    device = model.embedding.weight.device
    features, _ = model.features(torch.tensor([list(tokens)], device=device))
    found = model.log_probabilities(features[:, -1])[0].double()
    return np.asarray(torch.softmax(found, dim=-1).cpu().numpy(), dtype=np.float64)


def likely_words(
    model: RecipeLSTM, vocabulary: Vocabulary, prompt: str, temperature: float, top: int
) -> list[dict[str, object]]:
    """The ``top`` most probable next words, as rows of the table ``word_probabilities``.

    Raises:
        ValueError: the prompt has no word, or the temperature is negative or not finite.
    """
    probabilities = next_word_probabilities(model, encode_prompt(vocabulary, prompt))
    with np.errstate(divide="ignore"):
        heated = heat(torch.from_numpy(np.log(probabilities))[None], temperature)[0].numpy()
    entropy = float(scipy.stats.entropy(heated, base=2))
    ranked = np.argsort(-heated, kind="stable")[:top]
    return [
        {
            "prompt": prompt,
            "temperature": temperature,
            "rank": rank,
            "word": vocabulary.words[token_id],
            "probability": float(heated[token_id]),
            "entropy": entropy,
        }
        for rank, token_id in enumerate(ranked, start=1)
    ]


@torch.no_grad()
def likely_at_each_step(
    model: RecipeLSTM,
    vocabulary: Vocabulary,
    tokens: Sequence[int],
    first: int,
    temperature: float,
    top: int,
) -> list[dict[str, object]]:
    """How the words of a sample were chosen, as rows of the table ``sample_words``.

    At each position the ``top`` most probable words, and the one that was drawn where it is not
    among them.

    Args:
        model: the network that drew it.
        vocabulary: its words.
        tokens: token ids of the sample, the stop token included where it ended.
        first: position of the first word that was drawn.
        temperature: the one it was drawn at.
        top: words at each position.
    """
    if len(tokens) <= first:
        return []
    model.eval()
    read = torch.tensor([list(tokens[:-1])], device=model.embedding.weight.device)
    found = model.log_probabilities(model.features(read)[0][0, first - 1 :])
    heated = heat(found.double(), temperature).cpu()
    rows: list[dict[str, object]] = []
    for position, (odds, drawn) in enumerate(zip(heated, tokens[first:], strict=True), first):
        ranked = odds.argsort(descending=True, stable=True).tolist()
        rows += [
            {
                "position": position,
                "rank": ranked.index(token_id) + 1,
                "word": vocabulary.words[token_id],
                "probability": float(odds[token_id]),
                "drawn": token_id == drawn,
            }
            for token_id in dict.fromkeys((*ranked[:top], drawn))
        ]
    return rows


def encode_prompt(vocabulary: Vocabulary, prompt: str) -> list[int]:
    """The token ids of a prompt.

    Raises:
        ValueError: the prompt has no word.
    """
    tokens = vocabulary.encode(prompt)
    if not tokens:
        raise ValueError(f"a prompt needs at least one word, got {prompt!r}")
    return tokens


@torch.no_grad()
def generate_batch(
    model: RecipeLSTM,
    prompts: Sequence[Sequence[int]],
    how: Sequence[Sampling],
    max_tokens: int,
    uniforms: Floats,
) -> list[Sample]:
    """A sample for each prompt, all drawn at once with the state of the LSTM carried along.

    Args:
        model: the network.
        prompts: token ids, each with one word or more; all are read at the same pace, so that
            the word at a position is drawn with the uniform number of that position.
        how: temperature and cut-offs of each sample.
        max_tokens: longest sample, prompt included.
        uniforms: numbers in [0, 1), samples x max_tokens: one for each position.
    """
    if not prompts:
        return []
    model.eval()
    batch = _Batch(model, prompts, how, max_tokens, uniforms)
    state: State | None = None
    for position in range(1, max_tokens):
        features, state = model.features(batch.words_at(position - 1), state)
        drawn = _draw_next(model, features[:, -1], batch.uniform(position), batch.how)
        batch.take(position, drawn)
        state = batch.compact(state)
        if not batch.unfinished:
            break
    return batch.samples()


def _draw_next(model: RecipeLSTM, features: Tensor, uniform: Tensor, how: Tensor) -> Drawn:
    rows = ROWS if features.device.type == "cpu" else len(features)
    parts = [
        draw_words(model.log_probabilities(some), *given)
        for some, *given in zip(
            *(torch.split(each, rows) for each in (features, uniform, how)), strict=True
        )
    ]
    return Drawn(*map(torch.cat, zip(*parts, strict=True)))


class _Batch:
    """The samples in work: ``rows`` says which sample each row of the network's batch is.

    Copies of the first one, stopped from the start and never looked at, fill the rows up.
    """

    def __init__(
        self,
        model: RecipeLSTM,
        prompts: Sequence[Sequence[int]],
        how: Sequence[Sampling],
        max_tokens: int,
        uniforms: Floats,
    ) -> None:
        self._count, device = len(prompts), model.embedding.weight.device
        filled = [*prompts, *[prompts[0]] * (-len(prompts) % ROWS)]
        self._prompt_lengths = torch.tensor([len(prompt) for prompt in filled], device=device)
        self._lengths = self._prompt_lengths.clone()
        self._tokens = torch.full((len(filled), max_tokens), STOP, device=device)
        for row, prompt in zip(self._tokens, filled, strict=True):
            kept = torch.as_tensor(prompt[:max_tokens])
            row[: len(kept)] = kept
        self._uniforms = torch.zeros((len(filled), max_tokens), dtype=torch.float64, device=device)
        self._uniforms[: self._count] = torch.as_tensor(uniforms)
        settings = [astuple(each) for each in how]
        settings += [settings[0]] * (len(filled) - len(settings))
        self._how = torch.tensor(settings, dtype=torch.float64, device=device)
        self._sums = torch.zeros((3, len(filled)), dtype=torch.float64, device=device)
        self._rows = torch.arange(len(filled), device=device)
        self._stopped = self._rows >= self._count
        self._max_tokens = max_tokens

    def words_at(self, position: int) -> Tensor:
        return self._tokens[self._rows, position, None]

    def uniform(self, position: int) -> Tensor:
        return self._uniforms[self._rows, position]

    @property
    def how(self) -> Tensor:
        return self._how[self._rows]

    def take(self, position: int, drawn: Drawn) -> None:
        """Keep the word drawn for ``position`` in each row that is past its prompt."""
        chosen = (self._prompt_lengths[self._rows] <= position) & ~self._stopped[self._rows]
        rows, words = self._rows[chosen], drawn.words[chosen]
        for sums, values in zip(self._sums, drawn[1:], strict=True):
            sums[rows] += values[chosen].double()
        self._tokens[rows, position] = words
        self._stopped[rows] = words == STOP
        self._lengths[rows] += (words != STOP).long()

    def compact(self, state: State) -> State:
        """Drop rows that have stopped, and their state, down to a multiple of ``ROWS``."""
        stopped = self._stopped[self._rows]
        wanted = -(-int((~stopped).sum()) // ROWS) * ROWS
        if wanted == len(self._rows):
            return state
        kept = stopped.int().argsort(stable=True)[:wanted]
        self._rows = self._rows[kept]
        return state[0][:, kept], state[1][:, kept]

    @property
    def unfinished(self) -> int:
        return len(self._rows)

    def samples(self) -> list[Sample]:
        drawn = (self._lengths - self._prompt_lengths + self._stopped).clamp(min=1)
        self._sums[2] /= drawn
        columns = (
            self._tokens.tolist(),
            self._lengths.clamp(max=self._max_tokens).tolist(),
            self._stopped.tolist(),
            *self._sums.tolist(),
        )
        rows = zip(*(column[: self._count] for column in columns), strict=True)
        return [Sample(tuple(tokens[:length]), *known) for tokens, length, *known in rows]
