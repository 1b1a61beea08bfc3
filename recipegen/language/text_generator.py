"""The generator of the book: one recipe, word by word, with the probabilities at each step.

The book is Foster, Generative Deep Learning, 2nd edition, ch. 5.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import numpy.typing as npt
import scipy.stats
import torch

from recipegen.language.model import RecipeLSTM
from recipegen.language.sampling import draw, heat
from recipegen.language.vocabulary import STOP, Vocabulary

Floats = npt.NDArray[np.float64]

logger = logging.getLogger(__name__)


class Step(TypedDict):
    """A step of :meth:`TextGenerator.generate`."""

    prompt: str
    """The text before the step."""
    word_probs: Floats
    """Probability of each word after applying the temperature, shape (V,)."""
    word: str
    """The word that was drawn; empty for the stop token."""


class TextGenerator:
    """The generator of the book: one text, word by word, and its callback after each epoch."""

    def __init__(
        self,
        model: RecipeLSTM,
        vocabulary: Vocabulary,
        random: np.random.Generator | None = None,
    ) -> None:
        """Generate with ``model``. ``random`` gives one uniform number for each word drawn."""
        self.model = model
        self.vocabulary = vocabulary
        self.random = random if random is not None else np.random.default_rng()

    def sample_from(self, probabilities: npt.ArrayLike, temperature: float) -> tuple[int, Floats]:
        """A token id drawn at a temperature, and the probabilities that it was drawn from.

        Args:
            probabilities: of each word at temperature 1, shape (V,); they need not sum to one.
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

        The list is empty if the prompt has ``max_tokens`` words or more.

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
        """Log a text for each prompt, and return them as rows of the table ``epoch_samples``."""
        rows: list[dict[str, object]] = []
        for prompt in prompts:
            text = self.text(prompt, self.generate(prompt, max_tokens, temperature))
            logger.info("epoch %d, T = %g: %s", epoch, temperature, text)
            rows.append(
                {"epoch": epoch, "prompt": prompt, "temperature": temperature, "text": text}
            )
        return rows


@torch.no_grad()
def next_word_probabilities(model: RecipeLSTM, tokens: Sequence[int]) -> Floats:
    """Probability of each word after the tokens, at temperature 1, shape (V,)."""
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
    """The likely words at each step of a sample, as rows of the table ``sample_words``.

    Each position has the ``top`` most probable words, and also the word that was drawn if it is not
    one of these.

    Args:
        model: the network that drew the sample.
        vocabulary: the words of the network.
        tokens: token ids of the sample, including the stop token if it ended with one.
        first: position of the first word that was drawn.
        temperature: the temperature at which the sample was drawn.
        top: number of most probable words at each position.
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
