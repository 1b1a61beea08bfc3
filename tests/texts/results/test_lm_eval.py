"""Samples of lm-evaluation-harness, and tables of answers, as texts."""

import json
from pathlib import Path
from typing import Any

import pytest

from recipegen.errors import UsageError
from recipegen.texts.feed import files_in, read_texts
from tests.texts.results.writing import SOUP, lm_eval_line

TIME = "2026-01-02T03-04-05.678"


def written(folder: Path, lines: list[Any], settings: Any = None, time: str = TIME) -> Path:
    folder.mkdir(exist_ok=True)
    if settings is not None:
        (folder / f"results_{time}.json").write_text(json.dumps(settings))
    path = folder / f"samples_recipes_{time}.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_each_repetition_is_a_text_with_the_model_of_the_settings(tmp_path: Path) -> None:
    settings = {"results": {}, "config": {"model": "hf", "model_args": "pretrained=house/m,a=b"}}
    path = written(tmp_path, [lm_eval_line(0, [SOUP, "Peas."])], settings)
    texts, rejects = read_texts(path)
    assert [(text.model, text.temperature, text.text) for text in texts] == [
        ("house/m", 0.7, SOUP),
        ("house/m", 0.7, "Peas."),
    ]
    assert [text.id for text in texts] == [
        f"house/m-recipes_{TIME}-0",
        f"house/m-recipes_{TIME}-0-1",
    ]
    assert (texts[0].prompt, texts[0].title) == ("Write a recipe for dish 0.", "dish 0")
    assert rejects == []


@pytest.mark.parametrize(
    ("config", "model"),
    [
        ({"model_args": {"pretrained": "house/m"}}, "house/m"),
        ({"model_args": "base_url=http://x,model=house/m"}, "house/m"),
        ({"model": "dummy", "model_args": ""}, "dummy"),
        ({}, "house/folder"),
    ],
)
def test_the_model_is_found_in_each_form_of_the_settings(
    tmp_path: Path, config: Any, model: str
) -> None:
    path = written(tmp_path / "house__folder", [lm_eval_line(0, [SOUP])], {"config": config})
    (text,), _ = read_texts(path)
    assert text.model == model


def test_the_settings_of_the_same_time_count(tmp_path: Path) -> None:
    path = written(tmp_path, [lm_eval_line(0, [SOUP])], {"model_name": "right"})
    written(tmp_path, [], {"model_name": "wrong"}, time="2026-09-09T00-00-00.000")
    (text,), _ = read_texts(path)
    assert text.model == "right"
    assert [file.name for file in files_in(path)] == [path.name, f"results_{TIME}.json"]


@pytest.mark.parametrize(
    ("request_", "gen_kwargs", "temperature"),
    [
        ({"do_sample": False, "temperature": 0.7}, None, 0.0),
        ({}, {"temperature": 0.9}, 0.9),
        ({}, "temperature=0.9,top_p=0.8", 0.9),
        ({"temperature": 0.4}, {"temperature": 0.9}, 0.4),
        ({}, None, None),
    ],
)
def test_the_temperature_of_a_request_counts_before_that_of_the_command(
    tmp_path: Path, request_: Any, gen_kwargs: Any, temperature: float | None
) -> None:
    arguments = {"gen_args_0": {"arg_0": "A soup.", "arg_1": request_}}
    settings = {"config": {"gen_kwargs": gen_kwargs}}
    path = written(tmp_path, [lm_eval_line(0, [SOUP], arguments=arguments)], settings)
    (text,), _ = read_texts(path)
    assert text.temperature == temperature


def test_likelihoods_that_were_written_as_texts_are_no_recipes(tmp_path: Path) -> None:
    arguments = {"gen_args_0": {"arg_0": "Pea Soup\n", "arg_1": " Boil the peas."}}
    lines = [
        lm_eval_line(0, [SOUP]),
        lm_eval_line(1, [SOUP], arguments=arguments, resps=[[["-3.2", "False"]]]),
    ]
    texts, rejects = read_texts(written(tmp_path, lines))
    assert [text.text for text in texts] == [SOUP]
    assert len(rejects) == 1


