"""The pipeline on real recipes: the embedded corpus always, larger ones if they are there."""

import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.shared import find_shared
from recipegen.running.resuming import do_stage
from recipegen.stages import STAGES, stage_named
from recipegen.storage.run_folder import Run
from tests.conftest import SMALL
from tests.stages.test_stages import assert_same_tables

ROOT = Path(__file__).parent.parent


def shared(name: str) -> Path:
    """A file of the shared corpora; the test is skipped if it is not there."""
    found = find_shared(f"corpora/{name}")
    if found is None:
        pytest.skip(f"needs corpora/{name} in ../shared or $RECIPEGEN_SHARED")
    return found


def test_the_embedded_corpus_goes_through_every_stage(tmp_path: Path) -> None:
    small = {**SMALL, "train": {"epochs": 1}, "tokenise": {"vocabulary_size": 2000}}
    run = Run.prepare(tmp_path / "run", small, {"ingest": {"limit": 800}})
    for stage in STAGES:
        do_stage(run, stage)
    assert len(run.read("recipes")) + len(run.read("rejects")) == 800
    common = run.read("ingredients").sort_values("count", ascending=False)["ingredient"].tolist()
    assert {"salt", "onion", "garlic", "egg", "sugar", "butter"} <= set(common[:25])
    report = (run.folder / "report.html").read_text(encoding="utf-8")
    assert "CC BY-SA 4.0" in report
    assert "Wikibooks" in report


@pytest.mark.parametrize(
    ("name", "records", "rejected"),
    [("epicurious_full_format_recipes.json.gz", 17_204, 60), ("allrecipes.jsonl.gz", 48_861, 1500)],
)
def test_every_record_of_a_large_corpus_is_kept_or_rejected(
    tmp_path: Path, name: str, records: int, rejected: int
) -> None:
    run = Run.prepare(tmp_path / "run", {"ingest": {"corpus": str(shared(name))}})
    do_stage(run, stage_named("ingest"))
    recipes, rejects = run.read("recipes"), run.read("rejects")
    assert len(recipes) + len(rejects) == records
    assert len(rejects) < rejected
    sides = recipes["split"].value_counts(normalize=True)
    assert sides["train"] == pytest.approx(0.8, abs=0.02)
    assert (recipes.groupby("family")["split"].nunique() == 1).all()
    assert recipes["recipe_id"].is_unique


@pytest.mark.slow
def test_a_demo_that_is_killed_three_times_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    options = ["--config", str(ROOT / "data" / "demo.toml"), "--set", "report.folder=none"]
    command = [sys.executable, "-m", "recipegen.cli", "run", *options, "--run"]
    subprocess.run([*command, str(tmp_path / "undisturbed")], check=True)
    folder = tmp_path / "killed"
    for sign_of_work in (
        "unfinished/train/*/last-1.safetensors",
        "unfinished/generate/*/*.done",
        "unfinished/score/*/*.done",
    ):
        process = subprocess.Popen([*command, str(folder)])
        while process.poll() is None and not list(folder.glob(sign_of_work)):
            time.sleep(0.01)
        process.kill()
        assert process.wait() != 0
    subprocess.run([*command, str(folder)], check=True)
    assert_same_tables(Run(tmp_path / "undisturbed"), Run(folder))
    assert len(pd.read_parquet(folder / "samples.parquet")) == 2100
