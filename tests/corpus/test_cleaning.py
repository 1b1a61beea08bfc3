"""Damaged text is repaired, and sound text is left as it is."""

import ftfy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.corpus.cleaning import clean_text


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        ("Stir well.", "Stir well."),
        ("  two \t spaces\r\nand a line ", "two spaces and a line"),
        ("1&frac12; cups", "1½ cups"),
        ("salt &amp; pepper", "salt & pepper"),
        ("jalapeÃ±o", "jalapeño"),
        ("itâ€™s done", "it's done"),
        ("Bake at 350\u00c2\u00b0F", "Bake at 350°F"),
        ("cre\u0300me", "crème"),
        ("half\u00adway\u200b there", "halfway there"),
        ("bell\x07 \x00 ring", "bell ring"),
        ("left\u202eright", "leftright"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("<b>x</b> & y", "<b>x</b> & y"),
        ("", ""),
    ],
)
def test_damage_is_repaired(damaged: str, repaired: str) -> None:
    assert clean_text(damaged) == repaired


@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters="&")))
def test_ascii_without_entities_keeps_its_printable_characters(text: str) -> None:
    seen = "".join(
        letter if letter.isprintable() or letter in "\t\n\f\r" else "" for letter in text
    )
    assert clean_text(text) == " ".join(seen.split())


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1),
            st.sampled_from("°½¼¾–—àáâçèéêíîïñóöùúûü"),
        )
    )
)
def test_letters_that_need_no_repair_stay_as_ftfy_leaves_them(parts: list[tuple[str, str]]) -> None:
    text = "".join(map("".join, parts))
    fixed = ftfy.fix_text(text, unescape_html=True)
    assert clean_text(text) == " ".join(fixed.split())


@given(st.text())
def test_cleaned_text_can_be_written_and_has_single_blanks(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert cleaned == " ".join(cleaned.split())
