"""Ingredient lines and steps are read from the many forms in which people write them."""

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.corpus.cleaning import are_clean, clean_text
from recipegen.corpus.field_values import Lines, Unusable, lines_of, without_marks
from recipegen.corpus.html_text import without_html
from recipegen.corpus.printed_lists import LONGEST, is_printed, parse_literal
from tests.corpus.probes import json_values


def steps(value: object) -> list[str]:
    return [clean_text(line) for line in lines_of(value, "directions", "directions")]


def ingredients(value: object) -> list[str]:
    lines = lines_of(value, "ingredients", "ingredients")
    return [line for line in map(clean_text, lines) if line]


PEAS = ["2 cups peas", "salt"]


@pytest.mark.parametrize(
    "value",
    [
        PEAS,
        "2 cups peas\nsalt",
        "2 cups peas\r\n\r\n  salt \n",
        "['2 cups peas', 'salt']",
        "[u'2 cups peas', u'salt']",
        '["2 cups peas", "salt"]',
        "['2 cups peas' 'salt']",
        "['2 cups peas'\n 'salt']",
        'c("2 cups peas", "salt")',
        "array(['2 cups peas', 'salt'], dtype=object)",
        "list('2 cups peas', None, 'salt')",
        "<ul><li>2 cups <b>peas</b></li><li>salt</li></ul>",
        "2 cups&nbsp;peas<br/>salt",
        ["<p>2 cups peas</p>", "salt"],
        ["2 cups peas", None, "", "salt", True],
        ["\u2022 2 cups peas", "- salt"],
        ["1. 2 cups peas", "2. salt"],
        "2 cups peas | salt | ",
        "2 cups peas; salt;",
        [["2 cups peas"], ["salt"]],
        {"Soup": ["2 cups peas"], "Crust": "salt"},
        {"1": "2 cups peas", "2": "salt"},
        {"peas": "2 cups", "salt": None},
        [{"name": "peas", "amount": "2 cups"}, {"name": "salt"}],
        [{"quantity": 2, "unit": {"name": "cups"}, "food": {"name": "peas"}}, {"item": "salt"}],
        [{"quantity": Decimal("2.0"), "unit": "cups", "name": "peas"}, {"ingredient": "salt"}],
        [{"original": "2 cups peas", "name": "pea", "amount": 2, "meta": ["x"]}, {"text": "salt"}],
        [{"text": "2 cups peas"}, {"text": "salt"}],
        [{"note": "2 cups peas", "quantity": 1, "food": None}, {"note": "salt", "quantity": 0}],
        [{"name": "Soup", "ingredients": [{"display": "2 cups peas"}]}, {"name": "salt"}],
        [{"@type": "PropertyValue", "name": "peas", "value": "2", "unitText": "cups"}, "salt"],
        "[{'name': 'peas', 'amount': '2 cups'}, {'name': 'salt'}]",
        "2 cups peas\n[Topping]\n, Topping\nsalt",
    ],
)
def test_ingredients_in_any_shape(value: object) -> None:
    assert ingredients(value) == PEAS


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"amount": 0.5, "unit": "cup", "name": "oil"}, "1/2 cup oil"),
        ({"amount": 1.3333, "unit": "cups", "name": "oil"}, "1 1/3 cups oil"),
        ({"amount": 0.2, "unit": "l", "name": "oil"}, "0.2 l oil"),
        ({"amount": 250, "unit": "g", "name": "oil", "note": "warm"}, "250 g oil, warm"),
        ({"name": "eggs", "requiredQuantity": {"value": "2"}}, "2 eggs"),
        ({"name": "oil", "amount": {"metric": {"value": 2, "unit": "dl"}}}, "2 dl oil"),
        ({"amount": 2, "unit": None, "name": "eggs", "unit_id": 7}, "2 eggs"),
    ],
)
def test_an_ingredient_that_is_an_object_becomes_a_line(value: object, line: str) -> None:
    assert ingredients([value]) == [line]


def test_line_feeds_that_lay_out_an_ingredient_do_not_cut_it() -> None:
    assert ingredients(["2\n  cups\n peas"]) == ["2 cups peas"]
    assert ingredients(["2 cups peas\n1 ham hock", "salt"]) == ["2 cups peas", "1 ham hock", "salt"]


