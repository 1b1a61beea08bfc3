"""Reads the results of promptfoo: ``results.json`` (layouts 1 to 3) and ``results.jsonl``.

A row names its provider by label and id. The temperature is in the configuration of the provider,
which stands at the end of the file, or in that of the prompt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

from recipegen.corpus.byte_streams import as_utf8
from recipegen.corpus.json_lines import decoded_lines
from recipegen.corpus.recipe import Reject, reject
from recipegen.texts.results.answers import Answer, asked, number_in, title_in
from recipegen.texts.results.picking import Picked, pick_from_file, picked, records

ERROR = 2
"""The ``failureReason`` of a row whose provider failed; 1 is a failed assertion."""

_ABOUT_FILE = ("evalId", "config.providers", "config.targets", "results.prompts")
_ABOUT_ROW = (
    *("provider", "prompt.raw", "prompt.config", "promptIdx", "vars", "error", "failureReason"),
    *("response.output", "response.error", "response.finishReason"),
)
_WORD = re.compile(r"[^\W_]+(?:[./:-]+[^\W_]+)*")
_TEMPERATURE = ("at", "t", "temp", "temperature")
"""Words in labels that lead to a temperature."""

_NESTED = ("generationConfig", "inferenceConfig", "options")
"""Parts of a provider's configuration in which some providers have the temperature."""


@dataclass(frozen=True)
class Provider:
    """A provider as the configuration names it."""

    id: str
    label: str
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def temperature(self) -> object:
        """Its temperature; None if it has none of its own."""
        nested = [each for each in map(self.config.get, _NESTED) if isinstance(each, Mapping)]
        said = (part.get("temperature") for part in (self.config, *nested))
        return next((number_in(each) for each in said if each is not None), None)

    @property
    def alike(self) -> tuple[str, str]:
        """The same for providers that differ in nothing but label and temperature."""
        rest = _without_temperature(self.config)
        return self.id, json.dumps(rest, sort_keys=True, default=str)


def read_promptfoo(path: Path, source: str) -> Iterator[Answer | Reject]:
    """The answers in a results file.

    Args:
        path: of the file.
        source: its name in tables.

    Raises:
        CorpusError: the file is damaged.
    """
    about = pick_from_file(path, _ABOUT_FILE)
    listed = about.get("config.providers") or about.get("config.targets")
    providers = Providers(list(providers_in(listed)), _length(about.get("results.prompts")))
    name = str(about.get("evalId") or path.stem)
    with path.open("rb") as file:
        rows = records(file, source, ["results.results", "results"], _ABOUT_ROW)
        for position, row in enumerate(rows):
            yield _answer(name, position, row, providers)


def read_promptfoo_lines(path: Path, source: str) -> Iterator[Answer | Reject]:
    """The answers in a results file with a row on each line."""
    listed = {json.dumps(row.get("provider"), sort_keys=True) for _, row in _rows(path)}
    providers = Providers(list(providers_in(list(map(json.loads, sorted(listed))))), 0)
    with path.open("rb") as file:
        for line in decoded_lines(as_utf8(file), source):
            row = Picked() if isinstance(line, Reject) else picked(line[1], _ABOUT_ROW)
            if isinstance(line, Reject):
                yield line
            elif row:
                yield _answer(path.stem, line[0], row, providers)
            else:
                yield reject(source, line[0], "not a row of results", line[1])


def _rows(path: Path) -> Iterator[tuple[int, Picked]]:
    with path.open("rb") as file:
        for line in decoded_lines(as_utf8(file), path.name):
            if not isinstance(line, Reject):
                yield line[0], picked(line[1], _ABOUT_ROW)


