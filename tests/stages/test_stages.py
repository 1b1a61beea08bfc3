"""The whole pipeline on composed recipes: its tables are right, and the same every time."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from recipegen.errors import UsageError
from recipegen.language.checkpoint import load_ngram
from recipegen.language.text_generator import TextGenerator
from recipegen.language.vocabulary import STOP, Vocabulary
from recipegen.running.resuming import do_stage, is_finished
from recipegen.stages import STAGES, stage_named
from recipegen.stages.text_blocks import text_blocks
from recipegen.storage.run_folder import Run
from recipegen.tables import TABLES, written_by
from tests.composed import IMPLAUSIBLE
from tests.conftest import copied, small_run

SPLITS = ("valid", "test")
MAY_BE_EMPTY = (
    *("pair_summary", "network_summary", "ingredient_lists"),
    *("judge_quality", "corrected_rates"),
)
CLOCK = {"training_log": ["seconds", "words_per_second"]}
"""Columns with times. All other columns are the same in every run."""


def assert_same_tables(one: Run, other: Run) -> None:
    for name in TABLES:
        frames = [run.read(name).drop(columns=CLOCK.get(name, [])) for run in (one, other)]
        pd.testing.assert_frame_equal(*frames, obj=name)


def test_every_table_has_its_schema(finished: Run) -> None:
    for name, table in TABLES.items():
        schema = pq.read_schema(finished.path(name))
        assert schema.equals(table.schema), name
        assert pq.read_metadata(finished.path(name)).num_rows > 0 or name in MAY_BE_EMPTY


def test_ingest_loses_nothing(finished: Run) -> None:
    recipes, rejects = finished.read("recipes"), finished.read("rejects")
    assert len(recipes) + len(rejects) == 603
    assert rejects["reason"].tolist() == [
        "no title",
        "the record is null, not an object",
        "duplicate of record 0",
    ]
    assert recipes["recipe_id"].is_unique
    assert (recipes.groupby("family")["split"].nunique() == 1).all()
    assert set(recipes["split"]) == {"train", "valid", "test"}


def test_the_vocabulary_is_learned_on_the_training_split_alone(finished: Run) -> None:
    recipes = finished.read("recipes")
    words = set(finished.read("vocabulary")["token"])
    numbers = recipes["title"].str.extract(r"no\. (\d+)")[0]
    held_out = set(numbers[recipes["split"] != "train"]) - set(numbers[recipes["split"] == "train"])
    minutes = {str(5 * number) for number in range(2, 13)}
    assert not words & (held_out - minutes)


def test_training_learns(finished: Run) -> None:
    log = finished.read("training_log")
    assert log["epoch"].tolist() == [1, 2, 3]
    assert log["valid_perplexity"].iloc[-1] < 0.5 * log["valid_perplexity"].iloc[0]
    assert finished.read("epoch_samples")["epoch"].tolist() == [1, 2, 3]


def test_network_and_ngrams_are_measured_on_the_same_words(finished: Run) -> None:
    measured = finished.read("perplexities").set_index(["model", "split"])
    best = finished.read("training_log")["valid_perplexity"].min()
    assert measured.loc[("network", "valid"), "perplexity"] == pytest.approx(best)
    tokens = finished.read("tokens")
    lengths = tokens["token_ids"].str.len() + tokens["complete"] - 1
    words = lengths.groupby(tokens["split"]).sum()
    for model, split in [(model, split) for model in ("network", "ngram") for split in SPLITS]:
        assert measured.loc[(model, split), "words"] == words[split]
        assert 1 < measured.loc[(model, split), "perplexity"] < 30


def test_a_sample_is_judged_from_its_text_alone(finished: Run) -> None:
    vocabulary = Vocabulary(finished.read("vocabulary")["token"].tolist())
    model = load_ngram(finished.folder / "checkpoints" / "ngram.safetensors")
    samples = finished.read("samples")
    recipes = [
        [*vocabulary.encode(text), STOP] if stopped else vocabulary.encode(text)
        for text, stopped in zip(samples["text"], samples["stopped"].eq(True), strict=True)
    ]
    given = samples["prompt"].str.split().str.len().clip(lower=1).tolist()
    logs, _ = model.log_probabilities(recipes, given)
    assert logs.tolist() == pytest.approx(samples["ngram_log_probability"].tolist())
    uncut = samples[samples["group"] == "generated"]
    by_temperature = uncut.groupby("temperature")["ngram_log_probability"].mean()
    assert by_temperature[1.5] < by_temperature[0.5] < 0


def test_the_grid_is_complete(finished: Run) -> None:
    samples = finished.read("samples")
    samples = samples[samples["group"].str.startswith("generated")]
    counts = samples.groupby(["group", "temperature"]).size()
    zero = samples[samples["temperature"] == 0]
    assert counts.to_dict() == {
        ("generated", 0.0): len(zero),
        ("generated", 0.5): 30,
        ("generated", 1.5): 30,
        ("generated, top-p 0.8", 0.5): 30,
        ("generated, top-p 0.8", 1.5): 30,
    }
    assert samples["sample_id"].is_unique
    assert zero["prompt"].is_unique
    assert (samples["word_count"] == samples["text"].str.split().str.len()).all()
    assert (samples["word_count"] <= 60).all()
    assert all(map(str.startswith, samples["text"], samples["prompt"].str.split().str[0]))


def test_samples_of_another_generator_are_measured_like_ours(finished: Run) -> None:
    samples = finished.read("samples")
    theirs = samples[samples["group"] == "another"]
    assert theirs["sample_id"].tolist() == [f"another-{at}" for at in range(20)]
    assert theirs["temperature"].count() == 1
    assert theirs.iloc[0][["prompt", "temperature"]].tolist() == ["Recipe for", 0.5]
    assert theirs["ngram_log_probability"].notna().all()
    # What only their generator knows is not made up.
    assert theirs[["log_probability", "entropy", "stopped"]].isna().all(axis=None)
    for table in ("sample_scores", "text_measures"):
        assert set(theirs["sample_id"]) <= set(finished.read(table)["sample_id"])
    summary = finished.read("temperature_summary")
    measured = summary[(summary["group"] == "another") & summary["temperature"].isna()]
    assert measured.set_index("metric").loc["word_count", "count"] == 19
    # Written like the recipes that the network was trained on, and never seen.
    perplexities = measured.set_index("metric").loc["ngram_perplexity", "estimate"]
    real = summary[(summary["group"] == "real") & (summary["metric"] == "ngram_perplexity")]
    assert perplexities == pytest.approx(real["estimate"].iloc[0], rel=0.3)
    rejects = finished.read("sample_rejects")
    assert rejects["reason"].tolist() == ["the line is not an object", "no text"]


def test_offsets_and_pairs_agree(finished: Run) -> None:
    texts = pd.concat([finished.read("samples"), finished.read("references")])
    text_of = dict(zip(texts["sample_id"], texts["text"], strict=True))
    mentions = finished.read("mentions")
    for row in mentions.itertuples():
        assert text_of[row.sample_id][row.start : row.end] == row.surface
        in_title = row.start < text_of[row.sample_id].find(" | ")
        if not row.sample_id.startswith("whole-"):
            assert row.section == ("title" if in_title else "directions")
    scores = finished.read("sample_scores").set_index("sample_id")
    assert set(scores.index) == set(text_of)
    in_dish = mentions[mentions["role"].isin(["used", "optional", "alternative"])]
    found = in_dish.groupby("sample_id")["ingredient"].nunique()
    counted = scores["ingredient_count"]
    found = found.reindex(counted.index, fill_value=0)
    # A choice counts as one ingredient.
    with_choice = scores.index.isin(in_dish.loc[in_dish["choice"] > 0, "sample_id"])
    assert (counted <= found).all()
    assert (counted == found)[~with_choice].all()
    # Texts in our own form name no parts, so all that is in the dish meets.
    most = counted * (counted - 1) // 2
    with_parts = scores.index.isin(mentions.loc[mentions["part"].notna(), "sample_id"])
    assert (scores["pair_count"] <= most).all()
    assert (scores["pair_count"] == most)[~with_parts].all()
    pairs = finished.read("sample_pairs").groupby("sample_id")["implausible"].agg(["size", "sum"])
    pairs = pairs.reindex(scores.index, fill_value=0)
    assert (pairs["size"] == scores["pair_count"]).all()
    assert (pairs["sum"] == scores["implausible_pair_count"]).all()
    assert (scores["implausibility"].isna() == (counted < 2)).all()


def test_the_words_that_brought_pairs_in_have_the_probabilities_they_were_drawn_with(
    finished: Run,
) -> None:
    pairs, samples = finished.read("sample_pairs"), finished.read("samples")
    own = samples[samples["group"].str.startswith("generated")].set_index("sample_id")
    words = finished.read("pair_words")
    flagged = pairs[pairs["implausible"] & pairs["sample_id"].isin(own.index)]
    keys = ["sample_id", "ingredient_a", "ingredient_b"]
    assert words[keys].to_numpy().tolist() == flagged[keys].to_numpy().tolist()
    # A word that was kept when it was drawn has the same probability, if its name has one word.
    kept = finished.read("sample_words").query("drawn")
    both = words.merge(kept, on=["sample_id", "position"], suffixes=("", "_drawn"))
    both = both[both["word"] == both["ingredient"]].dropna(subset="probability")
    assert len(both) > 3
    assert both["heated_probability"].to_numpy() == pytest.approx(
        both["probability_drawn"].to_numpy(), rel=1e-3
    )
    # What the title of a held-out recipe names was given, not drawn.
    for row in words[words["probability"].isna()].itertuples():
        assert row.position < len(own.loc[row.sample_id, "prompt"].split())


def test_real_recipes_lie_far_under_the_control(finished: Run) -> None:
    summary = finished.read("temperature_summary").set_index(["metric", "group"])["estimate"]
    for metric, least in (("implausible_pair_rate", 0.02), ("exchanged_share", 0.5)):
        assert summary[metric, "real"].max() < least / 5
        assert summary[metric, "control"].min() > least
    flagged = finished.read("pairings").query("implausible")
    pairs = set(zip(flagged["ingredient_a"], flagged["ingredient_b"], strict=True))
    assert len(pairs & IMPLAUSIBLE) > 50


def test_companions_are_of_the_same_dishes(finished: Run) -> None:
    companions = finished.read("ingredients").set_index("ingredient")["companions"]
    assert "dill" in companions["salmon"]
    pairs = {(min(a, b), max(a, b)) for a, others in companions.items() for b in others}
    assert not pairs & IMPLAUSIBLE


def test_references_are_the_held_out_recipes(finished: Run) -> None:
    recipes, references = finished.read("recipes"), finished.read("references")
    test = set(recipes.loc[recipes["split"] == "test", "recipe_id"])
    for _, group in references.groupby("group"):
        assert set(group["recipe_id"]) == test


def test_another_run_in_other_blocks_has_the_same_tables(
    finished: Run, corpus: Path, others: Path, tmp_path: Path
) -> None:
    run = small_run(tmp_path / "again", corpus, others)
    Run.prepare(run.folder, {"ingest": {"block_size": 77}, "learn_ingredients": {"block_size": 50}})
    for stage in STAGES:
        do_stage(run, stage)
    assert_same_tables(finished, run)


def test_ingredient_lists_teach_pairings_alone(corpus: Path, others: Path, tmp_path: Path) -> None:
    run = small_run(tmp_path / "run", corpus, others)
    do_stage(run, stage_named("ingest"))
    recipes = run.read("recipes")
    held_out = recipes.loc[recipes["split"] == "test", "ingredients"].iloc[0]
    lists = [["2 cups of flour", "1 egg"], ["1 EGG", "2 cups of flour"], held_out.tolist(), []]
    more = tmp_path / "lists.json"
    more.write_text(json.dumps([{"id": n, "ingredients": each} for n, each in enumerate(lists)]))
    run = Run.prepare(run.folder, {"ingest": {"more_ingredients": [str(more)]}})
    for name in ("ingest", "tokenise", "learn-ingredients"):
        do_stage(run, stage_named(name))
    assert run.read("recipes").equals(recipes)
    (taught,) = run.read("ingredient_lists")["recipe_id"]
    rejects = run.read("rejects")
    assert rejects.loc[rejects["source"] == more.name, "reason"].tolist() == [
        "duplicate of record 0 of lists.json",
        "the ingredients of a held-out recipe",
        "no ingredients",
    ]
    found = run.read("recipe_ingredients")
    found = found[found["recipe_id"] == taught]
    assert set(found["ingredient"]) == {"flour", "egg"}
    assert set(found["split"]) == {"train"}
    assert set(found["origin"]) == {"lines"}
    Run.prepare(run.folder, {"ingest": {"more_ingredients": [str(tmp_path)]}})
    with pytest.raises(UsageError, match="more_ingredients"):
        do_stage(run, stage_named("ingest"))


def test_a_finished_stage_is_not_done_again(finished: Run) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.folder.rglob("*.parquet")}
    assert [do_stage(finished, stage) for stage in STAGES] == [False] * len(STAGES)
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize(
    ("change", "done_again"),
    [
        ({"report": {"title": "New"}}, ["report"]),
        ({"execution": {"workers": 1}}, []),
        (
            {"generate": {"temperatures": [0.5]}},
            ["generate", "score", "summarise", "report"],
        ),
        ({"learn_pairings": {"interval": 0.9}}, ["learn-pairings", "score", "summarise", "report"]),
    ],
)
def test_a_changed_setting_does_again_what_depends_on_it(
    finished: Run, change: dict[str, object], done_again: list[str]
) -> None:
    kept = finished.configuration.model_dump(mode="json")
    try:
        Run.prepare(finished.folder, change)
        # A stage behind one that is to be done again has to wait for its outcome.
        stale = [stage.name for stage in STAGES if not is_finished(finished, stage)]
        assert stale == done_again[:1] + [name for name in done_again[1:] if name in stale]
    finally:
        Run.prepare(finished.folder, kept)


KILLED = {
    "train": "unfinished/train/*/last-1.safetensors",
    "generate": "unfinished/generate/*/*.done",
    "score": "unfinished/score/*/*.done",
}


@pytest.mark.parametrize(
    ("stage", "sign_of_work"),
    [
        pytest.param(*case, marks=[] if case[0] == "generate" else pytest.mark.slow)
        for case in KILLED.items()
    ],
)
def test_a_killed_stage_goes_on_and_ends_the_same(
    finished: Run,
    corpus: Path,
    others: Path,
    tmp_path: Path,
    quiet: dict[str, str],
    stage: str,
    sign_of_work: str,
) -> None:
    run = small_run(tmp_path / "run", corpus, others)
    names = [each.name for each in STAGES]
    for earlier in STAGES[: names.index(stage)]:
        do_stage(run, earlier)
    command = [sys.executable, "-m", "recipegen.cli", stage, "--run", str(run.folder)]
    process = subprocess.Popen(command, env=quiet, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list(run.folder.glob(sign_of_work)):
        time.sleep(0.005)
    process.kill()
    _, errors = process.communicate()
    assert process.returncode == -signal.SIGKILL, errors
    for later in STAGES[names.index(stage) :]:
        do_stage(run, later)
    assert not list(run.folder.rglob("*.partial"))
    assert_same_tables(finished, run)


def test_a_sample_can_be_drawn_again_step_by_step(finished: Run) -> None:
    import torch

    from recipegen.language.checkpoint import load_model
    from recipegen.language.generation import uniform_numbers

    model, vocabulary = load_model(
        finished.folder / "checkpoints" / "best.safetensors", torch.device("cpu")
    )
    samples = finished.read("samples")
    uncut = samples[(samples["temperature"] > 0) & (samples["group"] == "generated")]
    for row in uncut.iloc[::9].itertuples():
        number = int(re.search(r"(\d+)$", row.sample_id)[1])  # type: ignore[index]
        numbers = uniform_numbers(finished.configuration.seed, row.temperature, number, 60)
        taken = iter(numbers[len(row.prompt.split()) :])

        class Numbers:
            def random(self, taken: object = taken) -> float:
                return float(next(taken))  # type: ignore[call-overload]

        generator = TextGenerator(model, vocabulary, Numbers())  # type: ignore[arg-type]
        steps = generator.generate(row.prompt, 60, row.temperature)
        assert generator.text(row.prompt, steps) == row.text
        assert bool(steps and steps[-1]["word"] == "") == row.stopped


def test_cut_samples_are_drawn_among_likely_words_with_the_same_numbers(finished: Run) -> None:
    samples = finished.read("samples")
    uncut, cut = (
        samples[(samples["group"] == group) & (samples["temperature"] > 0)]
        for group in ("generated", "generated, top-p 0.8")
    )
    assert (cut["prompt"].to_numpy() == uncut["prompt"].to_numpy()).all()
    assert cut["log_probability"].mean() > uncut["log_probability"].mean()
    hot = finished.read("sample_words").merge(cut, on="sample_id")
    drawn = hot[hot["drawn"]]
    above = hot.merge(drawn, on=["sample_id", "position"], suffixes=("", "_drawn"))
    above = above[above["rank"] < above["rank_drawn"]]
    # What is ranked above a word of a nucleus of 0.8 has less than 0.8.
    assert (above.groupby(["sample_id", "position"])["probability"].sum() < 0.8).all()


def test_the_steps_of_chosen_samples_add_up(finished: Run) -> None:
    samples = finished.read("samples").set_index("sample_id")
    words = finished.read("sample_words")
    chosen = [each for each in samples.index if int(each.rsplit("-", 1)[1]) < 2]
    drawn = words[words["drawn"]]
    for sample_id, steps in drawn[drawn["probability"] > 0].groupby("sample_id"):
        sample = samples.loc[sample_id]
        prompt = len(sample["prompt"].split())
        text = [*sample["text"].split()[prompt:], *([""] if sample["stopped"] else [])]
        assert steps["word"].tolist() == text
        logs = np.log(steps["probability"]).sum()
        assert logs == pytest.approx(sample["heated_log_probability"], abs=1e-3)
    assert set(drawn["sample_id"]) <= set(chosen)
    assert len(set(drawn["sample_id"])) > len(chosen) / 2
    assert (words.groupby(["sample_id", "position"])["rank"].min() == 1).all()


def test_next_words_are_ranked(finished: Run) -> None:
    rows = finished.read("word_probabilities")
    for _, group in rows.groupby(["prompt", "temperature"]):
        assert group["rank"].tolist() == list(range(1, len(group) + 1))
        assert np.all(np.diff(group["probability"]) <= 0)
        assert group["entropy"].nunique() == 1


def test_stages_are_found_by_name() -> None:
    assert [stage_named(stage.name) for stage in STAGES] == list(STAGES)


SUMMED = ("measure", "summarise")


def redone(run: Run, block_size: int) -> Run:
    """The run with its statistics made again from blocks of ten times this many texts."""
    Run.prepare(run.folder, {"score": {"block_size": block_size}})
    for name in SUMMED:
        run.forget(name)
        assert do_stage(run, stage_named(name))
    return run


@pytest.mark.parametrize(("block_size", "blocks"), [(1000, 2), (10, 4), (1, 30)])
def test_statistics_do_not_depend_on_the_number_of_blocks(
    finished: Run, tmp_path: Path, block_size: int, blocks: int
) -> None:
    run = copied(finished, tmp_path)
    redone(run, block_size)
    assert len(text_blocks(run, run.folder)) >= blocks
    for stage in SUMMED:
        for name in written_by(stage):
            pd.testing.assert_frame_equal(run.read(name), finished.read(name), obj=name)


def test_no_stage_after_generate_reads_all_texts_at_once(
    finished: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory must not grow with the number of samples."""
    run = copied(finished, tmp_path)
    about_texts = {"samples", "sample_scores", "sample_pairs", "mentions", "text_measures"}
    read, whole = Run.read, set()

    def noted(self: Run, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        whole.add(table)
        return read(self, table, columns)

    monkeypatch.setattr(Run, "read", noted)
    for name in ("score", *SUMMED, "report"):
        run.forget(name)
        assert do_stage(run, stage_named(name))
    assert whole
    assert not whole & about_texts
