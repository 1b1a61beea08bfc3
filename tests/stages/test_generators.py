"""Runs that draw from several generators: endpoints, transformers, functions, files, the LSTM."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recipegen.cli import main
from recipegen.config import configure
from recipegen.config.listing import settings_of
from recipegen.errors import SettingError, UsageError
from recipegen.evaluation.per_group.references import WITH_LISTS
from recipegen.generators.checks import check_generators, costs
from recipegen.generators.endpoint import KEPT_TOGETHER
from recipegen.language.vocabulary import words_of
from recipegen.running.resuming import do_stage
from recipegen.stages import STAGES, stage_named
from recipegen.storage.run_folder import Run
from recipegen.texts.layout import compose
from tests.composed import compose_recipes
from tests.conftest import SMALL
from tests.generators.serving import recipe_markdown, serving
from tests.texts.results.writing import inspect_log, inspect_sample, write_eval

GRID: dict[str, Any] = {"temperatures": [0.4, 1.0, 1.5], "samples": 24, "max_tokens": 60}


def settings_with(corpus: Path, models: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    grid = {**GRID, "models": models, "block_size": 50, **more}
    return {**SMALL, "ingest": {"corpus": str(corpus)}, "generate": grid}


def fixed(prompts: list[str], **given: Any) -> list[str]:
    """A function as a generator: it returns a recipe for each seed."""
    assert set(given) == {"temperature", "top_k", "top_p", "min_p", "seeds"}
    assert len(prompts) == len(given["seeds"])
    return [recipe_markdown(seed) for seed in given["seeds"]]


def wrong(prompts: list[str], **_: Any) -> list[str]:
    """A function that returns one text too few."""
    return prompts[1:]


def written(folder: Path, count: int = 20) -> Path:
    path = folder / "mine.jsonl"
    lines = [
        {
            "title": recipe["title"],
            "ingredients": recipe["ingredients"],
            "steps": recipe["directions"],
        }
        for recipe in compose_recipes(count, seed=21)
    ]
    path.write_text("\n".join(map(json.dumps, [*lines, {"title": "nothing"}])))
    return path


@pytest.fixture(scope="module")
def learned(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with all stages done that need no generator. Tests must not change it."""
    folder = tmp_path_factory.mktemp("learned")
    run = Run.prepare(folder / "run", settings_with(corpus, [{"kind": "lstm"}]))
    for name in ("ingest", "tokenise", "learn-ingredients", "learn-pairings"):
        do_stage(run, stage_named(name))
    return run


def drawn(learned: Run, folder: Path, corpus: Path, models: list[dict[str, Any]]) -> Run:
    """A run of these generators with all stages done."""
    shutil.copytree(learned.folder, folder)
    run = Run.prepare(folder, settings_with(corpus, models))
    for stage in STAGES:
        do_stage(run, stage)
    return run


