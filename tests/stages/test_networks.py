"""Several networks are trained alike; each equals that of a run with its seed; all are compared."""

from pathlib import Path

import numpy as np
import pytest

from recipegen.language.checkpoint import load_checkpoint
from recipegen.running.resuming import do_stage, is_finished
from recipegen.stages import STAGES, stage_named
from recipegen.storage.run_folder import Run
from tests.conftest import SMALL
from tests.report.reading import read

SETTINGS = {**SMALL, "generate": {**SMALL["generate"], "temperatures": [0, 1.5], "samples": 20}}


def make(folder: Path, corpus: Path, *settings: dict[str, object]) -> Run:
    return Run.prepare(folder, SETTINGS, {"ingest": {"corpus": str(corpus)}}, *settings)


@pytest.fixture(scope="module")
def run(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with two networks and all stages done."""
    run = make(tmp_path_factory.mktemp("two") / "two", corpus, {"train": {"networks": 2}})
    for stage in STAGES:
        do_stage(run, stage)
    return run


def test_the_second_network_is_that_of_the_next_seed(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    other = make(tmp_path / "next", corpus, {"seed": run.configuration.seed + 1})
    for name in ("ingest", "tokenise", "train", "generate"):
        do_stage(other, stage_named(name))
    second, _ = load_checkpoint(run.folder / "checkpoints" / "best-2.safetensors")
    alone, _ = load_checkpoint(other.folder / "checkpoints" / "best.safetensors")
    assert second.keys() == alone.keys()
    for name, weight in second.items():
        np.testing.assert_array_equal(weight.numpy(), alone[name].numpy())
    samples = run.read("samples").query("group == 'generated, network 2'")
    drawn = other.read("samples").query("group == 'generated'")
    assert samples["text"].tolist() == drawn["text"].tolist()
    assert samples["sample_id"].str.contains("-n2-").all()


def test_every_network_has_its_log_and_its_perplexity(run: Run) -> None:
    log = run.read("training_log")
    assert log["network"].tolist() == [1] * 3 + [2] * 3
    assert run.read("epoch_samples")["network"].tolist() == [1] * 3 + [2] * 3
    measured = run.read("perplexities").set_index(["model", "split"])["perplexity"]
    best = log.groupby("network")["valid_perplexity"].min()
    assert measured["network", "valid"] == pytest.approx(best[1])
    assert measured["network 2", "valid"] == pytest.approx(best[2])


def test_networks_are_summarised_together(run: Run) -> None:
    found = run.read("network_summary")
    (row,) = found.query("metric == 'word_count' and temperature == 1.5").to_dict("records")
    samples = run.read("samples").query("temperature == 1.5")
    uncut = samples[~samples["group"].str.contains("top-p")]
    means = uncut.groupby("group")["word_count"].mean()
    assert (row["group"], row["networks"], len(means)) == ("generated", 2, 2)
    assert row["estimate"] == pytest.approx(means.mean())
    assert (row["lowest"], row["highest"]) == pytest.approx((means.min(), means.max()))


def test_the_samples_depend_on_every_network(run: Run) -> None:
    manifest = run.manifest
    assert is_finished(run, stage_named("generate"))
    record = run.folder / "manifest.json"
    kept = record.read_text()
    second = manifest["stages"]["train"]["outputs"]["checkpoint_2"]["sha256"]
    record.write_text(kept.replace(second, "0" * 64))
    try:
        assert not is_finished(run, stage_named("generate"))
    finally:
        record.write_text(kept)


def test_the_report_shows_the_rate_over_networks(run: Run) -> None:
    page = read((run.folder / "report.html").read_text(encoding="utf-8"))
    rows = page.one("table", id="networks").one("tbody").all("tr")
    found = run.read("network_summary")
    found = found.query("metric == 'implausible_pair_rate' and group == 'generated'")
    assert [row.one("th").text for row in rows] == [f"T = {t:g}" for t in found["temperature"]]
    for row, (_, figures) in zip(rows, found.iterrows(), strict=True):
        cells = [cell.text for cell in row.all("td")]
        values = [float(cell.split()[0].replace("−", "-")) for cell in (cells[0], cells[2])]
        assert values == pytest.approx([100 * figures[n] for n in ("estimate", "lowest")], abs=0.06)
    assert "Another seed would give other figures" not in page.text


def test_of_one_network_the_report_says_so(finished: Run) -> None:
    page = read((finished.folder / "report.html").read_text(encoding="utf-8"))
    assert not page.all("table", id="networks")
    assert "Another seed would give other figures" in page.text
