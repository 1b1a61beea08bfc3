"""Recipes from outside: JSON objects or plain text a line, and what is wrong with the others."""

import json
from pathlib import Path

import pytest

from recipegen.errors import UsageError
from recipegen.texts.feed import Text, read_texts


def texts_of(folder: Path, content: bytes) -> tuple[list[Text], list[tuple[int, str]]]:
    path = folder / "texts.jsonl"
    path.write_bytes(content)
    texts, rejects = read_texts(path)
    return texts, [(rejected.position, rejected.reason) for rejected in rejects]


def test_plain_lines_are_texts_with_the_number_of_their_line(tmp_path: Path) -> None:
    texts, rejects = texts_of(tmp_path, "recipe for soup | boil .\r\n\n½ a cake\n".encode())
    assert texts == [Text("1", 0, "recipe for soup | boil ."), Text("3", 2, "½ a cake")]
    assert rejects == []


def test_a_text_keeps_every_character_of_a_json_line(tmp_path: Path) -> None:
    text = " Fold\r\nin  the\tcr\u00e8me\u200f. "
    (found,), rejects = texts_of(tmp_path, json.dumps({"id": "a", "text": text}).encode())
    assert (found.text, rejects) == (text, [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'"no recipe"', "the line is not an object"),
        (b"recipe for soup", "not valid JSON"),
        (b'{"id": "b", "text": "\xff"}', "not UTF-8"),
        (b'{"id": "b", "text": "\\ud800"}', "half of a letter, such as \\ud800"),
        (b'{"id": "\\udc00", "text": "x"}', "half of a letter, such as \\ud800"),
        (b'{"id": "b", "ingredients": ["\\ud800"]}', "half of a letter, such as \\ud800"),
        (b'{"id": "a", "text": "again"}', "the id stands twice"),
        (b'{"id": "b", "text": ' + b"[" * 10_000, "not valid JSON"),
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_a_bad_line_among_objects_is_a_reject(
    tmp_path: Path, line: bytes, reason: str, place: int
) -> None:
    lines = [b'{"id": "a", "text": "soup"}']
    lines.insert(place, line)
    if b'"a"' in line:
        place = 1
    texts, rejects = texts_of(tmp_path, b"\n".join(lines))
    assert [text.id for text in texts] == ["a"]
    assert rejects == [(place, reason)]


def test_a_line_without_end_costs_itself_alone(tmp_path: Path) -> None:
    long = b"x" * (5 << 20)
    texts, rejects = texts_of(tmp_path, b"soup\n" + long + b"\ncake\n")
    assert [text.id for text in texts] == ["1", "3"]
    assert rejects == [(1, "the line is too long")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"3\n", b'"text"\n', b"\xff\n"])
def test_a_file_without_texts_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UsageError, match=r'no line \{"id"'):
        texts_of(tmp_path, content)
