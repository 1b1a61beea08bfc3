"""With its history in PostgreSQL, as for a team, the server works as it does otherwise."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from recipegen.storage.run_folder import Run
from tests.flows.conftest import deployments_of, serving
from tests.stages.test_stages import assert_same_tables


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database on a PostgreSQL server that is started for the test."""
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not tools:
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    # It refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(f"/tmp/recipegen-postgresql-{os.getpid()}")
    folder.mkdir(mode=0o700)
    if user:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def tool(name: str, *options: str) -> None:
        command = [str(tools[-1] / name), *options]
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

    data = str(folder / "data")
    listen = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
    tool("initdb", "-D", data, "-U", "prefect", "-A", "trust")
    tool("pg_ctl", "-D", data, "-l", str(folder / "log"), "-w", "-o", listen, "start")
    try:
        tool("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "prefect", "prefect")
        yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/prefect"
    finally:
        tool("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.mark.slow
def test_a_run_is_recorded_in_postgresql(
    corpus: Path,
    others: Path,
    finished: Run,
    tmp_path: Path,
    database: str,
    without_prefect: dict[str, str],
) -> None:
    declared = tmp_path / "prefect.yaml"
    small = deployments_of(tmp_path, corpus, others)[:1]
    declared.write_text(yaml.safe_dump({"deployments": small}))
    told = {**without_prefect, "PREFECT_SERVER_DATABASE_CONNECTION_URL": database}
    with serving(tmp_path, declared, told) as served:
        flow_run = served.trigger("small").json()["id"]
        assert served.ended(flow_run)["state"]["type"] == "COMPLETED", served.log()
        assert_same_tables(finished, Run(served.folder(flow_run)))
        assert "finding" in served.artifacts(flow_run)
    assert not (served.home / "prefect.db").exists()
