"""A secret of the environment gets into no file, no printed line and no report."""

from __future__ import annotations

import base64
import gzip
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from recipegen.cli import main
from recipegen.errors import RunError
from recipegen.flows.faults import describe
from recipegen.storage.run_folder import Run
from tests.composed import compose_recipes
from tests.conftest import SMALL
from tests.generators.serving import Handler, serving

MARK = "hush-canary"
"""A mark that is in every secret, and nowhere else."""

SECRETS = {
    "AWS_SECRET_ACCESS_KEY": f"{MARK}-of-aws",
    "AWS_SESSION_TOKEN": f"{MARK}-of-a-session",
    "PREFECT_API_KEY": f"{MARK}-of-prefect",
    "KAGGLE_KEY": f"{MARK}-of-kaggle",
    "DATABASE_URL": f"postgresql://joe:{MARK}-of-the-database@db.invalid/x",
    "HTTPS_PROXY": f"http://joe:{MARK}-of-the-proxy@proxy.invalid:3128",
    "HTTP_PROXY": f"http://joe:{MARK}-of-the-proxy@proxy.invalid:3128",
}

_PACKED = re.compile(rb"H4sI[A-Za-z0-9+/=]+")
"""Packed content, gzip in base64: the samples in a page."""


def texts_of(path: Path) -> Iterator[bytes]:
    """The content of a file, and the content that is packed in it."""
    content = path.read_bytes()
    yield content
    for packed in _PACKED.findall(content):
        yield gzip.decompress(base64.b64decode(packed))
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        yield str(table.schema).encode()
        yield json.dumps(table.to_pylist(), default=str).encode()


def tellers(folder: Path) -> list[str]:
    """The files below a folder that hold a secret."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files
    return [
        str(path.relative_to(folder))
        for path in files
        if MARK in path.name or any(MARK.encode() in text for text in texts_of(path))
    ]


def test_a_secret_would_be_found_wherever_it_lay(finished: Run, tmp_path: Path) -> None:
    run = Run.prepare(tmp_path / "run")
    assert tellers(tmp_path) == []
    vocabulary = finished.read("vocabulary")
    vocabulary.loc[0, "token"] = SECRETS["AWS_SECRET_ACCESS_KEY"]
    run.write("vocabulary", vocabulary)
    packed = base64.b64encode(gzip.compress(f"[{SECRETS['KAGGLE_KEY']}]".encode()))
    (run.folder / "samples.html").write_bytes(b"<script>" + packed + b"</script>")
    (run.folder / "prefect-server.log").write_text(f"connecting to {SECRETS['DATABASE_URL']}")
    assert tellers(run.folder) == ["prefect-server.log", "samples.html", "vocabulary.parquet"]


def test_stages_keep_and_say_nothing_of_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    corpus, run = tmp_path / "soups.json", str(tmp_path / "run")
    corpus.write_text(json.dumps(compose_recipes(60, seed=3)))
    assert main(["ingest", "--run", run, "--corpus", str(corpus)]) == 0
    for stage in ("tokenise", "learn-ingredients"):
        assert main([stage, "--run", run]) == 0
    corpus.write_text('[{"title": oops}]')
    assert main(["ingest", "--run", run]) == 1
    assert main(["train", "--run", run, "--set", "train.epoch=1"]) == 2
    assert tellers(tmp_path) == []
    printed = capsys.readouterr()
    assert MARK not in printed.out + printed.err


def asks_for_its_key(folder: Path, address: str) -> Path:
    """A configuration whose only generator is an endpoint with a key."""
    model = {"kind": "openai", "name": "chef", "address": address, "model": "m"}
    generate = {"temperatures": [1.0], "samples": 8, "models": [{**model, "key_variable": "CHEF"}]}
    config = folder / "chef.json"
    config.write_text(json.dumps({**SMALL, "generate": generate, "report": {"folder": None}}))
    return config


def repeats_the_key(handler: Handler, number: int) -> bool:
    """Refuse the third request, with the key in the answer."""
    if number != 2:
        return False
    handler.send({"error": {"message": f"wrong key {handler.headers['authorization']}"}}, 401)
    return True


def test_the_key_of_an_endpoint_lands_nowhere(
    tmp_path: Path,
    corpus: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHEF", f"{MARK}-of-the-endpoint")
    caplog.set_level(logging.DEBUG)
    run = str(tmp_path / "run")
    with serving(repeats_the_key) as (address, log):
        config = str(asks_for_its_key(tmp_path, address))
        assert main(["ingest", "--run", run, "--config", config, "--corpus", str(corpus)]) == 0
        for stage in ("tokenise", "train"):
            assert main([stage, "--run", run]) == 0
        assert main(["generate", "--run", run]) == 1
        assert main(["generate", "--run", run]) == 0
    assert log.keys == {f"Bearer {MARK}-of-the-endpoint"}
    printed = capsys.readouterr()
    assert "HTTP 401 wrong key Bearer ***" in printed.err
    assert MARK not in printed.out + printed.err + caplog.text
    assert tellers(tmp_path) == []


@pytest.mark.slow
def test_the_key_of_an_endpoint_is_in_no_report_and_no_database(
    corpus: Path, told: dict[str, str], tmp_path: Path
) -> None:
    environment = {**told, "CHEF": f"{MARK}-of-the-endpoint", "NO_PROXY": "127.0.0.1"}
    with serving(repeats_the_key) as (address, _):
        command = [sys.executable, "-m", "recipegen.cli", "run", "--corpus", str(corpus)]
        command += ["--config", str(asks_for_its_key(tmp_path, address))]
        command += ["--run", str(tmp_path / "run"), "--set", f"report.folder={tmp_path}/reports"]
        for code in (1, 0):
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=280
            )
            assert done.returncode == code, done.stderr
            assert MARK not in done.stdout + done.stderr
    assert list((tmp_path / "prefect").rglob("*.db"))
    assert tellers(tmp_path) == []


def test_a_password_in_the_address_of_the_prefect_api_is_not_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"http://joe:{MARK}@127.0.0.1:1/api"
    with temporary_settings({PREFECT_API_URL: address}):
        assert main(["run", "--run", str(tmp_path / "run")]) == 1
    said = capsys.readouterr().err
    assert "the Prefect API at http://127.0.0.1:1/api does not answer" in said
    assert MARK not in said
    assert tellers(tmp_path) == []


def test_no_error_repeats_the_password_of_an_address() -> None:
    said = f"401 for 'https://joe:{MARK}@prefect.example/api/x' and s3://k:{MARK}@b/c"
    shown = "401 for 'https://prefect.example/api/x' and s3://b/c"
    assert str(RunError(said)) == describe(ValueError(said)) == shown


# Whole runs, with a Prefect server of their own -------------------------------------------------


@pytest.fixture
def told(quiet: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment full of secrets."""
    plain = {name: value for name, value in quiet.items() if not name.startswith("PREFECT_")}
    return {**plain, **SECRETS, "PREFECT_HOME": str(tmp_path / "prefect")}


