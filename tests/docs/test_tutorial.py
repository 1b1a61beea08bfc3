"""Every command of the page about judging your own model does what the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from recipegen.config import configure, read_configuration
from tests.generators.serving import serving

PAGE = (Path(__file__).parents[2] / "docs" / "judge-your-llm.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = re.findall(r"^```sh\n(.*?)\n```", PAGE, re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8000/v1"


def test_the_page_has_what_is_tested_here() -> None:
    assert set(FILES) == {
        *("recipes.jsonl", "endpoint.toml", "folder.toml", "both.toml"),
        *("mymodel.py", "function.toml"),
    }
    assert len(COMMANDS) == 7


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".toml")])
def test_the_settings_are_valid(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(FILES[name])
    configure(read_configuration(tmp_path / name))


def run(command: str, folder: Path, environment: dict[str, str]) -> str:
    words = shlex.split(command)
    assert words[0] == "recipegen"
    done = subprocess.run(
        [sys.executable, "-m", "recipegen.cli", *words[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    return tmp_path


def test_what_needs_no_run(folder: Path, quiet: dict[str, str]) -> None:
    score, dry, *_ = COMMANDS
    printed = run(score, folder, quiet)
    assert "mine" in printed
    assert "theirs" in printed
    assert (folder / "scores" / "sample_pairs.parquet").is_file()
    printed = run(dry, folder, {**quiet, "MY_KEY": "x"})
    assert re.search(r"my-llm\s+openai\s+120\s+120", printed)


@pytest.mark.slow
def test_every_command(folder: Path, quiet: dict[str, str]) -> None:
    pytest.importorskip("transformers", reason="the extra [transformers] is not installed")
    from tests.generators.tiny import save_tiny_model

    save_tiny_model(folder / "my-model")
    with serving() as (address, log):
        endpoint = folder / "endpoint.toml"
        endpoint.write_text(FILES["endpoint.toml"].replace(ADDRESS, address))
        environment = {
            **{name: value for name, value in quiet.items() if not name.startswith("PREFECT_")},
            "MY_KEY": "x",
            "NO_PROXY": "127.0.0.1",
            "PREFECT_HOME": str(folder / "prefect"),
            "PATH": os.environ["PATH"],
        }
        printed = [run(command, folder, environment) for command in COMMANDS]
    assert len(log.bodies) == 120
    for name in ("my-llm", "fine-tuned", "both", "peas"):
        assert (folder / "data" / "runs" / name / "report.html").is_file()
    assert "comes closest to real cooking" in "".join(printed)
    assert (folder / "comparison" / "comparison.html").is_file()
