"""The command line.

Exit codes: 0 done, 1 the run failed, 2 arguments or configuration wrong, 3 a gate was not passed
(``recipegen score --fail-over``).
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import logging
import os
import select
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import shtab

import recipegen
from recipegen.config import (
    EMBEDDED_CORPUS,
    RUNS,
    Configuration,
    configure,
    merge,
    parse_assignments,
    read_configuration,
)
from recipegen.errors import GateFailed, RecipegenError, RunError, UsageError, one_line, printable
from recipegen.machine.memory import few_arenas
from recipegen.machine.spacy_import import import_spacy_alone
from recipegen.resources import settings_file
from recipegen.storage.files import Place, is_file, place, reach, read_json

if TYPE_CHECKING:
    from recipegen.judging.gate import Gate
    from recipegen.judging.judge_texts import GroupTables
    from recipegen.storage.run_folder import Run

DESCRIPTION = (
    "Measure how a recipe language model behaves as the sampling temperature rises, and when it "
    "starts to put together ingredients that do not belong together. `recipegen demo` shows it; "
    "`recipegen run --corpus FILE` does it with your recipes; `recipegen score --texts FILE --out "
    "DIR` judges recipes of any model."
)

CORPORA = Path("data/corpora")
"""Where collections of recipes land that are not given a folder."""

STANDARD_OUTPUT = 1
"""The number of its file."""

STAGE_NAMES = (
    "ingest",
    "tokenise",
    "train",
    "learn-ingredients",
    "learn-pairings",
    "generate",
    "score",
    "measure",
    "summarise",
    "report",
)

logger = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; the exit code."""
    # Tens of thousands of objects that stay are made at the start; looking through them takes time.
    gc.set_threshold(100_000, 20, 20)
    few_arenas()
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
        sys.stdout.flush()
    except RecipegenError as error:
        return _failed(options, str(error), error.exit_code)
    except BrokenPipeError as error:
        if not _nobody_reads():
            return _failed(options, in_one_line(error), 1)
        # Python flushes the output once more at the end, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), STANDARD_OUTPUT)
        return 1
    except KeyboardInterrupt:
        return _failed(options, "stopped; the same command goes on from here", 130)
    except Exception as error:
        return _failed(options, in_one_line(error), 1)
    return 0


def _nobody_reads() -> bool:
    """Whether the program that read our output, such as `head`, has closed the pipe."""
    output = select.poll()
    output.register(STANDARD_OUTPUT, 0)
    return any(event & select.POLLERR for _, event in output.poll(0))


def in_one_line(error: Exception) -> str:
    """What went wrong that is not our own error, and what to do."""
    if "No space left on device" in str(error) or "os error 28" in str(error):
        return (
            "the disk is full; free some space and give the same command again: what is finished "
            "is kept"
        )
    if isinstance(error, MemoryError):
        return (
            "not enough memory; close other programs, or make blocks smaller (docs/scaling.md), "
            "and give the same command again: what is finished is kept"
        )
    if isinstance(error, PermissionError):
        return (
            f"{error.filename or error}: no permission; change its rights, or name another folder"
        )
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return f"unexpected {type(error).__name__}: {error}; --debug shows where it happened"


