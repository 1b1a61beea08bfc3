"""Networks to samples, beside those of other generators."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby

import numpy as np
import pandas as pd
import torch

from recipegen.corpus.recipe import Reject
from recipegen.corpus.texts import read_texts
from recipegen.errors import UsageError
from recipegen.files import Place, hash_file
from recipegen.language import grid
from recipegen.language.checkpoint import load_model, load_ngram
from recipegen.language.generation import generate as generate_samples
from recipegen.language.generation import uniform_numbers
from recipegen.language.hardware import choose_device, use_threads
from recipegen.language.others import group_names, other_samples
from recipegen.language.text_generator import encode_prompt, likely_at_each_step, likely_words
from recipegen.language.vocabulary import STOP
from recipegen.pipeline import Tables, row_blocks, rows_of
from recipegen.progress import Progress
from recipegen.stages.likelihood import with_likelihood
from recipegen.stages.tokenise import vocabulary_of
from recipegen.stages.train import CHECKPOINT, NGRAM, checkpoint_hashes, checkpoint_of, seed_of
from recipegen.store import Run
from recipegen.tables import TABLES

OTHERS = "others-"
"""What the names of blocks of other generators' samples begin with."""


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


def generate_block(run: Run, _: Place, name: str) -> Tables:
    """The samples of a block, and how the words of some were chosen."""
    if name.startswith(OTHERS):
        return _read_others(run, name.removeprefix(OTHERS))
    rows = rows_of(name, run.configuration.generate.block_size)
    by_network = groupby(_grid(run).samples(rows), key=lambda plan: plan.network)
    parts = [_draw(run, network, list(planned)) for network, planned in by_network]
    return {table: pd.concat(part[table] for part in parts) for table in parts[0]}


def _draw(run: Run, network: int, planned: list[grid.Planned]) -> dict[str, pd.DataFrame]:
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
        "samples": grid.sample_table(planned, samples, vocabulary).assign(
            ngram_log_probability=judged
        ),
        "sample_words": pd.DataFrame(words, columns=TABLES["sample_words"].column_names),
    }


def _read_others(run: Run, group: str) -> Tables:
    """The samples of another generator."""
    vocabulary, settings = vocabulary_of(run), run.configuration.generate
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
        "samples": with_likelihood(run, samples, vocabulary),
        "sample_rejects": pd.DataFrame(
            map(asdict, rejects), columns=TABLES["sample_rejects"].column_names
        ),
    }


def _grid(run: Run) -> grid.Grid:
    return grid.Grid(run.configuration.generate, _titles(run), len(checkpoint_hashes(run)))


def _titles(run: Run) -> list[grid.Prompt]:
    recipes = run.read("recipes", ["recipe_id", "title", "split"])
    held_out = recipes[recipes["split"] == "test"].sort_values("recipe_id")
    return list(map(grid.title_prompt, held_out["recipe_id"], held_out["title"]))


def sample_blocks(run: Run, _: Place) -> list[str]:
    """Blocks of the grid of samples, and one for each other generator."""
    settings = run.configuration.generate
    drawn = row_blocks("samples", len(_grid(run)), settings.block_size)
    others = group_names(settings.others)
    return [*drawn, *(f"{OTHERS}{group}" for group in others)]


def drawn_from(run: Run) -> str:
    """A hash of what samples come from besides tables: other generators, further networks."""
    files = group_names(run.configuration.generate.others).values()
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise UsageError(f"generate.others: {missing[0]}: there is no such file")
    return " ".join([*map(hash_file, files), *checkpoint_hashes(run)[1:]])
