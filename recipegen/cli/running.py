"""``recipegen run``, ``recipegen demo`` and the stages."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recipegen.cli.parser import Commands, add_run, folder
from recipegen.config import RUNS, Configuration, configure
from recipegen.storage.files import Place, is_file, reach, read_json

if TYPE_CHECKING:
    from recipegen.storage.run_folder import Run
from recipegen.cli.given_settings import add_settings, settings_of
from recipegen.cli.parser import level
from recipegen.running.stage_names import STAGE_NAMES

# The commands import what they need, since torch and spaCy take seconds that --help need not.


def add_run_commands(commands: Commands) -> argparse.ArgumentParser:
    """The commands ``run`` and those of the stages; the parser of the stage ``score``."""
    run = commands.add("run", run_pipeline, "do every stage, as a Prefect flow")
    run.add_argument("--run", type=folder, metavar="DIR", help=f"the run's folder, else in {RUNS}")
    run.add_argument(
        "--dry-run",
        action="store_true",
        help="only say how many samples would be drawn, and how many requests sent",
    )
    run.add_argument(
        "--force",
        nargs="+",
        choices=STAGE_NAMES,
        default=[],
        metavar="STAGE",
        help="do these stages again although nothing has changed",
    )
    add_settings(run)
    return {name: _add_stage(commands, name) for name in STAGE_NAMES}["score"]


def _add_stage(commands: Commands, name: str) -> argparse.ArgumentParser:
    stage = commands.add(name, run_stage, f"do the stage {name} of a run")
    stage.set_defaults(stage=name)
    stage.add_argument(
        "--force", action="store_true", help="do it again although nothing has changed"
    )
    add_run(stage, required=name != "score")
    add_settings(stage)
    return stage


def add_demo(commands: Commands) -> None:
    """The command ``demo``."""
    demo = commands.add(
        "demo", run_demo, "do the whole evaluation on the embedded corpus, in minutes"
    )
    demo.add_argument("--run", type=folder, metavar="DIR", help=f"the run's folder, else in {RUNS}")
    demo.set_defaults(config="demo", corpus=None, format=None, set=[], force=[], dry_run=False)


def run_pipeline(options: argparse.Namespace) -> None:
    """Do every stage of a run that is not yet done."""
    from recipegen.console import log_to_terminal
    from recipegen.flows.pipeline import run_locally
    from recipegen.generators.checks import check_generators

    settings = settings_of(options)
    folder = options.run or RUNS / default_name(configure(settings))
    if options.dry_run:
        _show_costs(_configuration_in(folder, settings))
        return
    run = _prepare(folder, settings)
    check_generators(run.configuration.generate)
    log_to_terminal(level(options))
    with run.locked():
        for stage in options.force:
            run.forget(stage)
    run_locally(run)
    print(f"report: {run.folder / 'report.html'}")


def _configuration_in(folder: Place, settings: dict[str, Any]) -> Configuration:
    """What a run in a folder would be configured as, its own settings below those given."""
    kept = folder / "configuration.json"
    return configure(read_json(kept) if is_file(kept) else {}, settings)


def _show_costs(configuration: Configuration) -> None:
    """Print what would be drawn from each generator, and what would be sent for it."""
    from recipegen.console import print_table
    from recipegen.generators.checks import check_generators, costs

    rows = [
        (
            cost.generator,
            cost.kind,
            "as many as the file has" if cost.samples is None else f"{cost.samples:,}",
            f"{cost.requests:,}" if cost.requests else "none",
            f"{cost.words:,}" if cost.words else "none",
        )
        for cost in costs(configuration.generate)
    ]
    columns = ("generator", "kind", "samples at most", "requests", "words sent and received, about")
    print_table(columns, rows, left=2)
    check_generators(configuration.generate)


def _prepare(folder: Place, settings: dict[str, Any]) -> Run:
    """The run in a folder, made only when its corpus is there."""
    from recipegen.corpus.corpus_files import corpus_files
    from recipegen.storage.run_folder import Run

    reach(folder)
    if "corpus" in settings.get("ingest", {}) or not is_file(folder / "configuration.json"):
        corpus_files(configure(settings).ingest.corpus)
    return Run.prepare(folder, settings)


def default_name(configuration: Configuration) -> str:
    """The name of the run that a configuration makes, so that the same command finds it again."""
    results = configuration.model_dump_json(exclude={"execution"})
    digest = hashlib.sha256(results.encode()).hexdigest()[:8]
    return f"{Path(configuration.ingest.corpus).name.split('.')[0]}-{digest}"


def run_stage(options: argparse.Namespace) -> None:
    """Do one stage of a run, in this process."""
    from recipegen.console import log_to_terminal, showing_progress
    from recipegen.running.resuming import do_stage
    from recipegen.stages import stage_named
    from recipegen.storage.run_folder import Run

    log_to_terminal(level(options))
    if options.stage != "ingest":
        Run.open(options.run)
    run = _prepare(options.run, settings_of(options))
    if options.stage == "train":
        from recipegen.language.data_parallel import rank
        from recipegen.stages.train import help_training

        if rank() > 0:
            help_training(run, stage_named("train"))
            return
    with run.locked(), showing_progress(options.stage) as progress:
        if options.force:
            run.forget(options.stage)
        do_stage(run, stage_named(options.stage), progress)


def run_demo(options: argparse.Namespace) -> None:
    """Do the whole evaluation on the embedded corpus, and get the corpus first if need be."""
    from recipegen.corpus.formats.wikibooks import get_wikibooks

    get_wikibooks()
    run_pipeline(options)
