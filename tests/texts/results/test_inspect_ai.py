"""Logs of inspect_ai as texts."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recipegen.errors import UsageError
from recipegen.texts.feed import read_texts
from recipegen.texts.results.inspect_ai import ZSTANDARD
from tests.texts.results.writing import SOUP, inspect_log, inspect_sample, write_eval


def as_json(path: Path, log: dict[str, Any]) -> Path:
    path.write_text(json.dumps(log, indent=2))
    return path


@pytest.mark.parametrize("write", [write_eval, as_json])
def test_a_sample_has_its_model_temperature_prompt_title_and_epoch(
    tmp_path: Path, write: Any
) -> None:
    log = inspect_log([inspect_sample("Pea Soup", epoch=2)], of_model=0.7)
    (text,), rejects = read_texts(write(tmp_path / "log", log))
    assert (text.model, text.group, text.temperature) == ("house/small", "house/small", 0.7)
    assert (text.id, text.title) == ("taskl-Pea Soup-epoch 2", "Pea Soup")
    assert (text.prompt, text.text) == ("Write a recipe for Pea Soup.", SOUP)
    assert (text.stopped, rejects) == (True, [])


@pytest.mark.parametrize(
    ("settings", "temperature"),
    [
        ({}, None),
        ({"of_model": 0.2}, 0.2),
        ({"of_model": 0.2, "of_plan": 0.9}, 0.9),
        (
            {
                "of_model": 0.2,
                "of_plan": 0.9,
                "steps": [{"solver": "generate", "params": {"temperature": 0.5}}],
            },
            0.5,
        ),
        ({"of_plan": 0.0, "of_model": 0.4, "steps": [{"solver": "generate", "params": {}}]}, 0.0),
    ],
)
def test_the_temperature_that_inspect_ai_uses_counts(
    tmp_path: Path, settings: dict[str, Any], temperature: float | None
) -> None:
    log = inspect_log([inspect_sample("a")], **settings)
    (text,), _ = read_texts(write_eval(tmp_path / "log.eval", log))
    assert text.temperature == temperature


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"error": {"message": "gone"}}, "failed in inspect_ai: gone"),
        ({"output": {"choices": [], "error": "busy"}}, "failed in inspect_ai: busy"),
        ({"output": {"choices": []}}, "no answer in inspect_ai"),
        (
            {"output": {"choices": []}, "limit": {"type": "token", "limit": 9}},
            "no answer in inspect_ai: the limit of token was reached",
        ),
        ({"text": "  "}, "no text in the answer"),
    ],
)
@pytest.mark.parametrize("write", [write_eval, as_json])
def test_a_sample_that_failed_is_a_reject(
    tmp_path: Path, write: Any, more: dict[str, Any], reason: str
) -> None:
    log = inspect_log([inspect_sample("a"), inspect_sample("b", **more)])
    texts, rejects = read_texts(write(tmp_path / "log", log))
    assert [text.id for text in texts] == ["taskl-a-epoch 1"]
    assert [(each.position, each.reason) for each in rejects] == [(1, reason)]


def test_a_chat_is_asked_what_its_user_said(tmp_path: Path) -> None:
    messages = [
        {"role": "system", "content": "You like milk."},
        {"role": "user", "content": [{"type": "text", "text": "A soup."}]},
    ]
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": SOUP}]
    sample = inspect_sample("a", text=parts, input=messages)  # type: ignore[arg-type]
    (text,), _ = read_texts(as_json(tmp_path / "log.json", inspect_log([sample])))
    assert (text.prompt, text.text) == ("A soup.", SOUP)


def test_each_of_several_choices_is_a_text(tmp_path: Path) -> None:
    sample = inspect_sample("a")
    ended = {"message": {"content": "Peas."}, "stop_reason": "max_tokens"}
    sample["output"]["choices"].append(ended)
    texts, _ = read_texts(as_json(tmp_path / "log.json", inspect_log([sample])))
    assert [(text.id[-1], text.stopped) for text in texts] == [("1", True), ("1", False)]
    assert texts[1].id == "taskl-a-epoch 1-1"


def test_a_log_of_a_run_that_was_killed_is_read(tmp_path: Path) -> None:
    log = inspect_log([inspect_sample("a")], of_plan=0.3)
    (text,), _ = read_texts(write_eval(tmp_path / "log.eval", log, finished=False))
    assert text.temperature == 0.3


def test_a_folder_has_every_log_and_a_retried_sample_once(tmp_path: Path) -> None:
    first = inspect_log([inspect_sample("a", error={"message": "x"}), inspect_sample("b")])
    again = inspect_log([inspect_sample("a"), inspect_sample("b")])
    write_eval(tmp_path / "1.eval", first)
    as_json(tmp_path / "2.json", again)
    (tmp_path / "notes.txt").write_text("not results")
    (tmp_path / ".hidden").write_text("nor this")
    texts, rejects = read_texts(tmp_path)
    assert sorted(text.id for text in texts) == ["taskl-a-epoch 1", "taskl-b-epoch 1"]
    assert [(each.source, each.reason) for each in rejects] == [
        ("1.eval", "failed in inspect_ai: x"),
        ("2.json", "the id occurs twice"),
        ("notes.txt", "passed over: no results of a tool that is known"),
    ]


# Odd and hostile files ---------------------------------------------------------------------------


def write_zstandard(path: Path, files: dict[str, bytes]) -> Path:
    """A zip file as inspect_ai writes it: the content is compressed with Zstandard."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            packed = pa.compress(content, codec="zstd", asbytes=True)
            archive.writestr(name, packed)
    data = bytearray(path.read_bytes())
    stored, zstandard = b"\0\0", ZSTANDARD.to_bytes(2, "little")
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = data.find(mark)
        while start >= 0:
            assert data[start + place : start + place + 2] == stored
            data[start + place : start + place + 2] = zstandard
            start = data.find(mark, start + 4)
    path.write_bytes(data)
    return path


