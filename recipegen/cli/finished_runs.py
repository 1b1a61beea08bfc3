"""``recipegen runs``, ``compare``, ``verify`` and ``open``: what runs have found."""

from __future__ import annotations

import argparse
from pathlib import Path

from recipegen.cli.parser import Commands, folder
from recipegen.config import RUNS
from recipegen.errors import RunError, UsageError
from recipegen.storage.files import is_file


def add_finished_runs(commands: Commands) -> None:
    """The commands ``runs``, ``compare`` and ``verify``."""
    runs = commands.add("runs", list_runs, "list the runs and what they found")
    runs.add_argument("--folder", type=folder, default=RUNS, help=f"where they lie; {RUNS}")
    compare = commands.add("compare", compare_runs, "compare runs with the first, by temperature")
    compare.add_argument("run_a", type=folder, metavar="RUN_A")
    compare.add_argument("run_b", type=folder, metavar="RUN_B", nargs="+")
    compare.add_argument("--out", type=folder, metavar="DIR", help="keep a page and a table here")
    verify = commands.add(
        "verify", verify_run, "check the files of a run: hashes, schemas, references"
    )
    verify.add_argument("run", type=folder, metavar="RUN", help="the run's folder")


def add_open(commands: Commands) -> None:
    """The command ``open``."""
    opened = commands.add("open", open_report, "open the report of a run in a browser")
    opened.add_argument("run", type=folder, metavar="RUN", help="the run's folder")


def list_runs(options: argparse.Namespace) -> None:
    """Print a line for each run: its state, what it found and what has changed."""
    from recipegen.console import print_table
    from recipegen.finished_runs.history import describe_runs
    from recipegen.report.facts import moment

    if not (lines := describe_runs(options.folder)):
        print(f"no runs in {options.folder}")
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
    print(f"Judged {found.judge}.")
    if found.answer:
        print(found.answer)
    if options.out:
        write_comparison(options.out, found)
        print(f"comparison: {options.out / 'comparison.html'}")


def verify_run(options: argparse.Namespace) -> None:
    """Print what is wrong with the files of a run, a line each."""
    from recipegen.console import showing_progress
    from recipegen.finished_runs.verification import verify
    from recipegen.storage.run_folder import Run

    run = Run.open(options.run)
    with showing_progress("verify") as progress:
        problems = verify(run, progress)
    for problem in problems:
        print(problem)
    if problems:
        count = len(problems)
        raise RunError(f"{run.folder}: {count} {'problem' if count == 1 else 'problems'} found")
    print(f"{run.folder}: every file is what the run wrote")


def open_report(options: argparse.Namespace) -> None:
    """Open the report of a run in a browser."""
    import webbrowser

    from recipegen.storage.run_folder import Run

    report = Run.open(options.run).folder / "report.html"
    if not is_file(report):
        raise UsageError(f"{report}: there is no report yet; the stage report writes it")
    address = report.absolute().as_uri() if isinstance(report, Path) else str(report)
    print(f"report: {report}")
    if not webbrowser.open(address):
        raise RunError(f"no browser could be opened; open {address} in one")
