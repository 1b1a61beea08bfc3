"""Reads ``samples_*.jsonl`` of lm-evaluation-harness, with the settings beside it.

Each line has a document with all its answers (``repeats``), once for each filter of the task. The
settings (``results_*.json``) name the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from recipegen.corpus.byte_streams import as_utf8
from recipegen.corpus.json_lines import decoded_lines
from recipegen.corpus.recipe import Reject, reject
from recipegen.texts.results.answers import Answer, asked, number_in, title_in
from recipegen.texts.results.picking import Picked, pick_from_file

_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d.:-]+$")
_NAMED = re.compile(r"(?:^|,)(?:pretrained|model|path|engine)=([^,]+)")
_SETTINGS = ("model_name", "config.model", "config.model_args", "config.gen_kwargs")


def read_lm_eval(path: Path, source: str) -> Iterator[Answer | Reject]:
    """The answers in a file of samples.

    Args:
        path: of the file.
        source: its name in tables.
    """
    settings = _settings(path)
    model, first = model_of(settings) or _model_of_folder(path), None
    with path.open("rb") as file:
        for line in decoded_lines(as_utf8(file), source):
            if isinstance(line, Reject):
                yield line
                continue
            position, record = line
            if not isinstance(record, Mapping):
                yield reject(source, position, "the line is not an object", record)
                continue
            first = record.get("filter") if first is None else first
            if record.get("filter") == first:  # other filters have the same answers once more
                yield from _answers(path, position, record, model, settings)


def settings_of(path: Path) -> Path | None:
    """The settings beside a file of samples: those of the same time, else the last ones."""
    beside = sorted(path.parent.glob("results*.json"))
    time = _TIME.search(path.stem)
    same = [each for each in beside if time and each.stem.endswith(time[0])]
    return next(iter(same or beside[-1:]), None)


def _settings(path: Path) -> Picked:
    found = settings_of(path)
    return pick_from_file(found, _SETTINGS) if found else {}


def model_of(settings: Picked) -> str:
    """The name of the model in settings; empty if they do not say."""
    given = settings.get("config.model_args")
    if isinstance(given, Mapping):
        names = (given.get(name) for name in ("pretrained", "model", "path", "engine"))
        named = next((name for name in names if isinstance(name, str)), "")
    else:
        found = _NAMED.search(given) if isinstance(given, str) else None
        named = found[1] if found else ""
    return named or str(settings.get("model_name") or settings.get("config.model") or "")


def _model_of_folder(path: Path) -> str:
    """The model after which lm-eval has named the folder of a file."""
    return path.resolve().parent.name.replace("__", "/")


def _answers(
    path: Path, position: int, record: Mapping[str, Any], model: str, settings: Picked
) -> Iterator[Answer]:
    prompt, given = _request(record.get("arguments"))
    name = f"{model}-{path.stem.removeprefix('samples_')}-{record.get('doc_id', position)}"
    about: dict[str, Any] = {
        "position": position,
        "prompt": asked(prompt),
        "title": title_in(record.get("doc")),
        "model": model,
        "temperature": _temperature(given or {}, settings.get("config.gen_kwargs")),
    }
    said = record.get("resps", record.get("filtered_resps"))
    answers = [] if given is None else list(_texts(said))
    if not answers:
        yield Answer(
            name, answer=None, failed="no generated text: the task does not generate", **about
        )
    for at, answer in enumerate(answers):
        yield Answer(f"{name}-{at}" if at else name, answer=answer, **about)


def _request(arguments: object) -> tuple[object, Mapping[str, Any] | None]:
    """The prompt and the settings of the first request, in the new or the old layout.

    A request for the likelihood of a text has that text in place of settings, and gets None.
    """
    if isinstance(arguments, Mapping):
        first = next(iter(arguments.values()), None)
        values = list(first.values()) if isinstance(first, Mapping) else []
    else:
        first = arguments[0] if isinstance(arguments, list) and arguments else None
        values = first if isinstance(first, list) else []
    prompt = values[0] if values else ""
    given = values[1] if len(values) > 1 else {}
    if isinstance(prompt, list) and len(prompt) == 1:
        prompt = prompt[0]  # the messages of a chat, as JSON
    if isinstance(given, str):
        return prompt, None
    return prompt, given if isinstance(given, Mapping) else {}


def _texts(answers: object) -> Iterator[str]:
    """The texts in nested lists."""
    if isinstance(answers, str):
        yield answers
    elif isinstance(answers, list):
        for each in answers:
            yield from _texts(each)


def _temperature(given: Mapping[str, Any], for_all: object) -> object:
    """The temperature of a request: its own, else that of the command; 0 if nothing is drawn."""
    if given.get("do_sample") is False:
        return 0.0
    if isinstance(for_all, str):
        for_all = dict(part.split("=", 1) for part in for_all.split(",") if "=" in part)
    said = given.get("temperature")
    if said is None and isinstance(for_all, Mapping):
        said = for_all.get("temperature")
    return number_in(said)
