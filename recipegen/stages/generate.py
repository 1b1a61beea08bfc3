"""Draws samples from the networks and from the other generators in ``generate.models``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from recipegen.config import RESERVED_NAMES, AskedModel, OpenAIModel, PythonModel
from recipegen.corpus.recipe import Reject
from recipegen.errors import CorruptFile, UsageError
from recipegen.generators.endpoint import asking_endpoint, request_key, share_of_budget
from recipegen.generators.files import file_samples, title_key
from recipegen.generators.function import asking_function
from recipegen.generators.requests import Answer, Ask, Asked, answer_rows, asked, grid_of
from recipegen.generators.transformers_model import asking_transformers
from recipegen.language import sample_grid
from recipegen.language.checkpoint import load_model, load_ngram
from recipegen.language.generation import generate as generate_samples
from recipegen.language.generation import uniform_numbers
from recipegen.language.hardware import choose_device, use_threads
from recipegen.language.text_generator import encode_prompt, likely_at_each_step, likely_words
from recipegen.language.vocabulary import STOP
from recipegen.progress import Progress
from recipegen.running.stage import Tables, name_of, row_blocks, rows_of
from recipegen.stages.likelihood import with_ngram_likelihood
from recipegen.stages.tokenise import vocabulary_of
from recipegen.stages.train import CHECKPOINT, NGRAM, checkpoint_hashes, checkpoint_of, seed_of
from recipegen.storage.files import Place, hash_file, is_file, listing, read_json, write_json
from recipegen.storage.run_folder import Run
from recipegen.tables import TABLES
from recipegen.texts.feed import files_in, read_texts

LSTM = "samples"
"""Prefix of the names of blocks with samples of the network."""
ASKED = "asked-"
"""Prefix of the names of blocks with samples of other generators."""
FILE = "file-"
"""Prefix of the names of blocks that are files of texts."""

ANSWERS = "answers"
"""The folder of a run that holds the answers of its endpoints, as received."""
CHUNK = 64
"""The answers of this many consecutive samples are stored together."""


def generate(run: Run, _: Place, progress: Progress) -> None:
    """Write ``word_probabilities`` of the best network; blocks make all the other tables."""
    settings, rows = run.configuration.generate, []
    if settings.has_lstm:
        progress(1.0, "next-word probabilities")
        model, vocabulary = load_model(run.folder / CHECKPOINT, torch.device("cpu"))
        rows = [
            row
            for prompt in settings.probability_prompts
            for temperature in settings.probability_temperatures
            for row in likely_words(
                model, vocabulary, prompt, temperature, settings.probability_top
            )
        ]
    columns = TABLES["word_probabilities"].column_names
    run.write("word_probabilities", pd.DataFrame(rows, columns=columns))


def generate_block(run: Run, _: Place, name: str) -> Tables:
    """The samples of a block, and the likely words at each step of some of them."""
    if name.startswith(FILE):
        return _read_file(run, name.removeprefix(FILE))
    if name.startswith(ASKED):
        generator = name_of(name).removeprefix(ASKED)
        return _ask(run, run.configuration.generate.asked[generator], name)
    by_network = groupby(_grid(run).samples(rows_of(name)), key=lambda plan: plan.network)
    parts = [_draw(run, network, list(planned)) for network, planned in by_network]
    return {table: pd.concat(part[table] for part in parts) for table in parts[0]}


def _draw(run: Run, network: int, planned: list[sample_grid.Planned]) -> dict[str, pd.DataFrame]:
    """Samples of one network."""
    configuration, settings = run.configuration, run.configuration.generate
    use_threads(configuration.execution, configuration.execution.workers)
    checkpoint = run.folder / checkpoint_of(network)
    model, vocabulary = load_model(checkpoint, choose_device(configuration.execution))
    seed = seed_of(run, network)
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
        "samples": sample_grid.sample_table(planned, samples, vocabulary).assign(
            ngram_log_probability=judged
        ),
        "sample_words": pd.DataFrame(words, columns=TABLES["sample_words"].column_names),
    }


def _ask(run: Run, model: AskedModel, block: str) -> Tables:
    """Samples of another generator."""
    plans = grid_of(run.configuration.generate, model, _titles(run))
    planned = plans.samples(rows_of(block))
    samples = asked(model, planned, run.configuration.seed)
    answers = _generator(run, model, samples, len(plans))(samples)
    rows, rejects = answer_rows(model.name, model, samples, answers)
    return _outside_tables(run, rows, rejects)


def _generator(run: Run, model: AskedModel, samples: Sequence[Asked], total: int) -> Ask:
    """The generator that answers the samples of a block; all blocks have ``total`` samples."""
    configuration = run.configuration
    if isinstance(model, PythonModel):
        return asking_function(model)
    if isinstance(model, OpenAIModel):
        return asking_endpoint(
            model,
            _kept(run, model, samples),
            lambda answers: _keep(run, model, samples, answers),
            share_of_budget(model, total, len(samples)),
            max(1, model.requests // configuration.execution.workers),
        )
    use_threads(configuration.execution, configuration.execution.workers)
    return asking_transformers(model, configuration.seed, choose_device(configuration.execution))


def _kept(run: Run, model: OpenAIModel, samples: Sequence[Asked]) -> dict[str, Answer]:
    """The answers that were stored before, by the keys of their requests."""
    found: dict[str, Answer] = {}
    for chunk in {_chunk(each) for each in samples}:
        for path in listing(run.folder / ANSWERS / model.name, f"{chunk}.*.json"):
            try:
                parts = read_json(path)
                found |= {key: Answer(**answer) for key, answer in parts.items()}
            except (CorruptFile, TypeError, AttributeError):
                continue  # these are asked for again
    return found


def _keep(
    run: Run, model: OpenAIModel, samples: Sequence[Asked], answers: Mapping[str, Answer]
) -> None:
    """Store answers. Those with the same temperature, cut-offs and chunk share a file."""
    chunks: dict[str, dict[str, object]] = {}
    for each in samples:
        key = request_key(model, each)
        if key in answers:
            chunks.setdefault(_chunk(each), {})[key] = asdict(answers[key])
    for chunk, kept in chunks.items():
        name = hashlib.sha256(" ".join(sorted(kept)).encode()).hexdigest()[:12]
        write_json(run.folder / ANSWERS / model.name / f"{chunk}.{name}.json", kept)


def _chunk(sample: Asked) -> str:
    plan = sample.plan
    cut = "".join(f"-{each:g}" for each in plan.how.cut or ())
    return f"T{plan.how.temperature:g}{cut}-{plan.number // CHUNK:06d}"


def _read_file(run: Run, group: str) -> Tables:
    """The texts of a file that another generator has written, or of results of another tool."""
    file = run.configuration.generate.files[group]
    texts, rejects = read_texts(file)
    usable = [text for text in texts if text.text.strip()]
    rejects += [
        Reject(file.name, text.position, "no text", text.id)
        for text in texts
        if not text.text.strip()
    ]
    samples = file_samples(group, usable, _title_ids(run), _taken(run, group))
    return _outside_tables(run, samples, rejects)


def _taken(run: Run, group: str) -> set[str]:
    """Names that no model in the file of a source can have as a generator."""
    settings = run.configuration.generate
    return {*RESERVED_NAMES, *settings.asked, *settings.files} - {group}


def _outside_tables(run: Run, samples: pd.DataFrame, rejects: Sequence[Reject]) -> Tables:
    return {
        "samples": with_ngram_likelihood(run, samples, vocabulary_of(run)),
        "sample_rejects": pd.DataFrame(
            map(asdict, rejects), columns=TABLES["sample_rejects"].column_names
        ),
    }


def _title_ids(run: Run) -> dict[str, str]:
    """Ids of held-out recipes by :func:`title_key`, without titles that several of them share."""
    titles = _titles(run)
    keys = pd.Series([title_key(each.title) for each in titles])
    once = ~keys.duplicated(keep=False)
    return {
        key: str(each.recipe_id)
        for key, each, own in zip(keys, titles, once, strict=True)
        if own and key
    }


def _grid(run: Run) -> sample_grid.Grid:
    return sample_grid.Grid(run.configuration.generate, _titles(run), len(checkpoint_hashes(run)))


def _titles(run: Run) -> list[sample_grid.Prompt]:
    recipes = run.read("recipes", ["recipe_id", "title", "split"])
    held_out = recipes[recipes["split"] == "test"].sort_values("recipe_id")
    return list(map(sample_grid.title_prompt, held_out["recipe_id"], held_out["title"]))


def sample_blocks(run: Run, _: Place) -> list[str]:
    """Names of blocks: those of the grid of each generator, and one for each file."""
    settings = run.configuration.generate
    blocks = row_blocks(LSTM, len(_grid(run)), settings.block_size) if settings.has_lstm else []
    titles = _titles(run) if settings.asked else []
    for name, model in settings.asked.items():
        rows = len(grid_of(settings, model, titles))
        blocks += row_blocks(f"{ASKED}{name}", rows, model.block_size)
    return [*blocks, *(f"{FILE}{name}" for name in settings.files)]


def source_of(block: str) -> str:
    """The source of the samples of a block: the network, another generator or a file."""
    return block if block.startswith(FILE) else name_of(block)


def sample_keys(run: Run, workshop: Place) -> dict[str, str]:
    """Of each block, a hash of what its samples depend on. Other sources are no part of that."""
    settings = run.configuration.deciding()
    grid_settings = {**settings["generate"], "models": None, "others": None}
    models = {model.get("name"): model for model in settings["generate"]["models"]}

    @cache
    def source_key(source: str) -> str:
        if source.startswith(FILE):
            told: list[Any] = _renamed(run, source.removeprefix(FILE))
        else:
            told = [grid_settings, models.get(source.removeprefix(ASKED))]
        inputs = ("ngram", "vocabulary", "recipes")
        drawn = " ".join(_drawn_from(run, source))
        return run.fingerprint("generate", [settings["seed"], *told], inputs, outside=drawn)

    return {
        block: f"{source_key(source_of(block))} {block}" for block in sample_blocks(run, workshop)
    }


def _renamed(run: Run, group: str) -> list[str]:
    """The models in the file of a source whose names are taken by other sources."""
    texts, _ = read_texts(run.configuration.generate.files[group])
    return sorted({text.model for text in texts} & _taken(run, group))


def drawn_from(run: Run) -> str:
    """Hashes of what samples depend on besides tables: networks, files, folders of models."""
    settings = run.configuration.generate
    if missing := [path for path in settings.files.values() if not path.exists()]:
        raise UsageError(f"generate.models: {missing[0]}: there is no such file or folder")
    names = [f"{FILE}{name}" for name in settings.files]
    names += [f"{ASKED}{name}" for name in settings.asked]
    return " ".join(digest for name in (*names, LSTM) for digest in _drawn_from(run, name))


def _drawn_from(run: Run, source: str) -> list[str]:
    """Hashes of what the samples of a source depend on besides tables and settings."""
    settings = run.configuration.generate
    if source == LSTM:
        return checkpoint_hashes(run)
    if source.startswith(FILE):
        return [hash_file(file) for file in files_in(settings.files[source.removeprefix(FILE)])]
    model = settings.asked[source.removeprefix(ASKED)]
    folder = Path(model.model) if model.kind == "transformers" else None
    if folder is None or not folder.is_dir():
        return []
    return [hash_file(file) for file in sorted(filter(is_file, folder.iterdir()))]
