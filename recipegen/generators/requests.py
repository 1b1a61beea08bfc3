"""What a generator is asked for each sample of the grid, and what it gives back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from recipegen.config import TITLE, AskedModel, Generate, OpenAIModel, TransformersModel
from recipegen.corpus.recipe import Reject
from recipegen.language.sample_grid import Grid, Planned, Prompt, title_prompt
from recipegen.language.vocabulary import words_of

CHAT = (
    "Write a recipe for {title}. Give its title, the ingredients with their amounts, and the "
    "directions."
)
OPEN_CHAT = (
    "Write a recipe of your choice. Give its title, the ingredients with their amounts, and the "
    "directions."
)
COMPLETION = "Recipe for {title}\n\nIngredients:\n"
OPEN_COMPLETION = "Recipe for"


@dataclass(frozen=True)
class Asked:
    """A sample that a generator is asked for."""

    plan: Planned
    prompt: str
    """What the generator gets, with the title filled in."""
    seed: int
    """From 0 to 2**31 - 1. It depends on the seed of the run, the temperature, the cut-offs and the
    number of the sample."""


@dataclass(frozen=True)
class Answer:
    """What a generator wrote, and what it reports about the text; None is not reported."""

    text: str
    """The answer as received, without the prompt that it continues."""
    stopped: bool | None = None
    """Whether the generator ended the text by itself."""
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float | None = None
    log_probability: float | None = None
    heated_log_probability: float | None = None
    entropy: float | None = None


Ask = Callable[[Sequence[Asked]], Sequence[Answer]]
"""A generator: a function that gives an answer for each sample, in the same order."""


def grid_of(settings: Generate, model: AskedModel, titles: Sequence[Prompt]) -> Grid:
    """The samples that a generator is asked for: the same as one network draws.

    If a generator has no temperature, its samples are drawn only once, without cut-offs.
    """
    if model.has_temperature:
        return Grid(settings, titles)
    once = {"temperatures": (1.0,), "top_k": (0,), "top_p": (1.0,), "min_p": (0.0,)}
    return Grid(settings.model_copy(update=once), titles)


def planned_samples(settings: Generate, model: AskedModel) -> int:
    """How many samples a generator is asked for at most."""
    return len(grid_of(settings, model, [title_prompt("", "")] * settings.samples))


def asked(model: AskedModel, planned: Sequence[Planned], seed: int) -> list[Asked]:
    """What a generator is asked for each sample."""
    with_title, without = templates(model)
    return [
        Asked(
            plan,
            with_title.replace(TITLE, plan.prompt.title) if plan.prompt.title else without,
            _seed(seed, plan),
        )
        for plan in planned
    ]


def templates(model: AskedModel) -> tuple[str, str]:
    """The prompts of a generator: for samples with a title, and for samples without one."""
    if isinstance(model, TransformersModel):
        return model.prompt, model.open_prompt
    if isinstance(model, OpenAIModel):
        ours = (CHAT, OPEN_CHAT) if model.api == "chat" else (COMPLETION, OPEN_COMPLETION)
        return model.prompt or ours[0], model.open_prompt or ours[1]
    return CHAT, OPEN_CHAT


def continues(model: AskedModel) -> bool:
    """Whether the generator continues its prompt, so that the text is the prompt and the answer."""
    if isinstance(model, TransformersModel):
        return not model.chat
    return isinstance(model, OpenAIModel) and model.api == "completions"


def _seed(seed: int, plan: Planned) -> int:
    facts = f"{seed}/{plan.how.temperature!r}/{plan.how.cut}/{plan.number}"
    return int.from_bytes(hashlib.sha256(facts.encode()).digest()[:4], "big") >> 1


def answer_rows(
    name: str, model: AskedModel, samples: Sequence[Asked], answers: Sequence[Answer]
) -> tuple[pd.DataFrame, list[Reject]]:
    """Rows of ``samples``, and a reject for each answer without text."""
    usable, rejects = [], []
    for each, answer in zip(samples, answers, strict=True):
        if answer.text.strip():
            usable.append((each, answer))
        else:
            why = f"no text in the answer (finish reason {answer.finish_reason})"
            rejects.append(Reject(name, each.plan.number, why, f"{name}-{each.plan.sample_id}"))
    own = model.has_temperature
    rows = [
        {
            "sample_id": f"{name}-{each.plan.sample_id if own else f'{each.plan.number:06d}'}",
            "group": each.plan.how.group_of(name),
            "prompt": each.prompt,
            "temperature": each.plan.how.temperature if own else None,
            "top_k": each.plan.how.top_k if own else None,
            "top_p": each.plan.how.top_p if own else None,
            "min_p": each.plan.how.min_p if own else None,
            **asdict(answer),
            "text": f"{each.prompt}{answer.text}" if continues(model) else answer.text,
            "prompt_group": each.plan.prompt.group,
            "recipe_id": each.plan.prompt.recipe_id,
        }
        for each, answer in usable
    ]
    return sample_frame(rows), rejects


NULLABLE = {
    "temperature": "Float64",
    "top_k": "Int64",
    "top_p": "Float64",
    "min_p": "Float64",
    "stopped": "boolean",
    "prompt_tokens": "Int64",
    "completion_tokens": "Int64",
    "seconds": "Float64",
    "log_probability": "Float64",
    "heated_log_probability": "Float64",
    "entropy": "Float64",
}
COLUMNS = (
    *("sample_id", "group", "prompt", "text", "prompt_group", "recipe_id", "match_id"),
    "finish_reason",
)


def sample_frame(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Rows of ``samples`` as a table. Missing values become null, and words are counted."""
    frame = pd.DataFrame(list(rows), columns=[*COLUMNS, *NULLABLE]).astype(NULLABLE)
    frame["from_fields"] = [bool(row.get("from_fields")) for row in rows]
    return frame.assign(word_count=[len(words_of(text)) for text in frame["text"]])
