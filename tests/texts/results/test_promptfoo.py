"""Results of promptfoo as texts."""

import json
from pathlib import Path
from typing import Any

import pytest

from recipegen.texts.feed import read_texts
from recipegen.texts.results.promptfoo import Provider, model_names
from tests.texts.results.writing import SOUP, promptfoo_file, promptfoo_row

SMALL = {"id": "house:small", "label": ""}


def written(folder: Path, content: object) -> Path:
    path = folder / "results.json"
    path.write_text(json.dumps(content, indent=2))
    return path


def providers(*temperatures: float, **config: Any) -> list[dict[str, Any]]:
    return [
        {"id": "house:small", "label": f"at {each}", "config": {"temperature": each, **config}}
        for each in temperatures
    ]


def test_a_row_has_its_provider_temperature_prompt_and_title(tmp_path: Path) -> None:
    listed = [{"id": "house:small", "config": {"temperature": 0.3}}]
    (text,), rejects = read_texts(written(tmp_path, promptfoo_file([promptfoo_row(SMALL)], listed)))
    assert (text.model, text.group, text.temperature) == ("house:small", "house:small", 0.3)
    assert (text.id, text.title, text.text) == ("eval-1-1", "Pea Soup", SOUP)
    assert text.prompt == "Write a recipe for Pea Soup."
    assert rejects == []


def test_providers_that_differ_in_temperature_alone_are_one_model(tmp_path: Path) -> None:
    rows = [
        promptfoo_row({"id": "house:small", "label": f"at {each}"}, promptIdx=at)
        for at, each in enumerate((0.2, 0.9))
    ]
    texts, _ = read_texts(written(tmp_path, promptfoo_file(rows, providers(0.2, 0.9), columns=2)))
    assert [(text.model, text.temperature) for text in texts] == [
        ("house:small", 0.2),
        ("house:small", 0.9),
    ]


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (["small at 0.2", "small at 0.7"], "small"),
        (["small-4 (T=0.2)", "small-4 (T=0.7)"], "small-4"),
        (["small 4, temperature 1", "small 4, temperature 1.5"], "small 4"),
        (["small_0.2", "small_1.2"], "small"),
        (["small", "small hot"], "small"),
        (["cold", "hot"], "file://cook.js"),
        (["cosy", "cool"], "file://cook.js"),
        (["", ""], "file://cook.js"),
    ],
)
def test_a_model_at_several_temperatures_is_named_by_what_its_labels_share(
    labels: list[str], name: str
) -> None:
    known = [
        Provider("file://cook.js", label or "file://cook.js", {"temperature": heat})
        for label, heat in zip(labels, (0.2, 0.7), strict=True)
    ]
    assert list(model_names(known).values()) == [name]


def test_two_models_that_would_have_one_name_keep_their_labels() -> None:
    known = [
        Provider("house", f"{label} {system}", {"temperature": heat, "system": system})
        for system in "ab"
        for label, heat in (("cold", 0.2), ("hot", 0.7))
    ]
    assert model_names(known) == {}


def test_providers_that_differ_in_more_keep_their_labels(tmp_path: Path) -> None:
    listed = [*providers(0.2, system="a"), *providers(0.9, system="b")]
    rows = [promptfoo_row({"id": "house:small", "label": f"at {each}"}) for each in (0.2, 0.9)]
    texts, _ = read_texts(written(tmp_path, promptfoo_file(rows, listed, columns=2)))
    assert [text.model for text in texts] == ["at 0.2", "at 0.9"]


def test_providers_of_one_name_are_told_apart_by_their_column(tmp_path: Path) -> None:
    listed = [{"id": "house:small", "config": {"temperature": each}} for each in (0.2, 0.9)]
    rows = [promptfoo_row(SMALL, promptIdx=at) for at in range(4)]
    texts, _ = read_texts(written(tmp_path, promptfoo_file(rows, listed, columns=4)))
    assert [text.temperature for text in texts] == [0.2, 0.2, 0.9, 0.9]


@pytest.mark.parametrize(
    ("listed", "temperature"),
    [
        (["house:small"], None),
        ([{"house:small": {"config": {"temperature": 0.4}}}], 0.4),
        ([{"id": "house:small", "config": {"generationConfig": {"temperature": 0.6}}}], 0.6),
        ([{"id": "house:small", "config": {"temperature": "0.8"}}], 0.8),
        ("house:small", None),
        (None, None),
    ],
)
def test_the_temperature_is_found_in_each_form_of_a_provider(
    tmp_path: Path, listed: Any, temperature: float | None
) -> None:
    results = promptfoo_file([promptfoo_row(SMALL)], [])
    results["config"]["providers"] = listed
    (text,), _ = read_texts(written(tmp_path, results))
    assert text.temperature == temperature


