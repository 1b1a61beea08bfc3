"""The verdict of a gate can be read by other programs."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from recipegen.evaluation.per_group.gate import Check, Limit, Verdict
from recipegen.report.gate_output import as_junit, as_markdown

RATE = Limit("implausible_pair_rate", 0.03)
CHECKS = [
    Check("mine", RATE, 0.01, 0.0, 0.02, 90),
    Check("theirs", RATE, 0.02, 0.01, 0.04, 80),
    Check('<"odd"> | \x07`&', RATE, 0.1, 0.05, 0.2, 70),
    Check("few", RATE, 0.0, float("nan"), float("nan"), 1),
]
PAIRS = pd.DataFrame(
    {
        "sample_id": ["a", "b", "b", "c"],
        "ingredient_a": ["cocoa", "cocoa", "apple", "apple"],
        "ingredient_b": ["herring", "herring", "garlic", "sugar"],
        "implausible": [True, True, True, False],
    }
)


def verdict(strict: bool = False) -> Verdict:
    return Verdict("recipes.jsonl", CHECKS, strict, judged=241, rejected=3)


def test_the_result_is_read_by_a_parser_of_others(tmp_path: Path) -> None:
    junitparser = pytest.importorskip("junitparser", reason="junitparser is not installed")
    path = tmp_path / "gate.xml"
    path.write_bytes(as_junit(verdict(strict=True)))
    read = junitparser.JUnitXml.fromfile(str(path))
    (suite,) = read
    assert (read.tests, read.failures, read.errors) == (4, 3, 0)
    assert (suite.name, suite.tests, suite.failures) == ("recipes.jsonl", 4, 3)
    cases = list(suite)
    assert [case.is_failure for case in cases] == [False, True, True, True]
    assert [case.classname for case in cases] == ["mine", "theirs", '<"odd"> | \ufffd`&', "few"]
    assert cases[0].name == "implausible_pair_rate at most 3 %"
    assert cases[1].result[0].type == "unsure"
    assert (
        cases[2]
        .result[0]
        .message.endswith("is 10 % (5 % to 20 %), at most 3 % is allowed: sure to be worse")
    )


def test_a_check_fails_in_the_file_if_it_fails_the_gate() -> None:
    for strict, failures in ((False, [0, 0, 1, 1]), (True, [0, 1, 1, 1])):
        root = ElementTree.fromstring(as_junit(verdict(strict)))
        assert [len(case.findall("failure")) for case in root.iter("testcase")] == failures
        assert root.get("failures") == str(sum(failures))


def test_the_summary_is_markdown_with_two_tables() -> None:
    text = as_markdown(verdict(), PAIRS)
    assert text.startswith(
        "## Recipes of recipes.jsonl: failed\n\n241 recipes were judged. 3 lines"
    )
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    assert [token.type for token in tokens].count("table_open") == 2
    rows = text.split("\n")[6:10]
    assert [row.split(" | ")[0] for row in rows] == [
        *("| ✅ passed", "| ⚠️ passed", "| ❌ failed", "| ❌ failed")
    ]
    cells = [token.content for token in tokens if token.type == "inline"]
    assert r'\<"odd"\> \| �\`\&' in text
    assert cells[-6:] == ["cocoa", "herring", "2", "apple", "garlic", "1"]


def test_a_summary_without_a_bad_pair_says_so() -> None:
    text = as_markdown(verdict(strict=True), PAIRS.tail(1))
    assert "A group passes only if it is sure to be good enough." in text
    assert text.endswith("No two ingredients are a pair that a cook would object to.\n")
