"""Turns fields of any shape into ingredient lines and steps.

A field is a text, a list or an object, and these may be nested. A text may be a printed list or
HTML. The result is lines as a person would write them, one for each ingredient or each step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Literal, TypeGuard

from recipegen.corpus.html_text import without_html
from recipegen.corpus.printed_lists import is_printed, parse_literal

Lines = Literal["ingredients", "directions"]
"""Whether the lines of a field are ingredients or steps."""

DEEPEST = 12
"""Levels of nested lists and objects that are read."""

LONGEST_HEADING = 20
"""Most characters of a line that may be only a heading, such as "Directions:"."""

WHOLE_LINE = (
    *("original", "originalstring", "originaltext", "originalname", "display", "raw"),
    *("rawtext", "text", "line", "fulltext", "@value"),
)
"""Fields of an ingredient object that may hold the whole line, the likeliest first."""

FOOD = ("name", "item", "food", "ingredient", "ingredientname", "product", "description")
"""Fields of an ingredient object that may hold the food, the likeliest first."""

STEP = (
    *("text", "@value", "step", "instruction", "direction", "description", "content", "body"),
    *("value", "name", "headline"),
)
"""Fields of a step object that may hold its text, the likeliest first."""

_QUANTITY = (
    *("quantity", "amount", "qty", "requiredquantity", "measure", "measurement", "value"),
    *("number", "quantityvalue", "displayquantity"),
)
_UNIT = ("unit", "unittext", "units", "uom", "unitname")
_NOTE = ("note", "notes", "preparation", "comment", "remark", "remarks", "prep")
_STEPS = (
    *("itemlistelement", "item", "items", "steps", "step", "directions", "instructions"),
    *("recipeinstructions", "method", "substeps", "content", "text", "list", "lines"),
)
"""Fields of a section that may hold its steps, the likeliest first."""

_INGREDIENTS = (
    *("ingredients", "recipeingredient", "items", "ingredientlist", "itemlistelement", "lines"),
    "list",
)
"""Fields of a group of ingredients that may hold its lines."""

_NO_LINES = {
    *("image", "images", "video", "photo", "url", "id", "@id", "@type", "@context", "type"),
    *("position", "number", "order", "time", "length", "duration", "tool", "tools", "equipment"),
    *("supply", "ingredients", "recipeingredient", "ingredientreferences", "name", "title"),
    *("measures", "meta", "nutrition", "unit", "food"),
    *("author", "datepublished", "notes", "key", "thumbnail", "thumbnailurl", "caption", "clip"),
}
_SIGNS = "•·▪▫►▸●○◦▢□☐☑✅⁃➤"
_DASHES = "*\u2013\u2014-"
_MARKS = frozenset(" \t\r\n\xa0\ufeff(" + _DASHES + _SIGNS)
_STEP_MARKS = _MARKS | frozenset("0123456789#")
_BULLET = re.compile(rf"\A\s*(?:[{_DASHES}]\s+|[{_SIGNS}]\s*)(?=\S)")
_NUMBER = re.compile(
    r"\A\s*(?:(?:step|#)\s*\d{1,2}(?:\s*[-\u2013.:)]+\s*|\s+(?=[A-Z])|\s*\Z)"
    r"|\(?\d{1,2}\s*[.):](?:\s+|\Z|(?=[^\W\d_])))",
    re.IGNORECASE,
)
_ONLY_NUMBER = re.compile(r"[\s(]*\d{0,3}[\s.:)]*")
_COUNTED = re.compile(r"\A\s*(\d{1,2})[.)]\s+(?=\S)")
_FIRST = re.compile(r"\A\s*\(?1\s*[.):]")
_COUNT_WITHIN = re.compile(r"(?<![\d,])(?<!\d\.)\(?(\d{1,2})\s*[.)]\s*(?=[^\W\d_]|\Z|\s)")
_GLUED = re.compile(r"(?<=[^\W\d_A-Z]{2}[.!?])(?=[A-Z][a-z\s])|(?<=[a-z][)][.!])(?=[A-Z][a-z\s])")
_NEXT_AMOUNT = re.compile(r",\s+(?=[\d\u00bc-\u00be\u2150-\u215e])")
_NEXT_ITEM = re.compile(r",\s+(?=[\d\u00bc-\u00be\u2150-\u215eA-Z])")
_DASH = re.compile(r"\s+(?:--?|[\u2013\u2014\u2022])\s+")
_DIGIT = re.compile(r"\d")
_GROUP_OF_INGREDIENTS = re.compile(r"\D{1,80}:|ingredients", re.IGNORECASE)
_AMOUNT_ALONE = re.compile(
    r"\s*[\d\u00bc-\u00be\u2150-\u215e/.,\s-]+(?:cups?|(?:tea|table)spoons?|ts?ps?|tbsps?|[mcd]?l|k?g|oz"
    r"|ounces?|lbs?|pounds?|pinch(?:es)?|cans?|cloves?|slices?|sprigs?|pieces?)\.?\s*",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\s*(?:directions|instructions|preparation|method|steps|procedure)\s*:?\s*", re.IGNORECASE
)
_GROUP = re.compile(r"\s*\[[^\[\]]*\]\s*|, .*", re.DOTALL)
_HALVES = {Fraction(part, whole) for whole in (2, 3, 4, 8) for part in range(1, whole)}


class Unusable(ValueError):
    """A field cannot be turned into lines; the message says why."""


def lines_of(value: object, kind: Lines, field: str) -> list[str]:
    """The lines of a field, in order; names of groups and sections are left out.

    Args:
        value: what the field holds.
        kind: ingredients or steps.
        field: the name of the field, for the error.

    Raises:
        Unusable: the field is neither a text nor a list nor an object, or it is a printed list
            that is cut off.
    """
    if isinstance(value, str):
        try:
            value = parse_literal(value) if is_printed(value) else _lines_in(value, kind)
        except ValueError as error:
            raise Unusable(f"{field} begins like a printed list and breaks off") from error
    if _are_texts(value):
        value = [each["text"] for each in value]
    if _are_plain(value):
        return without_marks(value, kind)
    if not isinstance(value, str | list | dict):
        raise Unusable(f"{field} is neither text nor a list")
    try:
        return without_marks([*_in_value(value, kind, 0)], kind)
    except ValueError as error:
        raise Unusable(f"{field} begins like a printed list and breaks off") from error


def _are_texts(value: object) -> TypeGuard[list[dict[str, str]]]:
    """Whether a field is a list of objects that have a text and nothing else."""
    if not isinstance(value, list) or not value or type(value[0]) is not dict:
        return False
    return all(
        type(each) is dict and len(each) == 1 and type(each.get("text")) is str for each in value
    )


def _are_plain(value: object) -> TypeGuard[list[str]]:
    """Whether a field is already a list of texts, without HTML and printed lists."""
    if not isinstance(value, list) or set(map(type, value)) != {str}:
        return False
    whole = "".join(value)
    return not ("<" in whole or "\n" in whole or value[0].startswith(("[", "c(", "{")))


def without_marks(lines: list[str], kind: Lines) -> list[str]:
    """Lines without bullets at their start, and steps without their numbers.

    A step that is only a number is left out. So is the name of a group of ingredients that ends
    with a colon.
    """
    if not lines:
        return lines
    firsts = [line[:1] for line in lines]
    if kind == "directions":
        short = min(map(len, lines)) <= LONGEST_HEADING
        if not short and _STEP_MARKS.isdisjoint(firsts) and not _says_step(firsts, lines):
            return lines
        steps = (step for line in lines for step in _numbered_steps(line))
        return [step for step in steps if not _HEADING.fullmatch(step)]
    if ":" in {line[-1:] for line in lines} or len(lines[0]) == len("ingredients"):
        lines = [line for line in lines if not _GROUP_OF_INGREDIENTS.fullmatch(line)]
    if firsts[0] == "1" and _are_counted(lines):
        return [_COUNTED.sub("", line, 1) for line in lines]
    if _MARKS.isdisjoint(firsts):
        return lines
    return [_BULLET.sub("", line, 1) for line in lines]


def _says_step(firsts: list[str], lines: list[str]) -> bool:
    """Whether a line may begin with "Step 1"."""
    is_s = "S" in firsts or "s" in firsts
    return is_s and any(line[:4].lower() == "step" for line in lines)


def _are_counted(lines: Sequence[str]) -> bool:
    """Whether each line begins with its number in the list."""
    if len(lines) < 2:
        return False
    found = map(_COUNTED.match, lines)
    return all(mark and int(mark[1]) == at for at, mark in enumerate(found, 1))


def _numbered_steps(line: str) -> list[str]:
    """A step without its number, or all the steps that are numbered in one line."""
    places = [0]
    for mark in _COUNT_WITHIN.finditer(line):
        if int(mark[1]) == len(places) + 1:
            places.append(mark.start())
    if len(places) == 1 or not _FIRST.match(line):
        return [_without_number(line)]
    return [_without_number(line[start:end]) for start, end in pairwise([*places, len(line)])]


def _without_number(line: str) -> str:
    line = _NUMBER.sub("", _BULLET.sub("", line, 1), 1)
    return "" if _ONLY_NUMBER.fullmatch(line) else line


def _in_value(value: object, kind: Lines, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    if isinstance(value, str):
        yield from _in_text(value, kind, depth)
    elif isinstance(value, list):
        yield from _in_list(value, kind, depth)
    elif isinstance(value, dict) and kind == "ingredients":
        yield from _in_ingredient(value, depth)
    elif isinstance(value, dict):
        yield from _in_step(value, depth)
    elif not isinstance(value, bool) and value is not None:
        yield str(value)


def _in_text(text: str, kind: Lines, depth: int) -> Iterator[str]:
    """The lines of a text, or of the list that a program has printed into it."""
    if is_printed(text):
        yield from _in_value(parse_literal(text), kind, depth + 1)
    else:
        yield from _lines_in(text, kind)


def _lines_in(text: str, kind: Lines) -> list[str]:
    """The lines of a text that is not a printed list."""
    if "<" in text or "&" in text:
        text = without_html(text)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = _parted(lines[0], kind)
    if "[" in text or "\n, " in text or text.startswith(", "):
        lines = [line for line in lines if not _GROUP.fullmatch(line)]
    return lines


def _parted(line: str, kind: Lines) -> list[str]:
    """The single line of a text, split if something other than line feeds separates its items.

    Steps whose line feeds were lost can be recognised: a sentence starts right after another.
    """
    if kind == "directions":
        return line.split("|") if line.count("|") > 1 else _GLUED.split(line)
    mark = next((mark for mark in ("|", ";") if line.count(mark) > 1), "")
    if not mark and line.count(",") > 1 and (", " not in line or not _DIGIT.search(line)):
        # A comma before the preparation of an ingredient ("onion, chopped") has a blank after it.
        mark = ","
    if not mark and len(_NEXT_AMOUNT.findall(line)) > 1:
        return _NEXT_ITEM.split(line)
    if not mark and len(_DASH.findall(line)) > 1:
        return _DASH.split(line)
    return line.split(mark) if mark else [line]


def _in_list(items: Sequence[object], kind: Lines, depth: int) -> Iterator[str]:
    """The lines of a list: each text is one line, unless it is HTML or a printed list."""
    for item in items:
        if not isinstance(item, str):
            yield from _in_value(item, kind, depth + 1)
        elif is_printed(item):
            yield from _in_text(item, kind, depth + 1)
        elif "<" in item:
            yield from without_html(_on_one_line(item)).splitlines()
        elif kind == "ingredients" and "\n" in item:
            yield from _ingredients_in(item)
        else:
            yield item


def _ingredients_in(item: str) -> list[str]:
    """An item of a list of ingredients, or several items that line feeds separate.

    A line feed that is only layout leaves pieces of a single word or an amount; the item is then
    kept whole.
    """
    lines = [line for line in item.splitlines() if line.strip()]
    are_whole = all(len(line.split()) > 1 and not _AMOUNT_ALONE.fullmatch(line) for line in lines)
    return lines if are_whole else [item]


def _on_one_line(text: str) -> str:
    """A text with blanks instead of its line feeds, which are only layout."""
    return " ".join(text.split())


# Ingredients --------------------------------------------------------------------------------------


def _in_ingredient(value: dict[str, object], depth: int) -> Iterator[str]:
    """The lines of an object: one ingredient, a group of them, or amounts by names of foods."""
    own = _lowered(value)
    groups = [own[name] for name in _INGREDIENTS if isinstance(own.get(name), list)]
    line = _first_text(own, WHOLE_LINE) or _line_of(own)
    if not groups and line:
        yield line
        return
    named = {name: each for name, each in own.items() if name not in _NO_LINES}
    if groups or any(isinstance(each, list | dict) for each in named.values()):
        for each in groups or named.values():
            if isinstance(each, list | dict | str):
                yield from _in_value(each, "ingredients", depth + 1)
    elif not own.keys() & {*WHOLE_LINE, *FOOD, *_NOTE}:
        for name, amount in value.items():
            said = _amount(amount)
            yield said if str(name).isdigit() else f"{said} {name}".strip()


def _line_of(own: dict[str, object]) -> str:
    """``2 cups carrots, grated``, from the fields of an ingredient; empty if it has no food."""
    food = _first_text(own, FOOD)
    unit = _first_text(own, _UNIT)
    quantity = next((said for name in _QUANTITY if (said := _amount(own.get(name)))), "")
    note = _first_text(own, _NOTE)
    if not food and note:
        # If there is only a note, the program has filled in the quantity of one.
        food, note, quantity = note, "", quantity if unit or quantity != "1" else ""
    if not food:
        return ""
    line = " ".join(filter(None, (quantity, unit, food)))
    return f"{line}, {note}" if note else line


def _first_text(own: dict[str, object], names: Sequence[str]) -> str:
    """The text of the first field that has one; a field may also be an object with a name."""
    for name in names:
        value = own.get(name)
        if isinstance(value, dict):
            inner = _lowered(value)
            value = inner.get("name") or inner.get("abbreviation") or inner.get("text")
        if isinstance(value, str) and value.strip():
            return _on_one_line(without_html(value))
    return ""


def _amount(value: object) -> str:
    """A quantity as a person writes it: ``2``, ``1/2``, ``1 1/2``, ``2 cups``; empty if none."""
    if isinstance(value, dict):
        inner = _lowered(value)
        parts = (_amount(inner.get(name)) for name in (*_QUANTITY, "metric", "us"))
        quantity = next(filter(None, parts), "")
        return " ".join(filter(None, (quantity, _first_text(inner, _UNIT))))
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return ""
    if isinstance(value, str):
        return value.strip()
    if not 0 < value < 1e9:
        return ""
    whole, rest = divmod(float(value), 1)
    part = Fraction(rest).limit_denominator(8)
    if part in _HALVES and abs(part - rest) < 0.01:
        return f"{whole:.0f} {part}" if whole else str(part)
    return f"{float(value):.10g}"


# Steps --------------------------------------------------------------------------------------------


def _in_step(value: dict[str, object], depth: int) -> Iterator[str]:
    """The steps in an object: a step, a section, a numbered list, or a recipe within a recipe."""
    text = value.get("text")
    if type(text) is str and _has_letters(text) and _is_flat(value):
        yield from _step_in(text)
    elif value and all(str(name).isdigit() for name in value):
        for name in sorted(value, key=int):
            yield from _in_value(value[name], "directions", depth + 1)
    else:
        yield from _in_section(_lowered(value), depth)


def _in_section(own: dict[str, object], depth: int) -> Iterator[str]:
    """The steps of a section or a recipe, of a step in several pieces, or of named groups."""
    sections = [own[name] for name in _STEPS if isinstance(own.get(name), list | dict)]
    inner = [line for each in sections for line in _in_value(each, "directions", depth + 1)]
    text = "" if inner else _text_of_step(own, is_section=bool(sections))
    if text:
        yield from _step_in(text)
    elif inner:
        yield from inner
    elif not sections:
        for name, each in own.items():
            if name not in _NO_LINES:
                yield from _in_group(each, depth)


def _is_flat(value: dict[str, object]) -> bool:
    """Whether an object holds no lists and no objects."""
    return {list, dict}.isdisjoint(map(type, value.values()))


def _step_in(text: str) -> list[str]:
    """The step in the text of an object, or several steps that HTML separates."""
    if "<" in text or "&" in text:
        return without_html(_on_one_line(text)).splitlines()
    return [text]


def _in_group(value: object, depth: int) -> Iterator[str]:
    """The steps in a group that stands under a name of its own."""
    if isinstance(value, str) and not is_printed(value):
        yield value
    elif isinstance(value, str | list | dict):
        yield from _in_value(value, "directions", depth + 1)


def _text_of_step(own: dict[str, object], is_section: bool) -> str:
    """The text of a step; the name of a section does not count."""
    is_section = is_section or "section" in str(own.get("@type", "")).lower()
    for name in STEP:
        value = own.get(name)
        if isinstance(value, dict) and name != "name":
            value = _lowered(value).get("@value")
        if isinstance(value, str) and _has_letters(value):
            return "" if is_section and name in ("name", "headline") else value
    return ""


def _has_letters(text: str) -> bool:
    return text[:1].isalpha() or any(letter.isalpha() for letter in without_html(text))


def _lowered(value: dict[str, object]) -> dict[str, object]:
    return {_lower(str(name)[:100]): each for name, each in value.items()}


@lru_cache(maxsize=1000)
def _lower(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
