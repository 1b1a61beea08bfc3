"""A generator that is a Python function of the user. Ten lines can connect any other model."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from recipegen.config import PythonModel
from recipegen.errors import RunError, UsageError
from recipegen.generators.requests import Answer, Ask, Asked

Function = Callable[..., Any]


def find_function(model: PythonModel) -> Function:
    """The function that ``module:function`` names. Modules in the current folder are found, too.

    Raises:
        UsageError: there is no such module, or no such function in it.
    """
    module, _, name = model.function.partition(":")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.append(here)
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"generate.models, {model.name}: {model.function}: {error}") from error
    if not callable(found):
        raise UsageError(f"generate.models, {model.name}: {model.function} is not a function")
    return found  # type: ignore[no-any-return]


def asking_function(model: PythonModel) -> Ask:
    """A generator that calls the function once for samples with the same temperature and cut-offs.

    The function gets a list of prompts and the keyword arguments ``temperature``, ``top_k``,
    ``top_p``, ``min_p`` and ``seeds``, a list with a number for each prompt. It must return a list
    with a text for each prompt.
    """
    return partial(_ask, find_function(model), model)


def _ask(function: Function, model: PythonModel, samples: Sequence[Asked]) -> list[Answer]:
    answers = []
    for how, group in groupby(samples, key=lambda each: each.plan.how):
        own = list(group)
        given = {
            "temperature": how.temperature,
            "top_k": how.top_k,
            "top_p": how.top_p,
            "min_p": how.min_p,
            "seeds": [each.seed for each in own],
        }
        try:
            texts = function([each.prompt for each in own], **given)
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise RunError(f"{model.name}: {model.function} failed: {what}") from error
        if not _is_answer(texts, len(own)):
            raise RunError(
                f"{model.name}: {model.function} must give a list of {len(own)} texts, one for "
                f"each prompt; it gave {str(texts)[:200]!r}"
            )
        answers += [Answer(text) for text in texts]
    return answers


def _is_answer(texts: object, count: int) -> bool:
    is_list = isinstance(texts, list | tuple) and len(texts) == count
    return is_list and all(isinstance(text, str) for text in texts)  # type: ignore[attr-defined]
