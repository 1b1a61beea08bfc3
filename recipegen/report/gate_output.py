"""The verdict of a gate as other programs read it: JUnit XML and Markdown."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from lxml import etree

from recipegen.errors import printable
from recipegen.evaluation.per_group.gate import Check, Outcome, Verdict
from recipegen.report.markdown import escape

MOST_PAIRS = 10
"""Implausible pairs that a page lists."""


def as_junit(verdict: Verdict) -> bytes:
    """The verdict as JUnit XML: a test suite with a test case for each check.

    It has only the elements that CI systems have in common (github.com/testmoapp/junitxml).
    """
    root = etree.Element("testsuites", _counts(verdict), name="recipegen")
    suite = etree.SubElement(root, "testsuite", _counts(verdict), name=printable(verdict.source))
    for check in verdict.checks:
        case = etree.SubElement(
            suite,
            "testcase",
            classname=printable(check.group),
            name=printable(check.name),
            time="0",
        )
        if not check.passes(verdict.strict):
            failure = etree.SubElement(case, "failure", type=check.outcome.name.lower())
            failure.set("message", printable(check.sentence))
        etree.SubElement(case, "system-out").text = printable(check.sentence)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _counts(verdict: Verdict) -> dict[str, str]:
    tests, failed = len(verdict.checks), len(verdict.failed)
    return {"tests": str(tests), "failures": str(failed), "errors": "0", "time": "0"}


def as_markdown(verdict: Verdict, pairs: pd.DataFrame) -> str:
    """The verdict as Markdown: an answer, a table of the checks, and the pairs to look at.

    Args:
        verdict: what the gate says.
        pairs: the table ``sample_pairs`` of the recipes.
    """
    lines = [
        f"## Recipes of {_cell(verdict.source)}: {'passed' if verdict.passed else 'failed'}",
        "",
        _judged(verdict),
        "",
        "| | group | check | measured, with its interval | recipes | result |",
        "|---|---|---|---|---:|---|",
        *(_row(check, verdict.strict) for check in verdict.checks),
    ]
    return "\n".join([*lines, *_pairs(pairs)]) + "\n"


def _judged(verdict: Verdict) -> str:
    found = f"{verdict.judged:,} recipes were judged."
    if verdict.rejected:
        found += f" {verdict.rejected:,} lines could not be used."
    rule = (
        "A group passes only if it is sure to be good enough."
        if verdict.strict
        else "A group fails only if it is sure to be worse."
    )
    return f"{found} {rule}"


def _row(check: Check, strict: bool) -> str:
    mark = "✅ passed" if check.passes(strict) else "❌ failed"
    if check.outcome is Outcome.UNSURE and not strict:
        mark = "⚠️ passed"
    cells = (mark, check.group, check.name, check.measured, f"{check.count:,}", check.outcome)
    return f"| {' | '.join(map(_cell, cells))} |"


def _pairs(pairs: pd.DataFrame) -> list[str]:
    """The pairs that a cook would object to, the most frequent first."""
    bad = pairs[pairs["implausible"].astype(bool)]
    if bad.empty:
        return ["", "No two ingredients are a pair that a cook would object to."]
    counts = Counter(zip(bad["ingredient_a"], bad["ingredient_b"], strict=True))
    rows = [
        f"| {_cell(a)} | {_cell(b)} | {count:,} |"
        for (a, b), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ][:MOST_PAIRS]
    return [
        "",
        "Pairs that a cook would object to:",
        "",
        "| | | recipes |",
        "|---|---|---:|",
        *rows,
    ]


def _cell(written: str) -> str:
    return escape(printable(written))