class Providers:
    """The providers of a results file, to find that of a row."""

    def __init__(self, known: Sequence[Provider], columns: int) -> None:
        """``columns`` is the number of prompts times that of providers; 0 if unknown."""
        self._known, self._columns = known, columns
        self._models = model_names(known)

    def of(self, row: Picked) -> Provider:
        """The provider of a row; its configuration is empty if it is not known."""
        own = next(iter(providers_in([row.get("provider")])), Provider("", ""))
        if own.config:
            return own
        named = [each for each in self._known if own.label in (each.label, each.id)]
        if len(named) != 1:
            named = [each for each in named if each is self._at(row.get("promptIdx"))]
        return named[0] if named else own

    def model(self, provider: Provider) -> str:
        """The name of the model of a provider; see :func:`model_names`."""
        return self._models.get(provider.alike, provider.label)

    def _at(self, column: object) -> Provider | None:
        """The provider of a column of the table of results: prompts vary faster than providers."""
        if not isinstance(column, int) or not self._known or self._columns % len(self._known):
            return None
        prompts = self._columns // len(self._known)
        at = column // prompts if prompts else -1
        return self._known[at] if 0 <= at < len(self._known) else None


def model_names(known: Sequence[Provider]) -> dict[tuple[str, str], str]:
    """The names of models that occur at several temperatures, by what is alike in their providers.

    It is what the labels have in common, such as "small" of "small at 0.2" and "small at 0.7", else
    the id of the providers. All other providers go by their labels.
    """
    groups: dict[tuple[str, str], list[Provider]] = {}
    for each in known:
        groups.setdefault(each.alike, []).append(each)
    names = {
        alike: _in_common([each.label for each in group]) or group[0].id
        for alike, group in groups.items()
        if len({str(each.temperature) for each in group}) > 1
    }
    return {alike: name for alike, name in names.items() if [*names.values()].count(name) == 1}


def _in_common(labels: Sequence[str]) -> str:
    """The words with which all labels begin, without those that lead to a temperature."""
    words = [list(_WORD.finditer(label)) for label in labels]
    same = takewhile(lambda each: len({word[0] for word in each}) == 1, zip(*words, strict=False))
    shared = [each[0] for each in same]
    while shared and shared[-1][0].lower() in _TEMPERATURE:
        shared.pop()
    return labels[0][shared[0].start() : shared[-1].end()] if shared else ""


def providers_in(listed: object) -> Iterator[Provider]:
    """The providers in a configuration: names, objects with an id, or objects under their names."""
    for each in listed if isinstance(listed, list) else [listed]:
        if isinstance(each, str):
            yield Provider(each, each)
        elif isinstance(each, Mapping) and isinstance(each.get("id"), str):
            yield _provider(each["id"], each)
        elif isinstance(each, Mapping):
            for name, options in each.items():
                if isinstance(options, Mapping):
                    yield _provider(str(options.get("id") or name), options)


def _provider(name: str, options: Mapping[str, Any]) -> Provider:
    label, config = options.get("label"), options.get("config")
    shown = label if isinstance(label, str) and label else name
    return Provider(name, shown, config if isinstance(config, Mapping) else {})


def _answer(name: str, position: int, row: Picked, providers: Providers) -> Answer:
    provider, prompt = providers.of(row), row.get("prompt.config")
    of_prompt = Provider("", "", prompt if isinstance(prompt, Mapping) else {}).temperature
    reason = row.get("response.finishReason")
    return Answer(
        id=f"{name}-{position + 1}",
        position=position,
        answer=row.get("response.output"),
        prompt=asked(row.get("prompt.raw")),
        title=title_in(row.get("vars")),
        model=providers.model(provider),
        temperature=provider.temperature if of_prompt is None else of_prompt,
        stopped=reason != "length" if isinstance(reason, str) else None,
        failed=_failure(row),
    )


def _failure(row: Picked) -> str:
    """Why a row has no answer; empty if it has one, even if an assertion failed."""
    answered = row.get("response.output") not in (None, "")
    if answered and row.get("failureReason") != ERROR:
        return ""
    why = row.get("response.error") or row.get("error")
    return f"failed in promptfoo: {why}" if why else "no answer in promptfoo"


def _without_temperature(config: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in config.items() if key != "temperature"}
    for part in _NESTED:
        if isinstance(rest.get(part), Mapping):
            rest[part] = {k: v for k, v in rest[part].items() if k != "temperature"}
    return rest


def _length(values: object) -> int:
    return len(values) if isinstance(values, list) else 0
