"""A source of samples that is added, changed or removed leaves the work on the others as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recipegen.language.vocabulary import recipe_text
from recipegen.running.finished_blocks import records
from recipegen.running.resuming import do_stage, fingerprint, open_blocks
from recipegen.running.stage import name_of, row_blocks, rows_of
from recipegen.stages import stage_named
from recipegen.stages.sources import sources
from recipegen.storage.run_folder import Run
from tests.composed import compose_recipes
from tests.conftest import copied

BY_SOURCE = ("generate", "score", "measure")
"""The stages that work on each source alone."""
TABLES = ("samples", "mentions", "sample_pairs", "sample_scores", "text_measures")

Opened = dict[str, list[str]]


@pytest.fixture
def more(tmp_path: Path) -> Path:
    """Recipes of one more generator."""
    path = tmp_path / "more.jsonl"
    lines = [
        json.dumps({"id": str(at), "text": recipe_text(recipe["title"], recipe["directions"])})
        for at, recipe in enumerate(compose_recipes(7, seed=31))
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def redone(run: Run, settings: dict[str, Any]) -> Opened:
    """Do the stages again with other settings; the blocks that each of them had to do."""
    Run.prepare(run.folder, settings)
    opened = {}
    for name in BY_SOURCE:
        stage = stage_named(name)
        for step in stage.steps[:-1]:
            step.do(run, run.workshop(name, fingerprint(run, stage)), lambda *_: None)
        opened[name] = open_blocks(run, stage, fingerprint(run, stage), stage.steps[-1])
        do_stage(run, stage)
    return opened


def hashes(run: Run, stage: str) -> dict[tuple[str, str], str]:
    """The hash of what was made for each key and table."""
    made = records(run, stage)
    return dict(zip(zip(made["key"], made["table"], strict=True), made["sha256"], strict=True))


def of_others(run: Run, table: str, names: set[str]) -> pd.DataFrame:
    rows = run.read(table)
    mine = rows["sample_id"].str.split("-").str[0].isin(names)
    return rows[~mine].reset_index(drop=True)


def test_a_file_that_is_added_is_the_only_work(
    finished: Run, others: Path, more: Path, tmp_path: Path
) -> None:
    run = copied(finished, tmp_path)
    before = {name: hashes(run, name) for name in BY_SOURCE}
    opened = redone(run, {"generate": {"others": [str(others), str(more)]}})
    assert opened["generate"] == ["file-more"]
    assert [len(rows_of(block)) for block in opened["score"]] == [7]
    assert [len(rows_of(block)) for block in opened["measure"]] == [7]
    for name in BY_SOURCE:
        assert before[name].items() <= hashes(run, name).items()
    for table in TABLES:
        pd.testing.assert_frame_equal(of_others(run, table, {"more"}), finished.read(table))


ASKED: list[tuple[str, int]] = []
"""The log of the functions below: who was asked, and for how many samples."""


def one(prompts: list[str], **_: object) -> list[str]:
    ASKED.append(("one", len(prompts)))
    return [f"{prompt} fry the onion with garlic ." for prompt in prompts]


def two(prompts: list[str], **_: object) -> list[str]:
    ASKED.append(("two", len(prompts)))
    return [f"{prompt} boil the potato with salt ." for prompt in prompts]


def test_of_two_generators_and_a_third_only_the_third_is_asked(
    finished: Run, tmp_path: Path
) -> None:
    run = copied(finished, tmp_path)
    models: list[dict[str, Any]] = [{"kind": "lstm"}]
    for function in (one, two):
        ASKED.clear()
        name = function.__name__
        models = [*models, {"kind": "python", "name": name, "function": f"{__name__}:{name}"}]
        opened = redone(run, {"generate": {"models": models}})
        assert {asked for asked, _ in ASKED} == {name}
        samples = run.read("samples")
        assert sum(count for _, count in ASKED) == (samples["group"].str.startswith(name)).sum()
        assert {name_of(block) for block in opened["generate"]} == {f"asked-{name}"}


def test_a_file_that_is_removed_is_no_work(finished: Run, tmp_path: Path) -> None:
    run = copied(finished, tmp_path)
    opened = redone(run, {"generate": {"others": []}})
    assert opened["generate"] == []
    # Without other generators, there are no real recipes with lists either.
    assert {name_of(block) for name in BY_SOURCE for block in opened[name]} <= {"references"}
    for table in ("samples", "text_measures"):
        ids = run.read(table)["sample_id"]
        assert not ids.str.startswith("another-").any()
        assert set(ids) <= set(finished.read(table)["sample_id"])


def test_a_file_that_changes_is_read_again(
    finished: Run, others: Path, more: Path, tmp_path: Path
) -> None:
    run = copied(finished, tmp_path)
    own = tmp_path / others.name
    own.write_bytes(others.read_bytes())
    assert redone(run, {"generate": {"others": [str(own)]}})["generate"] == []
    own.write_bytes(more.read_bytes())
    assert redone(run, {})["generate"] == ["file-another"]
    assert (run.read("samples")["group"] == "another").sum() == 7


def test_a_name_that_is_taken_later_changes_the_names_in_a_file(
    finished: Run, more: Path, tmp_path: Path
) -> None:
    run, answers = copied(finished, tmp_path), tmp_path / "answers.csv"
    answers.write_text("model,prompt,output\nmore,soup,Boil the onion with salt.\n")
    redone(run, {"generate": {"others": [str(answers)]}})
    assert "more" in set(run.read("samples")["group"])
    opened = redone(run, {"generate": {"others": [str(answers), str(more)]}})
    assert opened["generate"] == ["file-answers", "file-more"]
    groups = run.read("samples").groupby("group").size()
    assert (groups["more (answers)"], groups["more"]) == (1, 7)


def test_another_seed_draws_everything_again(finished: Run, tmp_path: Path) -> None:
    run = copied(finished, tmp_path)
    stage = stage_named("generate")
    Run.prepare(run.folder, {"seed": 7})
    opened = open_blocks(run, stage, fingerprint(run, stage), stage.steps[-1])
    assert len(opened) == records(run, "generate")["block"].nunique()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b"no table"),
        lambda file: file.write_bytes(file.read_bytes()[:-100]),
    ],
    ids=["gone", "no table", "cut"],
)
def test_what_is_damaged_is_not_taken_over(
    finished: Run, others: Path, more: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    run = copied(finished, tmp_path)
    spoil(Path(str(run.path("samples"))))
    Run.prepare(run.folder, {"generate": {"others": [str(others), str(more)]}})
    stage = stage_named("generate")
    blocks = open_blocks(run, stage, fingerprint(run, stage), stage.steps[-1])
    assert len(blocks) == records(run, "generate")["block"].nunique() + 1
    assert do_stage(run, stage)
    pd.testing.assert_frame_equal(of_others(run, "samples", {"more"}), finished.read("samples"))


def test_a_forced_stage_takes_nothing_over(finished: Run, tmp_path: Path) -> None:
    run, stage = copied(finished, tmp_path), stage_named("generate")
    run.forget("generate")
    blocks = open_blocks(run, stage, fingerprint(run, stage), stage.steps[-1])
    assert len(blocks) == records(finished, "generate")["block"].nunique()


def test_a_run_that_knows_no_blocks_counts_as_one_source(finished: Run, tmp_path: Path) -> None:
    assert len(sources(finished)) == 2
    run = copied(finished, tmp_path)
    (Path(str(run.remembered("generate"))) / "block_records.parquet").unlink()
    (whole,) = sources(run)
    assert whole.rows == range(len(run.read("samples")))


def test_blocks_are_named_by_their_rows() -> None:
    blocks = row_blocks("a-b", 7, 3, start=10)
    assert blocks == ["a-b-00000010-00000013", "a-b-00000013-00000016", "a-b-00000016-00000017"]
    assert list(map(rows_of, blocks)) == [range(10, 13), range(13, 16), range(16, 17)]
    assert set(map(name_of, blocks)) == {"a-b"}
