"""Labels of a run change its summary and nothing before it; without them nothing is corrected."""

from pathlib import Path

import pandas as pd
import pytest

from recipegen.evaluation.labelled.judge_quality import OWN
from recipegen.evaluation.metrics import LABEL_METRICS
from recipegen.running.resuming import do_stage, is_finished
from recipegen.stages import STAGES, stage_named
from recipegen.storage.run_folder import Run
from tests.composed import IMPLAUSIBLE
from tests.conftest import copied
from tests.labelling import label_pairs

SUMMARISE = stage_named("summarise")


@pytest.fixture(scope="module")
def labelled(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A copy of the finished run with labels, summarised again."""
    run = copied(finished, tmp_path_factory.mktemp("labelled"))
    label_pairs(run, 12, lambda a, b: (a, b) in IMPLAUSIBLE)
    done = [stage.name for stage in STAGES if not is_finished(run, stage)]
    assert done[:1] == ["summarise"]
    assert do_stage(run, SUMMARISE)
    return run


def test_a_run_without_labels_has_no_corrected_rates(finished: Run) -> None:
    assert finished.read("corrected_rates").empty
    assert finished.read("judge_quality").empty
    assert not set(LABEL_METRICS) & set(finished.read("temperature_summary")["metric"])


def test_the_corrected_rate_is_near_the_truth_of_the_texts(labelled: Run) -> None:
    rates = labelled.read("corrected_rates")
    (own,) = rates[
        (rates["over"] == "group") & (rates["group"] == "generated") & (rates["basis"] == OWN)
    ].to_dict("records")
    scores = labelled.read("sample_scores")
    ids = scores.loc[scores["group"] == "generated", "sample_id"]
    pairs = labelled.read("sample_pairs")
    pairs = pairs[pairs["sample_id"].isin(ids) & (pairs["verdict"] != "unknown")]
    absurd = [
        pair in IMPLAUSIBLE
        for pair in zip(pairs["ingredient_a"], pairs["ingredient_b"], strict=True)
    ]
    assert own["low"] <= sum(absurd) / len(absurd) <= own["high"]
    assert own["raw"] == pytest.approx(pairs["implausible"].mean())


def test_corrected_rates_are_metrics_of_each_group_and_temperature(labelled: Run) -> None:
    summary = labelled.read("temperature_summary")
    rates = labelled.read("corrected_rates")
    own = rates[(rates["over"] == "temperature") & (rates["basis"] == OWN)]
    found = summary[summary["metric"] == "corrected_implausible_pair_rate"]
    both = own.merge(found, on=["group", "temperature"], suffixes=("", "_metric"))
    assert len(both) == len(own) > 3
    pd.testing.assert_series_equal(both["estimate"], both["estimate_metric"], check_names=False)
    assert (both["labels"] == both["count"]).all()


def test_the_setting_turns_it_off_and_labels_then_change_nothing(
    labelled: Run, tmp_path: Path
) -> None:
    run = copied(labelled, tmp_path)
    run = Run.prepare(run.folder, {"summarise": {"corrected": False}})
    key = SUMMARISE.outside(run)
    label_pairs(run, 3, lambda a, b: (a, b) in IMPLAUSIBLE)
    assert SUMMARISE.outside(run) == key == ""
