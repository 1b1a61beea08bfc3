"""`make serve`: the deployments of prefect.yaml, their forms, their schedules, and their runs."""

from __future__ import annotations

import json
import time
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prefect.deployments.runner import RunnerDeployment

from recipegen.config import Configuration, configure
from recipegen.flows.heartbeat import NAME
from recipegen.flows.serving import read_deployments
from recipegen.storage.run_folder import Run
from tests.flows.conftest import RUN_LIMIT, Served
from tests.stages.test_stages import assert_same_tables


@pytest.fixture(scope="module")
def deployments() -> dict[str, RunnerDeployment]:
    return {each.name: each for each in read_deployments()}


def test_three_deployments_are_declared(deployments: dict[str, RunnerDeployment]) -> None:
    assert set(deployments) == {"nightly", "smoke", "score-drop-folder"}
    for each in deployments.values():
        assert each.description
        assert each.enforce_parameter_schema
        assert each.concurrency_limit == 1
        assert each.concurrency_options is not None


def test_schedules_of_days_have_a_time_zone(deployments: dict[str, RunnerDeployment]) -> None:
    for name in ("nightly", "smoke"):
        (schedule,) = deployments[name].schedules or ()
        assert ZoneInfo(schedule.schedule.timezone)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["nightly", "smoke"])
def test_the_parameters_of_a_deployment_are_valid(
    deployments: dict[str, RunnerDeployment], name: str
) -> None:
    settings = (deployments[name].parameters or {})["configuration"]
    assert configure(settings).ingest.corpus == "wikibooks"


def test_the_form_describes_every_setting_with_its_bounds(
    deployments: dict[str, RunnerDeployment],
) -> None:
    schema: dict[str, Any] = deployments["nightly"]._parameter_openapi_schema.model_dump()
    assert all(each.get("description") for each in schema["properties"].values())
    sections = schema["definitions"]
    for name, field in Configuration.model_fields.items():
        if name == "seed":
            continue
        settings = sections[type(field.default).__name__]["properties"]
        assert [key for key, setting in settings.items() if not setting.get("description")] == []
    epochs = sections["Train"]["properties"]["epochs"]
    assert (epochs["minimum"], epochs["maximum"], epochs["default"]) == (1, 10_000, 5)
    assert sections["Generate"]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"train": {"epochs": 0}}, "configuration.train.epochs"),
        ({"train": {"epoch": 3}}, "'epoch' was unexpected"),
        ({"generate": {"temperatures": [-1]}}, "configuration.generate.temperatures"),
        ({"seed": "forty-two"}, "configuration.seed"),
    ],
)
def test_a_wrong_value_is_refused_before_anything_starts(
    served: Served, settings: dict[str, Any], problem: str
) -> None:
    refused = served.trigger("small", {"configuration": settings})
    assert refused.status_code == 409
    assert problem in refused.json()["detail"]


def test_a_run_from_the_api_ends_with_the_tables_of_the_stages_alone(
    served: Served, finished: Run
) -> None:
    created = served.trigger("small").json()
    ended = served.ended(created["id"])
    assert ended["state"]["type"] == "COMPLETED", served.log()
    assert ended["name"].startswith("composed, LSTM 1x128, another, 20")
    assert ended["tags"] == ["small"]
    folder = served.folder(created["id"])
    assert folder.name.startswith("small-20")
    assert_same_tables(finished, Run(folder))
    shown = served.artifacts(created["id"])
    assert set(shown) == {
        *("finding", "implausible-pairs-by-temperature", "worst-pairs"),
        *("generators", "generator-tests"),
    }
    before, image = shown["finding"]["data"].split("data:image/png;base64,")
    assert before.startswith("### Of two generators, another comes closest to real cooking")
    assert 10_000 < 0.75 * image.index(")") < 150_000


def test_a_schedule_plans_runs_at_the_hour_of_its_time_zone(served: Served) -> None:
    of = {"deployments": {"id": {"any_": [served.deployment("small")["id"]]}}}
    planned: list[dict[str, Any]] = []
    limit = time.monotonic() + RUN_LIMIT
    while not planned and time.monotonic() < limit:
        time.sleep(0.2)
        planned = [run for run in served.flow_runs(**of) if run["auto_scheduled"]]
    times = [_time(run["expected_start_time"]) for run in planned]
    assert {at.astimezone(ZoneInfo("Europe/Berlin")).hour for at in times} == {3}


