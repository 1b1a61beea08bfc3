"""Items are drawn from a run and labels taken in, and both outlive what stages do."""

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recipegen.api import open_run
from recipegen.cli import main
from recipegen.errors import MissingTable, UsageError
from recipegen.finished_runs.verification import verify
from recipegen.labels.drawing import Plan
from recipegen.labels.items import items
from recipegen.labels.labelling import draw_labels, labelled_now, read_labels
from recipegen.running.resuming import do_stage
from recipegen.stages import stage_named
from recipegen.storage.run_folder import Run
from recipegen.tables import LABELS
from tests.conftest import copied
from tests.labels.conftest import GROUPS, PLAN
from tests.report.reading import read as read_page

PAIR = ["sample_id", "ingredient_a", "ingredient_b"]


@pytest.fixture
def changed(run: Run, tmp_path: Path) -> Run:
    """A copy of the run with draw 1, which a test may change."""
    return copied(run, tmp_path)


def data_of(page: Path) -> dict[str, Any]:
    (element,) = read_page(page.read_text(encoding="utf-8")).all("script", id="data")
    data: dict[str, Any] = json.loads("".join(map(str, element.children)))
    return data


def saved(run: Run, file: Path, labels: Sequence[str], labeller: str = "Ada", **more: str) -> Path:
    """A file as the page saves it, with these labels for the first items."""
    data = data_of(Path(str(run.labels_folder / "draw-1.html")))
    lines = [
        {
            "draw": data["draw"],
            "labeller": labeller,
            "item_id": item["id"],
            "label": label,
            "date": f"2026-11-30T12:00:{at:02d}.000Z",
            "note": "",
            **more,
        }
        for at, (item, label) in enumerate(zip(data["items"], labels, strict=False))
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


# Drawing


def test_the_sample_says_from_how_many_each_item_was_drawn(run: Run) -> None:
    sample = run.read("label_sample")
    assert len(sample) == 40
    assert sample["item_id"].is_unique
    assert sample["implausible"].sum() == 13, "a third"
    assert set(sample["group"]) == set(GROUPS)
    assert sample[["draw", "seed"]].drop_duplicates().to_numpy().tolist() == [[1, 42]]
    kinds = ["group", "temperature", "implausible"]
    sizes = pd.concat(items(run, "pair")).fillna({"temperature": -1}).groupby(kinds).size()
    for kind, part in sample.fillna({"temperature": -1}).groupby(kinds):
        assert part["stratum"].nunique() == 1
        assert (part["stratum_size"] == sizes[kind]).all()
        assert (part["stratum_drawn"] == len(part)).all()
        assert (part["inclusion_probability"] == len(part) / sizes[kind]).all()


def test_the_sample_has_the_verdicts_of_the_run(run: Run) -> None:
    sample = run.read("label_sample")
    known = sample.merge(run.read("sample_pairs"), on=PAIR, suffixes=("", "_now"))
    assert len(known) == len(sample)
    assert (known["verdict"] == known["verdict_now"]).all()
    assert (known["implausible"] == (known["verdict"] == "implausible")).all()
    assert not (known["verdict"] == "unknown").any()


def test_the_page_has_the_texts_of_the_sample_with_the_two_ingredients_marked(
    run: Run, page: Path
) -> None:
    sample = run.read("label_sample").set_index("item_id")
    texts = pd.concat([run.read("samples"), run.read("references")]).set_index("sample_id")["text"]
    shown = data_of(page)["items"]
    assert [item["id"] for item in shown] == sample.index.tolist()
    for item in shown:
        row = sample.loc[item["id"]]
        assert item["pair"] == [row["ingredient_a"], row["ingredient_b"]]
        parts = [*item["title"], *item["text"]]
        said = "".join(text for text, _ in parts)
        written = texts[row["sample_id"]]
        if " | " in written:
            written = written.removeprefix("recipe for ").replace(" | ", "")
        assert "".join(said.split()) == "".join(written.split())
        assert {which for _, which in parts} == {0, 1, 2}


def test_the_source_of_the_page_tells_nothing_about_the_items(run: Run, page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    sample = run.read("label_sample")
    words = {"verdict", "temperature", "group", "stratum", "judge", "flagged", "network", "model"}
    words |= {*sample["verdict"], *sample["group"], *sample["stratum"], run.name}
    words |= {*run.read("sample_pairs")["verdict"]} - {"unusual"}  # a label is called so, too
    found = {word for word in words if re.search(rf"\b{re.escape(word)}", source, re.IGNORECASE)}
    assert found == set()
    assert [name for name in sample["sample_id"] if name in source] == []
    keys = {key for item in data_of(page)["items"] for key in item}
    assert keys == {"id", "pair", "title", "text"}
    # Nor does their order: the identifiers are hashes.
    assert sample["item_id"].is_monotonic_increasing


def test_the_same_plan_gives_the_same_draw_and_writes_its_page_again(
    changed: Run, page: Path
) -> None:
    before = changed.path("label_sample").read_bytes()
    again = Path(str(changed.labels_folder / "draw-1.html"))
    again.unlink()
    drawn = draw_labels(changed, PLAN)
    assert (drawn.number, drawn.again, drawn.page) == (1, True, again)
    assert again.read_bytes() == page.read_bytes()
    assert changed.path("label_sample").read_bytes() == before
    with pytest.raises(UsageError, match=r"this seed and other settings \(count 40, gro"):
        draw_labels(changed, Plan(count=41, groups=GROUPS))


def test_the_same_run_gives_the_same_draw(finished: Run, run: Run, tmp_path: Path) -> None:
    other = copied(finished, tmp_path)
    draw_labels(other, PLAN)
    assert other.path("label_sample").read_bytes() == run.path("label_sample").read_bytes()


def test_another_seed_draws_more_and_the_probabilities_count_both(changed: Run) -> None:
    first = changed.read("label_sample")
    drawn = draw_labels(changed, Plan(count=40, groups=GROUPS, seed=1))
    sample = changed.read("label_sample")
    assert drawn.number == 2
    assert sample["draw"].tolist() == [1] * 40 + [2] * 40
    assert not sample.duplicated(PAIR).any()
    assert sample["item_id"].head(40).tolist() == first["item_id"].tolist()
    for _, part in sample.groupby("stratum"):
        assert (part["stratum_drawn"] == len(part)).all()
        assert (part["inclusion_probability"] == len(part) / part["stratum_size"]).all()


def test_whole_texts_are_drawn_without_marks(changed: Run) -> None:
    drawn = draw_labels(changed, Plan(unit="text", count=40, implausible_share=0.5))
    rows = drawn.rows
    assert len(rows) == 40
    assert rows[["ingredient_a", "ingredient_b"]].isna().all(axis=None)
    scores = changed.read("sample_scores").set_index("sample_id")["flagged"]
    assert rows["implausible"].tolist() == scores[rows["sample_id"]].tolist()
    assert set(rows["verdict"]) == {"flagged", "not flagged"}
    data = data_of(Path(str(drawn.page)))
    assert {which for item in data["items"] for _, which in item["text"]} == {0}
    assert all(item["pair"] is None for item in data["items"])


def test_a_run_that_was_not_scored_has_nothing_to_draw(tmp_path: Path) -> None:
    with pytest.raises(MissingTable, match="first run `recipegen"):
        draw_labels(Run.prepare(tmp_path / "run"), Plan())


# What outlives what


def judged_otherwise(run: Run) -> None:
    """Score the run as another judge would: what was implausible is not, and the reverse."""
    pairs = run.read("sample_pairs")
    bad = pairs["verdict"] == "plausible"
    verdicts = pairs["verdict"].mask(pairs["implausible"], "plausible").mask(bad, "implausible")
    run.write("sample_pairs", pairs.assign(verdict=verdicts, implausible=bad))
    outputs = {name: run.path(name) for name in run.outputs("score")}
    run.finish("score", "another judge", 1.0, outputs)


def test_labels_outlive_another_judge_and_a_new_draw_stands_on_its_own(
    changed: Run, tmp_path: Path
) -> None:
    read_labels(changed, [saved(changed, tmp_path / "a.jsonl", ["absurd"] * 9)])
    before, labels = changed.read("label_sample"), changed.path("labels").read_bytes()
    judged_otherwise(changed)
    drawn = draw_labels(changed, Plan(count=40, groups=GROUPS, seed=1))
    sample = changed.read("label_sample")
    pd.testing.assert_frame_equal(sample.head(40), before)
    assert (
        drawn.rows["stratum_drawn"] == drawn.rows.groupby("stratum")["draw"].transform("size")
    ).all()
    assert changed.path("labels").read_bytes() == labels
    assert len(labelled_now(changed)) == 80


def test_labels_outlive_stages_that_are_done_again(changed: Run, tmp_path: Path) -> None:
    read_labels(changed, [saved(changed, tmp_path / "a.jsonl", ["absurd"] * 9)])
    files = [changed.path(name) for name in LABELS]
    before = [file.read_bytes() for file in files]
    changed.forget("tokenise")
    assert do_stage(changed, stage_named("tokenise"))
    assert [file.read_bytes() for file in files] == before
    assert verify(changed) == []


def test_items_whose_text_has_changed_are_known(changed: Run) -> None:
    samples = changed.read("samples")
    drawn = changed.read("label_sample")["sample_id"]
    gone = samples["sample_id"] == drawn[drawn.isin(samples["sample_id"])].iloc[0]
    samples["text"] = samples["text"].mask(gone, "recipe for another | stir .")
    changed.write("samples", samples)
    left = labelled_now(changed)
    assert set(drawn) - set(left["sample_id"]) == set(samples.loc[gone, "sample_id"])
    with pytest.raises(UsageError, match="texts of the run have changed since"):
        draw_labels(changed, PLAN)


# Reading


def test_labels_are_read_once(changed: Run, tmp_path: Path) -> None:
    file = saved(changed, tmp_path / "a.jsonl", ["absurd", "unusual", "ordinary", "unclear"])
    found = read_labels(changed, [file])
    assert found.changes[str(file)][1:] == (4, 0, 0)
    before = changed.path("labels").read_bytes()
    again = read_labels(changed, [file])
    assert again.changes[str(file)][1:] == (0, 0, 4)
    assert changed.path("labels").read_bytes() == before
    ids = changed.read("label_sample")["item_id"].head(4).tolist()
    assert changed.read("labels")["item_id"].tolist() == ids


def test_one_wrong_file_keeps_all_out(changed: Run, tmp_path: Path) -> None:
    good = saved(changed, tmp_path / "good.jsonl", ["absurd"] * 3)
    wrong = saved(changed, tmp_path / "wrong.jsonl", ["absurd"] * 3, draw="of another run")
    with pytest.raises(UsageError, match=r"wrong\.jsonl, line 1: it belongs to another run"):
        read_labels(changed, [good, wrong])
    assert not changed.path("labels").exists()
    with pytest.raises(UsageError, match=r"none\.jsonl: cannot be read"):
        read_labels(changed, [good, tmp_path / "none.jsonl"])
    assert not changed.path("labels").exists()


def test_a_draw_that_was_killed_half_way_leaves_nothing(changed: Run, run: Run) -> None:
    draw_labels(changed, Plan(count=40, groups=GROUPS, seed=1))
    whole = changed.path("label_sample").read_bytes()
    shutil.copy(run.labels_folder / "draws.json", changed.labels_folder)
    draw_labels(changed, Plan(count=40, groups=GROUPS, seed=1))
    assert changed.path("label_sample").read_bytes() == whole


def test_two_labellers_from_the_command_line(
    changed: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = ["absurd"] * 5 + ["ordinary"] * 5
    files = [
        saved(changed, tmp_path / "ada.jsonl", both, "Ada"),
        saved(changed, tmp_path / "bob.jsonl", ["unusual", *both[1:]], "Bob"),
    ]
    arguments = ["label", "read", *map(str, files), "--run", str(changed.folder)]
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("10 new labels, 0 in the place of older ones, 0 that change nothing")
    assert lines[2:5] == [
        "Ada: 10 labels; 5 no cook would do this, 0 unusual, but fine, 5 ordinary, 0 cannot tell",
        "Bob: 10 labels; 4 no cook would do this, 1 unusual, but fine, 5 ordinary, 0 cannot tell",
        "draw 1: 10 of 40 items are labelled",
    ]
    assert lines[6].startswith(
        "Ada and Bob agree on “no cook would do this” in 90% of 10 pairs; Cohen's kappa 0.80 ("
    )
    agreement = open_run(str(changed.folder)).table("label_agreement")
    assert agreement["categories"].tolist() == ["all", "absurd"]
    assert agreement["kappa"].round(2).tolist() == [0.82, 0.8]


def test_drawing_from_the_command_line(
    changed: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "out" / "mine.html"
    words = ["label", "draw", "--run", str(changed.folder), "--seed", "3", "--count", "24"]
    assert main([*words, "--groups", "real", "generated", "--page", str(page)]) == 0
    said = capsys.readouterr().out
    assert "draw 2 of 24 pairs is new" in said
    assert f"page: {page}" in said
    assert len(data_of(page)["items"]) == 24
    assert main([*words, "--groups", "nobody"]) == 2
    assert "draw 2 has this seed and other settings" in capsys.readouterr().err
    assert main(["label", "read", str(page), "--run", str(changed.folder)]) == 2
    assert "line 1: not valid JSON; nothing was taken in" in capsys.readouterr().err


# Verifying


def test_verify_knows_the_tables_about_labels(changed: Run, tmp_path: Path) -> None:
    read_labels(changed, [saved(changed, tmp_path / "a.jsonl", ["absurd"] * 3)])
    assert verify(changed) == []
    labels = changed.read("labels")
    changed.write("labels", labels.assign(item_id="nothing"))
    (problem,) = verify(changed)
    assert str(problem) == (
        "labels.parquet: 1 values of item_id, such as 'nothing', are not in label_sample; "
        "put it back from a copy"
    )
    changed.path("labels").write_bytes(b"PAR1")
    (problem,) = verify(changed)
    assert problem.file == "labels.parquet"
    changed.write("labels", labels)
    changed.path("label_sample").unlink()
    (problem,) = verify(changed)
    assert "label_sample.parquet: is missing, and labels.parquet needs it" in str(problem)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"draws": [{}]}', '{"draws": [3]}'])
def test_a_damaged_list_of_draws_is_named(changed: Run, content: str) -> None:
    (changed.labels_folder / "draws.json").write_text(content)
    (problem,) = verify(changed)
    assert (problem.file, problem.remedy) == ("draws.json", "put it back from a copy")
    assert main(["label", "draw", "--run", str(changed.folder)]) == 1