def test_names_behind_commas_are_parted_only_where_no_preparation_is_meant() -> None:
    assert ingredients("peas, salt, oil") == ["peas", "salt", "oil"]
    assert ingredients("2 peas,1 ham hock - diced,salt") == ["2 peas", "1 ham hock - diced", "salt"]
    assert ingredients("2 cups peas, cooked, drained") == ["2 cups peas, cooked, drained"]
    assert ingredients("1 onion, chopped") == ["1 onion, chopped"]
    assert ingredients("1 head of lettuce, 1 onion, sliced, 2 tbsp oil, Salt to taste") == [
        "1 head of lettuce",
        "1 onion, sliced",
        "2 tbsp oil",
        "Salt to taste",
    ]
    assert ingredients("3 cups peas - 1 tsp salt - oil") == ["3 cups peas", "1 tsp salt", "oil"]
    assert ingredients("1 onion - diced") == ["1 onion - diced"]
    assert ingredients("1 can, 14 ounces, of beans") == ["1 can, 14 ounces, of beans"]


STEPS = ["Soak the peas.", "Boil them."]


@pytest.mark.parametrize(
    "value",
    [
        STEPS,
        "Soak the peas.\nBoil them.",
        "1. Soak the peas.\n2. Boil them.",
        "1. Soak the peas. 2. Boil them.",
        "1) Soak the peas. 2) Boil them.",
        "1.Soak the peas.2.Boil them.",
        "Soak the peas.Boil them.",
        "Soak the peas. | Boil them. | ",
        ["Step 1: Soak the peas.", "STEP 2 Boil them."],
        ["1.", "Soak the peas.", "2.", "Boil them."],
        ["Directions:", "- Soak the peas.", "* Boil them."],
        "Preparation\n\nSoak the peas.\n\nBoil them.",
        "<ol><li>Soak the peas.<li>Boil them.</ol>",
        "&lt;p&gt;Soak the peas.&lt;/p&gt;&lt;p&gt;Boil them.&lt;/p&gt;",
        "['Soak the peas.', 'Boil them.']",
        {"0": "Soak the peas.", "2": "Boil them."},
        {"10": "Boil them.", "9": "Soak the peas."},
        {"Before": "Soak the peas.", "Then": ["Boil them."]},
        [{"step": 1, "text": "Soak the peas."}, {"step": 2, "text": "Boil them."}],
        [{"text": "Soak\r\nthe peas."}, {"text": "Boil\nthem."}],
        [{"number": 1, "step": "Soak the peas.", "ingredients": [{"name": "pea"}]}, STEPS[1]],
        [{"name": "", "steps": [{"step": "Soak the peas."}, {"step": "Boil them."}]}],
        [
            {"@type": "HowToStep", "name": "Soak the peas."},
            {"@type": "HowToStep", "text": STEPS[1]},
        ],
        [{"@type": "HowToSection", "name": "Soup", "itemListElement": STEPS}],
        [{"@type": "HowToSection", "name": "Soup", "ItemListElement": STEPS}],
        [{"@type": "HowToSection", "name": "Soup", "steps": STEPS}],
        [{"@type": "HowToSection"}, {"@type": "HowToSection", "name": "Soup", "item": STEPS}],
        [{"@type": "HowToStep", "text": STEPS[0], "itemListElement": []}, STEPS[1]],
        [{"@type": "Recipe", "name": "Soup", "recipeInstructions": STEPS}],
        {
            "@type": "ItemList",
            "itemListElement": [{"@type": "ListItem", "item": {"text": s}} for s in STEPS],
        },
        [*STEPS, {"@type": "HowToStep", "image": "x.jpg", "url": "https://example.org"}],
        [*STEPS, {"@type": "HowToStep", "text": "&nbsp;"}, None, ""],
        [{"title": "", "text": STEPS[0], "ingredientReferences": [{"referenceId": "a"}]}, STEPS[1]],
    ],
)
def test_steps_in_any_shape(value: object) -> None:
    assert [step for step in steps(value) if step] == STEPS


@pytest.mark.parametrize(
    "value",
    [
        [{"@type": "HowToSection", "name": "Soup"}],
        [{"@type": "HowToSection", "name": "Soup", "itemListElement": []}],
        [{"image": "x.jpg", "id": 3}],
        {},
    ],
)
def test_the_name_of_a_section_alone_is_no_step(value: object) -> None:
    assert steps(value) == []


