"""How well foods and ingredients are found, against gold annotations, and how many words a second.

The lexicon is that of a run over the corpora in ``../shared`` or ``$RECIPEGEN_SHARED``: a finished
``learn-ingredients`` (``--run DIR``), or else a new run. For each seed a tagger is trained on
training recipes of that run, without annotations: spaCy's ``ner`` learns what the lexicon finds.
Gold sets marked *look* were read while the lexicon was written. All others were only measured.

    python -m benchmarks.extraction [--run DIR] [--seeds N] [--recipes N] [--epochs N]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Span as TokenSpan
from spacy.training import Example

from benchmarks.gold import (
    Annotated,
    Score,
    Span,
    compare_sets,
    compare_spans,
    read_labels,
    read_mentions,
    read_phrases,
    read_tasteset,
)
from benchmarks.shared import find_shared
from recipegen.ingredients.component import build_extractor, find_foods, find_mentions, in_the_dish
from recipegen.running.resuming import do_stage
from recipegen.stages import stage_named
from recipegen.storage.run_folder import Run

Finder = Callable[[list[str]], list[list[Span]]]

ROUNDS = 5


def main() -> None:
    """Print the tables of accuracy, of sets of ingredients and of speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--recipes", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    gold, corpora = find_shared("eval"), find_shared("corpora")
    if gold is None or corpora is None:
        parser.exit(message="needs the annotated texts in ../shared or $RECIPEGEN_SHARED\n")
    with tempfile.TemporaryDirectory() as folder:
        run = _knowledge(options.run or Path(folder) / "run", corpora)
        lexicon = run.read("lexicon")
        nlp, phrases = build_extractor(lexicon), build_extractor(lexicon, "phrase")
        train = list(_train_texts(run))
    print(f"{lexicon['ingredient'].nunique():,} ingredients, {len(lexicon):,} variants\n")
    _print_speed(nlp, train[:4000])
    taggers = [
        _train_tagger(nlp, train, seed, options.recipes, options.epochs)
        for seed in range(options.seeds)
    ]
    _print_spans(nlp, phrases, taggers, gold)
    _print_sets(nlp, corpora)
    if taggers:
        _print_tagger_speed(taggers[0], train[:400])


def _knowledge(folder: Path, corpora: Path) -> Run:
    run = Run.prepare(folder, {"ingest": {"corpus": str(corpora)}})
    for name in ("ingest", "learn-ingredients"):
        do_stage(run, stage_named(name))
    return run


def _train_texts(run: Run) -> Iterator[str]:
    for rows in run.frames("recipes", ["split", "directions"]):
        yield from rows.loc[rows["split"] == "train", "directions"].map(" ".join)


# Taggers ---------------------------------------------------------------------------------------


def _train_tagger(
    lexicon: Language, train: list[str], seed: int, recipes: int, epochs: int
) -> Language:
    """A small ``ner`` that has learned what the lexicon finds in some training recipes."""
    began = time.perf_counter()
    spacy.util.fix_random_seed(seed)
    drawn = random.Random(seed).sample(train, min(recipes, len(train)))
    tagger = spacy.blank("en")
    tagger.add_pipe("ner", config={"model": {"tok2vec": _EMBEDDING, "hidden_width": 32}})
    examples = [_example(tagger, lexicon, text) for text in drawn]
    optimizer = tagger.initialize(lambda: examples[:200])
    for _ in range(epochs):
        random.Random(seed).shuffle(examples)
        for batch in spacy.util.minibatch(examples, 32):
            tagger.update(batch, sgd=optimizer, drop=0.2)
    print(f"tagger of seed {seed}: {time.perf_counter() - began:.0f} s\n")
    return tagger


_EMBEDDING = {
    "@architectures": "spacy.HashEmbedCNN.v2",
    "pretrained_vectors": None,
    "width": 64,
    "depth": 2,
    "embed_size": 2000,
    "window_size": 1,
    "maxout_pieces": 2,
    "subword_features": True,
}


def _example(tagger: Language, lexicon: Language, text: str) -> Example:
    reference = tagger.make_doc(text.lower())
    found = next(find_foods(lexicon, [text]))
    spans = [reference.char_span(food.start, food.end, label="FOOD") for food in found]
    reference.set_ents([span for span in spans if isinstance(span, TokenSpan)])
    return Example(tagger.make_doc(text.lower()), reference)


def _by_lexicon(nlp: Language) -> Finder:
    return lambda texts: [[(f.start, f.end) for f in each] for each in find_foods(nlp, texts)]