def _failed(options: argparse.Namespace, message: str, exit_code: int) -> int:
    if options.debug:
        logging.getLogger("recipegen").exception("failed")
    # Without passwords in addresses, and without what a terminal would act on.
    print(f"recipegen: error: {printable(one_line(message))}", file=sys.stderr)  # noqa: T201
    return exit_code


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, where argparse prints the usage as well."""
        self.exit(2, f"{self.prog}: error: {message}; see `{self.prog} --help`\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="recipegen", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=recipegen.__version__)
    shtab.add_argument_to(parser, help="print a script for the completion of commands in a shell")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Any, summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary)
        _add_common(added, command)
        return added

    run = add("run", run_pipeline, "do every stage, as a Prefect flow")
    run.add_argument("--run", type=_place, metavar="DIR", help=f"the run's folder, else in {RUNS}")
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
    _add_settings(run)
    for name in STAGE_NAMES:
        stage = add(name, run_stage, f"do the stage {name} of a run")
        stage.set_defaults(stage=name)
        stage.add_argument(
            "--force", action="store_true", help="do it again although nothing has changed"
        )
        _add_run(stage, required=name != "score")
        _add_settings(stage)
        if name == "score":
            stage.set_defaults(command=score)
            stage.add_argument("--texts", type=Path, metavar="INPUT", help="other recipes")
            stage.add_argument("--out", type=Path, metavar="DIR", help="where their tables go")
            _add_gate(stage)
    extract = add("extract", run_extract, "find the ingredients in texts")
    _add_run(extract, required=False)
    extract.add_argument("input", type=Path, metavar="INPUT.jsonl", help="lines {id, text}")
    extract.add_argument("output", type=Path, metavar="OUTPUT.parquet", help="the mentions found")
    words = add("probabilities", show_probabilities, "show the likely next words after a prompt")
    _add_run(words)
    words.add_argument("--prompt", required=True, help="the words to continue")
    words.add_argument("--temperature", type=float, nargs="+", required=True, metavar="T")
    words.add_argument("--top-k", type=int, default=10, metavar="K", help="words to show")
    words.add_argument("--steps", type=int, default=5, help="words to draw, one table each")
    _add_pairings(commands.add_parser("pairings", help="ask what goes with what"))
    _add_label(commands.add_parser("label", help="have people label what the judge has judged"))
    _add_corpus(commands.add_parser("corpus", help="list collections of recipes, and get one"))
    runs = add("runs", list_runs, "list the runs and what they found")
    runs.add_argument("--folder", type=_place, default=RUNS, help=f"where they lie; {RUNS}")
    compare = add("compare", compare_runs, "compare runs with the first, by temperature")
    compare.add_argument("run_a", type=_place, metavar="RUN_A")
    compare.add_argument("run_b", type=_place, metavar="RUN_B", nargs="+")
    compare.add_argument("--out", type=_place, metavar="DIR", help="keep a page and a table here")
    verify = add("verify", verify_run, "check the files of a run: hashes, schemas, references")
    verify.add_argument("run", type=_place, metavar="RUN", help="the run's folder")
    settings = add("settings", show_settings, "list every setting with its default and meaning")
    settings.add_argument("section", nargs="?", metavar="SECTION", help="only those of a section")
    settings.add_argument("--json", action="store_true", help="print JSON, for other programs")
    config = commands.add_parser("config", help="begin a file of settings")
    kinds = config.add_subparsers(required=True, metavar="COMMAND")
    begin = kinds.add_parser("init", help="write a file with every setting as a comment")
    _add_common(begin, begin_configuration)
    begin.add_argument("file", nargs="?", type=Path, default=Path("recipegen.toml"), metavar="FILE")
    demo = add("demo", run_demo, "do the whole evaluation on the embedded corpus, in minutes")
    demo.add_argument("--run", type=_place, metavar="DIR", help=f"the run's folder, else in {RUNS}")
    demo.set_defaults(config="demo", corpus=None, format=None, set=[], force=[], dry_run=False)
    serve = add("serve", serve_deployments, "serve scheduled runs, and the UI of Prefect")
    serve.add_argument("--port", type=int, default=4200, help="of the server that is started")
    serve.add_argument("--file", type=Path, metavar="FILE", help="declares other deployments")
    opened = add("open", open_report, "open the report of a run in a browser")
    opened.add_argument("run", type=_place, metavar="RUN", help="the run's folder")
    return parser


def _add_common(parser: argparse.ArgumentParser, command: Any) -> None:
    """What every command takes."""
    parser.set_defaults(command=command)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--quiet", action="store_true", help="say nothing but warnings and errors")
    much.add_argument("--verbose", action="store_true", help="say more of what is being done")


def _level(options: argparse.Namespace) -> int:
    """From which level on log lines are shown."""
    if options.debug or options.verbose:
        return logging.DEBUG
    return logging.WARNING if options.quiet else logging.INFO


def _place(address: str) -> Place:
    """A folder of this machine, or one in a store."""
    try:
        return place(address)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _add_run(parser: argparse.ArgumentParser, required: bool = True) -> None:
    meaning = "the run's folder" if required else "the run's folder, else the built-in judge"
    parser.add_argument("--run", type=_place, required=required, metavar="DIR", help=meaning)


def _run_or_judge(folder: Place | None) -> Run | None:
    """The run in a folder; None, for the built-in judge, where no folder is named."""
    from recipegen.storage.run_folder import Run

    return Run.open(folder) if folder else None


def _add_gate(parser: argparse.ArgumentParser) -> None:
    gate = parser.add_argument_group(
        "gate",
        "Say with an exit code whether the recipes of --texts are good enough: 0 passed, 3 not "
        "passed. What counts is the interval of a metric, not its estimate: a group fails if it is "
        "sure to be worse. Metrics, for each of which lower is better: implausible_pair_rate, "
        "flagged_recipe_rate, implausibility, exchanged_share.",
    )
    gate.add_argument(
        "--fail-over",
        nargs="+",
        action="extend",
        default=[],
        metavar="METRIC=LIMIT",
        help="fail if the metric of a group is above a limit, such as implausible_pair_rate=0.03",
    )
    gate.add_argument(
        "--fail-over-baseline",
        type=Path,
        metavar="OTHER",
        help="fail if a metric is above that of other recipes: a file, or a folder of --out",
    )
    gate.add_argument(
        "--margin",
        nargs="+",
        action="extend",
        default=[],
        metavar="METRIC=RISE",
        help="a rise over the baseline that is still good enough; else none is",
    )
    gate.add_argument(
        "--strict", action="store_true", help="fail unless a group is sure to be good enough"
    )
    gate.add_argument("--junit", type=Path, metavar="FILE", help="write the result as JUnit XML")
    gate.add_argument("--markdown", type=Path, metavar="FILE", help="write a summary in Markdown")


def _names_gate(options: argparse.Namespace) -> bool:
    """Whether the arguments have anything to do with a gate."""
    paths = (options.fail_over_baseline, options.junit, options.markdown)
    return bool(options.fail_over or options.margin or options.strict or any(paths))


def _gate(options: argparse.Namespace) -> Gate | None:
    """The gate that the arguments ask for; None if they ask for none."""
    from recipegen.evaluation.per_group.gate import limit_of
    from recipegen.judging.gate import Gate

    if not _names_gate(options):
        return None
    if not options.fail_over and not options.fail_over_baseline:
        raise UsageError("score: name a limit with --fail-over, or --fail-over-baseline OTHER")
    if options.margin and not options.fail_over_baseline:
        raise UsageError("--margin: name the other recipes with --fail-over-baseline OTHER")
    return Gate(
        [limit_of(each) for each in options.fail_over],
        options.fail_over_baseline,
        [limit_of(each, "--margin") for each in options.margin],
        options.strict,
        options.junit,
        options.markdown,
    )


def _add_pairings(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")
    explain = kinds.add_parser("explain", help="say what is known about two ingredients")
    _add_common(explain, explain_pairing)
    explain.add_argument("first", metavar="A", help="an ingredient")
    explain.add_argument("second", metavar="B", help="another")
    suggest = kinds.add_parser("suggest", help="say what else, basics aside, would go with some")
    _add_common(suggest, suggest_pairings)
    suggest.add_argument("--with", dest="given", required=True, metavar="A,B,C", help="ingredients")
    suggest.add_argument("--number", type=int, default=10, metavar="N", help="how many to show")
    for each in (explain, suggest):
        _add_run(each, required=False)
        each.add_argument("--json", action="store_true", help="print JSON, for other programs")


def _add_label(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")
    draw = kinds.add_parser("draw", help="draw pairs or texts, and write a page to label them on")
    _add_common(draw, draw_for_labelling)
    draw.add_argument("--unit", choices=("pair", "text"), default="pair", help="what; else pair")
    draw.add_argument("--count", type=int, default=200, metavar="N", help="how many; 200")
    draw.add_argument(
        "--groups",
        nargs="+",
        default=[],
        metavar="GROUP",
        help="of texts; else all but the control",
    )
    draw.add_argument("--seed", type=int, metavar="N", help="another one draws more; the run's")
    draw.add_argument(
        "--implausible-share",
        type=float,
        default=1 / 3,
        metavar="SHARE",
        help="share of those that the judge calls implausible; a third",
    )
    draw.add_argument("--page", type=_place, metavar="FILE", help="where the page goes; in the run")
    read = kinds.add_parser("read", help="take in labels that the page has saved")
    _add_common(read, read_labels_of_files)
    read.add_argument("files", nargs="+", type=Path, metavar="FILE", help="saved by the page")
    for each in (draw, read):
        _add_run(each)


def _add_corpus(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")
    known = kinds.add_parser("list", help="list collections: size, licence, how to get them")
    _add_common(known, list_collections)
    fetch = kinds.add_parser("fetch", help="download one")
    _add_common(fetch, fetch_collection)
    fetch.add_argument("name", metavar="NAME", help="its name in the list")
    fetch.add_argument(
        "--into", type=Path, default=CORPORA, metavar="DIR", help=f"where it goes; {CORPORA}"
    )


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", metavar="FILE", help="settings, TOML or JSON; or a preset: book, fast, best"
    )
    parser.add_argument("--corpus", metavar="PATH", help="the same as --set ingest.corpus=PATH")
    parser.add_argument("--format", metavar="NAME", help="the same as --set ingest.format=NAME")
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="section.key=value",
        help="settings, over those of the file; see `recipegen settings`",
    )


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    """What the arguments set: the file, over it the corpus, over both the single settings."""
    settings = read_configuration(settings_file(options.config)) if options.config else {}
    given = {"corpus": options.corpus, "format": options.format}
    settings = merge(settings, {"ingest": {name: value for name, value in given.items() if value}})
    settings = merge(settings, parse_assignments(options.set))
    corpus = settings.get("ingest", {}).get("corpus")
    if isinstance(corpus, str) and corpus != EMBEDDED_CORPUS:
        # A run is found again, and goes on, from whichever folder it is called.
        settings["ingest"]["corpus"] = str(Path(corpus).absolute())
    generate = settings.get("generate", {})
    if isinstance(generate.get("others"), list):
        generate["others"] = [str(Path(str(file)).absolute()) for file in generate["others"]]
    if isinstance(generate.get("models"), list):
        generate["models"] = list(map(_with_whole_paths, generate["models"]))
    return settings


def _with_whole_paths(model: Any) -> Any:
    """A generator whose file or folder is found from everywhere; anything else as it is."""
    if not isinstance(model, dict):
        return model
    name = {"file": "path", "transformers": "model"}.get(str(model.get("kind")), "")
    path = model.get(name)
    is_path = isinstance(path, str) and (name == "path" or Path(path).is_dir())
    return {**model, name: str(Path(str(path)).absolute())} if is_path else model


# The commands import what they need, since torch and spaCy take seconds that --help need not.


def run_pipeline(options: argparse.Namespace) -> None:
    """Do every stage of a run that is not yet done."""
    from recipegen.console import log_to_terminal
    from recipegen.flows.pipeline import run_locally
    from recipegen.generators.checks import check_generators

    settings = _settings(options)
    folder = options.run or RUNS / default_name(configure(settings))
    if options.dry_run:
        _show_costs(_configuration_in(folder, settings))
        return
    run = _prepare(folder, settings)
    check_generators(run.configuration.generate)
    log_to_terminal(_level(options))
    with run.locked():
        for stage in options.force:
            run.forget(stage)
    run_locally(run)
    print(f"report: {run.folder / 'report.html'}")  # noqa: T201


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
    from recipegen.running.stage import do_stage
    from recipegen.stages import stage_named
    from recipegen.storage.run_folder import Run

    log_to_terminal(_level(options))
    if options.stage != "ingest":
        Run.open(options.run)
    run = _prepare(options.run, _settings(options))
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


def score(options: argparse.Namespace) -> None:
    """Score the samples of a run, or recipes from anywhere."""
    if not options.texts:
        if _names_gate(options):
            raise UsageError("score: a gate judges recipes of a file; name it with --texts")
        if not options.run:
            raise UsageError("score: name the run with --run DIR, or other recipes with --texts")
        run_stage(options)
        return
    import_spacy_alone()
    from recipegen.console import log_to_terminal, showing_progress
    from recipegen.judging.gate import pass_gate
    from recipegen.judging.judge_texts import score_recipes

    gate = _gate(options)
    if not options.out and not gate:
        raise UsageError(
            "score --texts: name the folder for the tables with --out DIR, or a limit with "
            "--fail-over"
        )
    log_to_terminal(_level(options))
    run = _run_or_judge(options.run)
    gated = None
    with showing_progress("score") as progress:
        if gate:
            gated = pass_gate(run, options.texts, gate, options.out, progress)
            groups = gated.groups
        else:
            groups = score_recipes(run, options.texts, options.out, progress)
    _print_groups(groups)
    if gated is None:
        return
    verdict = gated.verdict
    print(printable(verdict.sentence))  # noqa: T201
    if not verdict.passed:
        raise GateFailed(f"{options.texts}: not good enough by {verdict.tally}")


def _print_groups(groups: GroupTables) -> None:
    from recipegen.console import print_table

    rows = [
        (group, metric, *(f"{value:.3f}" for value in values), f"{count:,}")
        for group, metric, *values, count in groups.group_summary.itertuples(index=False)
    ]
    print_table(("group", "metric", "estimate", "low", "high", "recipes"), rows, left=2)
    if tests := list(map(_difference, groups.group_tests.to_dict("records"))):
        print("\nDifferences at equal numbers of ingredients; the raw ones are of all recipes.")  # noqa: T201
        columns = ("first and second", "metric", "difference", "p (Holm)", "raw")
        print_table(columns, tests, left=2)


def _difference(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """A row of ``group_tests`` for the console."""
    return (
        f"{row['group_a']} and {row['group_b']}",
        str(row["metric"]),
        f"{row['difference']:.3f} ({row['low']:.3f} to {row['high']:.3f})",
        f"{row['p_adjusted']:.3f}",
        f"{row['raw_difference']:.3f}",
    )


def run_extract(options: argparse.Namespace) -> None:
    """Find the ingredients in texts from anywhere."""
    import_spacy_alone()
    from recipegen.console import log_to_terminal, showing_progress
    from recipegen.judging.judge_texts import extract_ingredients

    log_to_terminal(_level(options))
    with showing_progress("extract") as progress:
        extract_ingredients(_run_or_judge(options.run), options.input, options.output, progress)


def show_probabilities(options: argparse.Namespace) -> None:
    """Print the likely next words, with their percentages, for each step and temperature."""
    from recipegen.console import print_table
    from recipegen.judging.judge_texts import next_words
    from recipegen.storage.run_folder import Run

    if any(not 0 <= temperature <= 100 for temperature in options.temperature):
        raise UsageError("--temperature: a number from 0 to 100")
    if options.top_k < 1 or options.steps < 1:
        raise UsageError("--top-k and --steps: a number from 1 on")
    run = Run.open(options.run)
    for temperature in options.temperature:
        steps = next_words(run, options.prompt, temperature, options.top_k, options.steps)
        for text, rows in steps:
            print(f"\nT = {temperature:g}  {text}")  # noqa: T201
            shown = [(str(row["word"]) or "(stop)", f"{row['probability']:.2%}") for row in rows]
            print_table(("next word", "probability"), shown)


def explain_pairing(options: argparse.Namespace) -> None:
    """Print what is known about two ingredients."""
    import_spacy_alone()
    from recipegen.judging.judge_texts import explain_pair

    found = explain_pair(_run_or_judge(options.run), options.first, options.second)
    if options.json:
        print(json.dumps(asdict(found), indent=2, ensure_ascii=False))  # noqa: T201
        return
    print("\n".join(found.lines()))  # noqa: T201


def suggest_pairings(options: argparse.Namespace) -> None:
    """Print what else would go with some ingredients."""
    import_spacy_alone()
    from recipegen.console import print_table
    from recipegen.judging.judge_texts import suggest_ingredients

    if options.number < 1:
        raise UsageError("--number: a number from 1 on")
    found = suggest_ingredients(
        _run_or_judge(options.run), options.given.split(","), options.number
    )
    if options.json:
        shown = [asdict(each) for each in found]
        print(json.dumps(shown, indent=2, ensure_ascii=False))  # noqa: T201
        return
    rows = [(each.ingredient, f"{each.probability:.1%}", f"{each.lift:,.1f}") for each in found]
    print_table(("one more", "probability", "times as likely as in any recipe"), rows)


def draw_for_labelling(options: argparse.Namespace) -> None:
    """Draw items of a run for labelling, and print from where, and where the page is."""
    from recipegen.console import print_table
    from recipegen.labels.drawing import Plan
    from recipegen.labels.labelling import draw_labels
    from recipegen.labels.wording import STRATA, strata_rows
    from recipegen.storage.run_folder import Run

    run = Run.open(options.run)
    plan = Plan(
        options.unit,
        options.count,
        tuple(dict.fromkeys(options.groups)),
        run.configuration.seed if options.seed is None else options.seed,
        options.implausible_share,
    )
    with run.locked():
        drawn = draw_labels(run, plan, options.page)
    print_table(STRATA, strata_rows(drawn.rows), left=2)
    what = "was made before; its page is written again" if drawn.again else "is new"
    print(f"draw {drawn.number} of {len(drawn.rows):,} {plan.unit}s {what}")  # noqa: T201
    print(f"page: {drawn.page}")  # noqa: T201
    print(f"take in what it saves with: recipegen label read FILE --run {run.folder}")  # noqa: T201


def read_labels_of_files(options: argparse.Namespace) -> None:
    """Take in labels, and print what they say and how far labellers agree."""
    from recipegen.labels.labelling import read_labels
    from recipegen.labels.wording import agreement_lines, change_lines, label_lines
    from recipegen.storage.run_folder import Run

    run = Run.open(options.run)
    with run.locked():
        found = read_labels(run, options.files)
    lines = [
        *change_lines(found.changes),
        *label_lines(found.labels, found.sample),
        *agreement_lines(found.agreement),
    ]
    print("\n".join(map(printable, lines)))  # noqa: T201


def list_runs(options: argparse.Namespace) -> None:
    """Print a line for each run: its state, what it found and what has changed."""
    from recipegen.console import print_table
    from recipegen.finished_runs.history import describe_runs
    from recipegen.report.facts import moment

    if not (lines := describe_runs(options.folder)):
        print(f"no runs in {options.folder}")  # noqa: T201
        return
    columns = ("run", "state", "ended", "corpus, network", "finding", "change")
    rows = [
        (line.run, line.state, moment(line.ended), line.what, line.finding, line.change)
        for line in lines
    ]
    print_table(columns, rows, left=len(columns))


def compare_runs(options: argparse.Namespace) -> None:
    """Print how the implausibility of runs differs from the first one's, and keep every metric."""
    from recipegen.console import print_table, showing_progress
    from recipegen.finished_runs.comparing import compare, comparison_rows, write_comparison
    from recipegen.storage.run_folder import Run

    runs = [Run.open(folder) for folder in (options.run_a, *options.run_b)]
    with showing_progress("compare") as progress:
        found = compare(runs, progress)
    columns = ("texts", "run", runs[0].name, "that run", "difference in points, * beyond chance")
    print_table(columns, comparison_rows(found.rows))
    print(f"Judged {found.judge}.")  # noqa: T201
    if found.answer:
        print(found.answer)  # noqa: T201
    if options.out:
        write_comparison(options.out, found)
        print(f"comparison: {options.out / 'comparison.html'}")  # noqa: T201


