"""Does the runs, one after the other; what is finished is not done again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.findings.plan import Planned, seconds_of
from recipegen.errors import UsageError
from recipegen.running.resuming import do_stage, is_finished
from recipegen.stages import STAGES
from recipegen.storage.run_folder import Run

DONE = STAGES[:-1]
"""The stages of a run; its report is not needed."""


def do_runs(planned: Sequence[Planned], work: Path) -> list[Run]:
    """All runs, done; those that were done before are only looked at.

    A run starts from a copy of an earlier run of the same corpus, so that nothing is learned twice.
    It prints how long all will take, and what is done.

    Args:
        planned: the runs.
        work: the folder of their folders.
    """
    before = [_is_done(work / each.folder) for each in planned]
    estimates = [
        0.0
        if before[at]
        else seconds_of(each, first=each.corpus not in [other.corpus for other in planned[:at]])
        for at, each in enumerate(planned)
    ]
    print(
        f"{len(planned)} runs, {sum(before)} of them done; about {_told(sum(estimates))} left "
        "on two idle cores",
        flush=True,
    )
    done, expected, took, runs = 0.0, 0.0, 0.0, []
    for each, estimate in zip(planned, estimates, strict=True):
        began = time.monotonic()
        run, worked = _do(each, planned, work)
        runs.append(run)
        done += estimate
        if worked:
            expected, took = expected + estimate, took + time.monotonic() - began
        left = (sum(estimates) - done) * (took / expected if expected else 1)
        state = "done" if worked else "was done before"
        print(f"{each.folder}: {state}; about {_told(left)} left", flush=True)
    return runs


def finished(planned: Sequence[Planned], work: Path) -> list[Planned]:
    """The planned runs that are done; those with a cut-off only if the run without it is, too.

    Raises:
        UsageError: no run is done.
    """
    done = [each for each in planned if _is_done(work / each.folder)]
    whole = {(each.corpus, each.preset) for each in done if not each.cut.cut}
    kept = [each for each in done if (each.corpus, each.preset) in whole]
    if not kept:
        raise UsageError(f"{work}: no run is finished; leave out --finished")
    return kept


def _do(each: Planned, planned: Sequence[Planned], work: Path) -> tuple[Run, bool]:
    """A run, and whether anything of it was still to do."""
    folder = work / each.folder
    if not folder.exists():
        _start(folder, each, planned, work)
    run = Run.prepare(folder, each.configuration.model_dump(mode="json"))
    with run.locked():
        worked = [do_stage(run, stage) for stage in DONE]
    return run, any(worked)


def _start(folder: Path, each: Planned, planned: Sequence[Planned], work: Path) -> None:
    """Copy the run that has most in common, if one is finished: its preset's, or its corpus's."""
    mates = [other for other in planned if other.corpus == each.corpus and not other.cut.cut]
    mates.sort(key=lambda other: other.preset != each.preset)
    found = (work / mate.folder for mate in mates if mate is not each)
    source = next((path for path in found if _is_done(path)), None)
    if source is not None:
        # A copy that was interrupted has another name, and is made again.
        copy = folder.with_name(f"{folder.name}.copy")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("unfinished"))
        copy.rename(folder)


def _is_done(folder: Path) -> bool:
    if not (folder / "manifest.json").exists():
        return False
    run = Run(folder)
    finished = run.manifest["stages"]
    return all(stage.name in finished and is_finished(run, stage) for stage in DONE)


def _told(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