def test_a_log_that_is_compressed_with_zstandard_is_read(tmp_path: Path) -> None:
    log = inspect_log([], of_plan=0.3)
    sample = json.dumps(inspect_sample("a")).encode()
    files = {"header.json": json.dumps(log).encode(), "samples/a_epoch_1.json": sample}
    (text,), _ = read_texts(write_zstandard(tmp_path / "log.eval", files))
    assert (text.text, text.temperature) == (SOUP, 0.3)


def test_a_damaged_sample_costs_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.eval"
    write_eval(path, inspect_log([inspect_sample("a")]))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("samples/b_epoch_1.json", '{"id": "b", "output": {"choi')
        archive.writestr("samples/c_epoch_1.json", "[" * 100_000)
        archive.writestr("samples/d_epoch_1.json", b"\xff\xfe\x00")
    texts, rejects = read_texts(path)
    assert [text.id for text in texts] == ["taskl-a-epoch 1"]
    assert [each.position for each in rejects] == [1, 2, 3]
    assert all("not valid JSON" in each.reason for each in rejects)


def test_a_sample_that_unpacks_to_too_much_ends_the_log(tmp_path: Path) -> None:
    path = tmp_path / "log.eval"
    write_eval(path, inspect_log([inspect_sample("a")]))
    huge = json.dumps(inspect_sample("b", store="0" * (1 << 26)))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("samples/b_epoch_1.json", huge)
    texts, rejects = read_texts(path)
    assert [text.id for text in texts] == ["taskl-a-epoch 1"]
    assert "unpacks to more than" in rejects[0].reason


def test_a_log_that_is_cut_off_gives_the_samples_before(tmp_path: Path) -> None:
    log = inspect_log([inspect_sample(name) for name in "abc"])
    whole = json.dumps(log)
    path = tmp_path / "log.json"
    path.write_text(whole[: whole.rindex('"id"')])
    texts, rejects = read_texts(path)
    assert [text.id for text in texts] == ["taskl-a-epoch 1", "taskl-b-epoch 1"]
    assert [each.position for each in rejects] == [2]
    assert rejects[0].reason.startswith("not valid JSON")


def test_an_answer_that_is_not_utf_8_is_a_reject(tmp_path: Path) -> None:
    path = as_json(tmp_path / "log.json", inspect_log([inspect_sample("a"), inspect_sample("b")]))
    content = path.read_bytes()
    at = content.rindex(b"Simmer")
    path.write_bytes(content[:at] + b"\xff" + content[at + 1 :])
    texts, rejects = read_texts(path)
    assert [text.id for text in texts] == ["taskl-a-epoch 1"]
    assert [each.reason for each in rejects] == ["not UTF-8"]


def test_a_giant_store_of_a_sample_is_passed_over(tmp_path: Path) -> None:
    store = {str(number): number for number in range(60_000)}
    log = inspect_log([inspect_sample("a", store=store, metadata={"title": "x", "more": store})])
    (text,), _ = read_texts(as_json(tmp_path / "log.json", log))
    assert (text.text, text.title) == (SOUP, "")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("other.zip", None, "a zip file that is no log of inspect_ai"),
        ("pointer.eval", b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    ],
)
def test_what_is_no_log_is_refused_with_the_remedy(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    path = tmp_path / name
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.txt", "a")
    else:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read_texts(path)


def test_a_log_without_samples_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no sample"):
        read_texts(as_json(tmp_path / "log.json", inspect_log([])))