def list_collections(_: argparse.Namespace) -> None:
    """Print what is known of each collection of recipes."""
    from recipegen.corpus.collections import collections

    for each in collections().values():
        print(f"{each.name}: {each.title}")  # noqa: T201
        facts = {"recipes": each.size, "format": each.format, "licence": each.licence}
        for name, value in {**facts, "from": each.home, "get it": each.way}.items():
            print(f"    {name:<8} {value}")  # noqa: T201


def fetch_collection(options: argparse.Namespace) -> None:
    """Download a collection of recipes, and print the command that ingests it."""
    from recipegen.console import log_to_terminal, showing_progress
    from recipegen.corpus.collections import collection_named, get
    from recipegen.corpus.formats.wikibooks import get_wikibooks
    from recipegen.storage.locks import alone

    collection = collection_named(options.name)
    log_to_terminal(_level(options))
    if collection.name == EMBEDDED_CORPUS:
        corpus, note = EMBEDDED_CORPUS, f"{get_wikibooks()}: comes with recipegen, and is whole"
    else:
        collection.insist_on_address()
        busy = f"{collection.name}: another process downloads it; wait for it or stop it"
        lock = alone(options.into / f".{collection.name}.lock", busy)
        with lock, showing_progress(f"fetch {collection.name}") as progress:
            path, digest = get(collection, options.into, progress)
        known = "as it should be" if collection.sha256 else "no other is known to compare it with"
        corpus, note = str(path), f"{path}: SHA-256 {digest}, {known}"
    print(note)  # noqa: T201
    command = f"recipegen ingest --run {RUNS / collection.name} --corpus {shlex.quote(corpus)}"
    print(f"read it with: {command}")  # noqa: T201


