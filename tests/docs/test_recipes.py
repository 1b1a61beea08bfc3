"""Each example of the page about other tools prints what the page says, if its tool is installed.

`make test-recipes` installs the tools; RECIPES_PYTHON then names the Python that has them.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recipegen.judging.scoring import score_recipes
from tests.pages import ROOT, Page

PAGE = Page("recipes.md")
PYTHON = os.environ.get("RECIPES_PYTHON", sys.executable)
TOOLS = {
    "with_duckdb.py": "duckdb",
    "with_datasets.py": "datasets",
    "with_deepeval.py": "deepeval",
    "with_mlflow.py": "mlflow",
}
TEXTS = ["Fry garlic and onion, add tomatoes.", "Melt the chocolate with the anchovies."]


def run(command: list[str], folder: Path, codes: tuple[int, ...] = (0,)) -> str:
    """What a command prints in a folder that is its home too."""
    environment = {
        **os.environ,
        "HOME": str(folder),
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
        "PROMPTFOO_CONFIG_DIR": str(folder / "promptfoo"),
        "PROMPTFOO_PYTHON": PYTHON,
        "DEEPEVAL_TELEMETRY_OPT_OUT": "1",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode in codes, done.stderr
    return done.stdout


def is_installed(tool: str) -> bool:
    look = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({tool!r}) is None)"
    return subprocess.run([PYTHON, "-c", look], check=False).returncode == 0


def test_every_example_is_tested_here() -> None:
    promptfoo = {"promptfooconfig.yaml", "plausible.py"}
    assert set(PAGE.files) == {"with_pandas.py", *TOOLS, *promptfoo}
    assert set(PAGE.output) == set(PAGE.files) - promptfoo


def test_pandas() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(PAGE.files["with_pandas.py"], "with_pandas.py", "exec"), {})
    assert printed.getvalue() == PAGE.output["with_pandas.py"]


@pytest.mark.parametrize(("name", "tool"), TOOLS.items(), ids=TOOLS.values())
def test_a_tool_from_the_python_index(name: str, tool: str, tmp_path: Path) -> None:
    if not is_installed(tool):
        pytest.skip(f"{tool} is not installed; `make test-recipes` installs it")
    PAGE.write(tmp_path, name)
    if tool == "duckdb":
        (tmp_path / "texts.jsonl").write_text("\n".join(TEXTS))
        score_recipes(None, tmp_path / "texts.jsonl", tmp_path / "scores")
    printed = run([PYTHON, name], tmp_path)
    assert printed.endswith(PAGE.output[name])


def test_promptfoo(tmp_path: Path) -> None:
    if not shutil.which("promptfoo"):
        pytest.skip("promptfoo is not installed; `make test-recipes` installs it, if npm is there")
    PAGE.write(tmp_path, "promptfooconfig.yaml", "plausible.py")
    (command,) = PAGE.commands
    run(["bash", "-e", "-c", command], tmp_path, codes=(100,))  # as promptfoo says that some failed
    found = json.loads((tmp_path / "results.json").read_text())["results"]["results"]
    verdicts = {each["vars"]["recipe"]: each["gradingResult"] for each in found}
    assert {text: verdict["pass"] for text, verdict in verdicts.items()} == dict(
        zip(TEXTS, [True, False], strict=True)
    )
    assert verdicts[TEXTS[1]]["reason"] == "anchovy + chocolate"
