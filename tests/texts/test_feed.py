"""Recipes from outside: each line is a JSON object or plain text; others are rejected."""

import json
from pathlib import Path

import pytest

from recipegen.errors import UsageError
from recipegen.texts.feed import read_texts
from recipegen.texts.layout import compose
from recipegen.texts.text import Text


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
        (b'{"id": "b", "text": "\\ud800"}', "a lone surrogate, such as \\ud800"),
        (b'{"id": "\\udc00", "text": "x"}', "a lone surrogate, such as \\ud800"),
        (b'{"id": "b", "ingredients": ["\\ud800"]}', "a lone surrogate, such as \\ud800"),
        (b'{"id": "a", "text": "again"}', "the id occurs twice"),
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
    with pytest.raises(UsageError, match=r'no line is a recipe, such as \{"id"'):
        texts_of(tmp_path, content)


# The shapes that people have ----------------------------------------------------------------------

LINES = ["2 cups peas", "1 onion", "1 ham hock"]
STEPS = ["Simmer the peas, onion and ham in broth."]
WHOLE = compose("Pea Soup", LINES, STEPS)
TALK = "Simmer peas, onion and ham."
CHAT = [
    {"role": "system", "content": "You like milk."},
    {"role": "user", "content": "a pea soup without garlic"},
    {"role": "assistant", "content": TALK},
]
SHARED = [{"from": "human", "value": "a soup with garlic"}, {"from": "gpt", "value": TALK}]
CHOICES = {"choices": [{"index": 0, "message": {"role": "assistant", "content": TALK}}]}
SHAPES: dict[str, tuple[object, str]] = {
    "fields, no id": (
        {"title": "Pea Soup", "ingredients": LINES, "instructions": STEPS},
        WHOLE,
    ),
    "a number as id": ({"id": 1, "text": TALK}, TALK),
    "ingredients and instructions": (
        {"id": "a", "title": "Pea Soup", "ingredients": LINES, "instructions": STEPS},
        WHOLE,
    ),
    "ingredients as objects": (
        {"id": "a", "ingredients": [{"name": "peas", "amount": "2 cups"}, {"name": "onion"}]},
        compose("", ["2 cups peas", "onion"], []),
    ),
    "a chat": ({"id": "a", "messages": CHAT}, TALK),
    "text and ingredients": (
        {"text": TALK, "ingredients": LINES},
        f"{TALK}\n\n{compose('', LINES, [])}",
    ),
    "ShareGPT": ({"conversations": SHARED}, TALK),
    "an answer of an endpoint": ({"id": "chatcmpl-1", **CHOICES}, TALK),
    "a batch of an endpoint": (
        {"custom_id": "7", "response": {"status_code": 200, "body": CHOICES}},
        TALK,
    ),
    "a completion of an endpoint": ({"choices": [{"text": TALK, "index": 0}]}, TALK),
    "a pipeline of transformers": ([{"generated_text": TALK}], TALK),
    "a chat of a pipeline": ([{"generated_text": CHAT}], TALK),
    "Alpaca": ({"instruction": "a soup with garlic", "input": "", "output": TALK}, TALK),
    "a prompt and its completion": ({"prompt": "a soup of garlic", "completion": TALK}, TALK),
    "parts of a message": ({"message": {"content": [{"type": "text", "text": TALK}]}}, TALK),
    "schema.org": (
        {
            "@type": "Recipe",
            "name": "Pea Soup",
            "recipeIngredient": LINES,
            "recipeInstructions": [{"@type": "HowToStep", "text": STEPS[0]}],
        },
        WHOLE,
    ),
    "printed lists": (
        {"name": "Pea Soup", "ingredients": str(LINES), "steps": str(STEPS)},
        WHOLE,
    ),
    "texts of several lines": (
        {"Title": "Pea Soup", "Ingredients": "\n".join(LINES), "Directions": f"1. {STEPS[0]}"},
        WHOLE,
    ),
    "groups of ingredients": (
        {
            "title": "Pea Soup",
            "ingredients": {"soup": LINES[:2], "meat": [{"item": "ham hock", "quantity": 1}]},
            "method": STEPS,
        },
        WHOLE,
    ),
    "amounts by food": (
        {"ingredients": {"peas": "2 cups", "onion": 1}},
        compose("", ["2 cups peas", "1 onion"], []),
    ),
    "a recipe in a recipe": (
        {"recipe": {"title": "Pea Soup", "ingredients": LINES, "directions": STEPS}},
        WHOLE,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_read(tmp_path: Path, shape: str) -> None:
    record, text = SHAPES[shape]
    (found,), rejects = texts_of(tmp_path, json.dumps(record).encode())
    assert (found.text, rejects) == (text, [])


def test_what_a_model_was_asked_for_is_no_part_of_the_recipe(tmp_path: Path) -> None:
    records = [SHAPES[name][0] for name in ("a chat", "ShareGPT", "a prompt and its completion")]
    texts, _ = texts_of(tmp_path, "\n".join(map(json.dumps, records)).encode())
    assert [text.prompt for text in texts] == [
        *("a pea soup without garlic", "a soup with garlic", "a soup of garlic")
    ]
    assert all("garlic" not in text.text for text in texts)


def test_ids_of_lines_without_one_are_stable(tmp_path: Path) -> None:
    lines = [{"text": "soup"}, {"id": 2, "text": "cake"}, {"text": "pie"}, {"id": 1.5, "text": "x"}]
    content = "\n".join(map(json.dumps, lines)).encode()
    ids = [text.id for text in texts_of(tmp_path, content)[0]]
    assert ids == ["line-1", "2", "line-3", "1.5"]
    longer = content + b'\n{"text": "one more"}'
    assert [text.id for text in texts_of(tmp_path, longer)[0]][:4] == ids


def test_an_empty_text_is_a_text(tmp_path: Path) -> None:
    (text,), rejects = texts_of(tmp_path, b'{"id": "a", "text": ""}')
    assert (text.text, rejects) == ("", [])


def test_what_is_told_of_a_text_is_known(tmp_path: Path) -> None:
    lines = [
        {"text": "a", "temperature": 0.5, "stopped": False, "group": "g"},
        {"text": "b", "finish_reason": "length"},
        {"text": "c", "finish_reason": "stop", "title": "Soup"},
        {"text": "d"},
    ]
    texts, _ = texts_of(tmp_path, "\n".join(map(json.dumps, lines)).encode())
    assert [text.stopped for text in texts] == [False, False, True, None]
    assert (texts[0].temperature, texts[0].group, texts[3].group) == (0.5, "g", "all")
    assert texts[2].title == "Soup"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"title": "Soup"}, "neither text nor ingredients nor directions"),
        ({"id": True, "text": "x"}, "id is neither text nor a number"),
        ({"text": 3}, "text is not text"),
        ({"ingredients": 3}, "ingredients is neither text nor a list"),
        ({"ingredients": "['peas', "}, "ingredients begins like a printed list and breaks off"),
        ({"messages": [{"role": "user", "content": "a soup"}]}, "no message of an assistant"),
        ({"text": "x", "temperature": "hot"}, "temperature is not a number from 0 to 100"),
        ({"text": "x", "stopped": 1}, "stopped is not true or false"),
        ({"text": "x", "prompt": 1}, "prompt is not text"),
        ([{"text": "x"}, {"text": "y"}], "the line is not an object"),
    ],
)
def test_what_cannot_be_understood_is_a_reject(tmp_path: Path, record: object, reason: str) -> None:
    content = "\n".join(map(json.dumps, [{"id": "a", "text": "soup"}, record])).encode()
    texts, rejects = texts_of(tmp_path, content)
    assert [text.id for text in texts] == ["a"]
    assert rejects == [(1, reason)]
