"""A causal language model of the library transformers. Its words are drawn like those of the LSTM.

The library does the forward passes. :func:`recipegen.language.sampling.draw_words` draws the words,
at uniform numbers that depend only on (seed, temperature, sample number). So temperature and
cut-offs mean the same for both models. Except for rounding, no sample depends on the others in its
batch. Log-probability and entropy are known for every draw.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from recipegen.config import TransformersModel
from recipegen.errors import UsageError
from recipegen.generators.requests import Answer, Ask, Asked
from recipegen.language.generation import uniform_numbers
from recipegen.language.sampling import draw_words

MISSING = (
    "the library transformers is not installed; `pip install 'recipegen[transformers]'` installs it"
)


def asking_transformers(model: TransformersModel, seed: int, device: torch.device) -> Ask:
    """A generator that draws from a model of the library.

    Raises:
        UsageError: the library is not installed, or cannot load the model.
    """
    return partial(_ask, model, seed, *_load(model.model, str(device)))


def find_library() -> Any:
    """The library, set so that it downloads nothing.

    Raises:
        UsageError: the library is not installed.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import transformers
    except ImportError as error:
        raise UsageError(MISSING) from error
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return transformers


@lru_cache(maxsize=1)
def _load(name: str, device: str) -> tuple[Any, Any]:
    library = find_library()
    try:
        tokenizer = library.AutoTokenizer.from_pretrained(
            name, local_files_only=True, padding_side="left"
        )
        model = library.AutoModelForCausalLM.from_pretrained(name, local_files_only=True)
    except (OSError, ValueError) as error:
        first = str(error).partition("\n")[0]
        raise UsageError(
            f"generate.models: {name}: the library transformers cannot load it from this machine: "
            f"{first}"
        ) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.convert_ids_to_tokens(0)
    return tokenizer, model.to(device).eval()


def _ask(
    settings: TransformersModel, seed: int, tokenizer: Any, model: Any, samples: Sequence[Asked]
) -> list[Answer]:
    answers: list[Answer] = []
    for start in range(0, len(samples), settings.batch_size):
        answers += _draw(
            settings, seed, tokenizer, model, samples[start : start + settings.batch_size]
        )
    return answers


@torch.no_grad()
def _draw(
    settings: TransformersModel, seed: int, tokenizer: Any, model: Any, samples: Sequence[Asked]
) -> list[Answer]:
    prompts = [_framed(settings, tokenizer, each.prompt) for each in samples]
    given = tokenizer(
        prompts, return_tensors="pt", padding=True, add_special_tokens=not settings.chat
    ).to(model.device)
    given.pop("token_type_ids", None)
    ends = _ends(model, tokenizer)
    draw = Draw(samples, seed, settings.max_new_tokens, ends)
    written = model.generate(
        **given,
        do_sample=False,
        num_beams=1,
        max_new_tokens=settings.max_new_tokens,
        logits_processor=[draw],
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=sorted(ends) or None,
    )
    lengths = given["attention_mask"].sum(dim=1).tolist()
    before = given["input_ids"].shape[1]
    return [
        draw.answer(row, _text(tokenizer, ids[before - length :].tolist(), length), length)
        for row, (ids, length) in enumerate(zip(written, lengths, strict=True))
    ]


def _framed(settings: TransformersModel, tokenizer: Any, prompt: str) -> str:
    if not settings.chat:
        return prompt
    message = [{"role": "user", "content": prompt}]
    return str(tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True))


def _ends(model: Any, tokenizer: Any) -> set[int]:
    """The tokens that end a text."""
    known = getattr(model.generation_config, "eos_token_id", None)
    ends = known if isinstance(known, list) else [known]
    return {int(end) for end in (*ends, tokenizer.eos_token_id) if end is not None}


def _text(tokenizer: Any, ids: list[int], length: int) -> str:
    """What the model wrote, without the tokens for padding, start and end.

    Other special tokens stay, such as tags that the model was fine-tuned on.
    """
    blank = {tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.bos_token_id}
    kept = [[each for each in part if each not in blank] for part in (ids[:length], ids)]
    # Some tokenisers drop the blank before the first token, so both are decoded from the start.
    prompt, whole = (
        tokenizer.decode(part, skip_special_tokens=False, clean_up_tokenization_spaces=False)
        for part in kept
    )
    return str(whole[len(prompt) :])


class Draw:
    """A logits processor that draws each next token and sums up its log-probability and entropy."""

    def __init__(self, samples: Sequence[Asked], seed: int, longest: int, ends: set[int]) -> None:
        """Prepare to draw at most ``longest`` tokens of each sample. Tokens in ``ends`` end it."""
        plans = [each.plan for each in samples]
        self._uniform = torch.as_tensor(
            np.stack(
                [
                    uniform_numbers(seed, plan.how.temperature, plan.number, longest)
                    for plan in plans
                ]
            )
        )
        hows = [plan.how for plan in plans]
        self._how = torch.tensor(
            [(how.temperature, how.top_k, how.top_p, how.min_p) for how in hows],
            dtype=torch.float64,
        )
        self._cuts = sorted({how.cut for how in hows if how.cut is not None})
        self._ends = torch.tensor(sorted(ends), dtype=torch.long)
        self._ended = torch.zeros(len(plans), dtype=torch.bool)
        self._sums = torch.zeros((3, len(plans)), dtype=torch.float64)
        self._count = torch.zeros(len(plans), dtype=torch.long)
        self._step = 0

    def __call__(self, _: Tensor, scores: Tensor) -> Tensor:
        """Scores that allow only the drawn token, from logits; shape (samples, vocabulary)."""
        device = scores.device
        logs = torch.log_softmax(scores.float(), dim=-1)
        uniform = self._uniform[:, self._step].to(device)
        drawn = draw_words(logs, uniform, self._how.to(device), self._cuts)
        working = ~self._ended
        for sums, values in zip(self._sums, drawn[1:], strict=True):
            sums += torch.where(working, values.cpu(), 0.0)
        self._count += working
        words = drawn.words.cpu()
        self._ended |= torch.isin(words, self._ends)
        self._step += 1
        chosen = torch.full_like(scores, -torch.inf)
        return chosen.scatter_(1, drawn.words[:, None], 0.0)

    def answer(self, row: int, text: str, prompt_tokens: int) -> Answer:
        """The answer for a sample, when all its tokens are drawn."""
        log_probability, heated, entropy = self._sums[:, row].tolist()
        count, stopped = int(self._count[row]), bool(self._ended[row])
        return Answer(
            text,
            stopped=stopped,
            finish_reason="stop" if stopped else "length",
            prompt_tokens=int(prompt_tokens),
            completion_tokens=count,
            log_probability=log_probability,
            heated_log_probability=heated,
            entropy=entropy / max(1, count),
        )
