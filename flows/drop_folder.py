"""Scores files with samples of other models that are put into a folder, each file once."""

from __future__ import annotations

import logging
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.futures import wait
from pydantic import Field

from recipegen.config import RUNS, Section
from recipegen.errors import RecipegenError, UsageError
from recipegen.finished_runs.history import state
from recipegen.flows import faults
from recipegen.flows.artifacts import finite_rows
from recipegen.flows.prefect_server import library_lines_in_the_ui
from recipegen.flows.task_runners.stoppable_threads import StoppableThreads
from recipegen.judging.scoring import score_recipes
from recipegen.machine.interruption import stoppable
from recipegen.storage.files import Place, hash_file, listing, place, read_json, write_json
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import read_table

HOURS = 3600.0
RECORD = "scored.json"
"""A file next to the tables of a scored file: what was scored, and the result. Written last."""


class DropFolder(Section):
    """Where the samples are, which run judges them, and where their tables go."""

    folder: str = Field(
        "data/drop",
        min_length=1,
        description="The folder to look into. Every file *.jsonl in it is scored. Each line has an "
        "id and a text or ingredients.",
    )
    run: str | None = Field(
        None,
        min_length=1,
        description="The folder of the run that judges the samples. If unset, the last finished "
        "run in the folder of runs judges them.",
    )
    runs: str = Field(
        str(RUNS), min_length=1, description="The folder of runs, used if no run is named."
    )
    scores: str = Field(
        "data/scores",
        min_length=1,
        description="Where the tables go. Each file gets a folder here, named after the file and "
        "its content.",
    )


logger = logging.getLogger("recipegen.flows")


@dataclass(frozen=True)
class Scored:
    """The result for one file."""

    file: str
    run: str
    recipes: int | None
    implausibility: float | None
    """Mean over the recipes that have an implausibility."""
    implausible_pairs: float | None
    """Share of implausible pairs among the pairs that can be judged."""
    problem: str | None
    tables: str


@flow(
    name="score-drop-folder",
    flow_run_name=lambda: f"drop folder, {datetime.now(UTC):%Y-%m-%d %H:%M}",
    persist_result=False,
    timeout_seconds=6 * HOURS,
    task_runner=StoppableThreads(max_workers=1),  # type: ignore[arg-type]
)
def score_drop_folder(settings: DropFolder = DropFolder()) -> None:  # noqa: B008 - it is frozen
    """Score the files of a folder that were not scored before by a run with the same knowledge.

    Args:
        settings: Where the files are, which run judges them, and where their tables go.
    """
    run, scores = _judge(settings), Path(settings.scores)
    files = sorted(Path(settings.folder).glob("*.jsonl"))
    known = {file: scored_before(file, run, scores) for file in files}
    with library_lines_in_the_ui(), faults.deaf_to_ctrl_c():
        new = [file for file, found in known.items() if found is None]
        futures = [score_file.submit(file, run.folder, scores) for file in new]
        wait(futures)
    done = [future.result() for future in futures if future.state.is_completed()]
    rows = [*done, *(found for found in known.values() if found)]
    shown = finite_rows(pd.DataFrame(map(asdict, rows)))
    create_table_artifact(key="drop-folder", table=shown, description=f"Files of {settings.folder}")
    for future in futures:
        future.result()  # an unexpected error fails the flow


def _judge(settings: DropFolder) -> Run:
    """The run that judges the samples."""
    if settings.run is not None:
        return Run.open(settings.run)
    runs = [Run(path.parent) for path in listing(place(settings.runs), "*/manifest.json")]
    finished = [run for run in runs if state(run) == "finished"]
    if not finished:
        raise UsageError(f"{settings.runs}: no finished run in it that could judge; name one")
    return max(finished, key=lambda run: str(run.manifest["stages"]["report"]["finished"]))


def scored_before(file: Path, run: Run, scores: Path) -> Scored | None:
    """The earlier result for this content and this knowledge; None if there is none."""
    record = _folder(file, scores) / RECORD
    if not record.is_file() or (known := read_json(record))["key"] != _key(file, run):
        return None
    return Scored(**known["found"])


@task(
    task_run_name="score {file.name}",
    persist_result=False,
    **faults.TRIED_AGAIN,
)
def score_file(file: Path, judge: Place, scores: Path) -> Scored:
    """Score a file, or say why it cannot be scored, and record the result."""
    run = Run(judge)
    folder, key = _folder(file, scores), _key(file, run)
    shutil.rmtree(folder, ignore_errors=True)
    with stoppable():
        found = _score(run, file, folder)
    write_json(folder / RECORD, {"key": key, "found": asdict(found)})
    return found


def _folder(file: Path, scores: Path) -> Path:
    return scores / f"{file.stem}-{hash_file(file)[:8]}"


def _key(file: Path, run: Run) -> dict[str, str]:
    return {"content": hash_file(file), "knowledge": _knowledge(run)}


def _knowledge(run: Run) -> str:
    """The fingerprints of what a run has learned about ingredients and pairs."""
    stages = run.manifest["stages"]
    run.outputs("learn-pairings")
    return " ".join(stages[name]["fingerprint"] for name in ("learn-ingredients", "learn-pairings"))


def _score(run: Run, file: Path, folder: Path) -> Scored:
    try:
        score_recipes(run, file, folder)
    except RecipegenError as problem:
        logger.warning("%s", problem)
        return Scored(file.name, run.name, None, None, None, str(problem), str(folder))
    scores = read_table(folder / "sample_scores.parquet")
    pairs, implausible = scores["judged_pair_count"].sum(), scores["implausible_pair_count"].sum()
    mean = scores["implausibility"].mean()
    return Scored(
        file.name,
        run.name,
        len(scores),
        None if pd.isna(mean) else float(mean),
        float(implausible / pairs) if pairs else None,
        None,
        str(folder),
    )