def verify_run(options: argparse.Namespace) -> None:
    """Print what is wrong with the files of a run, a line each."""
    from recipegen.console import showing_progress
    from recipegen.finished_runs.verification import verify
    from recipegen.storage.run_folder import Run

    run = Run.open(options.run)
    with showing_progress("verify") as progress:
        problems = verify(run, progress)
    for problem in problems:
        print(problem)  # noqa: T201
    if problems:
        count = len(problems)
        raise RunError(f"{run.folder}: {count} {'problem' if count == 1 else 'problems'} found")
    print(f"{run.folder}: every file is what the run wrote")  # noqa: T201


def show_settings(options: argparse.Namespace) -> None:
    """Print settings: name, default, meaning."""
    from recipegen.config.listing import as_json, in_lines, settings_of

    found = settings_of(options.section)
    width = shutil.get_terminal_size().columns
    print(as_json(found) if options.json else "\n".join(in_lines(found, width)).strip("\n"))  # noqa: T201


def begin_configuration(options: argparse.Namespace) -> None:
    """Write a file with every setting as a comment."""
    from recipegen.config.listing import template

    path: Path = options.file
    if path.exists():
        raise UsageError(f"{path}: is there already; name another file")
    path.write_text(template(), encoding="utf-8")
    print(f"{path}: every setting as a comment; use it with: recipegen run --config {path}")  # noqa: T201


def run_demo(options: argparse.Namespace) -> None:
    """Do the whole evaluation on the embedded corpus, and get the corpus first if need be."""
    from recipegen.corpus.formats.wikibooks import get_wikibooks

    get_wikibooks()
    run_pipeline(options)


def serve_deployments(options: argparse.Namespace) -> None:
    """Serve deployments of flows until somebody stops it."""
    from recipegen.flows.serving import DEPLOYMENTS, serve

    serve(options.port, options.file or DEPLOYMENTS)


def open_report(options: argparse.Namespace) -> None:
    """Open the report of a run in a browser."""
    import webbrowser

    from recipegen.storage.run_folder import Run

    report = Run.open(options.run).folder / "report.html"
    if not is_file(report):
        raise UsageError(f"{report}: there is no report yet; the stage report writes it")
    address = report.absolute().as_uri() if isinstance(report, Path) else str(report)
    print(f"report: {report}")  # noqa: T201
    if not webbrowser.open(address):
        raise RunError(f"no browser could be opened; open {address} in one")


if __name__ == "__main__":
    sys.exit(main())