def test_the_temperature_of_a_prompt_counts_before_that_of_its_provider(tmp_path: Path) -> None:
    row = promptfoo_row(SMALL)
    row["prompt"]["config"] = {"temperature": 1.5}
    (text,), _ = read_texts(
        written(tmp_path, promptfoo_file([row], [{**SMALL, "config": {"temperature": 0.2}}]))
    )
    assert text.temperature == 1.5


def test_a_failed_assertion_is_a_text_and_a_failed_provider_a_reject(tmp_path: Path) -> None:
    rows = [
        promptfoo_row(SMALL, success=False, failureReason=1, error="expected zebra"),
        promptfoo_row(SMALL, success=False, failureReason=2, response={"error": "429"}),
        promptfoo_row(SMALL, response={}, error="no such host"),
        promptfoo_row(SMALL, output=None, failureReason=0),
    ]
    texts, rejects = read_texts(written(tmp_path, promptfoo_file(rows, ["house:small"])))
    assert [text.id for text in texts] == ["eval-1-1"]
    assert [each.reason for each in rejects] == [
        "failed in promptfoo: 429",
        "failed in promptfoo: no such host",
        "no answer in promptfoo",
    ]


def test_an_answer_may_be_a_recipe_as_an_object(tmp_path: Path) -> None:
    output = {"title": "Soup", "ingredients": ["peas"], "steps": ["Simmer."], "prompt": 3}
    (text,), _ = read_texts(
        written(tmp_path, promptfoo_file([promptfoo_row(SMALL, "", output)], []))
    )
    assert text.from_fields
    assert "peas" in text.text


def test_the_messages_of_a_prompt_may_be_json(tmp_path: Path) -> None:
    messages = [{"role": "system", "content": "x"}, {"role": "user", "content": "A soup."}]
    row = promptfoo_row(SMALL, prompt={"raw": json.dumps(messages, indent=2)})
    (text,), _ = read_texts(written(tmp_path, promptfoo_file([row], [])))
    assert text.prompt == "A soup."


def test_the_layouts_before_are_read(tmp_path: Path) -> None:
    row = {
        "provider": {"id": "house:small"},
        "prompt": {"raw": "A soup.", "display": "A soup."},
        "vars": {},
        "response": {"output": SOUP, "tokenUsage": {}},
        "success": True,
        "score": 1,
    }
    second = {"results": {"version": 2, "timestamp": "now", "results": [row], "table": {}}}
    first = {"version": 1, "timestamp": "now", "results": [row], "table": {}, "stats": {}}
    for content in (second, first):
        (text,), _ = read_texts(written(tmp_path, content))
        assert (text.model, text.text, text.prompt) == ("house:small", SOUP, "A soup.")


def test_each_line_may_be_a_row(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    rows = [
        promptfoo_row({**SMALL, "label": f"at {each}", "config": {"temperature": each}})
        for each in (0.2, 0.9)
    ]
    rows.append(promptfoo_row(SMALL, output="\ud800"))
    path.write_text("\n".join([*map(json.dumps, rows), "{", "[]"]))
    texts, rejects = read_texts(path)
    assert [(text.model, text.temperature) for text in texts] == [
        ("house:small", 0.2),
        ("house:small", 0.9),
    ]
    assert [(each.position, each.reason) for each in rejects] == [
        (2, "a lone surrogate, such as \\ud800"),
        (3, "not valid JSON"),
        (4, "not a row of results"),
    ]


@pytest.mark.parametrize("row", [None, 3, [], [[{}]], {}, {"provider": 3, "response": []}])
def test_a_row_of_another_shape_is_a_reject(tmp_path: Path, row: Any) -> None:
    texts, rejects = read_texts(
        written(tmp_path, promptfoo_file([row, promptfoo_row(SMALL), row], []))
    )
    assert [text.id for text in texts] == ["eval-1-2"]
    assert [each.position for each in rejects] == [0, 2]


@pytest.mark.parametrize("temperature", [-1, 101, True, [0.2], "hot"])
def test_a_temperature_that_is_none_is_a_reject(tmp_path: Path, temperature: Any) -> None:
    bad = {"id": "house:bad", "config": {"temperature": temperature}}
    rows = [promptfoo_row({"id": "house:bad"}), promptfoo_row(SMALL)]
    texts, rejects = read_texts(written(tmp_path, promptfoo_file(rows, [bad])))
    assert len(texts) == 1
    assert rejects[0].reason == "temperature is not a number from 0 to 100"
