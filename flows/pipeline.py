"""The flow of a run, with a sub-flow for each stage and a task for each block of a long stage."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from prefect import Flow, flow, tags, task
from prefect.futures import as_completed
from prefect.runtime import deployment, flow_run
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.task_runners import TaskRunner

from recipegen.config import RUNS, Configuration
from recipegen.console import showing_progress
from recipegen.errors import RunError
from recipegen.flows import artifacts, faults
from recipegen.flows.cancellation import Cancelled, stopping_when_cancelled
from recipegen.flows.prefect_server import library_lines_in_the_ui, prefect_server
from recipegen.flows.run_folders import run_folder, server_log
from recipegen.flows.task_runners import choosing
from recipegen.generators.checks import check_generators
from recipegen.machine.interruption import stoppable
from recipegen.machine.threads import limited_threads
from recipegen.report.publishing import publish_failure
from recipegen.running.resuming import do_block, do_whole, fingerprint, finish, open_blocks
from recipegen.running.stage import Blocks, Whole
from recipegen.stages import STAGES, stage_named
from recipegen.storage.files import Place
from recipegen.storage.run_folder import Run

DAY = 24 * 3600.0
UNLIMITED = 365 * DAY


@task(
    task_run_name="{stage} {block}",
    persist_result=False,
    **faults.TRIED_AGAIN,
)
def work(folder: Place, stage: str, key: str, step: int, block: str) -> int:
    """Do a block of a step of a stage; returns the number of rows that it made."""
    doing = cast(Blocks, stage_named(stage).steps[step])
    with stoppable(folder), faults.in_block(stage, block):
        return choosing.do(do_block, folder, stage, key, doing.work, block)


@task(
    task_run_name="{stage}: {name}",
    persist_result=False,
    **faults.TRIED_AGAIN,
)
def prepare(folder: Place, stage: str, key: str, step: int, name: str) -> None:
    """Do a step of a stage that is not cut into blocks."""
    with showing_progress(f"{stage}: {name}") as progress:
        run, doing = Run(folder), stage_named(stage)
        do_whole(run, doing, key, cast(Whole, doing.steps[step]), progress)


@task(
    task_run_name="{stage}",
    persist_result=False,
    **faults.TRIED_AGAIN,
)
def complete(folder: Place, stage: str, key: str, began: float) -> None:
    """Do the rest of a stage after its steps are done, and record that the stage is finished."""
    with showing_progress(stage) as bar, artifacts.showing_progress(stage, bar) as progress:
        finish(Run(folder), stage_named(stage), key, began, progress)


def do_stage(folder: str, stage: str) -> None:
    """Do a stage of the run in a folder, step by step, unless it is done and nothing changed."""
    run, began, doing = Run(folder), time.time(), stage_named(stage)
    key = fingerprint(run, doing)
    if run.is_finished(stage, key):
        return
    for number, step in enumerate(doing.steps):
        if isinstance(step, Whole):
            prepare(run.folder, stage, key, number, step.name)
        elif blocks := open_blocks(run, doing, key, step):
            _do_blocks(run.folder, stage, key, number, blocks)
    complete(run.folder, stage, key, began)


def _do_blocks(folder: Place, stage: str, key: str, step: int, blocks: list[str]) -> None:
    """Do blocks in parallel; a block that fails does not stop the others."""
    execution = Run(folder).configuration.execution
    with (
        limited_threads(execution, execution.workers),
        showing_progress(stage) as bar,
        artifacts.showing_progress(f"{stage}-blocks", bar) as told,
    ):
        futures = [work.submit(folder, stage, key, step, block) for block in blocks]
        for done, _ in enumerate(as_completed(futures), start=1):
            told(done / len(blocks), f"{done} of {len(blocks)} blocks")
    for future in futures:
        future.result()


STAGE_FLOWS: dict[str, Flow[[str, str], None]] = {
    stage.name: Flow(
        do_stage,
        name=stage.name,
        flow_run_name="{stage}",
        description=stage.perform.__doc__,
        persist_result=False,
        timeout_seconds=UNLIMITED,  # the limit of the whole run also stops its stages
    )
    for stage in STAGES
}


def run_name() -> str:
    """Corpus, generators and date of a run."""
    configuration = flow_run.parameters.get("configuration") or {}
    if not isinstance(configuration, Configuration):
        configuration = Configuration.model_validate(configuration)
    corpus = Path(configuration.ingest.corpus).name.split(".")[0]
    sizes = [f"LSTM {configuration.train.layers}x{configuration.train.hidden_size}"]
    drawn = [*(sizes if configuration.generate.has_lstm else []), *configuration.generate.named()]
    return f"{corpus}, {', '.join(drawn)}, {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(
    name="recipegen",
    flow_run_name=run_name,
    persist_result=False,
    timeout_seconds=DAY,
    on_failure=[faults.record],
    on_crashed=[faults.record],
    on_cancellation=[faults.record],
)
def run_pipeline(
    configuration: Configuration = Configuration(),  # noqa: B008 - it is frozen
    folder: str | None = None,
    runs: str = str(RUNS),
) -> None:
    """Do every stage of a run that is not done yet, and show what the run found.

    Args:
        configuration: The settings. They override those that the run was given before.
        folder: The folder of a run to resume. If unset, a new run starts.
        runs: Where the folder of a new run is created, named after the deployment and the date.
    """
    given = {"folder": folder, "runs": runs}
    place = run_folder(flow_run.id, given, deployment.name)
    run = Run.prepare(place, configuration.model_dump(mode="json", exclude_unset=True))
    check_generators(run.configuration.generate)
    with (
        stopping_when_cancelled(),
        run.locked(),
        tags(run.name),
        library_lines_in_the_ui(),
        faults.deaf_to_ctrl_c(),
    ):
        _do_stages(run)
        artifacts.publish(run)


def _do_stages(run: Run) -> None:
    # The heartbeat of a sub-flow costs a second at its end. The heartbeat of the run is enough.
    with (
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
        choosing.task_runner(run) as runner,
    ):
        for stage in STAGES:
            _do(stage.name, run, runner)


def _do(stage: str, run: Run, runner: TaskRunner[Any]) -> None:
    """Do a stage as a sub-flow; a failure is entered into the manifest and the index of runs."""
    stage_flow = STAGE_FLOWS[stage].with_options(task_runner=runner)
    try:
        with choosing.deaths_in_a_line(runner):
            faults.outlasting_the_server(lambda: stage_flow(str(run.folder), stage))
    except BaseException as error:
        run.fail(stage, faults.describe(error))
        publish_failure(run)
        raise


def run_locally(run: Run) -> None:
    """Do a run in this process, reporting to the configured Prefect server or to one of our own.

    Raises:
        RecipegenError: the run failed; its finished work is kept.
    """
    if not PREFECT_API_URL.value():
        choosing.refuse_own_server(run.configuration.execution)
    with prefect_server(server_log(run), tag=run.name):
        # No time limit: the person who started the run can stop it.
        unlimited = run_pipeline.with_options(timeout_seconds=UNLIMITED)
        try:
            unlimited(run.configuration, str(run.folder))
        except Cancelled as cancelled:
            raise RunError(f"{cancelled}; the same command goes on from here") from None
