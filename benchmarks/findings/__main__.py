"""Does the runs, and writes the table, the charts and the page.

``python -m benchmarks.findings NAME=FILE [NAME=FILE]``, or ``make findings``. The runs are kept in
``--work``. If the command is repeated, finished runs are not done again.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from benchmarks.findings.charts import write_charts
from benchmarks.findings.facts import Facts
from benchmarks.findings.page import answered, page_of
from benchmarks.findings.plan import CUTS, NETWORKS, Corpus, Plan
from benchmarks.findings.runs import do_runs, finished
from benchmarks.findings.table import findings_of, read_findings, write_findings
from benchmarks.shared import ROOT

QUICK = Plan(
    networks={"book": 2},
    samples=120,
    cut_samples=120,
    recipes=300,
    temperatures=(0.2, 1.0, 1.5),
    cut_temperatures=(1.0,),
    cuts=CUTS[:1],
    settings={
        "tokenise": {"vocabulary_size": 300, "max_length": 50},
        "train": {"embedding_size": 16, "hidden_size": 16, "epochs": 2},
        "learn_pairings": {"prior": "off", "examples": 2000},
        "generate": {"max_tokens": 50},
        "summarise": {"resamples": 100},
    },
)
"""A plan that takes seconds, to see that everything works. Its numbers mean nothing."""


def parser() -> argparse.ArgumentParser:
    """The arguments of the command."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("corpora", nargs="+", type=Corpus.named, metavar="NAME=FILE")
    arguments.add_argument("--work", type=Path, default=ROOT / "data" / "runs" / "findings")
    arguments.add_argument("--out", type=Path, default=ROOT / "docs")
    arguments.add_argument(
        "--finished", action="store_true", help="do no run; the page is about those that are done"
    )
    arguments.add_argument("--quick", action="store_true", help="seconds, on a tiny corpus")
    arguments.add_argument("--presets", nargs="+", choices=NETWORKS, help="only these presets")
    arguments.add_argument("--networks", type=int, help="of each preset")
    arguments.add_argument("--samples", type=int, help="of a network at a temperature")
    arguments.add_argument("--cut-samples", type=int, help="the same with a cut-off")
    arguments.add_argument("--recipes", type=int, help="at most so many of a corpus")
    return arguments


def plan_of(given: argparse.Namespace) -> Plan:
    """The plan that the arguments ask for."""
    plan = QUICK if given.quick else Plan()
    names = given.presets or list(plan.networks)
    networks = {name: given.networks or plan.networks.get(name, NETWORKS[name]) for name in names}
    sizes = ("samples", "cut_samples", "recipes")
    asked = {name: getattr(given, name) for name in sizes if getattr(given, name) is not None}
    return replace(plan, networks=networks, **asked)


def write_page(folder: Path) -> None:
    """Write the charts and the page from the table in a folder, and from nothing else."""
    facts = Facts(read_findings(folder / "findings.csv"))
    write_charts(facts, answered(facts), folder)
    (folder / "findings.md").write_text(page_of(facts), encoding="utf-8")


def main(words: list[str] | None = None) -> None:
    """Do what is not done yet, and write the findings."""
    given = parser().parse_args(words)
    plan = plan_of(given)
    planned = plan.runs(given.corpora)
    if given.finished:
        planned = finished(planned, given.work)
    given.out.mkdir(parents=True, exist_ok=True)
    runs = do_runs(planned, given.work)
    write_findings(findings_of(plan, planned, runs), given.out / "findings.csv")
    write_page(given.out)
    print(f"findings: {given.out / 'findings.md'}")


if __name__ == "__main__":
    main()
