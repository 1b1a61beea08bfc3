"""A Prefect server that recipegen starts records everything, however short the tasks are."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.test_pipeline import recorded

TASKS = 300

PROGRAM = f"""
import sys
from pathlib import Path
from recipegen.flows.prefect_server import prefect_server
from prefect import flow, task

@task
def nothing(number): ...

@flow
def many():
    for future in nothing.map(range({TASKS})):
        future.result()

with prefect_server(Path(sys.argv[1]), "many"):
    many()
"""


@pytest.mark.slow
def test_it_records_each_of_many_short_tasks(tmp_path: Path, quiet: dict[str, str]) -> None:
    home = tmp_path / "prefect"
    kept = {name: value for name, value in quiet.items() if not name.startswith("PREFECT_")}
    log = tmp_path / "server.log"

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(log)],
        env={**kept, "PREFECT_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert done.returncode == 0, done.stderr
    assert "may have gaps" not in done.stderr
    states = recorded(home, "SELECT state_type, count(*) FROM task_run GROUP BY state_type")
    assert states == [("COMPLETED", TASKS)]
