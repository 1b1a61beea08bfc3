"""Checks the generators of a run before it begins, and estimates what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recipegen.config import TITLE, Generate, OpenAIModel, PythonModel, TransformersModel
from recipegen.errors import UsageError
from recipegen.generators.endpoint import key_of
from recipegen.generators.function import find_function
from recipegen.generators.requests import planned_samples, templates
from recipegen.generators.transformers_model import find_library

WORDS_A_TOKEN = 0.75
"""A common estimate for English text."""


@dataclass(frozen=True)
class Cost:
    """The most that drawing from a generator can take, if no request fails."""

    generator: str
    kind: str
    samples: int | None
    """None for a file, which is read only when its samples are needed."""
    requests: int = 0
    words: int = 0
    """Estimated number of words, sent and received."""


def costs(settings: Generate) -> Iterator[Cost]:
    """The most that drawing from each generator can take, if no request fails."""
    if settings.has_lstm:
        grid = len(settings.temperatures) * len(settings.top_k) * len(settings.top_p)
        yield Cost("generated", "lstm", grid * len(settings.min_p) * settings.samples)
    for name, model in settings.asked.items():
        samples = planned_samples(settings, model)
        if isinstance(model, OpenAIModel):
            sent = max(len(each.replace(TITLE, "a b c d").split()) for each in templates(model))
            received = round(model.max_tokens * WORDS_A_TOKEN)
            yield Cost(name, model.kind, samples, samples, samples * (sent + received))
        else:
            yield Cost(name, model.kind, samples)
    for name in settings.files:
        yield Cost(name, "file", None)


def check_generators(settings: Generate) -> None:
    """Check that every generator is there, before hours are spent on earlier stages.

    Raises:
        UsageError: a file, a function, a library or a key is missing, or more requests would be
            sent than are allowed.
    """
    for name, path in settings.files.items():
        if not path.exists():
            raise UsageError(f"generate.models, {name}: {path}: there is no such file or folder")
    for model in settings.asked.values():
        if isinstance(model, OpenAIModel):
            key_of(model)
            _check_bounds(settings, model)
        elif isinstance(model, TransformersModel):
            find_library()
        elif isinstance(model, PythonModel):
            find_function(model)


def _check_bounds(settings: Generate, model: OpenAIModel) -> None:
    requests = planned_samples(settings, model)
    if requests > model.most_requests:
        raise UsageError(
            f"generate.models, {model.name}: {requests:,} requests would be sent, but "
            f"most_requests allows {model.most_requests:,}; lower generate.samples or raise "
            "most_requests"
        )
    tokens = requests * model.max_tokens
    if model.most_tokens is not None and tokens > model.most_tokens:
        raise UsageError(
            f"generate.models, {model.name}: up to {tokens:,} tokens of answers would be asked "
            f"for, but most_tokens allows {model.most_tokens:,}; lower generate.samples or "
            "max_tokens"
        )
