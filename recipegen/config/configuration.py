"""The configuration of a run, made from files, words of the command line and defaults."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from recipegen.config.execution import Execution
from recipegen.config.generate import Generate
from recipegen.config.generators import HOW_ASKED, MODEL_KINDS
from recipegen.config.ingest import Ingest
from recipegen.config.learn_ingredients import LearnIngredients
from recipegen.config.learn_pairings import LearnPairings
from recipegen.config.report import Report
from recipegen.config.score import Score
from recipegen.config.section import Section
from recipegen.config.summarise import Summarise
from recipegen.config.tokenise import Tokenise
from recipegen.config.train import Train
from recipegen.errors import SettingError, UsageError

RUNS = Path("data/runs")
"""The folder for runs that are not given a folder of their own."""


class Configuration(Section):
    """Everything that decides what a run computes."""

    seed: int = Field(42, ge=0, le=2**32 - 1, description="Seed of every random number.")
    ingest: Ingest = Ingest()
    tokenise: Tokenise = Tokenise()
    train: Train = Train()
    learn_ingredients: LearnIngredients = LearnIngredients()
    learn_pairings: LearnPairings = LearnPairings()
    generate: Generate = Generate()
    score: Score = Score()
    summarise: Summarise = Summarise()
    report: Report = Report()
    execution: Execution = Execution()

    def deciding(self) -> dict[str, Any]:
        """The settings as JSON values, without those of generators that change no sample."""
        aside = {"generate": {"models": {"__all__": set(HOW_ASKED)}}}
        return self.model_dump(mode="json", exclude=aside)


def read_configuration(path: Path) -> dict[str, Any]:
    """The settings in a TOML or JSON file, as nested dictionaries, not yet checked.

    Raises:
        UsageError: the file is missing, not UTF-8, or neither TOML nor JSON by its suffix.
    """
    parsers = {".toml": tomllib.loads, ".json": json.loads}
    if path.suffix not in parsers:
        raise UsageError(f"{path}: a configuration must be a .toml or .json file")
    try:
        settings = parsers[path.suffix](path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path}: not valid {path.suffix[1:].upper()}: {error}") from error
    if not isinstance(settings, dict):
        raise UsageError(f"{path}: a configuration must be a table of sections")
    return settings


def parse_assignments(assignments: Iterable[str]) -> dict[str, Any]:
    """Nested settings from words ``section.key=value``.

    If two words set the same key, the later one wins. A value that is valid JSON (``3``, ``true``,
    ``[0.5, 1]``) is read as JSON, any other as text. ``none`` means null.

    Raises:
        SettingError: a word has no ``=`` or no name before it.
    """
    settings: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        keys = name.strip().replace("-", "_").split(".")
        if not equals or not all(keys):
            raise SettingError(f"--set {assignment}: write it as section.key=value")
        settings = merge(settings, _nest(keys, _value(value)))
    return settings


def merge(settings: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``settings``, overridden by the values of ``over``, section by section."""
    merged = dict(settings)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            value = merge(below, value)
        merged[key] = value
    return merged


def configure(*layers: Mapping[str, Any]) -> Configuration:
    """The configuration made from layers of settings; later layers override earlier ones.

    Raises:
        SettingError: a setting is unknown, of the wrong type or out of its bounds.
    """
    settings: dict[str, Any] = {}
    for layer in layers:
        settings = merge(settings, layer)
    try:
        return Configuration.model_validate(settings)
    except ValidationError as error:
        raise SettingError(_first_problem(error)) from error


def _nest(keys: list[str], value: Any) -> dict[str, Any]:
    for key in reversed(keys):
        value = {key: value}
    return dict(value)


def _value(text: str) -> Any:
    text = text.strip()
    if text.lower() == "none":
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"unknown setting {name!r}; {_known(problem['loc'])}"
    more = error.error_count() - 1
    rest = f" (and {more} more)" if more else ""
    given = problem["input"]
    # A table of settings may hold what must not be printed, such as a key.
    got = "" if isinstance(given, Mapping) else f", got {given!r}"
    return f"setting {name}: {problem['msg'].lower()}{got}{rest}"


def _known(location: tuple[int | str, ...]) -> str:
    model: type[BaseModel] = Configuration
    for part in location[:-1]:
        if part in MODEL_KINDS:
            model = MODEL_KINDS[str(part)]
        elif not isinstance(part, int) and part != "models":
            model = type(getattr(model(), str(part)))
    where = ".".join(str(part) for part in location[:-1]) or "the configuration"
    return f"available in {where}: {', '.join(model.model_fields)}"
