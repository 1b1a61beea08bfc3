"""`recipegen score --fail-over`: exit codes, one line, and files for other programs."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pandas as pd
import pytest

from recipegen.cli import main
from recipegen.evaluation.per_group.outside_groups import GROUP_METRICS
from tests.cli.test_cli import fails

BAD = ["1 cup anchovies", "2 cups marshmallows"]
GOOD = ["2 cloves garlic", "1 onion"]


def written(path: Path, bad: int, recipes: int = 40, group: str = "all") -> Path:
    """A file of recipes of which some are flagged."""
    lines = [
        {"id": f"{group}-{n}", "ingredients": BAD if n < bad else GOOD, "group": group}
        for n in range(recipes)
    ]
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    return path


def gate(texts: Path, *arguments: object) -> int:
    return main(["score", "--quiet", "--texts", str(texts), *map(str, arguments)])


@pytest.mark.parametrize(
    ("most", "strict", "code", "says"),
    [
        (0.7, True, 0, "passed: 1 check; flagged_recipe_rate of all is 50 % (35.2 % to 64.8 %), "
         "at most 70 % is allowed: sure to be good enough"),
        (0.3, False, 3, "failed: 1 of 1 check; flagged_recipe_rate of all is 50 % (35.2 % to "
         "64.8 %), at most 30 % is allowed: sure to be worse"),
        (0.4, False, 0, "passed: 1 check; flagged_recipe_rate of all is 50 % (35.2 % to 64.8 %), "
         "at most 40 % is allowed: not sure"),
        (0.4, True, 3, "failed: 1 of 1 check; flagged_recipe_rate of all is 50 % (35.2 % to "
         "64.8 %), at most 40 % is allowed: not sure"),
    ],
)  # fmt: skip
def test_the_four_outcomes(
    most: float,
    strict: bool,
    code: int,
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Half of 40 recipes are flagged. Wilson's interval: 0.5 plus or minus
    # sqrt(0.096036 * 0.25 + 0.002306) / 1.096036 = 0.148005.
    texts = written(tmp_path / "in.jsonl", bad=20)
    arguments = ["--fail-over", f"flagged_recipe_rate={most}", *["--strict"] * strict]
    assert gate(texts, *arguments) == code
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == says
    assert ("not good enough by 1 of 1 check" in printed.err) == (code == 3)


def test_every_group_must_pass_and_files_say_which_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = written(tmp_path / "in.jsonl", bad=20, group="bad")
    written(texts, bad=0, group="good")
    junit, markdown, out = tmp_path / "a" / "gate.xml", tmp_path / "gate.md", tmp_path / "out"
    files = ["--junit", junit, "--markdown", markdown, "--out", out]
    assert gate(texts, "--fail-over", "implausible_pair_rate=0.25", *files) == 3
    assert "implausible_pair_rate of bad" in capsys.readouterr().out.splitlines()[-1]
    root = ElementTree.parse(junit).getroot()
    failed = {case.get("classname"): len(case) > 1 for case in root.iter("testcase")}
    assert failed == {"bad": True, "good": False}
    assert "| anchovy | marshmallow | 20 |" in markdown.read_text()
    assert len(pd.read_parquet(out / "sample_scores.parquet")) == 80


def test_a_baseline_is_a_file_or_the_folder_of_an_earlier_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, now = written(tmp_path / "old.jsonl", bad=1), written(tmp_path / "new.jsonl", bad=20)
    assert gate(before, "--out", tmp_path / "old") == 0
    for baseline in (before, tmp_path / "old"):
        assert gate(now, "--fail-over-baseline", baseline) == 3
        last = capsys.readouterr().out.splitlines()[-1]
        assert f"implausible_pair_rate of all minus that of {baseline.name} is 47.5 points" in last
        assert "sure to be worse" in last
    margin = ["--margin", "implausible_pair_rate=0.9"]
    assert gate(now, "--fail-over-baseline", tmp_path / "old", *margin, "--strict") == 0
    # The folder is read before it is written.
    assert gate(now, "--fail-over-baseline", tmp_path / "old", "--out", tmp_path / "old") == 3


def test_the_same_recipes_are_surely_no_worse_than_themselves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = written(tmp_path / "in.jsonl", bad=3)
    assert gate(texts, "--fail-over-baseline", texts, "--strict") == 0
    assert "is 0 points (0 points to 0 points)" in capsys.readouterr().out


def test_recipes_without_ingredients_are_not_let_through(tmp_path: Path) -> None:
    texts = tmp_path / "in.jsonl"
    texts.write_text('{"text": "I cannot help with that."}\n' * 2)
    assert gate(texts, "--fail-over", "implausible_pair_rate=0.5") == 3


def test_wrong_arguments_of_a_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = written(tmp_path / "in.jsonl", bad=0, recipes=2)

    def says(*arguments: object) -> str:
        return fails(capsys, 2, "score", "--texts", texts, *arguments)

    assert ", ".join(GROUP_METRICS) in says("--fail-over", "taste=1")
    assert "name a limit" in says("--strict")
    assert "--fail-over-baseline OTHER" in says(
        "--fail-over", "implausibility=1", "--margin", "implausibility=1"
    )
    assert "--out" in says()
    assert "cannot be read" in says("--fail-over-baseline", tmp_path / "none.jsonl")
    assert "has no sample_scores.parquet" in says("--fail-over-baseline", tmp_path)
    assert "cannot be written" in says("--fail-over", "implausibility=9", "--junit", "/proc/x.xml")
    assert "--texts" in fails(capsys, 2, "score", "--run", tmp_path, "--strict")


def test_the_help_names_every_metric_of_a_gate(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["score", "--help"])
    printed = capsys.readouterr().out
    assert [metric for metric in GROUP_METRICS if metric not in printed] == []
    assert "3 not passed" in " ".join(printed.split())