def _by_tagger(tagger: Language) -> Finder:
    def find(texts: list[str]) -> list[list[Span]]:
        docs = tagger.pipe([text.lower() for text in texts])
        return [[(span.start_char, span.end_char) for span in doc.ents] for doc in docs]

    return find


def _by_both(first: Finder, second: Finder) -> Finder:
    """What the first finds, and of the second what lies beside it."""

    def find(texts: list[str]) -> list[list[Span]]:
        return [
            [*one, *(b for b in two if not any(a[0] < b[1] and b[0] < a[1] for a in one))]
            for one, two in zip(first(texts), second(texts), strict=True)
        ]

    return find


# Tables ----------------------------------------------------------------------------------------


def _gold_sets(folder: Path) -> Iterator[tuple[str, list[Annotated]]]:
    mentions, lines = folder / "food_mentions", folder / "ingredient_lines"
    for path in sorted(mentions.glob("*.jsonl")):
        look = path.stem.endswith("train")
        yield f"{path.stem} (look)" if look else path.stem, read_mentions(path)
    taste = [(path, read_tasteset(path)) for path in sorted(lines.glob("*.csv"))]
    tagged = [(path, read_phrases(path)) for path in sorted(lines.glob("*.tsv"))]
    for path, annotated in (*taste, *tagged):
        yield f"{path.stem} even (look)", annotated[::2]
        yield f"{path.stem} odd", annotated[1::2]


def _print_spans(nlp: Language, phrases: Language, taggers: list[Language], folder: Path) -> None:
    by_lexicon = _by_lexicon(nlp)
    print("| gold set | spans | by | strict P | R | F1 | overlap P | R | F1 |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, gold in _gold_sets(folder):
        ways = {"lexicon": [by_lexicon]}
        if "risec" in name:
            ways["lexicon, noun phrases"] = [_by_lexicon(phrases)]
        ways["tagger"] = [_by_tagger(each) for each in taggers]
        ways["lexicon and tagger"] = [_by_both(by_lexicon, _by_tagger(each)) for each in taggers]
        texts = [annotated.text for annotated in gold]
        for way, finders in ways.items():
            scores = [compare_spans(gold, find(texts)) for find in finders]
            if scores:
                print(f"| {name} | {scores[0][0].count:,} | {way} | {_cells(scores)} |")
    print()


def _cells(scores: list[tuple[Score, Score]]) -> str:
    """Mean over seeds, and for F1 the lowest and the highest where there are several."""
    cells = []
    for kind in range(2):
        for measure in ("precision", "recall", "f1"):
            values = [getattr(score[kind], measure) for score in scores]
            spread = f" ({min(values):.3f}-{max(values):.3f})" if len(values) > 1 else ""
            mean = sum(values) / len(values)
            cells.append(f"{mean:.3f}{spread if measure == 'f1' else ''}")
    return " | ".join(cells)


def _print_sets(nlp: Language, corpora: Path) -> None:
    print("| ingredients of | texts | names | P | R | F1 |\n|---|---|---|---|---|---|")
    for name in ("directions", "samples"):
        labelled = read_labels(name, corpora)
        found = find_mentions(nlp, [each.text for each in labelled])
        guess = [set(in_the_dish(mentions)) for mentions in found]
        score = compare_sets((each.ingredients for each in labelled), guess)
        print(
            f"| {name} | {len(labelled)} | {score.count:,} | {score.precision:.3f} | "
            f"{score.recall:.3f} | {score.f1:.3f} |"
        )
    print()


def _print_speed(nlp: Language, texts: list[str]) -> None:
    words = sum(len(text.split()) for text in texts)
    list(find_foods(nlp, texts[:200]))
    ways: dict[str, Callable[[], Iterable[object]]] = {
        "tokens alone (blank spaCy)": lambda: map(nlp.make_doc, texts),
        "foods of texts": lambda: find_foods(nlp, texts),
        "`nlp.pipe` with entities": lambda: nlp.pipe(texts),
    }
    speeds = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, work in ways.items():
            began = time.perf_counter()
            for _ in work():
                pass
            speeds[name].append(words / (time.perf_counter() - began))
    print("| one core | words/s, median | fastest |\n|---|---|---|")
    for name, values in speeds.items():
        print(f"| {name} | {sorted(values)[ROUNDS // 2]:,.0f} | {max(values):,.0f} |")
    print()


def _print_tagger_speed(tagger: Language, texts: list[str]) -> None:
    words = sum(len(text.split()) for text in texts)
    began = time.perf_counter()
    list(tagger.pipe(texts))
    print(f"tagger: {words / (time.perf_counter() - began):,.0f} words a second on one core")


if __name__ == "__main__":
    main()
