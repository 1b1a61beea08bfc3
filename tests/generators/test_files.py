"""Texts of files as samples: which generator wrote them, and with which texts they are matched."""

import pytest

from recipegen.evaluation.per_group.temperature import generated_groups
from recipegen.generators.files import FEWEST_PROMPTS, file_samples, match_ids
from recipegen.texts.text import Text


def text(name: str, prompt: str = "", model: str = "", temperature: float | None = None) -> Text:
    return Text(name, 0, "Peas.", prompt=prompt, model=model, temperature=temperature)


def grid(prompts: int, repetitions: int = 2) -> list[Text]:
    """Texts of two models at two temperatures: every prompt as often as said."""
    return [
        text(f"{model}{heat}{prompt}{time}", f"dish {prompt}", model, heat)
        for model in "ab"
        for heat in (0.2, 0.9)
        for time in range(repetitions)
        for prompt in range(prompts)
    ]


def test_all_repetitions_of_one_of_many_prompts_are_matched() -> None:
    ids = list(match_ids(grid(FEWEST_PROMPTS)))
    assert len(set(ids)) == FEWEST_PROMPTS
    assert ids[:FEWEST_PROMPTS] * 8 == ids


def test_the_first_of_one_of_few_prompts_is_matched_with_the_first() -> None:
    ids = list(match_ids(grid(FEWEST_PROMPTS - 1)))
    one_setting = 2 * (FEWEST_PROMPTS - 1)
    assert len(set(ids)) == one_setting
    assert ids[:one_setting] * 4 == ids


def test_a_text_without_a_prompt_is_matched_with_none() -> None:
    assert next(match_ids([text("a"), text("b", "soup")])) is None


def test_each_model_of_a_file_is_a_generator() -> None:
    texts = [text("1", model="small"), text("2", model="real"), text("3"), text("4", "x", "chef")]
    samples = file_samples("logs", texts, {}, taken={"real", "chef"})
    assert samples["group"].tolist() == ["small", "real (logs)", "logs", "chef (logs)"]
    assert samples["sample_id"].tolist() == ["logs-1", "logs-2", "logs-3", "logs-4"]


@pytest.mark.parametrize("model", ["generated", "generated, network 2", "generated-v2"])
def test_a_model_is_never_taken_for_the_network(model: str) -> None:
    samples = file_samples("logs", [text("1", model=model)], {})
    (group,) = samples["group"]
    assert group == f"logs ({model})"
    assert generated_groups([group]) == []
