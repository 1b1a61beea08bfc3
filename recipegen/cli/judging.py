"""``recipegen score``, ``recipegen extract`` and ``recipegen pairings``: the judge is asked."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recipegen.cli.parser import Commands, add_run, level, run_or_judge
from recipegen.cli.running import run_stage
from recipegen.errors import GateFailed, UsageError, printable
from recipegen.machine.spacy_import import import_spacy_alone

if TYPE_CHECKING:
    from recipegen.judging.gate import Gate
    from recipegen.judging.scoring import GroupTables


def add_texts(stage: argparse.ArgumentParser) -> None:
    """What the stage ``score`` takes besides: recipes that belong to no run, and a gate."""
    stage.set_defaults(command=score)
    stage.add_argument("--texts", type=Path, metavar="INPUT", help="other recipes")
    stage.add_argument("--out", type=Path, metavar="DIR", help="where their tables go")
    _add_gate(stage)


def add_extract(commands: Commands) -> None:
    """The command ``extract``."""
    extract = commands.add("extract", run_extract, "find the ingredients in texts")
    add_run(extract, required=False)
    extract.add_argument("input", type=Path, metavar="INPUT.jsonl", help="lines {id, text}")
    extract.add_argument("output", type=Path, metavar="OUTPUT.parquet", help="the mentions found")


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


def add_pairings(commands: Commands) -> None:
    """The commands below ``pairings``."""
    pairings = commands.below("pairings", "ask what goes with what")
    explain = pairings.under("explain", explain_pairing, "say what is known about two ingredients")
    explain.add_argument("first", metavar="A", help="an ingredient")
    explain.add_argument("second", metavar="B", help="another")
    suggest = pairings.under(
        "suggest", suggest_pairings, "say what else, basics aside, would go with some"
    )
    suggest.add_argument("--with", dest="given", required=True, metavar="A,B,C", help="ingredients")
    suggest.add_argument("--number", type=int, default=10, metavar="N", help="how many to show")
    for each in (explain, suggest):
        add_run(each, required=False)
        each.add_argument("--json", action="store_true", help="print JSON, for other programs")


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
    from recipegen.judging.scoring import score_recipes

    gate = _gate(options)
    if not options.out and not gate:
        raise UsageError(
            "score --texts: name the folder for the tables with --out DIR, or a limit with "
            "--fail-over"
        )
    log_to_terminal(level(options))
    run = run_or_judge(options.run)
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
    print(printable(verdict.sentence))
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
        print("\nDifferences at equal numbers of ingredients; the raw ones are of all recipes.")
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
    from recipegen.judging.scoring import extract_ingredients

    log_to_terminal(level(options))
    with showing_progress("extract") as progress:
        extract_ingredients(run_or_judge(options.run), options.input, options.output, progress)


def explain_pairing(options: argparse.Namespace) -> None:
    """Print what is known about two ingredients."""
    import_spacy_alone()
    from recipegen.judging.pairs import explain_pair

    found = explain_pair(run_or_judge(options.run), options.first, options.second)
    if options.json:
        print(json.dumps(asdict(found), indent=2, ensure_ascii=False))
        return
    print("\n".join(found.lines()))


def suggest_pairings(options: argparse.Namespace) -> None:
    """Print what else would go with some ingredients."""
    import_spacy_alone()
    from recipegen.console import print_table
    from recipegen.judging.pairs import suggest_ingredients

    if options.number < 1:
        raise UsageError("--number: a number from 1 on")
    found = suggest_ingredients(run_or_judge(options.run), options.given.split(","), options.number)
    if options.json:
        shown = [asdict(each) for each in found]
        print(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    rows = [(each.ingredient, f"{each.probability:.1%}", f"{each.lift:,.1f}") for each in found]
    print_table(("one more", "probability", "times as likely as in any recipe"), rows)
