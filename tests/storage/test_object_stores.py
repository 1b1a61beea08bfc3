"""A run folder in a store works like one on a disk: in fsspec's memory and on an S3 server."""

import os
import pickle
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import torch
from fsspec.implementations.memory import MemoryFileSystem
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem
from s3fs.core import S3File

from recipegen.cli import main
from recipegen.errors import CorruptFile, MissingTable, RunError, UsageError
from recipegen.finished_runs.history import describe_runs
from recipegen.finished_runs.verification import verify
from recipegen.flows.run_folders import find_folder, run_folder
from recipegen.language.checkpoint import load_model
from recipegen.stages.train import CHECKPOINT
from recipegen.storage import files, locks
from recipegen.storage.files import (
    hash_file,
    is_file,
    listing,
    place,
    read_text,
    share_file,
    size,
    whole_file,
    write_json,
    write_text,
)
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import read_frames, read_table, table_writer
from tests.stages.test_stages import assert_same_tables
from tests.storage.test_run_folder import WORDS, finish

SECRET = "not-for-anybody"


@pytest.fixture
def memory() -> Iterator[str]:
    """The address of an empty folder in the memory of this process."""
    MemoryFileSystem.store.clear()
    yield "memory://runs"
    MemoryFileSystem.store.clear()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a folder on a local S3 server; the environment names the server."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "somebody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("NO_PROXY", host)
        S3FileSystem.clear_instance_cache()
        S3FileSystem().mkdir("bucket")
        yield "s3://bucket/runs"
        S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture(params=["memory", "s3"])
def run(request: pytest.FixtureRequest) -> Run:
    """A run with nothing done yet."""
    folder = request.getfixturevalue(request.param)
    return Run.prepare(f"{folder}/{request.node.originalname}")


def reaching(quiet: dict[str, str], **more: str) -> dict[str, str]:
    """The environment of a command that finds the S3 server."""
    server = {name: os.environ[name] for name in os.environ if name.startswith(("AWS_", "NO_"))}
    return {**quiet, **server, **more}


def names(folder: files.Place) -> list[str]:
    return [path.name for path in listing(folder, "*") if is_file(path)]


def partial_files() -> list[Path]:
    """Partial files that writers have left in the temporary folder of this process."""
    return list(files._scratch().glob(f"*{files.PARTIAL}"))


# Files and tables ---------------------------------------------------------------------------------


def test_a_table_comes_back_as_it_was_written(run: Run) -> None:
    run.write("vocabulary", WORDS)
    pd.testing.assert_frame_equal(run.read("vocabulary"), WORDS, check_dtype=False)
    assert list(run.read("vocabulary", ["token"]).columns) == ["token"]
    assert [len(frame) for frame in run.frames("vocabulary")] == [2]
    (row,) = run.rows("vocabulary", range(1, 2))
    assert row["token"].tolist() == ["[UNK]"]


def test_what_fails_half_way_leaves_the_old_file_and_nothing_else(run: Run) -> None:
    run.write("vocabulary", WORDS)
    with pytest.raises(ZeroDivisionError), run.writer("vocabulary") as writer:
        writer.write(WORDS)
        _ = 1 / 0
    assert len(run.read("vocabulary")) == 2
    assert names(run.folder) == ["configuration.json", "vocabulary.parquet"]
    assert not partial_files()


def test_parts_are_gathered_and_the_workshop_is_dropped(run: Run) -> None:
    key = run.fingerprint("tokenise", 1, ())
    parts = [run.shard("tokenise", key, name, "vocabulary") for name in ("a", "b")]
    for part, rows in zip(parts, (WORDS[:1], WORDS[1:]), strict=True):
        with table_writer(part, "vocabulary") as writer:
            writer.write(rows)
    run.gather("vocabulary", parts)
    assert len(listing(run.workshop("tokenise", key), "*.parquet")) == 2
    run.finish("tokenise", key, 1.5, {"vocabulary": run.path("vocabulary")})
    assert names(run.folder) == ["configuration.json", "manifest.json", "vocabulary.parquet"]
    assert listing(run.folder, "unfinished/tokenise/*") == []
    assert run.is_finished("tokenise", key)
    facts = run.outputs("tokenise")["vocabulary"]
    assert (facts["file"], facts["rows"]) == ("vocabulary.parquet", 2)
    assert facts["bytes"] == size(run.path("vocabulary"))


def test_missing_is_told_from_damaged(run: Run) -> None:
    with pytest.raises(MissingTable, match=f"recipegen tokenise --run {run.folder}"):
        run.read("vocabulary")
    write_text(run.path("vocabulary"), "no table")
    with pytest.raises(CorruptFile, match=r"vocabulary\.parquet: not a readable table"):
        run.read("vocabulary")
    with pytest.raises(CorruptFile):
        read_table(run.folder / "none.parquet")


