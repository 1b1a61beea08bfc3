"""Two processes train the same network as one process, and only the first of them writes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recipegen.language.checkpoint import load_checkpoint
from recipegen.language.data_parallel import Processes
from recipegen.stages.train import checkpoint_of
from recipegen.storage.run_folder import Run

LAUNCH = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "--"]
COMMAND = ["recipegen.cli", "train", "--set", "train.dropout=0", "train.epochs=2"]


def test_items_are_shared_out() -> None:
    shares = [Processes(rank, 3).share(range(8)) for rank in range(3)]
    assert [list(share) for share in shares] == [[0, 3, 6], [1, 4, 7], [2, 5]]
    assert Processes().sums(1.5, 2) == [1.5, 2]


@pytest.mark.parametrize(
    ("cutoffs", "networks"),
    [("[40,100]", 2), pytest.param("[]", 1, marks=pytest.mark.slow)],
)
def test_two_processes_learn_what_one_learns(
    finished: Run, tmp_path: Path, quiet: dict[str, str], cutoffs: str, networks: int
) -> None:
    logs, weights = [], []
    for launch in (["-m"], LAUNCH):
        folder = tmp_path / f"run-{len(launch)}"
        shutil.copytree(finished.folder, folder)
        settings = [f"train.softmax_cutoffs={cutoffs}", f"train.networks={networks}"]
        command = [*launch, *COMMAND, *settings, "--run", str(folder)]
        done = subprocess.run(
            [sys.executable, *command],
            env=quiet,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        run = Run.open(folder)
        logs.append(run.read("training_log"))
        weights.append(load_checkpoint(folder / checkpoint_of(networks))[0])
    for column in ("train_perplexity", "valid_perplexity"):
        assert logs[0][column].tolist() == pytest.approx(logs[1][column].tolist(), rel=1e-3)
    for name, weight in weights[0].items():
        assert weight.numpy() == pytest.approx(weights[1][name].numpy(), abs=5e-3), name
