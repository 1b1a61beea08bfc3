"""A table is missing or complete; a stage is done again exactly when one of its inputs changed."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from recipegen.errors import CorruptFile, MissingTable, RunError, SettingError, UsageError
from recipegen.storage.files import read_json, share_file, whole_file, write_json
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import read_table, table_writer

WORDS = pd.DataFrame({"token_id": [0, 1], "token": ["", "[UNK]"], "count": [3, 0]})


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.prepare(tmp_path / "run")


def test_a_table_comes_back_as_it_was_written(run: Run) -> None:
    run.write("vocabulary", WORDS)
    pd.testing.assert_frame_equal(run.read("vocabulary"), WORDS, check_dtype=False)
    assert list(run.read("vocabulary", ["token"]).columns) == ["token"]
    (frame,) = run.frames("vocabulary")
    assert len(frame) == 2


def test_a_table_that_differs_from_its_schema_is_not_written(run: Run) -> None:
    with pytest.raises(KeyError):
        run.write("vocabulary", WORDS.drop(columns="count"))
    assert not run.path("vocabulary").exists()
    assert not list(run.folder.glob("*.partial"))


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"old": True})
    with pytest.raises(ZeroDivisionError), whole_file(path) as partial:
        partial.write_text("half")
        _ = 1 / 0
    assert read_json(path) == {"old": True}
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_shared_or_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "a", tmp_path / "there" / "b"
    source.write_text("one")
    share_file(source, target)
    share_file(source, target)
    assert target.samefile(source)

    def refuse(*_: object) -> None:
        raise OSError("another file system")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    share_file(source, target)
    assert not target.samefile(source)
    assert target.read_text() == "one"


def test_a_writer_that_fails_half_way_leaves_nothing(run: Run) -> None:
    with pytest.raises(ZeroDivisionError), run.writer("vocabulary") as writer:
        writer.write(WORDS)
        _ = 1 / 0
    assert not run.path("vocabulary").exists()


def test_a_missing_table_names_the_stage_to_run(run: Run) -> None:
    with pytest.raises(MissingTable, match=f"recipegen tokenise --run {run.folder}"):
        run.read("vocabulary")


def test_the_outputs_of_a_stage_that_was_not_run_are_missing(run: Run) -> None:
    with pytest.raises(MissingTable, match="first run `recipegen train"):
        run.outputs("train")


@pytest.mark.parametrize("damage", [b"", b"PAR1 no table PAR1"])
def test_a_damaged_table_is_named(run: Run, damage: bytes) -> None:
    run.path("vocabulary").write_bytes(damage)
    with pytest.raises(CorruptFile, match=r"vocabulary\.parquet: not a readable table"):
        run.read("vocabulary")


def test_parts_are_gathered_in_their_order(run: Run) -> None:
    parts = [run.shard("tokenise", "f" * 64, name, "vocabulary") for name in ("a", "b")]
    for part, rows in zip(reversed(parts), (WORDS[1:], WORDS[:1]), strict=True):
        with table_writer(part, "vocabulary") as writer:
            writer.write(rows)
    run.gather("vocabulary", parts)
    assert run.read("vocabulary")["token_id"].tolist() == [0, 1]


def test_the_configuration_is_kept_and_overridden(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    Run.prepare(folder, {"train": {"epochs": 2}})
    Run.prepare(folder, {"train": {"layers": 3}})
    kept = Run.open(folder).configuration.train
    assert (kept.epochs, kept.layers) == (2, 3)


def test_a_wrong_setting_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(SettingError):
        Run.prepare(tmp_path / "run", {"train": {"epochs": 0}})
    assert not (tmp_path / "run").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot be written.*--run"):
        Run.prepare(tmp_path / "file" / "run")


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a run folder"):
        Run.open(tmp_path)


def finish(run: Run, settings: object = 1) -> str:
    run.write("vocabulary", WORDS)
    key = run.fingerprint("tokenise", settings, ())
    run.finish("tokenise", key, 1.5, {"vocabulary": run.path("vocabulary")})
    return key


def test_a_finished_stage_is_known_by_its_fingerprint(run: Run) -> None:
    key = finish(run)
    assert run.is_finished("tokenise", key)
    assert not run.is_finished("tokenise", run.fingerprint("tokenise", 2, ()))
    assert run.outputs("tokenise")["vocabulary"]["rows"] == 2
    run.path("vocabulary").unlink()
    assert not run.is_finished("tokenise", key)


def test_a_changed_input_changes_the_fingerprint(run: Run) -> None:
    finish(run)
    before = run.fingerprint("train", 1, ("vocabulary",))
    run.write("vocabulary", WORDS.assign(count=9))
    run.finish("tokenise", "other", 1.0, {"vocabulary": run.path("vocabulary")})
    assert run.fingerprint("train", 1, ("vocabulary",)) != before


def test_a_fingerprint_needs_its_inputs(run: Run) -> None:
    with pytest.raises(MissingTable, match="first run `recipegen tokenise"):
        run.fingerprint("train", 1, ("vocabulary",))
    with pytest.raises(MissingTable, match="first run `recipegen train"):
        run.fingerprint("generate", 1, ("checkpoint",))


def test_finishing_drops_the_workshop_and_a_new_start_the_record(run: Run) -> None:
    run.workshop("tokenise", "f" * 64)
    finish(run)
    assert not (run.folder / "unfinished" / "tokenise").exists()
    run.fail("train", "out of memory")
    assert run.manifest["failure"]["stage"] == "train"
    run.start("tokenise")
    assert run.manifest["stages"] == {}
    assert "failure" not in run.manifest


def test_only_one_process_works_on_a_run(run: Run) -> None:
    code = (
        "import sys, pathlib; from recipegen.storage.run_folder import Run\n"
        "from recipegen.errors import RunError\n"
        "try:\n"
        "    with Run(pathlib.Path(sys.argv[1])).locked(): print('in')\n"
        "except RunError as error: print('out')"
    )
    command = [sys.executable, "-c", code, str(run.folder)]
    with run.locked():
        busy = subprocess.run(command, capture_output=True, text=True, check=True)
    free = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (busy.stdout.strip(), free.stdout.strip()) == ("out", "in")


def test_what_a_killed_process_left_is_cleared(run: Run) -> None:
    left = run.folder / "samples.parquet.1-2.partial"
    left.write_text("half")
    with run.locked():
        assert not left.exists()


def test_an_error_while_locked_is_not_mistaken_for_the_lock(run: Run) -> None:
    with pytest.raises(RunError, match="own"), run.locked():
        raise RunError("own")


def test_the_manifest_is_plain_json(run: Run) -> None:
    finish(run)
    manifest = json.loads((run.folder / "manifest.json").read_text())
    assert manifest["stages"]["tokenise"]["outputs"]["vocabulary"]["file"] == "vocabulary.parquet"


def test_reading_a_missing_file_is_a_corrupt_file(tmp_path: Path) -> None:
    with pytest.raises(CorruptFile):
        read_table(tmp_path / "none.parquet")
