"""The interface for notebooks and programs is small and documented, and its examples run."""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import recipegen
from recipegen import api
from recipegen.errors import UsageError
from recipegen.storage.run_folder import Run
from tests.composed import IMPLAUSIBLE


@pytest.fixture(scope="module")
def judge() -> api.Judge:
    return recipegen.Judge.default()


def test_the_examples_in_the_documentation_run() -> None:
    found = doctest.testmod(api)
    assert found.attempted > 8
    assert found.failed == 0


def test_nothing_heavy_is_imported_until_it_is_asked_for() -> None:
    assert recipegen.Judge is api.Judge
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = recipegen.nonsense


def test_a_run_is_opened_and_its_tables_are_frames(finished: Run) -> None:
    results = recipegen.open_run(str(finished.folder))
    assert {"recipes", "samples", "temperature_summary"} <= set(results.tables)
    assert len(results.table("samples", ["sample_id"])) == len(finished.read("samples"))
    assert results.dataset("samples").count_rows() == len(finished.read("samples"))
    assert set(results.summary["metric"]) >= {"implausible_pair_rate"}
    assert "generator" in results.generators
    assert "samples" in results._repr_html_()
    assert str(finished.folder) in repr(results)
    with pytest.raises(UsageError, match="no table is called 'nonsense'; there are recipes"):
        results.table("nonsense")
    with pytest.raises(UsageError, match="no metric is called 'nonsense'; there are"):
        results.chart("nonsense")
    chart = results.chart("flagged_recipe_rate").to_dict()
    assert [layer["mark"]["type"] for layer in chart["layer"]] == ["area", "line"]


def test_a_folder_without_a_run_says_so(tmp_path: object) -> None:
    with pytest.raises(UsageError, match="not a run folder"):
        recipegen.open_run(str(tmp_path))


def test_recipes_come_as_texts_or_objects(judge: api.Judge) -> None:
    texts = ["Fry the onion.", {"id": "b", "ingredients": ["2 eggs"], "group": "mine"}]
    scores = judge.score(texts)
    assert scores["sample_id"].tolist() == ["1", "b"]
    assert scores["group"].tolist() == ["all", "mine"]
    assert set(judge.summary(texts)["group"]) == {"all", "mine"}
    assert judge.extract(texts)["id"].tolist() == ["1", "b"]
    with pytest.raises(UsageError, match="recipe 1: neither text nor ingredients"):
        judge.score(["x", {"title": "Soup"}])
    with pytest.raises(UsageError, match="at least one ingredient"):
        judge.suggest(" ")
    assert repr(judge) == "<judge: built in>"


def test_counts_are_whole_numbers_whatever_the_recipes_are(judge: api.Judge) -> None:
    listed = {"ingredients": ["1 onion", "2 cloves garlic"]}
    for recipes in ([listed], ["Fry garlic."], [listed, "Fry garlic."], []):
        scores = judge.score(recipes)
        counts = [name for name in scores if name.endswith("_count")]
        assert len(counts) == 5
        assert {str(scores[name].dtype) for name in counts} == {"int64"}


def test_a_text_is_marked_for_a_notebook(judge: api.Judge) -> None:
    shown = judge.show("Melt <b>chocolate</b> with anchovies.\nNo salt, please.")
    page = shown._repr_html_()
    assert "&lt;b&gt;" in page
    assert page.count("wavy") == 2
    assert 'title="salt, absent"' in page
    assert "anchovy + chocolate" in repr(shown)


def test_a_run_has_a_judge_and_a_generator_of_its_own(finished: Run) -> None:
    results = recipegen.open_run(finished.folder)
    own = results.judge()
    first, second = min(IMPLAUSIBLE)
    assert own.pairs({"ingredients": [f"1 cup {first}", f"1 cup {second}"]})["verdict"].item()
    assert str(finished.folder) in repr(own)
    writer = results.generator()
    assert writer.generate("recipe for", 1.0, 2, 20) == writer.generate("recipe for", 1.0, 2, 20)
    assert all(text.startswith("recipe for") for text in writer.generate(samples=2, max_tokens=9))
    likely = writer.probabilities("recipe for", top=3)
    assert isinstance(likely, pd.DataFrame)
    assert likely["probability"].is_monotonic_decreasing
    with pytest.raises(UsageError, match="at least one word"):
        writer.generate(" ")


def test_the_notebook_runs_from_start_to_end(finished: Run, tmp_path: Path) -> None:
    notebook = Path(__file__).parent.parent / "docs" / "notebook.ipynb"
    shown = notebook.read_text(encoding="utf-8")
    assert '"output_type": "execute_result"' in shown
    assert "<script" not in shown
    code = (
        "import sys, nbformat; from nbclient import NotebookClient; "
        "NotebookClient(nbformat.read(sys.argv[1], 4), timeout=120).execute()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(notebook)],
        cwd=tmp_path,
        env={**os.environ, "RECIPEGEN_RUN": str(finished.folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
