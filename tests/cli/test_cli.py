"""Commands do what they say; a mistake costs one clear line and the right exit code."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from recipegen.cli import main
from recipegen.cli.failures import in_one_line
from recipegen.cli.running import default_name
from recipegen.config import configure, read_configuration
from recipegen.config.listing import all_settings
from recipegen.errors import UsageError
from recipegen.resources import settings_file
from recipegen.running.resuming import is_finished
from recipegen.running.stage_names import STAGE_NAMES
from recipegen.stages import STAGES, stage_named
from recipegen.storage.run_folder import Run
from tests.composed import IMPLAUSIBLE, PLAUSIBLE, compose_recipes

RECIPES = json.dumps(compose_recipes(3)).encode()


def fails(capsys: pytest.CaptureFixture[str], code: int, *arguments: object) -> str:
    """The one line that a failing command prints."""
    try:
        found = main([str(argument) for argument in arguments])
    except SystemExit as ended:
        found = ended.code  # type: ignore[assignment]
    lines = capsys.readouterr().err.strip().splitlines()
    assert found == code, lines
    assert len(lines) == 1, lines
    assert lines[0].startswith("recipegen")
    return lines[0]


def test_the_stages_are_the_commands() -> None:
    assert tuple(stage.name for stage in STAGES) == STAGE_NAMES


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cut.json.gz", gzip.compress(RECIPES)[:-30], "cut-off gzip"),
        ("broken.json", b'[{"title": "a"}, {"title" oops}, {}]', "after 1 records"),
        ("empty.json", b"", "empty"),
        ("picture.json", b"\x89PNG", "a picture (PNG). recipegen reads JSON"),
        ("none.jsonl", b'{"title": "a", "steps": ""}\n' * 2, "rejected: no directions (2)"),
        ("array.json", b"[]", "it holds no records"),
    ],
)
def test_a_corpus_that_cannot_be_used_fails_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, says: str
) -> None:
    corpus, run = tmp_path / name, tmp_path / "run"
    corpus.write_bytes(content)
    assert says in fails(capsys, 1, "ingest", "--run", run, "--corpus", corpus)
    assert not list(run.glob("*.parquet")) + list(run.rglob("*.partial"))


def test_wrong_arguments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, corpus = tmp_path / "run", tmp_path / "none.json"
    blocked = tmp_path / "file"
    blocked.write_text("")
    cases = {
        ("run", "--run", run, "--corpus", corpus): "no such corpus",
        ("ingest", "--run", run, "--corpus", corpus): "no such corpus",
        ("run", "--run", run, "--set", "train.epoch=3"): "unknown setting 'train.epoch'",
        ("run", "--run", run, "--set", "train.epochs=0"): "train.epochs",
        ("run", "--run", run, "--config", tmp_path / "none.toml"): "no such file, and none of",
        ("ingest", "--run", blocked / "run", "--corpus", blocked): "cannot be written",
        ("train", "--run", run): "not a run folder",
        ("train",): "--run",
        ("fly",): "invalid choice",
        (): "COMMAND",
        ("probabilities", "--run", run, "--prompt", "a", "--temperature", "-1"): "temperature",
        ("score", "--run", run, "--texts", corpus): "--out",
        ("extract", "--run", run, corpus, tmp_path / "o.parquet"): "not a run folder",
        ("compare", run, run): "not a run folder",
    }
    for arguments, says in cases.items():
        assert says in fails(capsys, 2, *arguments)
        assert not run.exists() or not list(run.glob("*.parquet"))


def test_what_a_terminal_would_act_on_is_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = fails(capsys, 2, "ingest", "--run", tmp_path, "--corpus", "\x1b[31mred\u202e")
    assert "\ufffd[31mred\ufffd: no such corpus" in line
    assert line.isprintable()


def test_a_stage_before_its_time_names_the_one_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run.prepare(tmp_path / "run")
    line = fails(capsys, 1, "train", "--run", run.folder)
    assert f"first run `recipegen tokenise --run {run.folder}`" in line


def test_stages_one_by_one_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, folder = tmp_path / "soups.json", tmp_path / "run"
    corpus.write_bytes(RECIPES)
    assert main(["ingest", "--run", str(folder), "--corpus", str(corpus)]) == 0
    assert main(["tokenise", "--run", str(folder), "--set", "tokenise.max_length=20"]) == 0
    assert Run.open(folder).configuration.tokenise.max_length == 20
    assert "tokenise: " in capsys.readouterr().err
    assert main(["tokenise", "--run", str(folder)]) == 0
    assert "done before" in capsys.readouterr().err


def test_the_format_of_a_corpus_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, folder = tmp_path / "soups.json", tmp_path / "run"
    corpus.write_bytes(RECIPES)
    words = ["ingest", "--run", str(folder), "--corpus", str(corpus)]
    assert main([*words, "--format", "json-array"]) == 0
    assert Run.open(folder).configuration.ingest.format == "json-array"
    capsys.readouterr()
    assert "no column 'title'; there are: [{" in fails(capsys, 1, *words, "--format", "recipenlg")


def test_a_stage_is_forced_and_what_follows_stays_done(
    finished: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(finished.folder, folder)
    path = folder / "text_measures.parquet"
    before = path.stat().st_mtime_ns, path.read_bytes()
    for options, again in (([], False), (["--force"], True)):
        capsys.readouterr()
        assert main(["measure", "--run", str(folder), *options]) == 0
        assert ("done before" in capsys.readouterr().err) != again
        assert (path.stat().st_mtime_ns != before[0]) == again
    assert path.read_bytes() == before[1]
    assert is_finished(Run(folder), stage_named("summarise"))


def test_extract_returns_offsets_into_the_text_as_given(finished: Run, tmp_path: Path) -> None:
    texts = {
        "a": "Fold in the CHOCOLATE, then\n banana.",
        "b": "Nothing.",
        "c": "🍳 Salmon & dill, no salt",
    }
    lines = [json.dumps({"id": name, "text": text}) for name, text in texts.items()]
    source, target = tmp_path / "in.jsonl", tmp_path / "out" / "found.parquet"
    source.write_text("\n".join([*lines, "{broken", '{"id": 3}']))
    assert main(["extract", "--run", str(finished.folder), str(source), str(target)]) == 0
    found = pd.read_parquet(target)
    columns = ["id", "start", "end", "surface", "ingredient", "role", "section", "part"]
    assert list(found.columns) == columns
    for row in found.itertuples():
        assert texts[row.id][row.start : row.end] == row.surface
    assert found["ingredient"].tolist() == ["chocolate", "banana", "salmon", "dill", "salt"]
    assert found["role"].tolist() == ["used"] * 4 + ["absent"]
    rejects = pd.read_parquet(target.with_suffix(".rejects.parquet"))
    assert rejects["reason"].tolist() == [
        "not valid JSON",
        "neither text nor ingredients nor directions",
    ]


def test_score_judges_recipes_from_anywhere(finished: Run, tmp_path: Path) -> None:
    pair = min(IMPLAUSIBLE & flagged(finished))
    recipes = [
        {"id": "odd", "text": f"Fry {pair[0]} with {pair[1]}."},
        {"id": "fine", "ingredients": ["2 cups salmon", "1 ounce dill"], "text": "Bake."},
        {"id": "one", "text": "Boil water."},
    ]
    source, folder = tmp_path / "in.jsonl", tmp_path / "scores"
    source.write_text("\n".join(map(json.dumps, recipes)))
    command = ["score", "--run", str(finished.folder), "--texts", str(source)]
    assert main([*command, "--out", str(folder)]) == 0
    scores = pd.read_parquet(folder / "sample_scores.parquet").set_index("sample_id")
    assert scores.index.tolist() == ["odd", "fine", "one"]
    assert scores["implausible_pair_count"].tolist() == [1, 0, 0]
    assert scores.loc["odd", "implausibility"] > max(0, scores.loc["fine", "implausibility"])
    assert pd.isna(scores.loc["one", "implausibility"])
    pairs = pd.read_parquet(folder / "sample_pairs.parquet")
    assert list(pairs["sample_id"]) == ["odd", "fine"]
    assert not (folder / "rejects.parquet").exists()


def flagged(run: Run) -> set[tuple[str, str]]:
    pairings = run.read("pairings").query("implausible")
    return set(zip(pairings["ingredient_a"], pairings["ingredient_b"], strict=True))


def test_texts_that_cannot_be_used_are_refused(
    finished: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"title": "a"}')
    command = ("score", "--run", finished.folder, "--out", tmp_path / "out", "--texts")
    assert "line 1: neither text nor ingredients nor directions" in fails(
        capsys, 2, *command, source
    )
    assert "cannot be read" in fails(capsys, 2, *command, tmp_path / "none.jsonl")
    assert not (tmp_path / "out").exists()


def test_probabilities_are_printed_for_each_step(
    finished: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["probabilities", "--run", str(finished.folder), "--prompt", "recipe for"]
    assert main([*command, "--temperature", "1", "0.2", "--top-k", "3", "--steps", "2"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("T = 1  recipe for") == printed.count("T = 0.2  recipe for") == 2
    assert printed.count("%") == 2 * 2 * 3


def test_a_pair_is_explained(finished: Run, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = min(IMPLAUSIBLE & flagged(finished))
    command = ["pairings", "explain", "--run", str(finished.folder), a.title(), b]
    assert main(command) == 0
    assert capsys.readouterr().out.startswith(f"{a} + {b}: implausible. ")
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    pairings = finished.read("pairings").set_index(["ingredient_a", "ingredient_b"])
    assert found["expected"] == pairings.loc[(a, b), "expected"]
    assert found["a"]["recipes"] == pairings.loc[(a, b), "count_a"]


def test_what_else_would_go_is_of_the_same_dishes(
    finished: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["pairings", "suggest", "--run", str(finished.folder), "--with", "Salmon, dill"]
    assert main([*command, "--number", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found) == 3
    assert all((min(f, "salmon"), max(f, "salmon")) in PLAUSIBLE for f in names_of(found))
    assert main(command) == 0
    assert names_of(found)[0] in capsys.readouterr().out


def names_of(suggestions: list[dict[str, str]]) -> list[str]:
    return [suggestion["ingredient"] for suggestion in suggestions]


def test_questions_about_pairs_that_have_no_answer(
    finished: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, begun = finished.folder, Run.prepare(tmp_path / "begun").folder
    cases = {
        ("explain", "salmon", "dil", "--run", run): "did you mean dill",
        ("explain", "salmon", "Salmon", "--run", run): "name two",
        ("explain", "salmon", "--run", run): "required: B",
        ("suggest", "--with", " , ", "--run", run): "at least one ingredient",
        ("suggest", "--with", "salmon,unicorn", "--run", run): "'unicorn' is not an ingredient",
        ("suggest", "--with", "salmon", "--number", "0", "--run", run): "--number",
        ("suggest", "--run", run): "--with",
        (): "COMMAND",
    }
    for arguments, says in cases.items():
        assert says in fails(capsys, 2, "pairings", *arguments)
    for question in (("explain", "salmon", "dill"), ("suggest", "--with", "salmon")):
        line = fails(capsys, 1, "pairings", *question, "--run", begun)
        assert f"first run `recipegen learn-pairings --run {begun}`" in line


def test_runs_are_listed_with_their_finding(
    finished: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    Run.prepare(finished.folder.parent / "begun")
    assert main(["runs", "--folder", str(finished.folder.parent)]) == 0
    begun, done = capsys.readouterr().out.splitlines()[1:3]
    assert "0 of 10 stages" in begun
    assert "finished" in done
    assert "of its ingredient pairs" in done


def test_a_run_compared_with_itself_differs_in_nothing(
    finished: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(finished.folder), str(finished.folder)]) == 0
    printed = capsys.readouterr().out
    assert all(
        name in printed for name in ("T = 0.5", "T = 1.5", "real", "control", "the same texts")
    )
    assert "which is the same" in printed


def test_every_setting_is_listed() -> None:
    names = {f"{each.section}.{each.name}".strip(".") for each in all_settings()}
    values = configure().model_dump()
    nested = {"columns"}
    assert {"seed", "ingest.columns.title", "train.epochs", "execution.threads"} <= names
    for section in set(values) - {"seed"}:
        own = {f"{section}.{name}" for name in values[section] if name not in nested}
        assert own <= names


def test_the_same_configuration_makes_the_same_run_again() -> None:
    first, same, other = (
        default_name(configure({"train": {"epochs": epochs}, "execution": {"workers": workers}}))
        for epochs, workers in ((3, 1), (3, 2), (4, 1))
    )
    assert first == same != other
    assert first.startswith("wikibooks-")


def test_help_starts_without_torch_or_prefect() -> None:
    code = (
        "import sys; from recipegen.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(bool({'torch', 'prefect', 'spacy'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_traceback_only_with_debug(tmp_path: Path, quiet: dict[str, str]) -> None:
    command = [sys.executable, "-m", "recipegen.cli", "train", "--run", str(tmp_path)]
    for more, traceback in (([], False), (["--debug"], True)):
        done = subprocess.run([*command, *more], env=quiet, capture_output=True, text=True)
        assert done.returncode == 2
        assert ("Traceback" in done.stderr) == traceback


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a path that no one can write, root included")
def test_a_folder_that_even_root_cannot_write(capsys: pytest.CaptureFixture[str]) -> None:
    assert "cannot be written" in fails(capsys, 2, "ingest", "--run", "/proc/recipegen")


def test_without_a_run_the_built_in_judge_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipes = [
        {"id": "odd", "ingredients": ["1 cup anchovies", "2 cups marshmallows"], "group": "bad"},
        {"id": "fine", "text": "Fry garlic and onion, add tomatoes and basil.", "group": "good"},
        {"id": "both", "ingredients": ["2 lemons"], "text": "Fry the salmon in butter."},
        {"id": "not", "text": "Boil water.", "group": 7},
    ]
    source, folder = tmp_path / "in.jsonl", tmp_path / "scores"
    source.write_text("\n".join(map(json.dumps, recipes)))
    assert main(["score", "--texts", str(source), "--out", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "implausible_pair_rate" in printed
    assert "exchanged_share" in printed
    scores = pd.read_parquet(folder / "sample_scores.parquet").set_index("sample_id")
    assert scores["group"].to_dict() == {"odd": "bad", "fine": "good", "both": "all"}
    assert scores.loc["both", "ingredient_count"] == 3
    assert scores["flagged"].to_dict() == {"odd": True, "fine": False, "both": False}
    groups = pd.read_parquet(folder / "group_summary.parquet")
    assert groups.columns.tolist() == ["group", "metric", "estimate", "low", "high", "count"]
    rates = groups.query("metric == 'implausible_pair_rate'").set_index("group")["estimate"]
    assert rates.to_dict() == {"all": 0.0, "bad": 1.0, "good": 0.0}
    tests = pd.read_parquet(folder / "group_tests.parquet")
    assert {*zip(tests["group_a"], tests["group_b"], strict=True)} == {
        ("all", "bad"),
        ("all", "good"),
        ("bad", "good"),
    }
    assert "Differences at equal numbers of ingredients" in printed
    assert "bad and good" in printed
    rejects = pd.read_parquet(folder / "rejects.parquet")
    assert rejects["reason"].tolist() == ["group is not text"]

    found = tmp_path / "found.parquet"
    assert main(["extract", str(source), str(found)]) == 0
    assert {"garlic", "basil"} <= set(pd.read_parquet(found)["ingredient"].dropna())
    assert main(["pairings", "explain", "marshmallows", "anchovy"]) == 0
    assert capsys.readouterr().out.startswith("marshmallow + anchovy: implausible. A cook would")
    assert main(["pairings", "suggest", "--with", "apple,cinnamon", "--json"]) == 0
    assert "nutmeg" in names_of(json.loads(capsys.readouterr().out))


def test_score_wants_a_run_or_texts(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--run DIR, or other recipes with --texts" in fails(capsys, 2, "score")


def test_settings_are_listed_by_section_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "learn-pairings"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("[learn_pairings]\n")
    assert max(map(len, shown.splitlines())) <= 110
    assert main(["settings", "ingest", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"ingest.corpus", "ingest.columns.title"} <= {each["setting"] for each in listed}
    assert "no such section" in fails(capsys, 2, "settings", "nonsense")


def test_a_file_of_settings_is_begun_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    assert main(["config", "init", str(path)]) == 0
    assert configure(read_configuration(path)) == configure()
    # A line whose mark is taken away is a setting.
    changed = path.read_text().replace("# epochs = 5", "epochs = 7")
    unset = "# columns.title = ...  (none, unless it is set)"
    changed = changed.replace(unset, 'columns.title = "x"')
    path.write_text(changed)
    settings = configure(read_configuration(path))
    assert (settings.train.epochs, settings.ingest.columns.title) == (7, "x")
    capsys.readouterr()
    assert "is there already" in fails(capsys, 2, "config", "init", str(path))


def test_settings_that_come_with_the_package_have_names(tmp_path: Path) -> None:
    assert settings_file("fast").stem == "fast"
    assert configure(read_configuration(settings_file("demo"))).tokenise.vocabulary_size == 5000
    with pytest.raises(UsageError, match=r"no such file, .*: demo, best, book, fast"):
        settings_file(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(28, "No space left on device", "x"), "the disk is full; free some space"),
        (RuntimeError("I/O error: No space left on device (os error 28)"), "the disk is full"),
        (MemoryError(), "not enough memory; close other programs"),
        (
            PermissionError(13, "Permission denied", "/x/y"),
            "/x/y: no permission; change",
        ),
        (FileNotFoundError(2, "No such file or directory", "z"), "z: No such file or directory"),
        (KeyError("a"), "unexpected KeyError: 'a'; --debug shows where it happened"),
    ],
)
def test_what_goes_wrong_is_one_line_with_the_remedy(error: Exception, says: str) -> None:
    assert in_one_line(error).startswith(says)


def test_a_report_is_opened(
    finished: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert main(["open", str(finished.folder)]) == 0
    assert opened == [(finished.folder / "report.html").absolute().as_uri()]
    assert "report.html" in capsys.readouterr().out


def test_quiet_says_nothing_but_warnings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "soups.json"
    corpus.write_bytes(RECIPES)
    for words, expected in ((["--quiet"], False), ([], True)):
        folder = tmp_path / f"run{len(words)}"
        assert main(["ingest", "--run", str(folder), "--corpus", str(corpus), *words]) == 0
        assert ("recipes" in capsys.readouterr().err) == expected


def test_the_shell_completes_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--print-completion", "bash"])
    assert "learn-pairings" in capsys.readouterr().out


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"set -o pipefail; {sys.executable} -m recipegen settings | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.strip() == "seed = 42"


def test_a_pipe_that_breaks_elsewhere_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def breaks(_: Path) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("recipegen.finished_runs.history.describe_runs", breaks)
    assert main(["runs", "--folder", str(tmp_path)]) == 1
    assert "Broken pipe" in capsys.readouterr().err