def test_further_filters_have_the_same_answers_once_more(tmp_path: Path) -> None:
    lines = [lm_eval_line(at, [SOUP], filter=name) for at in (0, 1) for name in ("strict", "loose")]
    texts, rejects = read_texts(written(tmp_path, lines))
    assert (len(texts), rejects) == (2, [])


@pytest.mark.parametrize(
    "arguments",
    [
        [["A soup.", {"temperature": 0.7}]],
        {"gen_args_0": {"arg_0": ['[{"role": "user", "content": "A soup."}]'], "arg_1": {}}},
    ],
)
def test_old_and_chat_requests_are_read(tmp_path: Path, arguments: Any) -> None:
    (text,), _ = read_texts(written(tmp_path, [lm_eval_line(0, [SOUP], arguments=arguments)]))
    assert text.prompt == "A soup."


def test_a_task_that_does_not_generate_has_no_texts(tmp_path: Path) -> None:
    lines = [lm_eval_line(0, [SOUP]), lm_eval_line(1, [SOUP], resps=[[[-3.2, False]]])]
    texts, rejects = read_texts(written(tmp_path, lines))
    assert len(texts) == 1
    assert rejects[0].reason == "no generated text: the task does not generate"


def test_settings_alone_are_refused_with_the_remedy(tmp_path: Path) -> None:
    path = written(tmp_path, [], {"results": {"a": {"bypass,none": 1}}, "configs": {}})
    with pytest.raises(UsageError, match="name samples_"):
        read_texts(path.with_name(f"results_{TIME}.json"))


# Tables ------------------------------------------------------------------------------------------


def table(folder: Path, content: str) -> Path:
    path = folder / "answers.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_row_of_a_table_is_a_text(tmp_path: Path) -> None:
    rows = 'model,temperature,prompt,output\nsmall,0.2,"A soup.","Peas,\nonion."\n'
    (text,), rejects = read_texts(table(tmp_path, rows))
    assert (text.model, text.temperature, text.prompt) == ("small", 0.2, "A soup.")
    assert (text.id, text.text, rejects) == ("answers-1", "Peas,\nonion.", [])


def test_a_table_of_another_country_has_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    (text,), _ = read_texts(table(tmp_path, "\ufeffModel;Temperature;Output\nsmall;0,2;Peas.\n"))
    assert (text.model, text.temperature, text.text) == ("small", 0.2, "Peas.")


def test_a_table_may_have_the_parts_of_recipes(tmp_path: Path) -> None:
    rows = 'model,title,ingredients,directions\nsmall,Soup,"[""2 cups peas""]",Simmer.\n'
    (text,), _ = read_texts(table(tmp_path, rows))
    assert text.from_fields
    assert text.title == "Soup"


def test_a_row_that_cannot_be_used_is_a_reject(tmp_path: Path) -> None:
    rows = "model,temperature,output,error\na,0.2,Peas.,\na,hot,Peas.,\na,0.2,,429\na,0.2,,\na,b\n"
    texts, rejects = read_texts(table(tmp_path, rows))
    assert len(texts) == 1
    assert [(each.position, each.reason) for each in rejects] == [
        (1, "temperature is not a number from 0 to 100"),
        (2, "failed: 429"),
        (3, "no text in the answer"),
        (4, "2 columns where the header has 4"),
    ]


@pytest.mark.parametrize(
    "line", ["peas, onion and salt", "Mix the text, then the output", "prompt, model"]
)
def test_plain_texts_with_commas_are_no_table(tmp_path: Path, line: str) -> None:
    texts, _ = read_texts(table(tmp_path, f"{line}\nsimmer\n"))
    assert [text.text for text in texts] == [line, "simmer"]
