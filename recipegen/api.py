"""recipegen in a notebook or a program: runs, judges and trained networks, as data frames.

>>> import recipegen
>>> judge = recipegen.Judge.default()
>>> judge.extract("Melt the butter with the garlic; no salt.")[["surface", "ingredient", "role"]]
  surface ingredient    role
0  butter     butter    used
1  garlic     garlic    used
2    salt       salt  absent
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recipegen.errors import MissingTable, UsageError
from recipegen.judging.knowledge import knowledge_of, what_is_known
from recipegen.judging.pairs import explain_known, suggest_known
from recipegen.judging.scoring import mentions_of, summed_up, texts_frame
from recipegen.storage.files import Place, is_file, place
from recipegen.storage.run_folder import Run
from recipegen.tables import LABELS, SCHEMAS, TABLES
from recipegen.texts.feed import texts_in
from recipegen.texts.text import Text

if TYPE_CHECKING:
    import altair as alt
    import pyarrow.dataset
    from spacy.language import Language

    from recipegen.language.model import RecipeLSTM
    from recipegen.language.vocabulary import Vocabulary
    from recipegen.pairing.plausibility import Plausibility

Recipe = str | Mapping[str, Any]
"""A recipe: its text, or an object in any shape that ``recipegen score --texts`` reads."""

COLOURS = {"used": "#d7ead7", "optional": "#d7ead7", "alternative": "#fdf0c8"}
"""Behind the foods of a marked text, by their role; those that are not in the dish have none."""


def open_run(folder: str | Place) -> Results:
    """The results of a run.

    Args:
        folder: of the run, on this machine or in an object store.

    Raises:
        UsageError: there is no run in that folder.
    """
    return Results(Run.open(place(str(folder))))


class Results:
    """What a run has found: its tables as data frames, its charts, its answer."""

    def __init__(self, run: Run) -> None:
        """The results of ``run``; see :func:`open_run`."""
        self.run = run

    def __repr__(self) -> str:
        """The run's folder and how many tables it has."""
        return f"<run {self.run.folder}: {len(self.tables)} tables>"

    @property
    def tables(self) -> list[str]:
        """The names of the tables that are there, in the order in which they are written."""
        return [name for name in (*TABLES, *LABELS) if is_file(self.run.path(name))]

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A table, all of it in memory.

        Args:
            name: of the table; docs/tables.md describes each.
            columns: which of its columns; none reads all.

        Raises:
            UsageError: there is no table of this name.
            MissingTable: the stage that writes it has not been done.
        """
        if name not in {**TABLES, **LABELS}:
            raise UsageError(f"no table is called {name!r}; there are {', '.join(self.tables)}")
        return self.run.read(name, columns)

    def dataset(self, name: str) -> pyarrow.dataset.Dataset:
        """A table that is read as far as it is asked for, by pyarrow.

        Raises:
            MissingTable: the stage that writes it has not been done.
        """
        import pyarrow.dataset

        path = self.run.path(name)
        if not is_file(path):
            raise MissingTable(f"{path}: there is no such table")
        return pyarrow.dataset.dataset(str(path), format="parquet")

    @property
    def summary(self) -> pd.DataFrame:
        """Every metric of every group of texts at every temperature, with its interval."""
        return self.table("temperature_summary")

    @property
    def generators(self) -> pd.DataFrame:
        """How far each generator is from real cooking, at each temperature and cut-off."""
        return self.table("operating_points")

    def chart(self, metric: str = "implausible_pair_rate") -> alt.LayerChart:
        """A metric over the temperature, with its interval, a line for each group of texts.

        Raises:
            UsageError: the run has not measured this metric.
        """
        import altair as alt

        rows = self.summary[self.summary["metric"] == metric].dropna(subset=["temperature"])
        if rows.empty:
            known = ", ".join(sorted(self.summary["metric"].unique()))
            raise UsageError(f"no metric is called {metric!r}; there are {known}")
        base = alt.Chart(rows).encode(x=alt.X("temperature:Q", title="temperature"))
        value = alt.Y("estimate:Q", title=metric.replace("_", " "))
        return alt.LayerChart(
            layer=[
                base.mark_area(opacity=0.2).encode(y="low:Q", y2="high:Q", color="group:N"),
                base.mark_line(point=True).encode(y=value, color="group:N"),
            ]
        )

    def judge(self) -> Judge:
        """The judge that this run has learned."""
        return Judge.of(self)

    def generator(self) -> Generator:
        """The network that this run has trained."""
        return Generator.of(self)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{name}</td><td>{html.escape(SCHEMAS[name].row)}</td></tr>"
            for name in self.tables
        )
        title = html.escape(str(self.run.folder))
        return f"<p><b>{title}</b></p><table><tr><th>table</th><th></th></tr>{rows}</table>"


class Judge:
    """Finds ingredients in recipes and says which pairings a cook would object to."""

    def __init__(self, run: Run | None) -> None:
        """The judge of a run, or the built-in one; see :meth:`default` and :meth:`of`."""
        self._run = run
        self._nlp: Language
        self._plausibility: Plausibility
        self._nlp, self._plausibility = knowledge_of(run)
        self._knowledge = cache(lambda: what_is_known(run))

    @classmethod
    def default(cls) -> Judge:
        """The built-in judge, which was learned from a hundred thousand recipes."""
        return cls(None)

    @classmethod
    def of(cls, results: Results) -> Judge:
        """What a run has learned.

        Raises:
            MissingTable: the run has not learned pairings.
        """
        return cls(results.run)

    def __repr__(self) -> str:
        """Whose judge it is."""
        return f"<judge: {self._run.folder if self._run else 'built in'}>"

    def extract(self, texts: Recipe | Iterable[Recipe]) -> pd.DataFrame:
        """The foods in recipes: id, start, end, surface, ingredient, role, section, part.

        Args:
            texts: one recipe or several.

        Raises:
            UsageError: an object is no recipe.
        """
        return mentions_of(_texts(texts), self._nlp)

    def score(self, texts: Recipe | Iterable[Recipe]) -> pd.DataFrame:
        """A row for each recipe, as in the table ``sample_scores``.

        >>> import recipegen
        >>> judge = recipegen.Judge.default()
        >>> soup = {"title": "Soup", "ingredients": ["2 cups peas", "1 onion", "anchovies"]}
        >>> int(judge.score(soup)["pair_count"].iloc[0])
        3
        """
        return self._judged(texts)["sample_scores"]

    def pairs(self, texts: Recipe | Iterable[Recipe]) -> pd.DataFrame:
        """A row for each pair of ingredients of each recipe, as in the table ``sample_pairs``.

        >>> import recipegen
        >>> judge = recipegen.Judge.default()
        >>> judge.pairs("Melt the chocolate with the anchovies.")["verdict"].tolist()
        ['implausible']
        """
        return self._judged(texts)["sample_pairs"]

    def summary(self, texts: Iterable[Recipe]) -> pd.DataFrame:
        """The rates of groups of recipes, with intervals; the field ``group`` names the group."""
        return summed_up(self._judged(texts)["sample_scores"], self._plausibility)

    def explain(self, first: str, second: str) -> str:
        """Why a pair of ingredients is implausible or not, in words.

        >>> import recipegen
        >>> recipegen.Judge.default().explain("garlic", "chocolate").partition(".")[0]
        'garlic + chocolate: unusual'

        Raises:
            UsageError: one of them is not known, or both are the same.
        """
        return "\n".join(explain_known(self._knowledge(), first, second).lines())

    def suggest(self, *given: str, number: int = 10) -> pd.DataFrame:
        """What would go with some ingredients as one more: ingredient, probability, lift.

        >>> import recipegen
        >>> recipegen.Judge.default().suggest("apple", "cinnamon", number=3).columns.tolist()
        ['ingredient', 'probability', 'lift']

        Raises:
            UsageError: none is given, or one is not known.
        """
        found = suggest_known(self._knowledge(), given, number)
        return pd.DataFrame(map(asdict, found), columns=["ingredient", "probability", "lift"])

    def show(self, text: str) -> Marked:
        """A text with its ingredients marked and those of implausible pairs underlined.

        >>> import recipegen
        >>> recipegen.Judge.default().show("Fry the chocolate with anchovies.").implausible
        [('anchovy', 'chocolate')]
        """
        pairs = self.pairs(text)
        bad = pairs[pairs["implausible"].astype(bool)]
        named = bad[["ingredient_a", "ingredient_b"]].itertuples(index=False, name=None)
        return Marked(text, self.extract(text), list(named))

    def _judged(self, texts: Recipe | Iterable[Recipe]) -> dict[str, pd.DataFrame]:
        from recipegen.evaluation.per_text.scores import score_texts

        return score_texts(texts_frame(_texts(texts)), self._nlp, self._plausibility)


class Marked:
    """A text with what was found in it, for a notebook."""

    def __init__(
        self, text: str, mentions: pd.DataFrame, implausible: list[tuple[str, str]]
    ) -> None:
        """See :meth:`Judge.show`."""
        self.text, self.mentions, self.implausible = text, mentions, implausible

    def __repr__(self) -> str:
        """The text, and the pairs that a cook would object to."""
        pairs = ", ".join(" + ".join(pair) for pair in self.implausible) or "none"
        return f"{self.text}\nimplausible pairs: {pairs}"

    def _repr_html_(self) -> str:
        bad = {name for pair in self.implausible for name in pair}
        pieces, at = [], 0
        found = self.mentions.sort_values("start")
        columns = (found[name].tolist() for name in ("start", "end", "ingredient", "role"))
        for start, end, ingredient, role in zip(*columns, strict=True):
            line = "underline wavy #c0392b" if ingredient in bad else "none"
            style = f"background: {COLOURS.get(role, 'none')}; text-decoration: {line}"
            named = ingredient if isinstance(ingredient, str) else "no ingredient by itself"
            title = html.escape(f"{named}, {role}")
            pieces.append(html.escape(self.text[at:start]))
            food = html.escape(self.text[start:end])
            pieces.append(f'<span style="{style}" title="{title}">{food}</span>')
            at = end
        pieces.append(html.escape(self.text[at:]))
        pairs = ", ".join(" + ".join(pair) for pair in self.implausible) or "none"
        body = "".join(pieces).replace("\n", "<br>")
        return f"<p>{body}</p><p>implausible pairs: {html.escape(pairs)}</p>"


class Generator:
    """A trained network that writes recipes."""

    def __init__(self, model: RecipeLSTM, vocabulary: Vocabulary, seed: int) -> None:
        """See :meth:`of`."""
        self._model, self._vocabulary, self._seed = model, vocabulary, seed

    @classmethod
    def of(cls, results: Results) -> Generator:
        """The network of a run, on the processor.

        Raises:
            MissingTable: the run has no trained network.
        """
        from recipegen.judging.next_words import network_of

        return cls(*network_of(results.run), results.run.configuration.seed)

    def generate(
        self,
        prompt: str = "recipe for",
        temperature: float = 1.0,
        samples: int = 1,
        max_tokens: int = 100,
    ) -> list[str]:
        """Recipes that continue a prompt; the same call gives the same recipes.

        Args:
            prompt: words to continue, one at least.
            temperature: 0 takes the likeliest word; 1 draws by the model's own probabilities.
            samples: how many.
            max_tokens: longest recipe in words, the prompt included.

        Raises:
            UsageError: the prompt has no word.
        """
        from recipegen.language.text_generator import TextGenerator

        if not self._vocabulary.encode(prompt):
            raise UsageError("prompt: at least one word, such as 'recipe for'")
        draws = np.random.default_rng(self._seed)
        writer = TextGenerator(self._model, self._vocabulary, draws)
        return [
            writer.text(prompt, writer.generate(prompt, max_tokens, temperature))
            for _ in range(samples)
        ]

    def probabilities(self, prompt: str, temperature: float = 1.0, top: int = 10) -> pd.DataFrame:
        """The likely next words after a prompt: rank, word, probability, entropy and so on.

        The columns are those of the table ``word_probabilities``.

        Raises:
            UsageError: the prompt has no word.
        """
        from recipegen.language.text_generator import likely_words

        if not self._vocabulary.encode(prompt):
            raise UsageError("prompt: at least one word, such as 'recipe for'")
        return pd.DataFrame(likely_words(self._model, self._vocabulary, prompt, temperature, top))


def _texts(texts: Recipe | Iterable[Recipe]) -> Sequence[Text]:
    given = [texts] if isinstance(texts, str | Mapping) else list(texts)
    return texts_in(given)
