import pytest

from recipegen.report.wording import closed, interval, points, shown_word, unbroken, value


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        (0.0412, "rate", "4.1\N{NARROW NO-BREAK SPACE}%"),
        (0.00041, "rate", "0.04\N{NARROW NO-BREAK SPACE}%"),
        (0.0, "rate", "0\N{NARROW NO-BREAK SPACE}%"),
        (-1.234, "nats", "\N{MINUS SIGN}1.2"),
        (1234.5, "words", "1,234"),
        (None, "rate", "–"),
    ],
)
def test_a_figure_has_the_digits_that_it_bears(number: float, unit: str, shown: str) -> None:
    assert value(number, unit) == shown


def test_an_interval_names_its_unit_once() -> None:
    row = {"low": 0.036, "high": 0.047}
    assert interval(row, "rate") == "3.6 to 4.7\N{NARROW NO-BREAK SPACE}%"
    assert interval({"low": None, "high": None}) == "no interval"


def test_blanks_before_punctuation_are_closed() -> None:
    assert closed("chop ( fine ) , then stir . serve") == "chop (fine), then stir. serve"
    assert closed("1 / 2 cup") == "1 / 2 cup"


def test_a_figure_is_not_broken_over_lines() -> None:
    assert " " not in unbroken("T = 1")


def test_a_word_that_cannot_be_seen_is_spelled_out() -> None:
    assert shown_word("a\u200bb") == "aU+200Bb"
    assert shown_word("soup") == "soup"


def test_a_difference_of_rates_is_in_points_with_its_sign() -> None:
    assert points(0.0123) == "+1.2"
    assert points(-0.0005) == "\N{MINUS SIGN}0.05"
    assert points(0.0) == "0"
    assert points(None) == "–"
