"""The whole pipeline: each stage reads tables, calls pure code, writes tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache
from itertools import groupby, islice

import numpy as np
import pandas as pd
import torch
from spacy.language import Language

from recipegen.config import Configuration
from recipegen.corpus.doubles import first_places, reject_double
from recipegen.corpus.ingredient_lists import IngredientList, list_id_of, new_lists
from recipegen.corpus.readers import hash_corpus, list_files, read_corpus, read_lists
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.corpus.split import (
    PERMUTATIONS,
    Places,
    Signatures,
    families,
    signature_of,
    split_of,
)
from recipegen.corpus.texts import read_texts
from recipegen.errors import CorpusError, UsageError
from recipegen.evaluation.control import exchange_ingredients
from recipegen.evaluation.measures import measure_texts
from recipegen.evaluation.metrics import MEMORISED, Yardsticks
from recipegen.evaluation.references import control_recipes, real_recipes
from recipegen.evaluation.scores import score_texts
from recipegen.evaluation.sense import Ranges
from recipegen.evaluation.temperature import describe_texts
from recipegen.evaluation.temperature import summarise as summarise_texts
from recipegen.evaluation.text import count_words
from recipegen.files import Place, hash_file, is_file, listing, whole_file, write_text
from recipegen.ingredients.component import (
    Mention,
    build_extractor,
    find_mentions,
    ingredients_in_lines,
)
from recipegen.ingredients.knowledge import hash_words
from recipegen.ingredients.lexicon import (
    Agreement,
    candidate_names,
    count_agreement,
    known_forms,
    lexicon_of,
    names_in,
)
from recipegen.language import grid
from recipegen.language.checkpoint import (
    load_checkpoint,
    load_model,
    load_ngram,
    model_facts,
    save_checkpoint,
    save_ngram,
)
from recipegen.language.generation import generate as generate_samples
from recipegen.language.generation import uniform_numbers
from recipegen.language.hardware import choose_device, use_threads
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.ngram import NGram
from recipegen.language.others import group_names, other_samples
from recipegen.language.processes import Processes, joined
from recipegen.language.reading import text_likelihoods
from recipegen.language.text_generator import (
    TextGenerator,
    encode_prompt,
    likely_at_each_step,
    likely_words,
)
from recipegen.language.training import Training, get_weights, perplexity
from recipegen.language.vocabulary import STOP, Vocabulary, recipe_text
from recipegen.pairing.categories import in_categories
from recipegen.pairing.learning import learn_pairings as judge_pairs
from recipegen.pairing.plausibility import Plausibility
from recipegen.pipeline import Blocks, Stage, Tables, Whole, fingerprint, is_finished
from recipegen.progress import Progress, part_of
from recipegen.publish import NOT_SHOWN, publish, run_facts
from recipegen.report.page import BROWSED, report_page, samples_page
from recipegen.report.summary import summarise_run
from recipegen.store import (
    Run,
    TableWriter,
    part_of_table,
    read_frames,
    read_table,
    table_writer,
    write_table,
)
from recipegen.tables import TABLES, written_by

CHECKPOINT = "checkpoints/best.safetensors"
NGRAM = "checkpoints/ngram.safetensors"


# 1 ---------------------------------------------------------------------------------------------


def read_parts(run: Run, workshop: Place, progress: Progress) -> None:
    """A corpus to parts of so many records, as they are read; parts that are there are kept."""
    settings = run.configuration.ingest
    records = enumerate(
        read_corpus(settings.corpus, settings.limit, settings.format, settings.columns)
    )
    recipes, number, reasons = 0, 0, Counter[str]()
    while some := list(islice(records, settings.block_size)):
        good = [{**record.row(), "place": n} for n, record in some if isinstance(record, Recipe)]
        bad = [{**asdict(record), "place": n} for n, record in some if isinstance(record, Reject)]
        for table, rows in (("read_recipes", good), ("read_rejects", bad)):
            path = part_of_table(workshop, f"part-{number:06d}", table)
            if not is_file(path):
                with table_writer(path, table) as writer:
                    writer.write(rows)
        recipes, number = recipes + len(good), number + 1
        reasons.update(record["reason"] for record in bad)
        progress(0.0, f"{recipes:,} recipes")
    if not recipes:
        raise CorpusError(f"{settings.corpus}: not one usable recipe in it; {_most(reasons)}")


def _most(reasons: Counter[str]) -> str:
    if not reasons:
        return "it holds no records"
    (reason, count), *_ = reasons.most_common(1)
    return f"{reasons.total():,} records were rejected, {count:,} of them because: {reason}"


def _parts(_: Run, workshop: Place) -> list[str]:
    found = listing(workshop, "part-*.read_recipes.parquet")
    return [path.name.partition(".")[0] for path in found]


def sign_part(_: Run, workshop: Place, part: str) -> Tables:
    """The signatures of the recipes of a part."""
    columns = ["recipe_id", "directions"]
    recipes = read_table(part_of_table(workshop, part, "read_recipes"), columns)
    signed = recipes["directions"].map(signature_of)
    return {"signatures": recipes[["recipe_id"]].assign(signature=signed)}


def ingest(run: Run, workshop: Place, progress: Progress) -> None:
    """The parts of a corpus to ``recipes`` and ``rejects``: each recipe once, its family known."""
    settings, parts = run.configuration.ingest, _parts(run, workshop)
    progress(0.0, "near-duplicates")
    read, signatures = _read_again(workshop, parts)
    ids = read["recipe_id"].to_numpy()
    first = first_places(ids)
    kept = np.flatnonzero(first == np.arange(len(ids)))
    family = np.zeros_like(ids)
    family[kept] = families(ids[kept], signatures[kept], settings.near_duplicate_similarity)
    before, held_out = 0, set[str]()
    with run.writer("recipes") as recipes, run.writer("rejects") as rejects:
        for done, part in enumerate(parts):
            progress(0.5 + 0.5 * done / len(parts), f"{before:,} recipes")
            doubles: list[pd.DataFrame] = []
            for rows in read_frames(part_of_table(workshop, part, "read_recipes")):
                rows.index = pd.RangeIndex(before, before + len(rows))
                own = rows[first[rows.index] == rows.index]
                names = [f"{family[place]:016x}" for place in own.index]
                own = own.assign(family=names, split=list(map(split_of, names)))
                recipes.write(own)
                if settings.more_ingredients:
                    held_out.update(map(list_id_of, own[own["split"] != "train"]["ingredients"]))
                doubles.append(_doubles(rows.drop(own.index), first, read))
                before += len(rows)
            bad = read_table(part_of_table(workshop, part, "read_rejects"))
            rejects.write(pd.concat([bad, *doubles]).sort_values("place"))
        _read_lists(run, held_out, rejects)


def _read_lists(run: Run, held_out: set[str], rejects: TableWriter) -> None:
    """The ingredient lists without recipes to ``ingredient_lists``."""
    records = new_lists(read_lists(run.configuration.ingest.more_ingredients), held_out)
    with run.writer("ingredient_lists") as lists:
        while some := list(islice(records, 1000)):
            lists.write([record.row() for record in some if isinstance(record, IngredientList)])
            rejects.write([asdict(record) for record in some if isinstance(record, Reject)])


def _read_again(workshop: Place, parts: list[str]) -> tuple[pd.DataFrame, Signatures]:
    """What is needed of all recipes at once: where each stood, and its signature."""
    places = [part_of_table(workshop, part, "read_recipes") for part in parts]
    columns = ["recipe_id", "source", "position"]
    read = pd.concat((read_table(path, columns) for path in places), ignore_index=True)
    ids = np.array([int(name, 16) for name in read["recipe_id"]], dtype=np.uint64)
    signatures = np.empty((len(ids), PERMUTATIONS), dtype=np.uint32)
    before = 0
    for part in parts:
        for rows in read_frames(part_of_table(workshop, part, "signatures"), ["signature"]):
            signatures[before : before + len(rows)] = np.stack(rows["signature"].tolist())
            before += len(rows)
    return read.assign(recipe_id=ids), signatures


def _doubles(recipes: pd.DataFrame, first: Places, read: pd.DataFrame) -> pd.DataFrame:
    """Rejects for recipes that stood in the corpus before."""
    rejects = []
    content = recipes[["source", "position", "title", "ingredients", "directions"]]
    for place, source, position, title, lines, steps in content.itertuples(name=None):
        recipe = Recipe(source, position, title, tuple(lines), tuple(steps))
        before = read.iloc[first[place]]
        rejects.append(reject_double(recipe, before["source"], int(before["position"])))
    frame = pd.DataFrame(map(asdict, rejects), columns=TABLES["rejects"].column_names)
    return frame.assign(place=recipes["place"].to_numpy())


# 2 ---------------------------------------------------------------------------------------------


def tokenise(run: Run, _: Place, progress: Progress) -> None:
    """``recipes`` to ``vocabulary``, learned on the training split alone, and ``tokens``."""
    settings = run.configuration.tokenise
    counts: Counter[str] = Counter()
    recipes = 0
    for rows in run.frames("recipes", ["title", "directions", "split"]):
        train = rows[rows["split"] == "train"]
        recipes += len(train)
        for text in _texts(train):
            counts.update(text.split(" "))
    vocabulary = Vocabulary.learn(counts, settings.vocabulary_size)
    run.write("vocabulary", vocabulary.table(counts, recipes))
    progress(0.5, f"{len(vocabulary):,} words")
    with run.writer("tokens") as tokens:
        for rows in run.frames("recipes", ["recipe_id", "title", "directions", "split"]):
            encoded = [vocabulary.encode(text) for text in _texts(rows)]
            columns = {
                "recipe_id": rows["recipe_id"],
                "split": rows["split"],
                "token_ids": [ids[: settings.max_length] for ids in encoded],
                "complete": [len(ids) <= settings.max_length for ids in encoded],
            }
            tokens.write(pd.DataFrame(columns))


def _texts(recipes: pd.DataFrame) -> Iterator[str]:
    return map(recipe_text, recipes["title"], recipes["directions"])


# 3 ---------------------------------------------------------------------------------------------


def train(run: Run, workshop: Place, progress: Progress) -> None:
    """``vocabulary`` and ``tokens`` to the best network, an n-gram model, and how good they are."""
    settings, recipes = run.configuration.train, list(sequences(run, "train"))
    log: list[dict[str, object]] = []
    texts: list[dict[str, object]] = []
    with joined(choose_device(run.configuration.execution)) as processes:
        for number in range(1, settings.networks + 1):
            own = part_of(progress, number - 1, settings.networks)
            training, wrote = _training(run, number, recipes, workshop, processes)
            _train_network(run, number, training, wrote, workshop, own)
            log += [{"network": number, **asdict(done)} for done in training.log]
            texts += [{"network": number, **row} for row in wrote]
    run.write("training_log", pd.DataFrame(log))
    run.write("epoch_samples", pd.DataFrame(texts, columns=TABLES["epoch_samples"].column_names))
    ngram = NGram.fit(recipes, len(_vocabulary(run)), settings.ngram_order)
    with whole_file(run.folder / NGRAM) as file:
        save_ngram(file, ngram)
    run.write("perplexities", _perplexities(run, ngram))


def _train_network(
    run: Run,
    number: int,
    training: Training,
    texts: list[dict[str, object]],
    workshop: Place,
    progress: Progress,
) -> None:
    """Fit a network and keep it at its best; what it writes after each epoch joins ``texts``."""
    settings, vocabulary = run.configuration.train, _vocabulary(run)
    for epoch in training.epochs(progress):
        generator = TextGenerator(
            training.model, vocabulary, np.random.default_rng(run.configuration.seed)
        )
        texts += generator.on_epoch_end(
            epoch.epoch,
            settings.sample_prompts,
            settings.sample_max_tokens,
            settings.sample_temperature,
        )
        if epoch == training.best():
            facts = model_facts(training.model, vocabulary)
            with whole_file(run.folder / checkpoint_of(number)) as file:
                save_checkpoint(file, get_weights(training.model), facts)
        with whole_file(_last(workshop, number)) as file:
            log = [asdict(done) for done in training.log]
            save_checkpoint(file, training.tensors(), {"log": log, "texts": texts})


def help_training(run: Run) -> None:
    """Train with the process that does the stage ``train``, which alone writes."""
    stage = stage_named("train")
    if is_finished(run, stage):
        return
    workshop = run.workshop("train", fingerprint(run, stage))
    recipes = list(sequences(run, "train"))
    with joined(choose_device(run.configuration.execution)) as processes:
        for number in range(1, run.configuration.train.networks + 1):
            training, _ = _training(run, number, recipes, workshop, processes)
            for _ in training.epochs():
                pass


def _training(
    run: Run, number: int, recipes: list[list[int]], workshop: Place, processes: Processes
) -> tuple[Training, list[dict[str, object]]]:
    """The training of a network, gone on with where it stopped, and what it wrote so far."""
    configuration = run.configuration
    last, seed = _last(workshop, number), _seed_of(run, number)
    use_threads(configuration.execution)
    device = choose_device(configuration.execution)
    torch.manual_seed(seed)
    sizes = ModelConfig.of(len(_vocabulary(run)), configuration.train)
    model = RecipeLSTM(sizes).to(device)
    valid = list(sequences(run, "valid"))
    training = Training(model, recipes, valid, configuration.train, seed, processes)
    if not is_file(last):
        return training, []
    tensors, facts = load_checkpoint(last)
    training.resume(tensors, facts["log"])
    return training, facts["texts"]


def _last(workshop: Place, number: int) -> Place:
    """Where the state of a network after its last epoch waits, to go on from."""
    return workshop / f"last-{number}.safetensors"


def checkpoint_of(number: int) -> str:
    """Where the best weights of a network lie in the run folder; networks count from 1."""
    return CHECKPOINT if number == 1 else f"checkpoints/best-{number}.safetensors"


def _seed_of(run: Run, number: int) -> int:
    """The seed of a network, of its training and its samples."""
    return run.configuration.seed + number - 1


def _perplexities(run: Run, ngram: NGram) -> pd.DataFrame:
    device, rows = choose_device(run.configuration.execution), []
    for split in ("valid", "test"):
        recipes = list(sequences(run, split))
        words = sum(max(0, len(recipe) - 1) for recipe in recipes)
        for number in range(1, run.configuration.train.networks + 1):
            network, _ = load_model(run.folder / checkpoint_of(number), device)
            name = "network" if number == 1 else f"network {number}"
            rows.append((name, split, perplexity(network, recipes), words))
        rows.append(("ngram", split, ngram.perplexity(recipes), words))
    return pd.DataFrame(rows, columns=TABLES["perplexities"].column_names)


def sequences(run: Run, split: str) -> Iterator[list[int]]:
    """The token ids of the recipes of a split, the stop token where a recipe is complete."""
    for rows in run.frames("tokens", ["split", "token_ids", "complete"]):
        rows = rows[rows["split"] == split]
        for ids, complete in zip(rows["token_ids"], rows["complete"], strict=True):
            yield [*ids.tolist(), STOP] if complete else ids.tolist()


# 4 ---------------------------------------------------------------------------------------------


ALL = "all"
"""The block under whose name a step keeps what it makes of all blocks."""

CANDIDATES = "candidates"
LISTS = "lists"


def _recipe_blocks(step: str) -> Callable[[Run, Place], list[str]]:
    """Names of blocks of recipes, for a step."""

    def names(run: Run, _: Place) -> list[str]:
        rows = run.outputs("ingest")["recipes"]["rows"]
        return _cut(step, rows, run.configuration.learn_ingredients.block_size)

    return names


def _cut(name: str, rows: int, size: int) -> list[str]:
    """Names of blocks of so many rows."""
    return [f"{name}-{first:08d}" for first in range(0, rows, size)]


def _rows_of(block: str, size: int) -> range:
    """The rows of a block that :func:`_cut` has named."""
    first = int(block.rpartition("-")[2])
    return range(first, first + size)


def _recipes_of(run: Run, block: str, columns: list[str]) -> Iterator[pd.DataFrame]:
    rows = _rows_of(block, run.configuration.learn_ingredients.block_size)
    return run.rows("recipes", rows, columns)


def name_foods(run: Run, _: Place, block: str) -> Tables:
    """The names in the ingredient lines of training recipes, and how many recipes have each."""
    named: Counter[str] = Counter()
    unknown: list[list[str]] = []
    for rows in _recipes_of(run, block, ["ingredients", "split"]):
        for lines in rows.loc[rows["split"] == "train", "ingredients"]:
            names = names_in(lines)
            named.update(names)
            unknown.append(sorted(names - known_forms()))
    return {"line_names": pd.DataFrame({"names": unknown}), "name_counts": _count_table(named)}


def choose_candidates(run: Run, workshop: Place, _: Progress) -> None:
    """The counts of all blocks, and the names among them that directions may confirm."""
    named: Counter[str] = Counter()
    for block in _recipe_blocks("names")(run, workshop):
        counts = read_table(part_of_table(workshop, block, "name_counts"))
        named.update(dict(zip(counts["name"], counts["count"], strict=True)))
    chosen = candidate_names(named, run.configuration.learn_ingredients)
    candidates = {name: named[name] for name in chosen}
    for block, counted in ((ALL, named), (CANDIDATES, candidates)):
        table = _count_table(counted)
        write_table(part_of_table(workshop, block, "name_counts"), "name_counts", table)


def _count_table(counts: Mapping[str, int]) -> pd.DataFrame:
    return pd.DataFrame(sorted(counts.items()), columns=["name", "count"])


def confirm_names(run: Run, workshop: Place, block: str) -> Tables:
    """How far the directions of training recipes agree with their lines on candidates."""
    candidates = read_table(part_of_table(workshop, CANDIDATES, "name_counts"))["name"]
    named = part_of_table(workshop, block.replace("agreement", "names"), "line_names")
    in_lines = map(set, read_table(named)["names"])
    directions = (
        steps
        for rows in _recipes_of(run, block, ["directions", "split"])
        for steps in rows.loc[rows["split"] == "train", "directions"]
    )
    agreed = count_agreement(set(candidates), in_lines, directions)
    rows = [(name, count, agreed.both[name]) for name, count in sorted(agreed.written.items())]
    return {"name_agreement": pd.DataFrame(rows, columns=["name", "written", "both"])}


def make_lexicon(run: Run, workshop: Place, _: Progress) -> None:
    """The lexicon of what is known beforehand and of candidates that directions confirm."""
    agreed = Agreement(Counter(), Counter())
    for block in _recipe_blocks("agreement")(run, workshop):
        found = read_table(part_of_table(workshop, block, "name_agreement"))
        agreed.written.update(dict(zip(found["name"], found["written"], strict=True)))
        agreed.both.update(dict(zip(found["name"], found["both"], strict=True)))
    named = read_table(part_of_table(workshop, ALL, "name_counts"))
    candidates = read_table(part_of_table(workshop, CANDIDATES, "name_counts"))["name"]
    settings = run.configuration.learn_ingredients
    counts = dict(zip(named["name"], named["count"], strict=True))
    lexicon = lexicon_of(counts, candidates, agreed, settings)
    write_table(part_of_table(workshop, ALL, "lexicon"), "lexicon", lexicon)


def find_ingredients(run: Run, workshop: Place, block: str) -> Tables:
    """The ingredients of recipes, from their lines and from their directions."""
    nlp = _extractor(part_of_table(workshop, ALL, "lexicon"))
    if block.startswith(LISTS):
        return {"recipe_ingredients": _found_in_lists(run, nlp, block)}
    parts = []
    for rows in _recipes_of(run, block, ["recipe_id", "split", "ingredients", "directions"]):
        lines = ingredients_in_lines(nlp, rows["ingredients"])
        mentions = find_mentions(nlp, rows["directions"].map(" ".join))
        both = [
            _found(rows, "lines", list(lines)),
            _found(rows, "directions", [_names(each) for each in mentions]),
        ]
        # Recipe by recipe, so that no size of blocks or of row groups changes the order.
        parts.append(pd.concat(both).sort_index(kind="stable"))
    return {"recipe_ingredients": pd.concat(parts)}


@lru_cache(maxsize=1)
def _extractor(lexicon: Place) -> Language:
    # The workshop that it lies in is named by all that it depends on.
    return build_extractor(read_table(lexicon))


def _found_in_lists(run: Run, nlp: Language, block: str) -> pd.DataFrame:
    """The ingredients of lists without recipes; all of them teach."""
    rows = _rows_of(block, run.configuration.learn_ingredients.block_size)
    lists = pd.concat(run.rows("ingredient_lists", rows))
    found = list(ingredients_in_lines(nlp, lists["ingredients"]))
    return _found(lists.assign(split="train"), "lines", found)


def _found_blocks(run: Run, workshop: Place) -> list[str]:
    rows = run.outputs("ingest")["ingredient_lists"]["rows"]
    lists = _cut(LISTS, rows, run.configuration.learn_ingredients.block_size)
    return [*_recipe_blocks("found")(run, workshop), *lists]


def learn_ingredients(run: Run, workshop: Place, _: Progress) -> None:
    """``recipes`` to ``lexicon``, mined on the training split, and ``recipe_ingredients``."""
    run.write("lexicon", read_table(part_of_table(workshop, ALL, "lexicon")))


def _names(mentions: Iterable[Mention]) -> list[str]:
    return sorted({mention.ingredient for mention in mentions})


def _found(rows: pd.DataFrame, origin: str, found: list[list[str]]) -> pd.DataFrame:
    columns = {"recipe_id": rows["recipe_id"], "split": rows["split"], "origin": origin}
    ingredients = pd.DataFrame({**columns, "ingredient": pd.Series(found, index=rows.index)})
    return ingredients.explode("ingredient").dropna(subset="ingredient")


# 5 ---------------------------------------------------------------------------------------------


def learn_pairings(run: Run, _: Place, progress: Progress) -> None:
    """``recipe_ingredients`` to what is known about pairs and recipes, and how good that is."""
    configuration, settings = run.configuration, run.configuration.learn_pairings
    use_threads(configuration.execution)
    progress(0.0, "reading held-out recipes")
    lexicon = run.read("lexicon")
    learned = judge_pairs(
        in_categories(run.frames("recipe_ingredients"), TABLES["recipe_ingredients"].column_names),
        _held_out_texts(run, build_extractor(lexicon)),
        lexicon[["ingredient", "category", "basic"]],
        settings,
        configuration.seed,
        progress,
    )
    for name, frame in vars(learned).items():
        run.write(name, frame)


def _held_out_texts(run: Run, nlp: Language) -> pd.DataFrame:
    """The ingredients of valid and test recipes, found in texts as long as generated ones."""
    settings = run.configuration.learn_pairings
    splits = run.read("recipes", ["recipe_id", "split"])
    ids = splits.loc[splits["split"].isin(["valid", "test"]), "recipe_id"].sort_values()
    chosen = set(ids.head(settings.held_out))
    columns = ["recipe_id", "title", "directions", "split"]
    found = [rows[rows["recipe_id"].isin(chosen)] for rows in run.frames("recipes", columns)]
    held_out = pd.concat(found).sort_values("recipe_id")
    texts = [" ".join(text.split(" ")[: settings.text_words]) for text in _texts(held_out)]
    return _found(held_out, "texts", [_names(each) for each in find_mentions(nlp, texts)])


def _vocabulary(run: Run) -> Vocabulary:
    return Vocabulary(run.read("vocabulary", ["token"])["token"].tolist())


# 6 ---------------------------------------------------------------------------------------------


def generate(run: Run, _: Place, progress: Progress) -> None:
    """The best network to ``word_probabilities``; ``samples`` are gathered from the blocks."""
    settings = run.configuration.generate
    progress(1.0, "next-word probabilities")
    model, vocabulary = load_model(run.folder / CHECKPOINT, torch.device("cpu"))
    rows = [
        row
        for prompt in settings.probability_prompts
        for temperature in settings.probability_temperatures
        for row in likely_words(model, vocabulary, prompt, temperature, settings.probability_top)
    ]
    columns = TABLES["word_probabilities"].column_names
    run.write("word_probabilities", pd.DataFrame(rows, columns=columns))


OTHERS = "others-"


def generate_block(run: Run, _: Place, name: str) -> Tables:
    """The samples of a block, and how the words of some were chosen."""
    if name.startswith(OTHERS):
        return _read_others(run, name.removeprefix(OTHERS))
    by_network = groupby(_grid(run).block(name), key=lambda plan: plan.network)
    parts = [_draw(run, network, list(planned)) for network, planned in by_network]
    return {table: pd.concat(part[table] for part in parts) for table in parts[0]}


def _draw(run: Run, network: int, planned: list[grid.Planned]) -> dict[str, pd.DataFrame]:
    """Samples of one network."""
    configuration, settings = run.configuration, run.configuration.generate
    use_threads(configuration.execution, configuration.execution.workers)
    checkpoint = run.folder / checkpoint_of(network)
    model, vocabulary = load_model(checkpoint, choose_device(configuration.execution))
    seed = _seed_of(run, network)
    given = [encode_prompt(vocabulary, plan.prompt.text) for plan in planned]
    uniforms = [
        uniform_numbers(seed, plan.how.temperature, plan.number, settings.max_tokens)
        for plan in planned
    ]
    hows = [plan.how for plan in planned]
    samples = generate_samples(
        model,
        given,
        hows,
        settings.max_tokens,
        np.stack(uniforms),
        configuration.execution.batch_size,
    )
    recipes = [[*each.tokens, STOP] if each.stopped else each.tokens for each in samples]
    judged, _ = load_ngram(run.folder / NGRAM).log_probabilities(recipes, list(map(len, given)))
    words = [
        {"sample_id": plan.sample_id, **row}
        for plan, recipe, prompt in zip(planned, recipes, given, strict=True)
        if plan.number < settings.probability_samples
        for row in likely_at_each_step(
            model, vocabulary, recipe, len(prompt), plan.how.temperature, settings.probability_top
        )
    ]
    return {
        "samples": grid.sample_table(planned, samples, vocabulary).assign(
            ngram_log_probability=judged
        ),
        "sample_words": pd.DataFrame(words, columns=TABLES["sample_words"].column_names),
    }


def _read_others(run: Run, group: str) -> Tables:
    """The samples of another generator."""
    vocabulary, settings = _vocabulary(run), run.configuration.generate
    file = group_names(settings.others)[group]
    texts, rejects = read_texts(file)
    usable = [text for text in texts if text.text.strip()]
    rejects += [
        Reject(file.name, text.position, "no text", text.id)
        for text in texts
        if not text.text.strip()
    ]
    samples = other_samples(group, usable, settings.max_tokens, vocabulary)
    return {
        "samples": _with_likelihood(run, samples, vocabulary),
        "sample_rejects": pd.DataFrame(
            map(asdict, rejects), columns=TABLES["sample_rejects"].column_names
        ),
    }


def _grid(run: Run) -> grid.Grid:
    return grid.Grid(run.configuration.generate, _titles(run), len(_checkpoints(run)))


def _checkpoints(run: Run) -> list[str]:
    """The hashes of the networks that were trained, the first one first."""
    outputs = run.outputs("train")
    return [facts["sha256"] for name, facts in outputs.items() if name.startswith("checkpoint")]


def _titles(run: Run) -> list[grid.Prompt]:
    recipes = run.read("recipes", ["recipe_id", "title", "split"])
    held_out = recipes[recipes["split"] == "test"].sort_values("recipe_id")
    return list(map(grid.title_prompt, held_out["recipe_id"], held_out["title"]))


def _sample_blocks(run: Run, _: Place) -> list[str]:
    others = group_names(run.configuration.generate.others)
    return [*_grid(run).blocks, *(f"{OTHERS}{group}" for group in others)]


def _drawn_from(run: Run) -> str:
    files = group_names(run.configuration.generate.others).values()
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise UsageError(f"generate.others: {missing[0]}: there is no such file")
    return " ".join([*map(hash_file, files), *_checkpoints(run)[1:]])


# 7 ---------------------------------------------------------------------------------------------

REFERENCES = "references"
JUDGES = ("ingredients", "pairings", "ingredient_model")
"""The tables that judge pairs and recipes."""


def score_block(run: Run, _: Place, name: str) -> Tables:
    """Mentions, pairs and scores of some samples, or of the real recipes and the control."""
    nlp, plausibility = open_knowledge(run)
    if name == REFERENCES:
        return _score_references(run, nlp, plausibility)
    columns = ["sample_id", "text", "group", "temperature"]
    rows = _rows_of(name, run.configuration.score.block_size)
    samples = pd.concat(run.rows("samples", rows, columns))
    return score_texts(samples, nlp, plausibility)


def _score_references(run: Run, nlp: Language, plausibility: Plausibility) -> Tables:
    configuration, tokens = run.configuration, run.read("tokens")
    held_out = tokens[tokens["split"] == "test"].sort_values("recipe_id")
    vocabulary = _vocabulary(run)
    real = real_recipes(
        held_out.head(configuration.score.references), vocabulary, configuration.generate.max_tokens
    )
    control = exchange_ingredients(
        real["text"].tolist(), list(find_mentions(nlp, real["text"])), configuration.seed
    )
    references = pd.concat([real, control_recipes(real, control)], ignore_index=True)
    tables = score_texts(references.assign(temperature=np.nan), nlp, plausibility)
    return {**tables, "references": _with_likelihood(run, references, vocabulary)}


def _with_likelihood(run: Run, texts: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """Texts with their log-probabilities under the network and the n-gram model, and entropy."""
    configuration = run.configuration
    use_threads(configuration.execution, configuration.execution.workers)
    model, _ = load_model(run.folder / CHECKPOINT, choose_device(configuration.execution))
    whole = [
        [*vocabulary.encode(text), *([STOP] if stopped else [])]
        for text, stopped in zip(texts["text"], texts["stopped"], strict=True)
    ]
    first = texts["prompt"].map(count_words).tolist()
    log_probability, entropy = text_likelihoods(model, whole, first).T
    judged, _ = load_ngram(run.folder / NGRAM).log_probabilities(whole, first)
    return texts.assign(
        log_probability=log_probability, ngram_log_probability=judged, entropy=entropy
    )


def open_knowledge(run: Run) -> tuple[Language, Plausibility]:
    """What a run has learned about ingredients and their pairings, ready to use."""
    learned = run.outputs("learn-pairings")
    return _knowledge(
        run.folder,
        run.outputs("learn-ingredients")["lexicon"]["sha256"],
        *(learned[name]["sha256"] for name in JUDGES),
    )


@lru_cache(maxsize=1)
def _knowledge(folder: Place, *_: str) -> tuple[Language, Plausibility]:
    # The hashes are part of the key, so that knowledge learned anew is read anew.
    run = Run(folder)
    return build_extractor(run.read("lexicon")), Plausibility(*map(run.read, JUDGES))


def _score_blocks(run: Run, _: Place) -> list[str]:
    rows = run.outputs("generate")["samples"]["rows"]
    return [*_cut("samples", rows, run.configuration.score.block_size), REFERENCES]


# 8 ---------------------------------------------------------------------------------------------


def measure(run: Run, _: Place, progress: Progress) -> None:
    """Texts to ``text_measures``: repetition, copies from training recipes, quantities."""
    tokens, vocabulary = run.read("tokens"), _vocabulary(run)
    training = tokens[tokens["split"] == "train"]
    progress(0.1, "quantities")
    ranges = Ranges.learn(map(vocabulary.decode, training["token_ids"]))
    progress(0.3, "copies")
    columns = ["sample_id", "text"]
    texts = pd.concat([run.read("samples", columns), run.read("references", columns)])
    measures = measure_texts(
        texts, run.read("mentions"), training, vocabulary.encode, len(vocabulary), ranges
    )
    run.write("text_measures", measures)


# 9 ---------------------------------------------------------------------------------------------


def summarise(run: Run, _: Place, progress: Progress) -> None:
    """All that is known of the texts to the tables by temperature."""
    progress(0.0, "statistics")
    configuration = run.configuration
    scores, measures = run.read("sample_scores"), run.read("text_measures")
    texts = describe_texts(run.read("samples"), run.read("references"), scores, measures)
    copied = texts.loc[texts["group"] == "real", "copied_words"]
    yardsticks = Yardsticks(float(copied.quantile(MEMORISED)), _training_texts(run))
    summary = summarise_texts(
        texts, run.read("sample_pairs"), yardsticks, configuration.summarise, configuration.seed
    )
    for name, frame in summary._asdict().items():
        run.write(name, frame)


def _training_texts(run: Run) -> list[str]:
    """As many training recipes as there are references at most, cut like samples."""
    tokens, vocabulary = run.read("tokens"), _vocabulary(run)
    training = tokens[tokens["split"] == "train"].sort_values("recipe_id")
    chosen = training["token_ids"].head(run.configuration.score.references)
    longest = run.configuration.generate.max_tokens
    return [vocabulary.decode(ids[:longest]) for ids in chosen]


# 10 --------------------------------------------------------------------------------------------


def report(run: Run, _: Place, progress: Progress) -> None:
    """All of the above to ``report.html`` and ``samples.html``."""
    progress(0.0, "tables")
    tables = {name: run.read(name, TABLES[name].column_names) for name in REPORTED}
    facts = run_facts(run)
    progress(0.3, "charts")
    write_text(run.folder / "report.html", report_page(summarise_run(tables, facts)))
    progress(0.7, "samples")
    browsed = {name: tables[name] for name in BROWSED}
    write_text(run.folder / "samples.html", samples_page(**browsed, facts=facts))
    publish(run, facts, tables["temperature_summary"])


REPORTED = tuple(name for name in TABLES if name not in NOT_SHOWN)
SETTINGS = tuple(name for name in Configuration.model_fields if name not in ("seed", "execution"))


# How it all hangs together ----------------------------------------------------------------------


def _corpus_hash(run: Run) -> str:
    settings = run.configuration.ingest
    more = map(hash_file, list_files(settings.more_ingredients))
    return " ".join([hash_corpus(settings.corpus), *more])


def _words_hash(_: Run) -> str:
    return hash_words()


def _trained_files(run: Run) -> dict[str, str]:
    further = range(2, run.configuration.train.networks + 1)
    more = {f"checkpoint_{number}": checkpoint_of(number) for number in further}
    return {"checkpoint": CHECKPOINT, **more, "ngram": NGRAM}


def _pages(_: Run) -> dict[str, str]:
    return {"report": "report.html", "samples_page": "samples.html"}


def _gathered(_run: Run, _workshop: Place, _progress: Progress) -> None:
    """All tables of the stage come from its blocks."""


STAGES = (
    Stage(
        "ingest",
        (),
        ("ingest",),
        ingest,
        (Whole("read", read_parts), Blocks(_parts, sign_part)),
        outside=_corpus_hash,
    ),
    Stage("tokenise", ("recipes",), ("tokenise",), tokenise),
    Stage(
        "train",
        ("vocabulary", "tokens"),
        ("train",),
        train,
        files=_trained_files,
    ),
    Stage(
        "learn-ingredients",
        ("recipes", "ingredient_lists"),
        ("learn_ingredients",),
        learn_ingredients,
        (
            Blocks(_recipe_blocks("names"), name_foods),
            Whole("candidates", choose_candidates),
            Blocks(_recipe_blocks("agreement"), confirm_names),
            Whole("lexicon", make_lexicon),
            Blocks(_found_blocks, find_ingredients),
        ),
        ("recipe_ingredients",),
        outside=_words_hash,
    ),
    Stage(
        "learn-pairings",
        ("recipes", "recipe_ingredients", "lexicon"),
        ("learn_pairings",),
        learn_pairings,
        outside=_words_hash,
    ),
    Stage(
        "generate",
        ("checkpoint", "ngram", "vocabulary", "recipes"),
        ("generate",),
        generate,
        (Blocks(_sample_blocks, generate_block),),
        ("samples", "sample_words", "sample_rejects"),
        outside=_drawn_from,
    ),
    Stage(
        "score",
        ("samples", "vocabulary", "tokens", "checkpoint", "ngram", "lexicon", *JUDGES),
        ("score", "generate"),
        _gathered,
        (Blocks(_score_blocks, score_block),),
        tuple(written_by("score")),
        outside=_words_hash,
    ),
    Stage("measure", ("samples", "references", "mentions", "tokens", "vocabulary"), (), measure),
    Stage(
        "summarise",
        (
            "samples",
            "references",
            "sample_scores",
            "sample_pairs",
            "text_measures",
            "tokens",
            "vocabulary",
        ),
        ("summarise", "generate", "score"),
        summarise,
    ),
    Stage(
        "report",
        REPORTED,
        SETTINGS,
        report,
        files=_pages,
    ),
)
"""Every stage, in an order in which each comes after those that feed it."""


def stage_named(name: str) -> Stage:
    """The stage of this name."""
    (stage,) = (stage for stage in STAGES if stage.name == name)
    return stage
