"""Title, list and directions are found in texts as people and models write them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.texts.layout import compose, layout

TITLE, LINES, STEP = "Pea Soup", ["2 cups peas", "1 onion"], "Simmer the peas with ham."

MARKDOWN = """Sure! Here's a simple recipe for you.

# Pea Soup!

**Ingredients:**

- 2 cups peas
- 1 onion

### Instructions
1. Simmer the peas with ham.
2. Serve.

Enjoy your meal!"""
GROUPS = """**Pea Soup**

## Ingredients (serves 4)

### For the soup
* 2 cups peas

### For the topping:
* 1 onion

## Notes
Keeps for days.
## Method
Simmer the peas with ham."""
BOLD_LABELS = """**Title**: Pea Soup
**Tags**: Vegan, Quick
**Ingredients**:
- 2 cups peas
- 1 onion
**Steps**:
1. Simmer the peas with ham."""
CAPITALS = """PEA SOUP

INGREDIENTS
2 cups peas
1 onion

METHOD
Simmer the peas with ham."""
TAGS = (
    "<RECIPE_START> <INPUT_START> chicken <NEXT_INPUT> milk <INPUT_END> <INGR_START> 2 cups peas "
    "<NEXT_INGR> 1 onion <INGR_END> <INSTR_START> Simmer the peas with ham. <NEXT_INSTR> Serve. "
    "<INSTR_END> <TITLE_START> Pea Soup <TITLE_END> <RECIPE_END>"
)
OTHER_TAGS = (
    "<start-title>Pea Soup<end-title><start-ingredients>2 cups peas $ 1 onion<end-ingredients>"
    "<start-directions>Simmer the peas with ham.<end-directions>"
)
T5 = f"title: pea soup ingredients: 2 cups peas--1 onion directions: {STEP}--Serve."
T5_LINES = (
    "title: pea soup\ningredients: 2 cups peas--1 onion\ndirections: Simmer the peas with ham."
)
BRACKETS = f"[TITLE]: Pea Soup\n[INGREDIENTS]: 2 cups peas--1 onion\n[DIRECTIONS]: {STEP}"
SIGNS = (
    "\U0001f4d7 Pea Soup\n\n\U0001f955\n\n\u2022 2 cups peas\n\u2022 1 onion\n\n\U0001f4dd\n\n"
    "\u25aa\ufe0e Simmer the peas with ham."
)
XML = (
    "<think>\nThe user hates garlic, no garlic.\nIngredients: garlic\n</think>\n<recipe>\n<name>\n"
    "Pea Soup\n</name>\n<ingredients>\n2 cups peas\n1 onion\n</ingredients>\n<instructions>\n"
    "Simmer the peas with ham.\n</instructions>\n</recipe>"
)
TRANSCRIPT = (
    "<|system|>You know milk.<|endoftext|>\n<|user|>A soup of chicken.<|endoftext|>\n<|assistant|>"
    "Pea Soup\nIngredients:\n- 2 cups peas\n- 1 onion\nDirections:\nSimmer the peas with ham."
)
ANSWER = {"recipe": {"title": "Pea Soup", "ingredients": LINES, "instructions": [STEP]}}
OBJECTS = {
    "name": "Pea Soup",
    "ingredients": [
        {"name": "peas", "amount": "2 cups", "notes": "not milk"},
        {"item": "onion", "quantity": 1},
    ],
    "steps": [{"step": 1, "text": STEP}],
}
FENCED = f"Of course:\n```json\n{json.dumps(ANSWER, indent=1)}\n```\nServe it with milk."
TURNED = """Pea Soup

Ingredients:
- 2 cups peas
- 1 onion

Simmer the peas with ham for an hour."""


def sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for passage in layout(text):
        found.setdefault(passage.section, []).append(" ".join(passage.text.split()))
    return found


@pytest.mark.parametrize(
    "text",
    [
        *(MARKDOWN, GROUPS, BOLD_LABELS, CAPITALS, TAGS, OTHER_TAGS, T5, T5_LINES, BRACKETS),
        *(SIGNS, XML, TRANSCRIPT, json.dumps(ANSWER), FENCED, TURNED),
    ],
)
def test_title_lines_and_directions_of_every_form(text: str) -> None:
    found = sections(text)
    assert [title.lower().rstrip("!") for title in found["title"]] == ["pea soup"]
    lines = [line for line in found["ingredients"] if not line.startswith(("#", "For the"))]
    assert lines == LINES
    said = " ".join(found["directions"])
    assert "Simmer the peas with ham" in said
    assert "chicken" not in said
    assert "garlic" not in said
    assert "milk" not in said


def test_objects_name_the_food_and_nothing_else() -> None:
    found = sections(json.dumps(OBJECTS))
    assert found == {"title": ["Pea Soup"], "ingredients": ["peas", "onion"], "directions": [STEP]}


def test_our_own_form() -> None:
    found = layout("recipe for pea soup | simmer peas .")
    assert [(each.section, each.text) for each in found] == [
        ("title", "recipe for pea soup"),
        ("directions", "simmer peas ."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Simmer peas, onion and ham.",
        "Preparation time: 10 minutes. Simmer peas.",
        "The method is simple: simmer peas.",
        "",
    ],
)
def test_prose_without_headings_is_directions(text: str) -> None:
    assert [(each.section, each.text) for each in layout(text)] == (
        [("directions", text)] if text else []
    )


def test_a_list_in_one_line_is_read_as_a_sentence() -> None:
    found = sections("Ingredients: peas, onion, 1 ham hock\nDirections: Simmer.")
    assert found["ingredients"] == ["peas, onion, 1 ham hock"]


def test_escapes_of_json_keep_their_places() -> None:
    text = json.dumps({"title": "Cr\u00e8me", "directions": "Stir.\nAdd \u201cpeas\u201d."})
    passage = layout(text)[1]
    assert passage.text == "Stir.\nAdd \u201cpeas\u201d."
    at = passage.text.index("peas")
    start, end = passage.span(at, at + 4)
    assert text[start:end] == "peas"


@pytest.mark.parametrize("text", ["[" * 200_000 + '{"', '{"a": ' * 50_000, "- " * 200_000])
def test_nothing_but_marks_costs_little(text: str) -> None:
    assert len(layout(text)) <= 1


PLAIN = st.from_regex(r"[a-z]{2,8}( [a-z]{2,8}){0,4}", fullmatch=True)


@given(PLAIN, st.lists(PLAIN, max_size=4), st.lists(PLAIN, min_size=1, max_size=4))
def test_what_is_composed_is_taken_apart_again(
    title: str, lines: list[str], steps: list[str]
) -> None:
    found = sections(compose(title, lines, steps))
    assert found["title"] == [title]
    assert found.get("ingredients", []) == lines
    assert [step for step in steps if step in found["directions"][0]] == steps


@given(st.text(max_size=300))
def test_every_passage_stands_where_it_says(text: str) -> None:
    for passage in layout(text):
        if passage.places is None:
            assert text[passage.start : passage.start + len(passage.text)] == passage.text