def test_a_file_goes_from_a_store_to_a_disk_and_back(run: Run, tmp_path: Path) -> None:
    write_text(run.folder / "report.html", "é")
    share_file(run.folder / "report.html", tmp_path / "copy.html")
    share_file(tmp_path / "copy.html", run.folder / "again" / "report.html")
    assert read_text(run.folder / "again" / "report.html") == "é"
    assert hash_file(run.folder / "report.html") == hash_file(tmp_path / "copy.html")
    assert [path.name for path in tmp_path.iterdir()] == ["copy.html"]


def test_what_is_below_a_folder_is_listed(memory: str) -> None:
    folder = place(f"{memory}/a {{1}} ü")
    write_text(folder / "one" / "run.json", "{}")
    assert [str(path) for path in listing(folder, "*/run.json")] == [f"{folder}/one/run.json"]
    assert listing(folder / "none", "*") == []


def test_what_other_machines_write_is_seen_at_once(run: Run) -> None:
    assert not is_file(run.folder / "new.json")
    run.folder.fs.pipe_file((run.folder / "new.json").path, b"{}")  # type: ignore[union-attr]
    assert is_file(run.folder / "new.json")
    assert "new.json" in names(run.folder)


def test_a_table_is_read_piece_by_piece(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "READ_AHEAD", 10_000)
    path, numbers = place(f"{s3}/long.parquet"), random.Random(1)
    fetched: list[int] = []
    with table_writer(path, "vocabulary") as writer:
        for _ in range(40):
            tokens = [f"{numbers.getrandbits(64):x}" for _ in range(1_000)]
            writer.write(pd.DataFrame({"token_id": 0, "token": tokens, "count": 1}))
    fetch = S3File._fetch_range

    def count(file: S3File, start: int, end: int) -> bytes:
        fetched.append(end - start)
        return bytes(fetch(file, start, end))

    monkeypatch.setattr(S3File, "_fetch_range", count)
    frames = read_frames(path, ["token"])
    first, early, whole = next(frames), sum(fetched), size(path)
    assert whole is not None
    assert early < whole / 2
    assert len(first) + sum(map(len, frames)) == 40_000
    assert sum(fetched) < 1.5 * whole


# Checkpoints, checks and lists --------------------------------------------------------------------


@pytest.fixture
def kept(memory: str, finished: Run) -> Run:
    """The finished run, copied into a store."""
    for path in finished.folder.rglob("*"):
        if path.is_file() and isinstance(finished.folder, Path):
            place_there = place(f"{memory}/one") / path.relative_to(finished.folder).as_posix()
            share_file(path, place_there)
    return Run.open(f"{memory}/one")


def test_a_network_is_fetched_once_and_by_its_content(kept: Run, finished: Run) -> None:
    checkpoint, cpu = kept.folder / CHECKPOINT, torch.device("cpu")
    model, vocabulary = load_model(checkpoint, cpu)
    expected, words = load_model(finished.folder / CHECKPOINT, cpu)
    assert vocabulary.words == words.words
    for name, weights in expected.state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], weights)
    assert files.on_disk(checkpoint) == files.on_disk(checkpoint)
    write_text(checkpoint, "other")
    with pytest.raises(CorruptFile, match=r"^memory://.*: not a readable checkpoint"):
        load_model(checkpoint, cpu)
    with pytest.raises(CorruptFile, match="not a readable checkpoint"):
        load_model(kept.folder / "none.safetensors", cpu)


