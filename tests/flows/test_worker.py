"""A worker of a pool does the deployments that ``prefect deploy`` has added to the pool."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from recipegen.storage.run_folder import Run
from tests.flows.conftest import RUN_LIMIT, Served, deployments_of
from tests.stages.test_stages import assert_same_tables


@pytest.mark.slow
def test_a_worker_does_a_run_of_its_pool(
    served: Served,
    finished: Run,
    corpus: Path,
    others: Path,
    without_prefect: dict[str, str],
    tmp_path: Path,
) -> None:
    environment = {
        **without_prefect,
        "NO_PROXY": "127.0.0.1",
        "PREFECT_API_URL": str(served.api.base_url).rstrip("/"),
        "PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME": "evenings",
        "PREFECT_HOME": str(tmp_path / "prefect"),
    }

    def prefect(*options: str) -> None:
        command = [str(Path(sys.executable).with_name("prefect")), "--no-prompt", *options]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=RUN_LIMIT,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    small = {**deployments_of(tmp_path, corpus, others)[0], "name": "pooled", "schedules": []}
    (tmp_path / "prefect.yaml").write_text(yaml.safe_dump({"deployments": [small]}))
    prefect("work-pool", "create", "--type", "process", "evenings")
    prefect("deploy", "--all")
    flow_run = served.trigger("pooled").json()["id"]
    prefect("worker", "start", "--pool", "evenings", "--run-once")
    assert served.ended(flow_run)["state"]["type"] == "COMPLETED"
    (folder,) = (tmp_path / "runs").glob("pooled-*")
    assert_same_tables(finished, Run(folder))