def said_by_run(folder: Path, corpus: Path, environment: dict[str, str], code: int) -> str:
    """What `recipegen run` prints. It must end with this code, and writes only into the folder."""
    config = folder / "small.json"
    config.write_text(json.dumps({**SMALL, "report": {"folder": str(folder / "reports")}}))
    command = [sys.executable, "-m", "recipegen.cli", "run", "--config", str(config)]
    command += ["--corpus", str(corpus), "--run", str(folder / "run")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_a_run_keeps_and_says_nothing_of_the_environment(
    corpus: Path, told: dict[str, str], tmp_path: Path
) -> None:
    said = said_by_run(tmp_path, corpus, told, 0)
    assert MARK not in said
    assert (tmp_path / "run" / "prefect-server.log").is_file()
    assert (tmp_path / "reports" / "index.html").is_file()
    assert tellers(tmp_path) == []


@pytest.mark.slow
def test_a_run_that_fails_keeps_and_says_nothing_of_the_environment(
    corpus: Path, told: dict[str, str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(corpus.read_text()[:-99])
    assert MARK not in said_by_run(tmp_path, broken, told, 1)
    assert "not valid JSON" in Run.open(tmp_path / "run").manifest["failure"]["error"]
    assert tellers(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["PREFECT_API_DATABASE_CONNECTION_URL", "PREFECT_SERVER_DATABASE_CONNECTION_URL"]
)
def test_a_database_that_is_not_there_does_not_betray_its_password(
    corpus: Path, told: dict[str, str], tmp_path: Path, name: str
) -> None:
    address = f"postgresql+asyncpg://joe:{MARK}-of-a-team@127.0.0.1:1/prefect"
    said = said_by_run(tmp_path, corpus, {**told, name: address}, 1)
    assert "the local Prefect server did not start" in said
    assert MARK not in said
    assert "Connect" in (tmp_path / "run" / "prefect-server.log").read_text()
    assert tellers(tmp_path) == []
