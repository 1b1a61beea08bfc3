"""A gate for pipelines: recipes of a file pass or fail, by limits or by comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from spacy.language import Language

from recipegen.config import Summarise
from recipegen.errors import UsageError
from recipegen.evaluation.per_group.gate import (
    Check,
    Limit,
    Verdict,
    allowed_rises,
    check_baseline,
    check_limits,
)
from recipegen.evaluation.per_group.matching import differences, match
from recipegen.judging.knowledge import knowledge_of
from recipegen.judging.scoring import (
    SEED,
    GroupTables,
    Scored,
    score_file,
    tables_of_groups,
    write_scored,
    writing,
)
from recipegen.pairing.plausibility import Plausibility
from recipegen.progress import Progress, part_of, silent
from recipegen.report.gate_output import as_junit, as_markdown
from recipegen.storage.files import whole_file
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import read_table
from recipegen.texts.text import Text

SCORES = "sample_scores.parquet"


@dataclass(frozen=True)
class Gate:
    """What recipes are asked for, and where the verdict goes."""

    limits: Sequence[Limit] = ()
    """The highest value of each metric."""
    baseline: Path | None = None
    """Recipes that these may not be worse than: a file, or a folder that ``--out`` wrote."""
    margins: Sequence[Limit] = ()
    """By how much each metric may lie above that of the baseline."""
    strict: bool = False
    """Whether a group passes only if it is sure to be good enough."""
    junit: Path | None = None
    markdown: Path | None = None


class Gated(NamedTuple):
    """What a gate says about recipes."""

    groups: GroupTables
    verdict: Verdict


def pass_gate(
    run: Run | None,
    source: Path,
    gate: Gate,
    folder: Path | None = None,
    progress: Progress = silent,
) -> Gated:
    """Judge the recipes of a file, write the files that the gate names, and say the verdict.

    Args:
        run: whose judge is asked; None for the built-in one.
        source: the file.
        gate: what is asked for.
        folder: where tables go, as :func:`recipegen.judging.scoring.score_recipes` writes them.
        progress: is told how far the work is.

    Raises:
        UsageError: a file cannot be read or written, or the baseline lacks a group.
    """
    if gate.baseline:
        _insist_on(gate.baseline)
    judge = knowledge_of(run)
    scored = score_file(source, judge, part_of(progress, 0, 2) if gate.baseline else progress)
    groups = tables_of_groups(scored.scores, judge[1])
    checks = check_limits(groups.group_summary, gate.limits)
    if gate.baseline:
        checks += _against(gate.baseline, scored, gate, judge, part_of(progress, 1, 2))
    if folder:  # after the baseline was read, which may be this folder
        write_scored(scored, groups, folder)
    verdict = Verdict(source.name, checks, gate.strict, len(scored.texts), len(scored.rejects))
    _write_verdict(verdict, scored.pairs, gate)
    return Gated(groups, verdict)


def _against(
    baseline: Path,
    scored: Scored,
    gate: Gate,
    judge: tuple[Language, Plausibility],
    progress: Progress,
) -> list[Check]:
    rises = allowed_rises(gate.limits, gate.margins)
    own = named_as_known(scored.scores, scored.texts)
    matched = match(own, _read_baseline(baseline, judge, progress))
    curves, metrics = judge[1].curves, [rise.metric for rise in rises]
    found = differences(matched, metrics, curves, Summarise(), SEED)
    return check_baseline(found, rises, baseline.name)


def _insist_on(baseline: Path) -> None:
    if not baseline.exists():
        raise UsageError(f"{baseline}: cannot be read: there is no such file or folder")
    if baseline.is_dir() and not (baseline / SCORES).is_file():
        raise UsageError(
            f"{baseline}: has no {SCORES}; name a file of recipes, or a folder that "
            "`recipegen score --texts ... --out` wrote"
        )


def _read_baseline(
    baseline: Path, judge: tuple[Language, Plausibility], progress: Progress
) -> pd.DataFrame:
    """The scores of a baseline, with what its recipes can be matched by."""
    if baseline.is_dir():
        return read_table(baseline / SCORES).assign(prompt="", title="")
    scored = score_file(baseline, judge, progress)
    return named_as_known(scored.scores, scored.texts)


def named_as_known(scores: pd.DataFrame, texts: Sequence[Text]) -> pd.DataFrame:
    """The table ``sample_scores`` with the prompts and titles of its recipes, in their order."""
    prompts, titles = [text.prompt for text in texts], [text.title for text in texts]
    return scores.assign(prompt=prompts, title=titles)


def _write_verdict(verdict: Verdict, pairs: pd.DataFrame, gate: Gate) -> None:
    if gate.junit:
        _write(gate.junit, as_junit(verdict))
    if gate.markdown:
        _write(gate.markdown, as_markdown(verdict, pairs).encode())


def _write(path: Path, content: bytes) -> None:
    with writing(path):
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # such as /dev/stdout
            return
        with whole_file(path) as partial:
            partial.write_bytes(content)