@pytest.fixture(scope="module")
def mixed(learned: Run, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with a generator of every kind."""
    pytest.importorskip("transformers", reason="the extra [transformers] is not installed")
    from tests.generators.tiny import save_tiny_model

    folder = tmp_path_factory.mktemp("mixed")
    with serving() as (address, _):
        models = [
            {"kind": "lstm"},
            {
                "kind": "transformers",
                "name": "tiny",
                "model": str(save_tiny_model(folder / "tiny")),
                "max_new_tokens": 40,
            },
            {"kind": "openai", "name": "chef", "address": address, "model": "m"},
            {
                "kind": "python",
                "name": "fixed",
                "function": f"{__name__}:fixed",
                "has_temperature": False,
            },
            {"kind": "file", "path": str(written(folder))},
        ]
        return drawn(learned, folder / "run", corpus, models)


def test_every_generator_draws_the_same_grid(mixed: Run) -> None:
    samples = mixed.read("samples")
    counts = samples.groupby(["group", "temperature"], dropna=False).size().to_dict()
    for group in ("generated", "tiny", "chef"):
        assert {t: counts[group, t] for t in (0.4, 1.0, 1.5)} == {0.4: 24, 1.0: 24, 1.5: 24}
    alone = samples[samples["temperature"].isna()].groupby("group").size()
    assert alone.to_dict() == {"fixed": 24, "mine": 20}
    titles = samples.dropna(subset="recipe_id").groupby("group")["recipe_id"].agg(set)
    assert titles["generated"] == titles["tiny"] == titles["chef"] == titles["fixed"]


def test_what_a_generator_wrote_is_kept_as_it_is(mixed: Run) -> None:
    samples = mixed.read("samples").set_index("group")
    assert set(samples.loc["chef", "text"]) <= {recipe_markdown(seed) for seed in range(60)}
    mine = [
        compose(str(r["title"]), r["ingredients"], r["directions"])  # type: ignore[arg-type]
        for r in compose_recipes(20, seed=21)
    ]
    assert samples.loc["mine", "text"].tolist() == mine


def test_only_what_is_told_is_known(mixed: Run) -> None:
    samples = mixed.read("samples")
    known = samples.groupby("group")[
        ["log_probability", "entropy", "stopped", "finish_reason", "completion_tokens", "seconds"]
    ].agg(lambda column: column.notna().all())
    assert known.loc["tiny"].tolist() == [True, True, True, True, True, False]
    assert known.loc["chef"].tolist() == [False, False, True, True, True, True]
    assert known.loc["generated"].tolist() == [True, True, True, False, False, False]
    assert not known.loc[["fixed", "mine"]].any(axis=None)
    assert samples["ngram_log_probability"].notna().all()
    summary = mixed.read("temperature_summary")
    stopped = summary[summary["metric"] == "stopped_rate"].groupby("group")["count"].sum()
    assert (stopped["mine"], stopped["fixed"], stopped["chef"]) == (0, 0, 72)


def test_lists_and_directions_are_kept_apart(mixed: Run) -> None:
    mentions = mixed.read("mentions")
    texts = pd.concat([mixed.read("samples"), mixed.read("references")])
    text_of = texts.set_index("sample_id")["text"]
    for row in mentions.itertuples():
        assert text_of[row.sample_id][row.start : row.end] == row.surface
    own = mentions[mentions["sample_id"].str.startswith("chef-")]
    assert set(own["section"]) >= {"ingredients", "directions"}
    scores = mixed.read("sample_scores").groupby("group")["origin"].agg(set)
    assert scores[["chef", "mine", "fixed"]].tolist() == [{"lines"}] * 3
    assert scores[["generated", "real", "control"]].tolist() == [{"directions"}] * 3
    assert scores[WITH_LISTS] == {"lines"}
    summary = mixed.read("temperature_summary").set_index(["group", "metric"])["estimate"]
    for metric in ("used_list_rate", "listed_use_rate"):
        assert summary["chef", metric].min() > 0.8
        assert summary[WITH_LISTS, metric] > 0.5
        assert summary["generated", metric].isna().all()


def test_generators_are_tested_against_each_other_and_against_real_recipes(mixed: Run) -> None:
    points = mixed.read("operating_points")
    assert points.groupby("generator")["best"].sum().to_dict() == dict.fromkeys(
        ("generated", "tiny", "chef", "fixed", "mine"), 1
    )
    assert points.groupby("generator")["probability_best"].sum().tolist() == pytest.approx([1] * 5)
    tests = mixed.read("generator_tests")
    pairs = tests[(tests["at"] == "best") & (tests["metric"] == "implausible_pair_rate")]
    assert len(pairs) == 10 + 5
    assert (pairs["p_adjusted"] >= pairs["p_value"]).all()
    same = pairs[(pairs["generator_a"] == "generated") & (pairs["generator_b"] == "tiny")]
    assert same["matched"].iloc[0] == 12
    against = mixed.read("temperature_tests").groupby("group")["reference"].agg(set)
    assert against["chef"] == against["mine"] == {WITH_LISTS}
    assert against["generated"] == {"real"}


def test_what_is_not_told_is_explained(mixed: Run) -> None:
    page = (mixed.folder / "report.html").read_text(encoding="utf-8")
    missing = page[page.index('class="unmeasured"') : page.index("Table by temperature")]
    for why in ("does not tell how likely its words are", "does not tell how its texts ended"):
        assert why in missing
    assert "no text has an ingredient list" in missing


def test_the_report_says_first_which_is_better(mixed: Run) -> None:
    page = (mixed.folder / "report.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 1_000_000
    finding = page.index("Of five generators, ")
    assert finding < page.index('id="generators"') < page.index('class="identity"')
    for name in ("tiny", "chef", "fixed", "mine", "the LSTM"):
        assert f"<bdi>{name}</bdi>" in page


def test_what_cannot_be_understood_is_a_reject(mixed: Run) -> None:
    rejects = mixed.read("sample_rejects")
    assert rejects[["source", "position", "reason"]].to_numpy().tolist() == [
        ["mine.jsonl", 20, "neither text nor ingredients nor directions"]
    ]


def test_without_the_lstm_nothing_is_trained(learned: Run, corpus: Path, tmp_path: Path) -> None:
    models = [
        {"kind": "python", "name": "fixed", "function": f"{__name__}:fixed"},
        {"kind": "file", "path": str(written(tmp_path))},
    ]
    run = drawn(learned, tmp_path / "run", corpus, models)
    assert not (run.folder / "checkpoints" / "best.safetensors").exists()
    assert run.read("training_log").empty
    samples = run.read("samples")
    assert set(samples["group"]) == {"fixed", "mine"}
    assert run.read("references")["ngram_log_probability"].notna().all()
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    assert "Of two generators, " in page
    assert "LSTM" not in page[: page.index('id="method"')]


CHAT = (
    """\ufeff  Here's my *Seoul-inspired* take \N{STEAMING BOWL}!\r

### **Gochujang  Stew**

**Ingredients:**\t
* 2 cups carrots \u2013 cut\u00a0small
* 1 lb beef or lamb

**Instructions:**
1. Brown the beef.
   Add carrots, thyme and `gochujang`.


"""
    + "Stir, taste, and stir again. " * 150
    + "\n\nEnjoy!\n "
)


@pytest.fixture(scope="module")
def chatty(learned: Run, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of a file alone, with recipes as chat models write them among its texts."""
    folder = tmp_path_factory.mktemp("chatty")
    path = written(folder)
    chats = [{"id": f"chat {at}", "text": CHAT * at} for at in range(1, 4)]
    path.write_text("\n".join([path.read_text(), *map(json.dumps, chats)]))
    return drawn(learned, folder / "run", corpus, [{"kind": "file", "path": str(path)}])


def test_one_file_alone_has_a_report(chatty: Run) -> None:
    page = (chatty.folder / "report.html").read_text(encoding="utf-8")
    assert "Cooks would object to" in page


def test_a_chat_recipe_is_kept_character_by_character(chatty: Run) -> None:
    samples = chatty.read("samples").set_index("sample_id")
    for at in range(1, 4):
        row = samples.loc[f"mine-chat {at}"]
        assert row["text"] == CHAT * at
        assert (
            row["word_count"] == len(words_of(CHAT)) * at > chatty.configuration.generate.max_tokens
        )
    mentions = chatty.read("mentions").query("sample_id == 'mine-chat 1'")
    assert {"carrot", "thyme"} <= set(mentions["ingredient"])
    for row in mentions.itertuples():
        assert CHAT[row.start : row.end] == row.surface


def test_what_the_network_does_not_know_of_other_texts_is_said(chatty: Run) -> None:
    known = set(chatty.read("vocabulary")["token"])
    samples = chatty.read("samples")
    words = [word for text in samples["text"] for word in words_of(text)]
    unknown = sum(word not in known for word in words) / len(words)
    summary = chatty.read("temperature_summary").query("group == 'mine'").set_index("metric")
    assert 0 < summary.loc["unknown_word_rate", "estimate"] == pytest.approx(unknown)
    assert summary.loc["ngram_perplexity", "estimate"] > 1
    assert 'data-metric="unknown_word_rate"' in (chatty.folder / "report.html").read_text()


def test_whole_texts_are_compared_with_whole_recipes(chatty: Run) -> None:
    tests = chatty.read("temperature_tests").query("group == 'mine'")
    assert set(tests["reference"]) == {WITH_LISTS}
    real = chatty.read("references").query("group == @WITH_LISTS")
    assert not real["text"].str.contains("[UNK]", regex=False).any()
    point = chatty.read("operating_points").iloc[0]
    assert 0 < point["shared_sizes"] <= 1


def test_logs_of_another_tool_are_compared_by_model_temperature_and_prompt(
    learned: Run, corpus: Path, tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    for at, (model, heat) in enumerate(product(("house/a", "house/b"), (0.2, 0.7, 1.2))):
        samples = [
            inspect_sample(f"dish {dish}", epoch, recipe_markdown(7 * at + 2 * dish + epoch))
            for dish in range(12)
            for epoch in (1, 2)
        ]
        samples[0]["error"] = {"message": "gone"}
        log = inspect_log(samples, model, of_plan=heat)
        log["eval"]["task_id"] = f"task{at}"
        write_eval(logs / f"{at}.eval", log)
    run = drawn(learned, tmp_path / "run", corpus, [{"kind": "file", "path": str(logs)}])
    points = run.read("operating_points")
    cells = points.set_index(["generator", "temperature"])["count"].to_dict()
    assert cells == dict.fromkeys(product(("house/a", "house/b"), (0.2, 0.7, 1.2)), 23)
    assert points.groupby("generator")["best"].sum().tolist() == [1, 1]
    tests = run.read("generator_tests")
    between = tests[tests["generator_b"] == "house/b"]
    assert between["matched"].tolist() == [12] * 5
    assert run.read("sample_rejects")["reason"].tolist() == ["failed in inspect_ai: gone"] * 6
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    assert "Of two generators, " in page


# Drawing from an endpoint is kept as it comes ----------------------------------------------------


def prepared(folder: Path, corpus: Path, models: list[dict[str, Any]], **more: Any) -> Run:
    """A run that is ready to draw samples."""
    run = Run.prepare(folder, settings_with(corpus, models, **more))
    for name in ("ingest", "tokenise", "train"):
        do_stage(run, stage_named(name))
    return run


@pytest.mark.slow
def test_a_drawing_that_is_killed_asks_for_nothing_twice(
    corpus: Path, tmp_path: Path, quiet: dict[str, str]
) -> None:
    with serving(delay=0.02) as (address, log):
        models = [
            {"kind": "openai", "name": "chef", "address": address, "model": "m", "requests": 4}
        ]
        run = prepared(tmp_path / "run", corpus, models, samples=200)
        command = [sys.executable, "-m", "recipegen.cli", "generate", "--run", str(run.folder)]
        for kill in range(1, 4):
            process = subprocess.Popen(
                command, env=quiet, stderr=subprocess.DEVNULL, start_new_session=True
            )
            while len(log.finished) < 130 * kill and process.poll() is None:
                time.sleep(0.01)
            assert process.poll() is None
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        subprocess.run(command, env=quiet, check=True, capture_output=True)
    assert len(run.read("samples")) == 600
    asked = Counter(log.finished)
    assert len(asked) == 600
    # What was on its way, and what had come since the last answers were kept.
    assert sum(asked.values()) - len(asked) <= 3 * 2 * (KEPT_TOGETHER + 4)


def test_more_samples_ask_for_the_new_ones_alone(corpus: Path, tmp_path: Path) -> None:
    with serving() as (address, log):
        models = [{"kind": "openai", "name": "chef", "address": address, "model": "m"}]
        run = prepared(tmp_path / "run", corpus, models, samples=20, title_share=0)
        do_stage(run, stage_named("generate"))
        assert len(log.bodies) == 60
        more = {"generate": {"samples": 25, "models": [{**models[0], "requests": 2}]}}
        again = Run.prepare(run.folder, more)
        do_stage(again, stage_named("generate"))
        assert len(log.bodies) == 75
        quicker = {"generate": {"models": [{**models[0], "requests": 9, "timeout": 5}]}}
        assert not do_stage(Run.prepare(run.folder, quicker), stage_named("generate"))


def test_an_answer_that_is_empty_is_a_reject(corpus: Path, tmp_path: Path) -> None:
    def sometimes(handler: Any, number: int) -> bool:
        if number % 5:
            return False
        handler.answer(" ", {}, reason="content_filter")
        return True

    with serving(sometimes) as (address, _):
        models = [{"kind": "openai", "name": "chef", "address": address, "model": "m", "tries": 1}]
        run = prepared(tmp_path / "run", corpus, models)
        do_stage(run, stage_named("generate"))
    rejects = run.read("sample_rejects")
    assert len(rejects) + len(run.read("samples")) == 72
    assert set(rejects["reason"]) == {"no text in the answer (finish reason content_filter)"}


# What can be said beforehand ---------------------------------------------------------------------


def test_a_dry_run_says_what_it_would_cost(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    model = '{"kind": "openai", "name": "chef", "address": "http://a/v1", "model": "m"}'
    setting = f"generate.models=[{model}]"
    folder = tmp_path / "run"
    assert main(["run", "--dry-run", "--run", str(folder), "--set", setting]) == 0
    printed = capsys.readouterr().out
    assert "14,000" in printed
    assert not folder.exists()
    many = ["generate.samples=9000", setting]
    assert main(["run", "--dry-run", "--run", str(folder), "--set", *many]) == 2
    assert "63,000 requests would be sent, but most_requests allows" in capsys.readouterr().err


def test_the_words_of_a_request_are_bounded() -> None:
    model = {"kind": "openai", "name": "a", "address": "http://a/v1", "model": "m"}
    settings = configure({"generate": {"models": [{**model, "most_tokens": 1000}]}}).generate
    with pytest.raises(UsageError, match="most_tokens allows 1,000"):
        check_generators(settings)
    (cost,) = costs(settings)
    assert cost.requests == 14_000


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ({"kind": "file", "path": "/nowhere/x.jsonl"}, "there is no such file"),
        ({"kind": "python", "name": "f", "function": "no_such_module:f"}, "no_such_module"),
        ({"kind": "python", "name": "f", "function": f"{__name__}:GRID"}, "is not a function"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_done(model: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check_generators(configure({"generate": {"models": [model]}}).generate)


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ([{"kind": "file", "path": "a/x.txt"}, {"kind": "file", "path": "b/x.txt"}], "named x"),
        ([{"kind": "file", "path": "real.txt"}], "the name real is taken"),
        ([{"kind": "lstm"}, {"kind": "lstm"}], "two generators are of the kind lstm"),
        ([{"kind": "magic"}], "kind"),
        ([], "at least one generator"),
        (
            [{"kind": "openai", "name": "a", "address": "http://joe:x@a/v1", "model": "m"}],
            "key_variable",
        ),
    ],
)
def test_generators_that_cannot_be_are_refused(models: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        configure({"generate": {"models": models}})


def test_a_setting_that_is_not_known_is_told_from_those_that_are() -> None:
    model = {"kind": "openai", "name": "a", "address": "http://a/v1", "model": "m"}
    with pytest.raises(SettingError, match=r"unknown setting .*api_key.*key_variable") as error:
        configure({"generate": {"models": [{**model, "api_key": "sk-1"}]}})
    assert "sk-1" not in str(error.value)
    with pytest.raises(SettingError, match=r"openai.address: field required") as error:
        configure({"generate": {"models": [{"kind": "openai", "name": "sk-1", "model": "m"}]}})
    assert "sk-1" not in str(error.value)


def test_every_setting_of_a_generator_is_listed_with_its_meaning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["settings"]) == 0
    printed = capsys.readouterr().out
    assert "key_variable" in printed
    listed = settings_of("generate.models")
    assert all(each.meaning for each in listed if each.name != "model")


def test_a_function_that_gives_too_few_texts_is_told_so(corpus: Path, tmp_path: Path) -> None:
    models = [{"kind": "python", "name": "f", "function": f"{__name__}:wrong"}]
    run = prepared(tmp_path / "run", corpus, models)
    with pytest.raises(Exception, match="must give a list of 24 texts"):
        do_stage(run, stage_named("generate"))
