"""The list of runs: what each run found, and how it differs from the run before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from recipegen.config import Configuration
from recipegen.errors import RecipegenError
from recipegen.evaluation.per_group.answer import answer
from recipegen.report.publishing import comparable
from recipegen.report.sections.change import changes, in_points, nearest_to_one
from recipegen.stages import STAGES
from recipegen.storage.files import Place, listing, reach
from recipegen.storage.run_folder import Run

UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Line:
    """A line of the list of runs."""

    run: str
    """Name of its folder."""
    state: str
    """``finished``, ``failed in STAGE``, the number of finished stages, or ``unreadable``."""
    ended: str = ""
    """When the last stage ended or the run failed, as ISO 8601; empty if no stage has ended yet."""
    what: str = ""
    """Its corpus and its generators."""
    finding: str = ""
    """The headline of its report, or why it stopped or cannot be read; may be empty."""
    change: str = ""
    """How its rate differs from the previous run with the same corpus and grid."""


def describe_runs(folder: Place) -> list[Line]:
    """A line for each run in a folder, the newest first.

    Runs with no finished stage come before all others. A run folder that cannot be read comes
    last, with a line that says so.
    """
    reach(folder)
    found = [_Described.of(path.parent) for path in listing(folder, "*/configuration.json")]
    oldest_first = sorted(found, key=lambda each: _age(each.line))
    last: dict[str, tuple[str, pd.DataFrame]] = {}
    lines = []
    for each in oldest_first:
        before = last.get(each.comparable)
        lines.append(each.line if before is None else each.against(*before))
        if each.rates is not None:
            last[each.comparable] = (each.line.run, each.rates)
    return lines[::-1]


def _age(line: Line) -> tuple[bool, bool, str]:
    return line.state != UNREADABLE, not line.ended, line.ended


@dataclass(frozen=True)
class _Described:
    line: Line
    comparable: str = ""
    rates: pd.DataFrame | None = None
    """Its table ``temperature_summary``, if the run is summarised and has not failed."""

    @classmethod
    def of(cls, folder: Place) -> _Described:
        name = "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in folder.name)
        try:
            return cls._of_run(Run(folder), name)
        except Exception as error:  # one bad folder must not hide the other runs
            known = isinstance(error, RecipegenError)
            what = str(error) if known else f"{type(error).__name__}: {error}"
            return cls(Line(name, UNREADABLE, finding=what))

    @classmethod
    def _of_run(cls, run: Run, name: str) -> _Described:
        manifest, settings = run.manifest, run.configuration
        failure = manifest.get("failure")
        summarised = "summarise" in manifest["stages"]
        summary = run.read("temperature_summary") if summarised else None
        sizes = [f"LSTM {settings.train.layers}x{settings.train.hidden_size}"]
        drawn = [*(sizes if settings.generate.has_lstm else []), *settings.generate.named()]
        line = Line(
            run=name,
            state=state(run),
            ended=_ended(manifest),
            what=f"{Path(settings.ingest.corpus).name.split('.')[0]}, {', '.join(drawn)}",
            finding=str(failure["error"]) if failure else _finding(run, summary, settings),
        )
        return cls(line, comparable(run), None if failure else summary)

    def against(self, name: str, before: pd.DataFrame) -> Line:
        """The line, with how the rate differs from the run before."""
        if self.rates is None or not (rows := changes(before, self.rates)):
            return self.line
        nearest = nearest_to_one(rows)
        shown = [row for row in rows if row["changed"] or row is nearest]
        said = [f"{in_points(row)}{', changed' if row['changed'] else ''}" for row in shown]
        return replace(self.line, change=f"since {name}: {'; '.join(said)}")


def _ended(manifest: Mapping[str, Any]) -> str:
    times = [record["finished"] for record in manifest["stages"].values()]
    if "failure" in manifest:
        times.append(manifest["failure"]["time"])
    return max(times, default="")


def _finding(run: Run, summary: pd.DataFrame | None, settings: Configuration) -> str:
    if summary is None:
        return ""
    points, tests = run.read("operating_points"), run.read("generator_tests")
    return answer(summary, points, tests, settings.summarise.confidence)


def state(run: Run) -> str:
    """``finished``, ``failed in STAGE``, or how many stages are done."""
    manifest = run.manifest
    if "failure" in manifest:
        return f"failed in {manifest['failure']['stage']}"
    done = sum(stage.name in manifest["stages"] for stage in STAGES)
    return "finished" if done == len(STAGES) else f"{done} of {len(STAGES)} stages"
