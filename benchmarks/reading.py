"""How many words of whole recipes are read in a second of processor time, with the built-in judge.

Texts that were never read before take longer, because their new words are looked up. So the first
reading is measured apart from the later ones. Recipes of another file can be read before it, so
that it does not pay for what every first text pays. Parts of the work are also measured alone.

    python -m benchmarks.reading TEXTS [--after OTHER] [--rounds N]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from spacy.language import Language

from recipegen.ingredients.recipe_reader import read_recipes
from recipegen.judge.opening import open_judge
from recipegen.texts.feed import read_texts
from recipegen.texts.layout import layout
from recipegen.texts.text import Text


def main() -> None:
    """Print a table of speeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--after", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    texts, _ = read_texts(options.texts)
    others, _ = read_texts(options.after) if options.after else ([], [])
    nlp, _ = open_judge()
    _read(nlp, others)
    count = sum(len(each.text.split()) for each in texts)
    passages = [passage.text for each in texts for passage in layout(each.text)]
    parts: dict[str, Callable[[], object]] = {
        "read again": lambda: _read(nlp, texts),
        "layout alone": lambda: [layout(each.text) for each in texts],
        "spaCy's tokeniser alone": lambda: [nlp.make_doc(passage) for passage in passages],
    }
    print(f"{len(texts):,} recipes, {count:,} words\n\n| part | words a second |\n|---|---|")
    print(f"| read for the first time | {count / _seconds(lambda: _read(nlp, texts)):,.0f} |")
    for name, work in parts.items():
        seconds = statistics.median(_seconds(work) for _ in range(options.rounds))
        print(f"| {name} | {count / seconds:,.0f} |")


def _read(nlp: Language, texts: Iterable[Text]) -> None:
    texts = list(texts)
    for _ in read_recipes(nlp, (each.text for each in texts), [each.from_fields for each in texts]):
        pass


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
