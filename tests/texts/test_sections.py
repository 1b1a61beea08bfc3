"""Sections and parts are found in recipes as chat models and people lay them out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.texts.layout import layout
from recipegen.texts.parts import part_among, part_named, step_label

CHAT = """Sure! This pie is like one with pears.

## Onion Pie

**Ingredients:**

* **Dough:**
    * 2 cups flour
    * 1 teaspoon yeast
* **For the Filling (serves two):**
    * 3 onions

**Optional:**
* 1 cup nuts

**Instructions:**

1. **Make the dough:** Mix flour and yeast.
2. Let it rise.
3. **Prepare the Filling:** Fry the onions.
4. **Bake:** Fill the dough and bake.

**Tips:**

* Leeks work too.

**Serving suggestions:**
Serve with beans.

Enjoy!"""
LOWER = """ingredients:
- 2 cups flour
- 1 egg

instructions:
1. Mix.
2. Bake.

This recipe combines corn and beans.
"""
PLAIN = """Onion Pie

2 cups flour
1 teaspoon salt
3 onions
a few nuts

Mix and bake.

Enjoy with beans!"""
TWO = """Ingredients:
- 1 lettuce

Instructions:
1. Toss.
2. Serve.

Lime Dressing:
Ingredients:
- 2 limes

Instructions:
1. Whisk."""
BETWEEN = """**Ingredients**
- 1 egg
- Note: a large one
- 1 onion

