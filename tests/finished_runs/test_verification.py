"""`recipegen verify` names each file that is damaged, and no command ends in a traceback."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from recipegen import cli
from recipegen.errors import CorruptFile
from recipegen.finished_runs.verification import Problem, verify
from recipegen.storage.files import hash_file, read_json, write_json
from recipegen.storage.run_folder import Run
from recipegen.tables import SCHEMA_VERSION, TABLES

KINDS = (
    "samples.parquet",
    "vocabulary.parquet",
    "lexicon.parquet",
    "ingredient_model.parquet",
    "temperature_summary.parquet",
    "checkpoints/best.safetensors",
    "checkpoints/ngram.safetensors",
    "report.html",
    "samples.html",
    "manifest.json",
    "configuration.json",
)
"""One file of each kind in a run."""


@pytest.fixture
def run(finished: Run, tmp_path: Path) -> Run:
    """A copy of the finished run, to be damaged."""
    folder = tmp_path / "run"
    shutil.copytree(finished.folder, folder)
    return Run(folder)


def flip(content: bytes, random: np.random.Generator) -> bytes:
    damaged = bytearray(content)
    for at in random.integers(len(content), size=3):
        damaged[at] ^= int(random.integers(1, 256))
    return bytes(damaged)


def truncate(content: bytes, random: np.random.Generator) -> bytes:
    return content[: int(random.integers(len(content)))]


def accept(run: Run, table: str) -> None:
    """Record a table in the manifest as its file is now."""
    manifest, path = run.manifest, run.path(table)
    outputs = manifest["stages"][TABLES[table].stage]["outputs"]
    outputs[table] |= {"sha256": hash_file(path), "bytes": path.stat().st_size}
    write_json(run.folder / "manifest.json", manifest)


def test_a_finished_run_is_sound(finished: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(finished) == []
    assert cli.main(["verify", str(finished.folder)]) == 0
    assert "every file is what the run wrote" in capsys.readouterr().out


@pytest.mark.parametrize("damage", [flip, truncate])
@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_is_named(
    run: Run,
    name: str,
    damage: Callable[[bytes, np.random.Generator], bytes],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = run.folder / name
    content = path.read_bytes()
    for seed in range(5):
        path.write_bytes(damage(content, np.random.default_rng(seed)))
        sound = name.endswith(".json") and _is_the_same(content, path)
        assert cli.main(["verify", str(run.folder)]) == (0 if sound else 1)
        shown = capsys.readouterr()
        assert sound or name in shown.out
        assert "Traceback" not in shown.err


def _is_the_same(content: bytes, path: Path) -> bool:
    """Whether a JSON file still has the same values, as after a change from a blank to a tab."""
    try:
        return bool(json.loads(content) == json.loads(path.read_text(encoding="utf-8")))
    except ValueError:
        return False


COMMANDS = (
    ["score", "--texts", "TEXTS", "--out", "OUT"],
    ["extract", "TEXTS", "OUT.parquet"],
    ["probabilities", "--prompt", "recipe for", "--temperature", "1"],
    ["pairings", "explain", "salt", "butter"],
    ["pairings", "suggest", "--with", "butter"],
    ["summarise"],
    ["report"],
    ["generate"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: "-".join(command[:2]))
def test_no_command_ends_in_a_traceback(
    run: Run, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"id": "1", "text": "recipe for soup | stir the butter ."}\n')
    given = {"TEXTS": str(texts), "OUT": str(tmp_path / "out"), "OUT.parquet": str(tmp_path / "o")}
    words = [given.get(word, word) for word in command]
    place = 2 if command[0] == "pairings" else 1
    words[place:place] = ["--run", str(run.folder)]
    for name in KINDS[:7] + KINDS[9:]:
        path = run.folder / name
        content = path.read_bytes()
        for damage in (flip, truncate):
            path.write_bytes(damage(content, np.random.default_rng(11)))
            code = cli.main(words)
            shown = capsys.readouterr()
            assert code in (0, 1, 2)
            assert "Traceback" not in shown.err
            assert code == 0 or "unexpected" not in shown.err, (name, shown.err)
        path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", '{"stages": {"ingest": {"outputs": {"recipes": {}}}}}'),
        ("manifest.json", '{"stages": {"ingest": []}}'),
        (
            "manifest.json",
            '{"stages": {"ingest": {"outputs": {"recipes": {"file": "a", "bytes": "b"}}}}}',
        ),
        ("manifest.json", '{"run": "without stages"}'),
        ("configuration.json", '{"train": {"epochs": 0}}'),
        ("configuration.json", '{"unheard": "of"}'),
    ],
)
def test_a_file_that_says_what_it_cannot_is_named(run: Run, name: str, content: str) -> None:
    (run.folder / name).write_text(content)
    (problem,) = verify(run)
    assert problem.file == name


def test_a_missing_file_is_named(run: Run) -> None:
    run.path("mentions").unlink()
    (problem,) = verify(run)
    assert problem == Problem(
        "mentions.parquet",
        "is missing",
        f"remove it, and `recipegen score --run {run.folder}` makes it anew",
    )


def test_a_row_that_refers_to_nothing_is_named(run: Run) -> None:
    pairs = run.read("sample_pairs")
    pairs.loc[0, "sample_id"] = "T9-000000"
    run.write("sample_pairs", pairs)
    accept(run, "sample_pairs")
    (problem,) = verify(run)
    assert problem.file == "sample_pairs.parquet"
    assert "1 values of sample_id, such as 'T9-000000', are not in sample_scores" in problem.what


def test_a_table_of_another_version_is_named_and_not_read(run: Run) -> None:
    path = run.path("vocabulary")
    table = pq.read_table(path)
    old = {**(table.schema.metadata or {}), b"schema_version": b"0"}
    pq.write_table(table.replace_schema_metadata(old), path)
    accept(run, "vocabulary")
    (problem,) = verify(run)
    assert problem.what == f"has schema version 0, not {SCHEMA_VERSION}"
    with pytest.raises(CorruptFile, match="made by another version of recipegen"):
        run.read("vocabulary")


def test_a_table_with_other_columns_is_named(run: Run) -> None:
    path = run.path("samples")
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["entropy"]), path)
    accept(run, "samples")
    (problem,) = verify(run)
    assert problem.what == "has other columns than the table should have"


def test_a_table_that_no_stage_wrote_is_named(run: Run) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(run.folder / "stray.parquet")
    (problem,) = verify(run)
    assert (problem.file, problem.what) == ("stray.parquet", "is not recorded in the manifest")


def test_a_run_that_is_not_finished_is_sound(run: Run) -> None:
    manifest = read_json(run.folder / "manifest.json")
    for stage in ("report", "summarise"):
        for facts in manifest["stages"].pop(stage)["outputs"].values():
            (run.folder / facts["file"]).unlink()
    write_json(run.folder / "manifest.json", manifest)
    assert verify(run) == []