def test_a_run_in_a_store_is_checked_listed_and_compared(
    kept: Run, memory: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(kept) == []
    (line,) = describe_runs(place(memory))
    assert (line.run, line.state) == ("one", "finished")
    assert main(["compare", f"{memory}/one", f"{memory}/one", "--out", f"{memory}/compared"]) == 0
    assert f"comparison: {memory}/compared/comparison.html" in capsys.readouterr().out
    assert names(place(f"{memory}/compared")) == [
        *("comparison.html", "comparison.parquet"),
        *("generator_tests.parquet", "operating_points.parquet"),
    ]
    assert not list(tmp_path.iterdir())


def test_verify_finds_a_flipped_byte(s3: str) -> None:
    run = Run.prepare(f"{s3}/flipped")
    finish(run)
    assert verify(run) == []
    with run.path("vocabulary").open("rb") as file:
        content = bytearray(file.read())
    content[10] ^= 1
    with whole_file(run.path("vocabulary")) as partial:
        partial.write_bytes(content)
    (problem,) = verify(run)
    assert problem.file == "vocabulary.parquet"
    assert problem.what.endswith("another SHA-256")


# One process at a time ----------------------------------------------------------------------------

TABLE_WRITER = """
import sys
import pandas as pd
from recipegen.storage.run_folder import Run
run = Run.open(sys.argv[1])
with run.locked(), run.writer("vocabulary") as writer:
    writer.write(pd.DataFrame({"token_id": [0], "token": ["a"], "count": [1]}))
    print("in", flush=True)
    sys.stdin.read()
"""


def test_a_process_keeps_others_out_and_what_it_leaves_when_killed_is_no_hindrance(
    s3: str, tmp_path: Path, quiet: dict[str, str]
) -> None:
    run = Run.prepare(f"{s3}/killed")
    command = [sys.executable, "-W", "error", "-c", TABLE_WRITER, str(run.folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    environment = reaching(quiet, TMPDIR=str(tmp_path))
    first = subprocess.Popen(command, env=environment, **pipes)  # type: ignore[call-overload]
    with first:
        assert first.stdout.readline() == "in\n"
        with pytest.raises(RunError, match=f"another process works on this run, {first.pid} on"):
            run.locked().__enter__()
        first.kill()
    (left,) = tmp_path.rglob(f"*{files.PARTIAL}")
    assert left.stat().st_size > 0
    assert not is_file(run.path("vocabulary"))

    second = subprocess.run(
        command, env=environment, input="", capture_output=True, text=True, check=True
    )
    assert (second.stdout, second.stderr) == ("in\n", "")
    assert run.read("vocabulary")["token"].tolist() == ["a"]
    assert names(run.folder) == ["configuration.json", "vocabulary.parquet"]
    assert not list(tmp_path.iterdir())


def flag(run: Run, name: str, age: float = 0.0, *, works: bool = True) -> files.Place:
    """A flag of a process on another machine, which was renewed ``age`` seconds ago."""
    path = run.folder / f"{locks.LOCK}-{name}"
    owner = {"host": "far-away", "machine": "another", "process": 1, "works": works}
    write_json(path, owner)
    file = MemoryFileSystem.store[path.path]  # type: ignore[union-attr]
    file.modified = datetime.now(UTC) - timedelta(seconds=age)
    return path


def test_a_run_is_locked_once(run: Run) -> None:
    with run.locked():
        assert len(listing(run.folder, f"{locks.LOCK}-*")) == 1
        with pytest.raises(RunError, match="another process works"), Run(run.folder).locked():
            pass
    assert names(run.folder) == ["configuration.json"]
    with pytest.raises(RunError, match="own"), run.locked():
        raise RunError("own")


def test_a_process_elsewhere_is_waited_for_until_it_is_silent(memory: str) -> None:
    run = Run.prepare(f"{memory}/one")
    theirs = flag(run, "theirs", age=locks.SILENCE_LIMIT - 10)
    with pytest.raises(RunError, match="1 on far-away"), run.locked():
        pass
    assert is_file(theirs)
    flag(run, "theirs", age=locks.SILENCE_LIMIT + 10)
    with run.locked():
        assert not is_file(theirs)


def test_of_two_that_want_a_run_at_once_one_gets_it(memory: str) -> None:
    run = Run.prepare(f"{memory}/one")
    theirs = flag(run, "theirs", works=False)
    steps_down = threading.Timer(0.05, theirs.unlink)
    steps_down.start()
    with run.locked():
        steps_down.join()
        assert len(listing(run.folder, f"{locks.LOCK}-*")) == 1


def test_a_lock_is_renewed(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "RENEW_EVERY", 0.01)
    run = Run.prepare(f"{memory}/one")
    with run.locked():
        (own,) = listing(run.folder, f"{locks.LOCK}-*")
        store = MemoryFileSystem.store
        first = store[own.path].modified  # type: ignore[union-attr]
        while store[own.path].modified == first:  # type: ignore[union-attr]
            time.sleep(0.01)


def test_who_was_silent_for_too_long_writes_nothing_more(
    memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "RENEW_EVERY", 0.01)
    run = Run.prepare(f"{memory}/one")
    with pytest.raises(RunError, match="process may have taken this run over"), run.locked():
        (own,) = listing(run.folder, f"{locks.LOCK}-*")
        own.unlink()
        while True:
            Run(run.folder).start("train")
            time.sleep(0.01)


# Addresses, and stores that are not there ---------------------------------------------------------


def test_a_run_is_named_after_its_folder_however_it_is_reached(tmp_path: Path) -> None:
    assert Run(tmp_path / "one" / "two" / "..").name == "one"


def test_a_local_folder_is_a_plain_path() -> None:
    for address in ("data/runs", "file://data/runs"):
        assert type(place(address)) is type(Path())
        assert place(address) == Path("data/runs")


def test_a_flow_run_finds_its_folder_in_a_store_again(run: Run) -> None:
    runs = {"runs": str(run.folder)}
    folder = run_folder("0-abcdef", runs, "nightly")
    assert find_folder("0-abcdef", runs) is None
    Run.prepare(folder)
    assert str(folder).startswith(f"{run.folder}/nightly-")
    assert find_folder("0-abcdef", runs) == run_folder("0-abcdef", runs, "nightly") == folder
    assert find_folder("0-abcdef", {"folder": str(folder)}) == folder


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (f"ftp://joe:{SECRET}@host.invalid/runs/one", "not the address of a folder in a store"),
        ("s3://bucket/a[1]", "not the address of a folder in a store"),
        ("s3://bucket", "not the address of a folder in a store"),
        (f"s3://key:{SECRET}@bucket/one", "not the address of a folder in a store"),
        ("s3://bucket/one?versionId=1", "not the address of a folder in a store"),
        ("nowhere://bucket/one", "knows no such kind of address"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(
    address: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["verify", address])
    said = capsys.readouterr().err
    assert why in said
    assert said.count("\n") == 1
    assert SECRET not in said


def test_an_extra_that_is_missing_is_named(quiet: dict[str, str]) -> None:
    code = (
        "import sys; sys.modules['s3fs'] = None; from recipegen.cli import main; "
        "main(['verify', 's3://bucket/one'])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=quiet, capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'recipegen[s3]'" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("s3")
def test_a_bucket_that_is_missing_is_one_line_and_is_not_made(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ingest", "--run", "s3://missing/one", "--corpus", str(corpus)]) == 2
    assert main(["verify", "s3://missing/one"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("recipegen: error: s3://missing/one: cannot be written:")
    assert "bucket does not exist" in first
    assert "not a run folder" in second
    assert not S3FileSystem().exists("missing")


@pytest.mark.usefixtures("s3")
def test_a_store_that_does_not_answer_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(files, "CONTACT_LIMIT", 0.5)
    S3FileSystem.clear_instance_cache()
    assert main(["runs", "--folder", "s3://bucket/runs"]) == 2
    S3FileSystem.clear_instance_cache()
    said = capsys.readouterr().err
    assert said.startswith("recipegen: error: s3://bucket/runs: no answer in")
    assert said.count("\n") == 1


def test_a_store_that_refuses_is_not_taken_for_an_empty_one(
    s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run.prepare(f"{s3}/refused")
    finish(run)

    async def refuse(*_: object, **__: object) -> None:
        raise PermissionError("Access Denied")

    monkeypatch.setattr(S3FileSystem, "_call_s3", refuse)
    for ask in (lambda: run.manifest, lambda: run.read("vocabulary"), run.locked().__enter__):
        with pytest.raises(ConnectionError, match=rf"^{run.folder}.*: Access Denied"):
            ask()
    with pytest.raises(UsageError, match="Access Denied"):
        Run.open(run.folder)


def test_an_address_that_is_sent_to_workers_has_no_secret(s3: str) -> None:
    run = Run.prepare(f"{s3}/sent")
    sent = pickle.dumps(run.folder)
    assert SECRET.encode() not in sent
    assert Run(pickle.loads(sent)).configuration == run.configuration


# A whole run --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_run_on_s3_makes_the_tables_of_one_on_a_disk(
    s3: str, finished: Run, tmp_path: Path, quiet: dict[str, str]
) -> None:
    address, config = f"{s3}/whole", tmp_path / "config.json"
    settings = finished.configuration.model_dump(mode="json")
    settings["report"]["folder"] = str(tmp_path / "reports")
    write_json(config, settings)
    command = [sys.executable, "-m", "recipegen.cli", "run", "--run", address, "--config", config]
    environment = reaching(quiet, TMPDIR=str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    begun = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
    workshop = place(address) / "unfinished" / "generate"
    while begun.poll() is None and not listing(workshop, "*/*.done"):
        time.sleep(0.05)
    begun.kill()
    begun.wait()
    run = Run.open(address)
    assert "train" in run.manifest["stages"]
    assert "generate" not in run.manifest["stages"]

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"report: {address}/report.html\n"), done.stderr
    assert_same_tables(finished, run)
    assert verify(run) == []
    assert is_file(tmp_path / "reports" / "whole" / "report.html")
    assert is_file(tmp_path / "data" / "runs" / "whole.prefect-server.log")
    assert not listing(run.folder, f"{locks.LOCK}-*")
    assert not list((tmp_path / "tmp").glob("recipegen-*"))
    store = S3FileSystem()
    assert not [name for name in store.find("bucket") if SECRET.encode() in store.cat_file(name)]
    texts = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [text for text in texts if SECRET.encode() in text]
