"""The workflow of the page about pipelines does what the page says."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import yaml

from recipegen.evaluation.per_group.gate import GROUP_METRICS
from tests.pages import ROOT, Page, command_on_path

PAGE = Page("ci.md")
WORKFLOW = yaml.safe_load(PAGE.files[".github/workflows/recipes.yml"])
STEPS = {step["name"]: step for step in WORKFLOW["jobs"]["gate"]["steps"] if "name" in step}


def test_the_steps_of_the_workflow_pass_and_leave_their_files(
    tmp_path: Path, quiet: dict[str, str]
) -> None:
    PAGE.write(tmp_path, "draw.py")
    summary = tmp_path / "summary.md"
    environment = {
        **quiet,
        "PATH": f"{command_on_path(tmp_path / 'bin')}:{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    recipes = STEPS["Let the model write recipes"]["run"]
    judge = STEPS["Judge them"]["run"]
    for command in (recipes, "cp recipes.jsonl baseline.jsonl", judge):
        # As GitHub runs a step: https://docs.github.com, "jobs.<job_id>.steps[*].shell".
        done = subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("passed: 2 checks")
    assert summary.read_text().startswith("## Recipes of recipes.jsonl: passed")
    kept = ElementTree.parse(tmp_path / STEPS["Keep the result"]["with"]["path"]).getroot()
    assert kept.get("tests") == "2"
    assert len(json.loads((tmp_path / "recipes.jsonl").read_text().splitlines()[0])) == 3


def test_the_result_is_kept_if_the_gate_fails() -> None:
    assert STEPS["Keep the result"]["if"] == "always()"
    assert all("run" in step for step in STEPS.values() if step["name"] != "Keep the result")


def test_the_page_names_every_metric_of_a_gate() -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    assert [metric for metric in GROUP_METRICS if f"| `{metric}` |" not in page] == []
