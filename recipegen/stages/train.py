"""Trains networks and an n-gram model on token ids, and measures their perplexity.

Networks are trained only if the LSTM is a generator of the run.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
import torch

from recipegen.language.checkpoint import (
    load_checkpoint,
    load_model,
    model_facts,
    save_checkpoint,
    save_ngram,
)
from recipegen.language.data_parallel import Processes, joined
from recipegen.language.hardware import choose_device, use_threads
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.ngram import NGram
from recipegen.language.text_generator import TextGenerator
from recipegen.language.training import Training, get_weights, perplexity
from recipegen.progress import Progress, part_of
from recipegen.running.resuming import fingerprint, is_finished
from recipegen.running.stage import Stage
from recipegen.stages.tokenise import sequences, vocabulary_of
from recipegen.storage.files import Place, is_file, whole_file
from recipegen.storage.run_folder import Run
from recipegen.tables import TABLES

CHECKPOINT = "checkpoints/best.safetensors"
NGRAM = "checkpoints/ngram.safetensors"


def train(run: Run, workshop: Place, progress: Progress) -> None:
    """Train the networks and the n-gram model, and write their logs, samples and perplexities."""
    settings, recipes = run.configuration.train, list(sequences(run, "train"))
    networks = networks_of(run)
    log: list[dict[str, object]] = []
    texts: list[dict[str, object]] = []
    with joined(choose_device(run.configuration.execution)) as processes:
        for number in range(1, networks + 1):
            own = part_of(progress, number - 1, networks)
            training, wrote = _training(run, number, recipes, workshop, processes)
            _train_network(run, number, training, wrote, workshop, own)
            log += [{"network": number, **asdict(done)} for done in training.log]
            texts += [{"network": number, **row} for row in wrote]
    run.write("training_log", pd.DataFrame(log, columns=TABLES["training_log"].column_names))
    run.write("epoch_samples", pd.DataFrame(texts, columns=TABLES["epoch_samples"].column_names))
    ngram = NGram.fit(recipes, len(vocabulary_of(run)), settings.ngram_order)
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
    """Train a network, store its best weights, and add its samples of each epoch to ``texts``."""
    settings, vocabulary = run.configuration.train, vocabulary_of(run)
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


def help_training(run: Run, stage: Stage) -> None:
    """Train together with the process that does the stage ``train``. Only that one writes."""
    if is_finished(run, stage):
        return
    workshop = run.workshop(stage.name, fingerprint(run, stage))
    recipes = list(sequences(run, "train"))
    with joined(choose_device(run.configuration.execution)) as processes:
        for number in range(1, networks_of(run) + 1):
            training, _ = _training(run, number, recipes, workshop, processes)
            for _ in training.epochs():
                pass


def _training(
    run: Run, number: int, recipes: list[list[int]], workshop: Place, processes: Processes
) -> tuple[Training, list[dict[str, object]]]:
    """The training of a network, resumed if it was interrupted, and what it wrote so far."""
    configuration = run.configuration
    last, seed = _last(workshop, number), seed_of(run, number)
    use_threads(configuration.execution)
    device = choose_device(configuration.execution)
    torch.manual_seed(seed)
    sizes = ModelConfig.of(len(vocabulary_of(run)), configuration.train)
    model = RecipeLSTM(sizes).to(device)
    valid = list(sequences(run, "valid"))
    training = Training(model, recipes, valid, configuration.train, seed, processes)
    if not is_file(last):
        return training, []
    tensors, facts = load_checkpoint(last)
    training.resume(tensors, facts["log"])
    return training, facts["texts"]


def _last(workshop: Place, number: int) -> Place:
    """The file with the state of a network after its last epoch, from which training resumes."""
    return workshop / f"last-{number}.safetensors"


def checkpoint_of(number: int) -> str:
    """The file in the run folder with the best weights of a network. Numbers start at 1."""
    return CHECKPOINT if number == 1 else f"checkpoints/best-{number}.safetensors"


def trained_files(run: Run) -> dict[str, str]:
    """The models that the stage writes besides its tables: the name and the file of each."""
    networks = {
        "checkpoint" if number == 1 else f"checkpoint_{number}": checkpoint_of(number)
        for number in range(1, networks_of(run) + 1)
    }
    return {**networks, "ngram": NGRAM}


def networks_of(run: Run) -> int:
    """How many networks are trained; 0 if the LSTM is not a generator of the run."""
    configuration = run.configuration
    return configuration.train.networks if configuration.generate.has_lstm else 0


def what_is_trained(run: Run) -> str:
    """What the stage depends on besides its own settings: whether networks are trained."""
    return "" if run.configuration.generate.has_lstm else "no network"


def checkpoint_hashes(run: Run) -> list[str]:
    """The hashes of the networks that were trained, in the order of their numbers."""
    outputs = run.outputs("train")
    return [facts["sha256"] for name, facts in outputs.items() if name.startswith("checkpoint")]


def seed_of(run: Run, number: int) -> int:
    """The seed for the training and the samples of a network."""
    return run.configuration.seed + number - 1


def _perplexities(run: Run, ngram: NGram) -> pd.DataFrame:
    device, rows = choose_device(run.configuration.execution), []
    for split in ("valid", "test"):
        recipes = list(sequences(run, split))
        words = sum(max(0, len(recipe) - 1) for recipe in recipes)
        for number in range(1, networks_of(run) + 1):
            network, _ = load_model(run.folder / checkpoint_of(number), device)
            name = "network" if number == 1 else f"network {number}"
            rows.append((name, split, perplexity(network, recipes), words))
        rows.append(("ngram", split, ngram.perplexity(recipes), words))
    return pd.DataFrame(rows, columns=TABLES["perplexities"].column_names)
