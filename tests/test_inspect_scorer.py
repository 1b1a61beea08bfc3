"""The scorer for inspect_ai finds what ``recipegen score --texts`` finds."""

from __future__ import annotations

import asyncio
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recipegen.api import Judge
from recipegen.judging.scoring import score_recipes

pytest.importorskip("inspect_ai", reason="the extra [inspect] is not installed")

from recipegen import inspect_scorer
from recipegen.inspect_scorer import figures_of, group_figures, judge_of

GOOD = "Ingredients:\n- 2 cups peas\n- 1 onion\n- 1 ham hock\n\nDirections:\nSimmer."
BAD = "Ingredients:\n- 1 banana\n- 2 salmon fillets\n- chocolate\n\nDirections:\nBake the salmon."
ODD = "Melt the chocolate with the anchovies."
NONE = "There is nothing to eat."
TEXTS = [GOOD, BAD, ODD, NONE]


def scores(texts: list[str]) -> list[Any]:
    async def all_at_once() -> list[Any]:
        return list(await asyncio.gather(*map(judge_of("").score, texts)))

    return asyncio.run(all_at_once())


def test_a_score_has_the_figures_of_the_recipe() -> None:
    rows = Judge.default().score(TEXTS).to_dict("records")
    for found, row in zip(scores(TEXTS), rows, strict=True):
        value = found.value
        assert value["implausible_pair_count"] == row["implausible_pair_count"]
        assert value["judged_pair_count"] == row["judged_pair_count"]
        if pd.isna(row["implausibility"]):
            assert math.isnan(value["implausibility"])
            assert math.isnan(value["flagged"])
        else:
            assert value["implausibility"] == row["implausibility"]
            assert value["flagged"] == float(row["flagged"])


def test_a_score_says_the_pairs_and_where_the_ingredients_stand() -> None:
    (found,) = scores([ODD])
    assert found.explanation.splitlines() == [
        "1 of 1 pairs that can be judged are implausible.",
        "A cook would object: anchovy + chocolate.",
        *(
            ["The recipe is flagged: it raises more alarm than 19 of 20 real ones."]
            if found.value["flagged"]
            else []
        ),
    ]
    assert found.metadata["pairs"] == [
        {"ingredient_a": "anchovy", "ingredient_b": "chocolate", "verdict": "implausible"}
    ]
    for each in found.metadata["ingredients"]:
        assert ODD[each["start"] : each["end"]] == each["surface"]
    assert [each["ingredient"] for each in found.metadata["ingredients"]] == [
        "chocolate",
        "anchovy",
    ]


def test_a_text_without_ingredients_has_no_figures() -> None:
    (found,) = scores([NONE])
    assert found.explanation.startswith("Fewer than two ingredients")
    assert math.isnan(found.value["implausible_pair_rate"])


def test_what_is_asked_at_the_same_time_is_judged_together(monkeypatch: pytest.MonkeyPatch) -> None:
    import recipegen.evaluation.per_text.scores as scoring

    sizes = []
    real = scoring.judge_recipes

    def counted(texts: Any, *more: Any) -> Any:
        sizes.append(len(texts))
        return real(texts, *more)

    monkeypatch.setattr(scoring, "judge_recipes", counted)
    monkeypatch.setattr(inspect_scorer, "TOGETHER", 3)
    together = scores(TEXTS)
    assert sizes == [3, 1]
    alone = [found for each in TEXTS for found in scores([each])]
    assert [one.explanation for one in together] == [one.explanation for one in alone]
    assert str([one.value for one in together]) == str([one.value for one in alone])


def test_the_judge_is_loaded_once() -> None:
    assert judge_of("") is judge_of("")


def test_the_figures_of_a_log_are_those_of_the_command(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    # The ids are those of the rows in the scorer, since resamples are keyed by them.
    lines = (json.dumps({"id": str(at), "text": text}) for at, text in enumerate(TEXTS))
    path.write_text("\n".join(lines))
    groups = score_recipes(None, path, tmp_path / "out").group_summary.set_index("metric")
    figures = figures_of([each.value for each in scores(TEXTS)], 0.95)
    for name in ("implausible_pair_rate", "flagged_recipe_rate", "implausibility"):
        assert figures[name] == groups.loc[name, "estimate"]
        assert figures[f"{name}_low"] == groups.loc[name, "low"]
        assert figures[f"{name}_high"] == groups.loc[name, "high"]


def test_averages_over_epochs_have_figures_too() -> None:
    value = {
        "implausibility": -1.0,
        "flagged": 0.5,
        "implausible_pair_count": 0.5,
        "judged_pair_count": 2.0,
    }
    figures = figures_of([value, value, "not a score"], 0.95)
    assert figures["implausible_pair_rate"] == 0.25
    assert figures["flagged_recipe_rate"] == 0.5
    assert figures["implausibility"] == -1.0


def test_an_empty_log_has_no_figures() -> None:
    assert group_figures()([]) == {}


# With inspect_ai itself --------------------------------------------------------------------------

TASK = """
import random
from inspect_ai import Task, eval, task
from inspect_ai.dataset import Sample
from inspect_ai.model import GenerateConfig, ModelOutput, ModelUsage, get_model

FOODS = ["2 cups peas", "1 onion", "1 ham hock", "1 banana", "2 salmon fillets", "chocolate"]


def answers(model):
    def answer(input, tools, tool_choice, config):
        draws = random.Random(f"{model}/{config.temperature}/{input[-1].text}")
        foods = draws.sample(FOODS, 2 + round(2 * config.temperature))
        lines = "\\n".join(f"- {food}" for food in foods)
        text = f"Ingredients:\\n{lines}\\n\\nDirections:\\nMix."
        return ModelOutput(
            model=model,
            choices=ModelOutput.from_content(model, text).choices,
            usage=ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2),
        )

    return answer


@task
def recipes():
    dishes = [Sample(input=f"Write a recipe for dish {at}.", id=at) for at in range(12)]
    return Task(dataset=dishes)


for name in ("small", "large"):
    for heat in (0.2, 0.7, 1.2):
        model = get_model(f"mockllm/{name}", custom_outputs=answers(name), memoize=False)
        eval(recipes(), model=model, temperature=heat, epochs=2, log_dir="logs", display="none")
"""


@pytest.mark.slow
def test_inspect_ai_scores_its_own_logs_and_they_become_a_report(tmp_path: Path) -> None:
    (tmp_path / "recipes.py").write_text(TASK)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "recipes.py")
    logs = sorted((tmp_path / "logs").glob("*.eval"))
    assert len(logs) == 6
    inspect = str(Path(sys.executable).with_name("inspect"))
    scored = run(
        *(inspect, "score", str(logs[0]), "--scorer", "recipegen/implausibility"),
        *("--action", "append", "--overwrite", "--display", "plain"),
    )
    assert "implausible_pair_rate_high" in scored
    recipegen = (sys.executable, "-m", "recipegen")
    said = run(*recipegen, "score", "--texts", "logs", "--out", "scores")
    assert "mockllm/small" in said
    assert "mockllm/large" in said
    scores = pd.read_parquet(tmp_path / "scores" / "sample_scores.parquet")
    counts = scores.groupby(["group", "temperature"]).size()
    assert counts.tolist() == [24] * 6