@pytest.mark.parametrize(
    "line",
    [
        "Bake for 5 min. 10 more do no harm.",
        "Heat to 350. Bake.",
        "Serves 1. 2. 3. or more people",
        "3-4 minutes are enough for it.",
        "Mix e.g. oats",
        "Add 1.5 cups of milk and wait.",
        "Stepwise add the milk to the flour.",
        "Sift.",
        "S.Pellegrino is a water",
    ],
)
def test_what_only_looks_like_a_number_or_an_end_stays(line: str) -> None:
    assert lines_of(line, "directions", "directions") == [line]
    assert without_marks([line], "directions") == [line]


@pytest.mark.parametrize("kind", get_args(Lines))
@pytest.mark.parametrize("value", ["['a', 'b'", '["a", ', 'c("a"', "['a'] + ['b']"])
def test_a_list_that_breaks_off_is_said_to(value: str, kind: Lines) -> None:
    with pytest.raises(Unusable, match="begins like a printed list and breaks off"):
        lines_of(value, kind, "steps")


@pytest.mark.parametrize("value", [3, True, 1.5])
def test_what_is_neither_text_nor_a_list_is_said_to_be(value: object) -> None:
    with pytest.raises(Unusable, match="steps is neither text nor a list"):
        lines_of(value, "directions", "steps")


@given(json_values, st.sampled_from(get_args(Lines)))
def test_any_value_gives_lines_or_says_why(value: object, kind: Lines) -> None:
    try:
        found = lines_of(value, kind, "x")
    except Unusable:
        return
    assert all(type(line) is str for line in found)


@given(st.lists(st.text()))
def test_what_is_known_as_clean_is_clean(lines: list[str]) -> None:
    if are_clean(lines):
        assert [clean_text(line) for line in lines] == lines
        assert all(lines)


@pytest.mark.parametrize(
    ("lines", "clean"),
    [
        (["1 cup peas", "salt"], True),
        (["1 cup peas", ""], False),
        (["1 cup peas "], False),
        ([" salt"], False),
        (["a  b"], False),
        (["a\tb"], False),
        (["a &amp; b"], False),
        (["\u00bd cup"], False),
        ([], False),
    ],
)
def test_clean_lines(lines: list[str], clean: bool) -> None:
    assert are_clean(lines) == clean


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Cook < 5 minutes & > 3", "Cook < 5 minutes & > 3"),
        ("a &amp; b", "a & b"),
        ("a<br>b", "a\nb"),
        ("<b>a</b> b", "a b"),
        ("AT&T; salt", "AT&T; salt"),
    ],
)
def test_html(text: str, plain: str) -> None:
    assert without_html(text) == plain


# Printed lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("['a', \"b's\"]", ["a", "b's"]),
        ("[]", []),
        ("character(0)", []),
        (r"['it\'s', 'a\nb', 'caf\xe9 \u00bd \\ \d']", ["it's", "a\nb", "caf\u00e9 \u00bd \\ \\d"]),
        ("['a',]", ["a"]),
        ("['a' 'b']", ["a", "b"]),
        ("['a', ['b']]", ["a", ["b"]]),
        ("['a', 1, -2.5, True, None, nan]", ["a", 1, -2.5, True, None, None]),
        ("{'a': {'b': [1]}}", {"a": {"b": [1]}}),
        ("('a', 'b')", ["a", "b"]),
        (r"['\U7fffffff', '\ud800', '\x']", [r"\U7fffffff", "\ud800", r"\x"]),
        ('["a\nb"]', ["a\nb"]),
    ],
)
def test_what_programs_print_is_read(text: str, value: object) -> None:
    assert parse_literal(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "['a'] + ['b']",
        "__import__('os').getcwd()",
        "[f'{1}']",
        "['a",
        "]",
        "",
        "[" * 100_000,
        "['a'" + " " * 100_000,
        "['" + "\\" * 100_001,
        "['a'" + ", 'a'" * 30_000,
        "{" + "'a': {" * 50_000,
        "'" * (LONGEST + 1),
        "9" * 10_000,
    ],
    ids=lambda text: f"{text[:8]}{len(text)}",
)
def test_what_is_no_printed_value_is_given_up_at_once(text: str) -> None:
    """Trying every way to read them takes ten thousand million steps: the test would never end."""
    with pytest.raises(ValueError, match=r"."):
        parse_literal(text)


@pytest.mark.parametrize(
    "text", ["[Optional] 2 cups", "(1 cup) peas", "c(peas)", "call it a day", "{about} 2", "2 cups"]
)
def test_a_sentence_is_not_taken_for_a_printed_list(text: str) -> None:
    assert not is_printed(text)
