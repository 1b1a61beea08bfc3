"""Reads logs of inspect_ai: ``.eval``, which is a zip file, and ``.json``.

A log has the samples of one model. The temperature that counts is that of the solver ``generate``,
else that of the task or the command (``plan.config``), else that of the model
(``eval.model_generate_config``), as in inspect_ai itself.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Any, cast

import pyarrow as pa

from recipegen.corpus.archives import unpacked
from recipegen.corpus.byte_streams import Meter, Readable
from recipegen.corpus.recipe import Reject, reject
from recipegen.errors import CorpusError
from recipegen.texts.results.answers import Answer, asked, title_in
from recipegen.texts.results.picking import Picked, pick, pick_from_file, records

HEADER, START = "header.json", "_journal/start.json"
"""What an ``.eval`` file says about the whole log; the first is missing if the run was killed."""

ZSTANDARD = 93
"""The method of compression that inspect_ai uses, which zipfile lacks before Python 3.14."""

_ABOUT_LOG = (
    *("eval.model", "eval.task_id", "eval.model_generate_config.temperature"),
    *("plan.config.temperature", "plan.steps"),
)
_ABOUT_SAMPLE = (
    *("id", "epoch", "input", "metadata", "output.choices", "output.error"),
    *("error.message", "limit.type"),
)
_STOPPED = {"stop": True, "max_tokens": False, "model_length": False}


def read_inspect_log(path: Path, source: str) -> Iterator[Answer | Reject]:
    """The samples of a log.

    Args:
        path: of the log.
        source: its name in tables.

    Raises:
        CorpusError: the log is damaged.
    """
    if zipfile.is_zipfile(path):
        yield from _of_zip(path, source)
        return
    log = pick_from_file(path, _ABOUT_LOG)
    with path.open("rb") as file:
        for position, sample in enumerate(records(file, source, ["samples"], _ABOUT_SAMPLE)):
            yield from _answers(position, log, sample)


def names_in(path: Path) -> set[str]:
    """The names of the files in a zip file; none if it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return set()


def _of_zip(path: Path, source: str) -> Iterator[Answer | Reject]:
    meter = Meter(source, path.stat().st_size)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        about = HEADER if HEADER in names else START
        log = _picked(archive, about, source, meter, _ABOUT_LOG)
        samples = sorted(name for name in names if name.startswith("samples/"))
        for position, name in enumerate(samples):
            try:
                sample = _picked(archive, name, source, meter, _ABOUT_SAMPLE)
            except CorpusError as error:
                yield reject(source, position, str(error), name)
            else:
                yield from _answers(position, log, sample)


def _picked(
    archive: zipfile.ZipFile, name: str, source: str, meter: Meter, paths: tuple[str, ...]
) -> Picked:
    """Values of a JSON document in a zip file."""
    full = f"{source}/{name}"
    try:
        packed = _opened(archive, archive.getinfo(name))
    except (OSError, RuntimeError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        raise CorpusError(f"{full}: cannot be unpacked: {error}") from error
    return pick(unpacked(packed, full, "zip", meter), full, paths)


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Readable:
    """A file in a zip file, ready to read."""
    if info.compress_type != ZSTANDARD:
        return archive.open(info)
    packed = copy(info)
    packed.compress_type, packed.file_size = zipfile.ZIP_STORED, info.compress_size
    del packed.CRC  # of the content, which zipfile does not see
    raw = cast("io.IOBase", archive.open(packed))
    return pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")


def _answers(position: int, log: Picked, sample: Picked) -> Iterator[Answer]:
    """The choices of a sample; one that failed has a single answer, which says why."""
    name = "-".join(str(each) for each in (log.get("eval.task_id"), *_id(sample, position)) if each)
    about: dict[str, Any] = {
        "position": position,
        "prompt": asked(sample.get("input")),
        "title": title_in(sample.get("metadata")),
        "model": str(log.get("eval.model") or ""),
        "temperature": temperature_in(log),
    }
    choices = sample.get("output.choices") or []
    if failed := _failure(sample, choices):
        yield Answer(name, answer=None, failed=failed, **about)
        return
    for at, choice in enumerate(choices):
        message = choice.get("message")
        answer = message.get("content") if isinstance(message, Mapping) else None
        stopped = _STOPPED.get(str(choice.get("stop_reason")))
        yield Answer(f"{name}-{at}" if at else name, answer=answer, stopped=stopped, **about)


def _id(sample: Picked, position: int) -> tuple[object, object]:
    return sample.get("id", f"sample {position + 1}"), f"epoch {sample.get('epoch', 1)}"


def _failure(sample: Picked, choices: object) -> str:
    """Why a sample has no answer; empty if it has one."""
    if error := sample.get("error.message") or sample.get("output.error"):
        return f"failed in inspect_ai: {error}"
    if isinstance(choices, list) and choices and all(isinstance(each, Mapping) for each in choices):
        return ""
    limit = sample.get("limit.type")
    return f"no answer in inspect_ai{f': the limit of {limit} was reached' if limit else ''}"


def temperature_in(log: Picked) -> object:
    """The temperature at which the samples of a log were drawn; None if it does not say."""
    steps = log.get("plan.steps")
    solvers = (step for step in steps or () if isinstance(step, Mapping))
    of_solver = [
        step["params"].get("temperature")
        for step in solvers
        if step.get("solver") == "generate" and isinstance(step.get("params"), Mapping)
    ]
    said = (
        *reversed(of_solver),
        log.get("plan.config.temperature"),
        log.get("eval.model_generate_config.temperature"),
    )
    return next((each for each in said if each is not None), None)