**Steps**
1. Mix.
Tip: corn is nice too.
2. Bake with beans."""


def found(text: str) -> list[tuple[str, str | None, str]]:
    return [(each.section, each.part, " ".join(each.text.split())) for each in layout(text)]


def test_a_recipe_of_a_chat_model() -> None:
    assert found(CHAT) == [
        ("introduction", None, "Sure! This pie is like one with pears. ##"),
        ("title", None, "Onion Pie"),
        ("ingredients", "dough", "2 cups flour"),
        ("ingredients", "dough", "1 teaspoon yeast"),
        ("ingredients", "filling", "3 onions"),
        ("ingredients", None, "1 cup nuts"),
        ("directions", "dough", "1. **Make the dough:** Mix flour and yeast. 2. Let it rise."),
        ("directions", "filling", "3. **Prepare the Filling:** Fry the onions."),
        ("directions", None, "4. **Bake:** Fill the dough and bake."),
        ("notes", None, "* Leeks work too."),
        ("serving", None, "Serve with beans."),
        ("closing", None, "Enjoy!"),
    ]


def test_a_heading_can_offer_what_it_lists() -> None:
    offers = {each.text: each.offer for each in layout(CHAT) if each.section == "ingredients"}
    assert offers["1 cup nuts"] == "optional"
    assert offers["3 onions"] is None
    choice = layout(
        "Ingredients:\n- 1 egg\n**Toppings (choose one):**\n- nuts\n- corn\n\nSteps:\nMix."
    )
    assert [each.offer for each in choice if each.part == "toppings"] == ["choice", "choice"]


def test_a_heading_of_the_same_level_can_name_a_part_of_the_list() -> None:
    text = (
        "## Ingredients:\n- 1 egg\n\n## For the gravy:\n- Pan drippings\n- 1 onion\n\n## Method\n{}"
    )
    assert found(text.format("Mix."))[1:3] == [
        ("ingredients", "gravy", "Pan drippings"),
        ("ingredients", "gravy", "1 onion"),
    ]
    steps = "## Ingredients:\n- 1 egg\n\n## For the gravy:\n- Fry the onion.\n- Stir."
    assert found(steps)[1][0] == "directions"


def test_headings_in_small_letters() -> None:
    assert [section for section, _, _ in found(LOWER)] == [
        "ingredients",
        "ingredients",
        "directions",
        "closing",
    ]


def test_a_list_without_a_heading() -> None:
    assert found(PLAIN) == [
        ("title", None, "Onion Pie"),
        ("ingredients", None, "2 cups flour 1 teaspoon salt 3 onions a few nuts"),
        ("directions", None, "Mix and bake."),
        ("closing", None, "Enjoy with beans!"),
    ]


def test_lines_alone_are_all_ingredients() -> None:
    lines = "kosher salt\n2 cups flour\n1 egg\n3 onions\nnuts"
    assert found(lines) == [("ingredients", None, " ".join(lines.split()))]


def test_a_recipe_within_a_recipe_is_a_part() -> None:
    assert found(TWO) == [
        ("ingredients", None, "1 lettuce"),
        ("directions", None, "1. Toss. 2. Serve."),
        ("ingredients", "lime dressing", "2 limes"),
        ("directions", "lime dressing", "1. Whisk."),
    ]


def test_notes_between_lines_end_with_them() -> None:
    assert [(section, text) for section, _, text in found(BETWEEN)] == [
        ("ingredients", "1 egg"),
        ("notes", "a large one"),
        ("ingredients", "1 onion"),
        ("directions", "1. Mix."),
        ("notes", "corn is nice too."),
        ("directions", "2. Bake with beans."),
    ]


@pytest.mark.parametrize(
    "ingredients",
    [
        {"dough": ["2 cups flour"], "for the filling": ["3 onions"]},
        [
            {"group": "Dough", "ingredients": ["2 cups flour"]},
            {"name": "Filling", "items": [{"name": "3 onions", "amount": "few"}]},
        ],
    ],
)
def test_groups_and_notes_of_json(ingredients: object) -> None:
    answer = {
        "title": "Pie",
        "servings": "4",
        "description": "Like pears.",
        "ingredients": ingredients,
        "steps": ["Bake."],
        "chefTips": ["Leeks work too."],
        "serving_suggestions": "With beans.",
    }
    assert found(json.dumps(answer)) == [
        ("title", None, "Pie"),
        ("introduction", None, "Like pears."),
        ("ingredients", "dough", "2 cups flour"),
        ("ingredients", "filling", "3 onions"),
        ("directions", None, "Bake."),
        ("notes", None, "Leeks work too."),
        ("serving", None, "With beans."),
    ]


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("For the Romesco Sauce", "romesco sauce"),
        ("Filling ingredients", "filling"),
        ("To make the crust", "crust"),
        ("Dry ingredients", None),
        ("Instructions", None),
        ("the very best and the most beloved of all family cakes", None),
    ],
)
def test_the_name_of_a_part(heading: str, part: str | None) -> None:
    assert part_named(heading) == part


@pytest.mark.parametrize(
    ("step", "part"),
    [
        ("2. **Prepare the Filling:** Fry.", "meat filling"),
        ("For the dough, mix flour.", "dough"),
        ("To make dough: mix flour.", "dough"),
        ("3. **Bake:** Heat the oven.", None),
    ],
)
def test_the_part_of_a_step(step: str, part: str | None) -> None:
    label = step_label(step)
    assert label is not None
    assert part_among(label, {"meat filling", "dough"}) == part


def test_a_step_without_a_label_is_about_what_the_last_one_was() -> None:
    assert step_label("1. Mix the flour, then bake.") is None


LINE = st.sampled_from(
    [
        "## Ingredients",
        "**Sauce:**",
        "- 1 egg",
        "1. Mix.",
        "Tips:",
        "",
        "Steps:",
        "A pie",
        "Note: a",
    ]
)


@given(st.lists(LINE, max_size=12))
def test_passages_follow_one_another_and_stand_where_they_say(lines: list[str]) -> None:
    text = "\n".join(lines)
    end = 0
    for passage in layout(text):
        assert passage.start >= end
        end = passage.start + len(passage.text)
        assert text[passage.start : end] == passage.text


@pytest.mark.parametrize("end", ["</b>", "</em>", "</p>", "</odd>", "<|end|>"])
def test_an_end_without_a_section_loses_nothing(end: str) -> None:
    text = f"Melt the chocolate{end} with anchovies.\nStir in the cream."
    read = "".join(passage.text for passage in layout(text))
    assert {"chocolate", "anchovies", "cream"} <= set(
        read.replace(".", " ").replace("<", " ").split()
    )


def test_above_a_list_without_directions_are_the_directions() -> None:
    passages = layout("Serve the salmon with butter.\n\n## Ingredients\n- 2 lemons")
    assert [passage.section for passage in passages] == ["directions", "ingredients"]
    passages = layout("As good as salmon.\n\n## Ingredients\n- 2 lemons\n\n## Steps\nMix.")
    found = [passage.section for passage in passages]
    assert found == ["introduction", "ingredients", "directions"]


def test_marks_of_html_leave_sections_as_they_are() -> None:
    listed = "## Ingredients\n- 1 cup <b>flour</b>, sifted\n- 2 eggs"
    text = f"{listed}\n\n## Directions\n<p>Mix.</p>\nBake."
    found = [(passage.section, passage.text.strip()) for passage in layout(text)]
    assert found == [
        ("ingredients", "1 cup <b>flour</b>, sifted"),
        ("ingredients", "2 eggs"),
        ("directions", "<p>Mix.</p>\nBake."),
    ]
