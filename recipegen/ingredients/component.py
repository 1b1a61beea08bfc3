"""The spaCy component that finds ingredients in a text.

``nlp.add_pipe("ingredient_extractor")`` reads the tokens of a document and sets ``doc.ents``: spans
labelled ``INGREDIENT`` whose ``ent_id_`` is the canonical name, and spans labelled ``FOOD`` for
foods that are no ingredient by themselves, such as "dough".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

import pandas as pd
import spacy
import srsly
from spacy.language import Language
from spacy.tokens import Doc, Span

from recipegen.ingredients.choices import Choices, Chosen
from recipegen.ingredients.compounds import Compounds
from recipegen.ingredients.context_words import ingredient_words
from recipegen.ingredients.countries import COUNTRIES, countries_in
from recipegen.ingredients.grammar import Grammar
from recipegen.ingredients.hand_written import NOT_FOOD, PREPARED, known_ingredients
from recipegen.ingredients.lines import Name, is_heading, names_in_parts
from recipegen.ingredients.matcher import NameMatcher
from recipegen.ingredients.misspelling import Misspellings
from recipegen.ingredients.scope import ALTERNATIVE, IN_THE_DISH, USED, Match, Role, Scope
from recipegen.ingredients.shared_words import Sharing
from recipegen.ingredients.spelling import REMEMBERED
from recipegen.ingredients.tokens import Tokeniser, Tokens
from recipegen.ingredients.word_senses import Senses

INGREDIENT = "INGREDIENT"
FOOD = "FOOD"

PARTS = frozenset(ingredient_words().sharing["parts"])
"""Words for a part of a fruit, such as "juice"; only with the fruit they name an ingredient."""

SEASONINGS = ("herb", "spice")
"""Categories of ingredients that season the food named after them."""

_PREPARED, _NOT_FOOD = f"<{PREPARED}>", f"<{NOT_FOOD}>"


class Mention(NamedTuple):
    """A food in a text. ``text[start:end] == surface``, and ``ingredient`` is empty for "dough"."""

    start: int
    end: int
    surface: str
    ingredient: str
    role: Role = USED
    choice: int = 0
    """The number of the choice that it is part of; 0 if it is part of none. A food with a choice
    and the role "used" is what the recipe takes if the cook does not care."""
    beside: bool = False
    """Whether the words around it only serve it with the dish: "serve with rice"."""


class _Read(NamedTuple):
    """The foods of a text; the roles and choices of some of them, by index in ``foods``."""

    foods: list[Match]
    roles: dict[int, Role]
    beside: set[int]
    choices: Chosen


@Language.factory("ingredient_extractor", assigns=["doc.ents", "token.ent_type", "token.ent_id"])
class IngredientExtractor:
    """Finds the longest names of a lexicon in a text; words that are verbs there are left out."""

    def __init__(
        self,
        nlp: Language,
        name: str = "ingredient_extractor",
        variants: dict[str, str] | None = None,
        prepared: Sequence[str] = (),
        not_food: Sequence[str] = (),
        extent: Literal["name", "phrase"] = "name",
    ) -> None:
        """Take the names of foods.

        Args:
            nlp: the pipeline that the component is part of.
            name: its name there.
            variants: from each way to write an ingredient to its canonical name.
            prepared: foods that are no ingredient by themselves, as they are written.
            not_food: phrases that name a food and mean something else ("cookie sheet").
            extent: what a span covers: the name of the food ("chopped fresh [basil]") or its noun
                phrase ("[the chopped fresh basil]").
        """
        self.name = name
        self._extent = extent
        self._nlp = nlp
        named = {**dict.fromkeys(prepared, _PREPARED), **dict.fromkeys(not_food, _NOT_FOOD)}
        self._learn({**named, **(variants or {})})

    def _learn(self, names: dict[str, str]) -> None:
        self._names = names
        strings, known = self._nlp.vocab.strings, known_ingredients()
        self._grammar = Grammar(strings)
        self._scope = Scope(strings, self._grammar.phrase)
        self._choices = Choices(strings, self._grammar.phrase)
        cues = {**self._scope.cues, **self._choices.cues}
        self._cues = self._scope.kinds | self._choices.kinds
        self._matcher = NameMatcher(self._nlp, {**cues, **names})
        misspellings = Misspellings(strings, {w for name in names for w in name.split()})
        self._tokenise = Tokeniser(self._nlp, misspellings)
        basics = frozenset(map(strings.add, known.basics))
        self._sharing = Sharing(strings, self._matcher, self._grammar.phrase, basics)
        seasonings = {name for name, kind in known.categories.items() if kind in SEASONINGS}
        self._compounds = Compounds(strings, self._matcher, frozenset(map(strings.add, seasonings)))
        self.senses = Senses(strings)
        self._bar = strings.add("|")
        self._countries = frozenset(map(strings.add, COUNTRIES))
        self._prepared, self._not_food = strings.add(_PREPARED), strings.add(_NOT_FOOD)
        self._ingredients = {**self._matcher.names, self._prepared: ""}
        self._food, self._ingredient = strings.add(FOOD), strings.add(INGREDIENT)

    def predict(self, doc: Doc) -> list[Span]:
        """The spans of foods, in order and without overlaps."""
        return [
            Span(doc, start, end, label=self._food)
            if name == self._prepared
            else Span(doc, start, end, label=self._ingredient, span_id=name)
            for name, start, end in self._read(self._tokenise.of_document(doc)).foods
        ]

    def mentions(self, text: str, is_line: bool = False, at: int = 0) -> list[Mention]:
        """The foods in order, without overlaps. This takes half the time of making spans.

        Args:
            text: any.
            is_line: whether it is known to be an ingredient line.
            at: the position of its first character; those of the foods are counted from there.
        """
        tokens = self._tokenise(text)
        read = self._read(tokens, is_line)
        ingredients, span = self._ingredients, tokens.span
        found = []
        for name, start, end in read.foods:
            first, last = span(start, end)
            found.append(Mention(at + first, at + last, text[first:last], ingredients[name]))
        for place in {*read.roles, *read.beside, *read.choices.numbers}:
            found[place] = self._with_role(found[place], read, place)
        return found

    def _with_role(self, food: Mention, read: _Read, place: int) -> Mention:
        """A food with the role and the choice that the text gives it."""
        choice = read.choices.numbers.get(place, 0) if read.foods[place][0] != self._prepared else 0
        is_alternative = choice and place not in read.choices.defaults
        role = read.roles.get(place, ALTERNATIVE if is_alternative else USED)
        return Mention(*food[:4], role, choice, place in read.beside)

    def _read(self, tokens: Tokens, is_line: bool = False) -> _Read:
        """The foods of a text. Blanks inside a line, which marks leave, part no name."""
        if "  " not in tokens.text:
            return self._read_words(tokens, is_line)
        places, without = tokens.without_blanks()
        read = self._read_words(without, is_line)
        foods = [(name, places[start], places[end - 1] + 1) for name, start, end in read.foods]
        return read._replace(foods=foods)

    def _read_words(self, tokens: Tokens, is_line: bool) -> _Read:
        words, distinct = tokens.words, set(tokens.words)
        matches: list[Match] = []
        cues: list[Match] = []
        for match in self._matcher(words):
            (cues if match[0] in self._cues else matches).append(match)
        foods = self._longest(matches)
        if is_line:
            foods = [match for match in foods if match[0] != self._not_food]
        else:
            foods = self._meant(words, distinct, foods)
        if not self._countries.isdisjoint(distinct):
            foods = _without_countries(tokens, foods)
        foods = self._sharing.complete(words, distinct, foods)
        title = words.index(self._bar) if self._bar in distinct else 0
        foods = self._compounds.join(words, foods, title)
        foods = self._whole(words, distinct, self.senses.resolve(words, distinct, foods))
        roles, beside = self._scope.roles(tokens, foods, cues, is_line) if cues else ({}, set())
        return _Read(foods, roles, beside, self._choices.find(words, distinct, foods, cues))

    def _meant(self, words: list[int], distinct: Set[int], longest: list[Match]) -> list[Match]:
        """The matches that name a food in this text, which is no ingredient line by itself."""
        lines = self._grammar.lines(words, distinct)
        aside = self._aside(words, longest, lines) if lines else ()
        is_verb, is_only_part = self._grammar.is_verb, self._grammar.is_only_part
        found = []
        for match in longest:
            name, start, end = match
            if name == self._not_food or start in aside:
                continue
            if end - start == 1 and is_verb(words, start):
                continue
            if (
                name == self._prepared
                and is_only_part(words[end - 1])
                and any(first <= start < last for first, last in lines)
            ):
                continue
            found.append(match)
        return found

    def _longest(self, matches: list[Match]) -> list[Match]:
        """The longest match that starts at each word; if two overlap, the later one.

        The later one counts because the head of a name is its last word: "light cream cheese" is
        cream cheese. The matcher gives matches in the order of their first words. Among those that
        start at the same word, the longest comes last.
        """
        found: list[Match] = []
        for match, following in pairwise([*matches, (0, -1, -1)]):
            if following[1] == match[1]:
                continue
            if not found or match[1] >= found[-1][2]:
                found.append(match)
            elif match[2] > found[-1][2] and match[0] not in (self._prepared, self._not_food):
                found[-1] = self._compounds.of_two(found[-1], match)
        return found

    def _whole(self, words: list[int], distinct: Set[int], matches: list[Match]) -> list[Match]:
        """The matches, extended by the words around them that belong to the name of the food."""
        can_extend = self._extent == "phrase" or self._grammar.can_extend(distinct)
        if not can_extend and not any(name == self._prepared for name, _, _ in matches):
            return matches
        whole: list[Match] = []
        done = 0
        for place, (name, start, end) in enumerate(matches):
            if start == done and name == self._prepared and whole:
                whole[-1] = (*whole[-1][:2], end)  # "egg mixture", "dough ball"
            else:
                limit = matches[place + 1][1] if place + 1 < len(matches) else len(words)
                start, end = self._grammar.name(words, start, end, done, limit)
                if self._extent == "phrase":
                    start = self._grammar.phrase_start(words, start, done)
                whole.append((name, start, end))
            done = end
        return whole

    def _aside(
        self, words: list[int], foods: list[Match], lines: Iterable[tuple[int, int]]
    ) -> set[int]:
        """Indices of the words in ingredient lines that are beside the point."""
        aside: set[int] = set()
        for start, end in lines:
            if self._grammar.can_digress(words[start:end]):
                named = (at for name, at, _ in foods if at >= start and name != self._prepared)
                aside |= self._grammar.beside_the_point(words, start, end, min(named, default=end))
        return aside

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc.ents`` to the predicted spans, in place of earlier entities."""
        doc.set_ents(self.predict(doc), default="outside")
        return doc

    def pipe(self, docs: Iterable[Doc], batch_size: int = 128) -> Iterator[Doc]:
        """The documents one after the other, with ``doc.ents`` set."""
        del batch_size  # documents are not faster in batches
        yield from map(self, docs)

    def to_bytes(self, **_: Any) -> bytes:
        """The names and the extent, as bytes."""
        return bytes(srsly.msgpack_dumps({"names": self._names, "extent": self._extent}))

    def from_bytes(self, data: bytes, **_: Any) -> IngredientExtractor:
        """Take over the names and the extent from the output of :meth:`to_bytes`."""
        state = srsly.msgpack_loads(data)
        self._extent = state["extent"]
        self._learn(state["names"])
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the names and the extent to a file."""
        Path(path).with_suffix(".msgpack").write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **_: Any) -> IngredientExtractor:
        """Take over the names and the extent from a file of :meth:`to_disk`."""
        return self.from_bytes(Path(path).with_suffix(".msgpack").read_bytes())


def _without_countries(tokens: Tokens, foods: list[Match]) -> list[Match]:
    countries = countries_in(tokens.text)
    return [
        (name, start, end)
        for name, start, end in foods
        if end > start + 1 or tokens.span(start, end)[0] not in countries
    ]


def build_extractor(lexicon: pd.DataFrame, extent: Literal["name", "phrase"] = "name") -> Language:
    """A spaCy pipeline that finds the foods of a table ``lexicon``."""
    nlp = spacy.blank("en")
    # The tokenizer remembers how it splits what stands between blanks: "onion", "onion,", ...
    nlp.tokenizer.max_cache_size = REMEMBERED  # type: ignore[union-attr]
    named = lexicon.dropna(subset="ingredient")
    config = {
        "variants": dict(zip(named["variant"], named["ingredient"], strict=True)),
        "prepared": lexicon.loc[lexicon["category"] == PREPARED, "variant"].tolist(),
        "not_food": lexicon.loc[lexicon["category"] == NOT_FOOD, "variant"].tolist(),
        "extent": extent,
    }
    nlp.add_pipe("ingredient_extractor", config=config)
    return nlp


def find_foods(nlp: Language, texts: Iterable[str]) -> Iterator[list[Mention]]:
    """The foods in each text, ingredients or not, in order and without overlaps."""
    # The foods are not set in the document, because that would double the time.
    yield from map(_extractor(nlp).mentions, texts)


def foods_in_text(nlp: Language, text: str, at: int = 0) -> list[Mention]:
    """The foods in one text, as :func:`find_foods` gives them; ``at`` is where the text starts."""
    return _extractor(nlp).mentions(text, at=at)


def find_mentions(nlp: Language, texts: Iterable[str]) -> Iterator[list[Mention]]:
    """The ingredients in each text, whatever their role, in order and without overlaps."""
    for foods in find_foods(nlp, texts):
        yield [food for food in foods if food.ingredient]


def in_the_dish(mentions: Iterable[Mention]) -> list[str]:
    """The ingredients that a cook who follows a text puts into the dish, sorted, each once."""
    return sorted({each.ingredient for each in mentions if each.role in IN_THE_DISH})


def ingredients_in_lines(nlp: Language, recipes: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """The canonical ingredients of each recipe's ingredient lines, sorted.

    Among alternatives, only the first one counts. The end of a name says what the food is: "chicken
    broth" is not chicken.
    """
    for lines in recipes:
        foods = [food for line in lines for food in foods_of_line(nlp, line)]
        company = {food.ingredient for food in foods}
        yield sorted({sense_of(nlp, food, company) for food in foods})


def has_senses(nlp: Language, food: Mention) -> bool:
    """Whether the word for a food has several senses."""
    return food.surface.lower() in _extractor(nlp).senses.words


def sense_of(nlp: Language, food: Mention, company: Set[str]) -> str:
    """The ingredient that a food of a line means, given the other ingredients of its recipe."""
    return _extractor(nlp).senses.sense(food.surface.lower(), food.ingredient, company)


def foods_of_line(nlp: Language, line: str) -> list[Mention]:
    """The ingredients in the first part of a line that names any.

    If the line is a sentence without an amount in front, all its ingredients count, as in a text.
    """
    if is_heading(line):
        return []
    foods = [
        food for food in foods_in_line(nlp, line) if food.ingredient and food.role in IN_THE_DISH
    ]
    parts = [food for food in foods if food.surface.lower() in PARTS]
    if _is_sentence(line) or (len(foods) < 2 and not parts):
        return foods
    for names in names_in_parts(line):
        named = [[food for food in foods if _is_within(food, name)] for name in names]
        if found := [_first_choice(each[-1], foods) for each in named if each]:
            return found + parts
    return foods[:1]


def foods_in_line(nlp: Language, line: str, at: int = 0) -> list[Mention]:
    """All foods that an ingredient line names, ingredients or not, whatever their role.

    Their positions are counted from ``at``.
    """
    return _extractor(nlp).mentions(line, not _is_sentence(line), at)


def _is_sentence(line: str) -> bool:
    return line.rstrip().endswith((".", "!")) and line.lstrip()[:1].isalpha()


def _first_choice(food: Mention, foods: list[Mention]) -> Mention:
    """The first food of the choice that a food is part of; the food itself without a choice."""
    return next(each for each in foods if each == food or (food.choice == each.choice != 0))


def _is_within(food: Mention, name: Name) -> bool:
    return name.start <= food.start and food.end <= name.end


def _extractor(nlp: Language) -> IngredientExtractor:
    return cast("IngredientExtractor", nlp.get_pipe("ingredient_extractor"))
