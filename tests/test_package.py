"""A wheel has everything that it needs, and works without a checkout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked content of a wheel that was built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    # From a copy: what setuptools leaves behind would find its way into the next wheel.
    copy = folder / "copy"
    left_out = shutil.ignore_patterns("runs", "corpora", "__pycache__")
    shutil.copytree(ROOT / "recipegen", copy / "recipegen", ignore=left_out)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    subprocess.run([*command, str(folder), str(copy)], check=True, capture_output=True)
    (wheel,) = folder.glob("recipegen-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_wheel_holds_what_is_read_at_run_time(installed: Path) -> None:
    names = {
        path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()
    }
    assert {
        "recipegen/py.typed",
        "recipegen/data/ingredients.toml",
        "recipegen/data/presets/fast.toml",
        "recipegen/data/embedded-corpus.txt",
        "recipegen/flows/pipeline.py",
        "recipegen/flows/prefect.yaml",
        "recipegen/judge/judge.safetensors",
        "recipegen/labels/templates/label.html",
        "recipegen/report/templates/report.html",
    } <= names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"recipegen"}


def test_a_wheel_judges_recipes_outside_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    recipe = {"id": "a", "ingredients": ["1 cup chocolate", "2 anchovies"]}
    (tmp_path / "recipes.jsonl").write_text(json.dumps(recipe))
    where = run(installed, tmp_path, "-c", "import recipegen; print(recipegen.__file__)")
    assert str(installed) in where
    run(installed, tmp_path, "-m", "recipegen", "score", "--texts", "recipes.jsonl", "--out", "s")
    pairs = pd.read_parquet(tmp_path / "s" / "sample_pairs.parquet")
    assert pairs["verdict"].tolist() == ["implausible"]


def test_a_wheel_has_its_deployments_and_presets(installed: Path, tmp_path: Path) -> None:
    code = (
        "from recipegen.flows.serving import read_deployments; "
        "from recipegen.resources import settings_file; "
        "print([each.name for each in read_deployments()], settings_file('demo').is_file())"
    )
    shown = run(installed, tmp_path, "-c", code)
    assert shown.strip() == "['nightly', 'smoke', 'score-drop-folder'] True"