@pytest.mark.slow
def test_a_schedule_fires_and_its_runs_do_not_overlap(served: Served) -> None:
    ticking = served.deployment("ticking")
    schedule = f"deployments/{ticking['id']}/schedules/{ticking['schedules'][0]['id']}"
    assert served.api.patch(schedule, json={"active": True}).status_code == 204
    of = {"deployments": {"id": {"any_": [ticking["id"]]}}}
    done: list[dict[str, Any]] = []
    limit = time.monotonic() + RUN_LIMIT
    while len(done) < 2 and time.monotonic() < limit:
        time.sleep(0.5)
        done = [run for run in served.flow_runs(**of) if run["state"]["type"] == "COMPLETED"]
    served.api.patch(schedule, json={"active": False})
    assert len(done) >= 2, served.log()
    assert all(run["auto_scheduled"] for run in done)
    spans = sorted((_time(run["start_time"]), _time(run["end_time"])) for run in done)
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sign_of_work", ["unfinished/train/*/last*", "unfinished/generate/*/*.done"]
)
def test_a_cancelled_run_goes_on_and_ends_the_same(
    served: Served, finished: Run, sign_of_work: str
) -> None:
    flow_run = served.trigger("small").json()["id"]
    served.sign_of_work(flow_run, sign_of_work)
    served.set_state(flow_run, "CANCELLING")
    assert served.ended(flow_run)["state"]["type"] == "CANCELLED"
    run = Run(served.folder(flow_run))
    failure = run.manifest["failure"]
    assert failure["error"] == "cancelled"
    assert failure["stage"] in sign_of_work
    assert "Retry" in served.artifacts(flow_run)["failure"]["data"]
    below = served.flow_runs(flow_runs={"parent_flow_run_id": {"any_": [flow_run]}})
    assert {each["state"]["type"] for each in below} == {"COMPLETED", "CANCELLED"}
    served.set_state(flow_run, "SCHEDULED")
    assert served.ended(flow_run)["state"]["type"] == "COMPLETED", served.log()
    assert served.folder(flow_run) == run.folder
    assert "failure" not in run.manifest
    assert_same_tables(finished, run)


def test_reports_are_served_and_pages_may_talk_to_nobody_else(served: Served) -> None:
    root = str(served.api.base_url).removesuffix("/api/")
    page = served.api.get(f"{root}/dashboard", headers={"accept": "text/html"})
    policy = page.headers["content-security-policy"]
    assert page.status_code == 200
    assert "default-src 'self'" in policy
    assert served.api.get(f"{root}/reports/README.md").status_code == 200
    assert served.api.get(f"{root}/reports/%2e%2e%2fMakefile").status_code == 404


def test_a_run_that_dies_unseen_is_marked_as_crashed(served: Served) -> None:
    (automation,) = served.api.post("automations/filter", json={}).json()
    assert automation["name"] == NAME
    assert automation["trigger"]["within"] >= 540
    assert [action["state"] for action in automation["actions"]] == ["CRASHED"]


@pytest.mark.slow
def test_a_drop_folder_is_scored_and_shown_as_a_table(served: Served) -> None:
    folder = served.runs.parent / "drop"
    folder.mkdir()
    (folder / "bad.jsonl").write_text('{"id": "nothing else"}')
    (folder / "good.jsonl").write_text('{"id": "a", "ingredients": ["flour", "2 eggs"]}')
    flow_run = served.trigger("drop").json()["id"]
    assert served.ended(flow_run)["state"]["type"] == "COMPLETED", served.log()
    bad, good = json.loads(served.artifacts(flow_run)["drop-folder"]["data"])
    assert (bad["file"], bad["recipes"]) == ("bad.jsonl", None)
    assert "bad.jsonl: no line" in bad["problem"]
    assert (good["file"], good["recipes"], good["run"]) == ("good.jsonl", 1, "finished")
