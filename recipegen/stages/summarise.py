"""Summarises all that is known of the texts in tables by temperature.

Each block of texts is summed up by itself, and the sums are added. So no step holds all texts, and
the tables do not depend on how the texts are cut into blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from recipegen.errors import CorruptFile
from recipegen.evaluation.metrics import MEMORISED, METRIC_QUANTITIES
from recipegen.evaluation.per_group.diversity import (
    PART,
    Draw,
    Values,
    distinct_pairs,
    parts_from,
    values_of,
)
from recipegen.evaluation.per_group.generators import block_words_of
from recipegen.evaluation.per_group.operating_points import OF_SIZES
from recipegen.evaluation.per_group.references import REAL
from recipegen.evaluation.per_group.temperature import (
    PAIR_KEYS,
    count_pairs,
    describe_texts,
    summary_of,
)
from recipegen.evaluation.statistics.sums import (
    Cell,
    Resampling,
    Sums,
    add_up,
    cell_of,
    cells_of,
    sums_from,
    sums_of,
    sums_table,
    titles_table,
)
from recipegen.machine.memory import kept
from recipegen.pairing.plausibility import curves_of
from recipegen.pairing.set_encoder import table_arrays
from recipegen.progress import Progress
from recipegen.running.stage import Tables
from recipegen.stages.labels import labels_of
from recipegen.stages.text_blocks import (
    find_rows,
    known_of,
    known_of_references,
    rows_about,
    text_blocks,
    texts_of,
)
from recipegen.stages.tokenise import vocabulary_of
from recipegen.storage.files import Place
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import part_of_table, read_table, write_table

CELL = "cell"
"""Prefix of the names of blocks that are the part of a cell on which diversity is measured."""

CELLS, TEXTS, VALUES = "cells", "cell_texts", "cell_values"
SUMS, TITLES, PAIRS = "cell_sums", "cell_titles", "pair_counts"
"""The tables that the steps pass on to each other."""

DIVERSITY = "diversity"
"""Name under which the values are stored by which the diversity of generators is compared."""


def draw_parts(run: Run, workshop: Place, progress: Progress) -> None:
    """Draw the texts on which diversity is measured, and find the pairs of each block of texts."""
    progress(0.0, "pairs of each block")
    find_rows(run, workshop, "sample_pairs")
    progress(0.5, "texts drawn at random")
    texts = drawn_texts(run)
    block_words = block_words_of(texts.values())
    for number, part in enumerate(texts.values()):
        frame = pd.DataFrame({"text": part})
        write_table(part_of_table(workshop, _name(number), TEXTS), TEXTS, frame)
    cells = pd.DataFrame(list(texts), columns=list(Cell._fields))
    cells = cells.assign(texts=list(map(len, texts.values())), block_words=block_words)
    write_table(part_of_table(workshop, CELLS, CELLS), CELLS, cells)


def drawn_texts(run: Run) -> dict[Cell, list[str]]:
    """The texts in the part of each cell, in random order."""
    draw = Draw[Cell](PART)
    for table, columns in TEXT_COLUMNS.items():
        for rows in run.frames(table, columns):
            own = rows.reindex(columns=TEXT_COLUMNS["samples"])
            for cell, places in cells_of(own).items():
                draw.add(cell, own.loc[places, "sample_id"])
    parts = parts_from(draw)
    wanted = {sample_id for part in parts.values() for sample_id in part}
    found = pd.concat(
        run.matching(table, "sample_id", wanted, ["sample_id", "text"]) for table in TEXT_COLUMNS
    )
    texts = dict(zip(found["sample_id"], found["text"], strict=True))
    return {cell: [texts[each] for each in part] for cell, part in parts.items()}


TEXT_COLUMNS = {
    "samples": ["sample_id", "group", "temperature", "prompt_group"],
    "references": ["sample_id", "group"],
}
"""The columns that say to which cell a text belongs."""


def _name(number: int) -> str:
    return f"{CELL}-{number:04d}"


def sum_up_block(run: Run, workshop: Place, block: str) -> Tables:
    """The sums over the texts of a block, and their implausible pairs, for each cell."""
    described = described_of(run, block, known_of(run, block, "sample_scores"))
    settings = run.configuration
    how = Resampling(settings.summarise.resamples, settings.seed)
    sums = sums_of(described, normal_copy(run), how, METRIC_QUANTITIES, OF_SIZES)
    pairs = rows_about(run, workshop, block, "sample_pairs")
    return {
        SUMS: sums_table(sums),
        TITLES: titles_table(sums),
        PAIRS: count_pairs(pairs, described),
    }


def described_of(run: Run, block: str, scores: pd.DataFrame) -> pd.DataFrame:
    """A row for each text of a block with all that is known of it.

    Raises:
        CorruptFile: the tables are not about the same texts.
    """
    texts = texts_of(run, block)
    texts = texts.reindex(columns=list(dict.fromkeys([*texts, *TEXT_COLUMNS["samples"]])))
    described = describe_texts(texts, scores, known_of(run, block, "text_measures"))
    if len(described) != len(texts):
        raise CorruptFile(
            f"{run.folder}: sample_scores or text_measures are not about the same texts as "
            f"samples and references; run `recipegen score --run {run.folder}` again"
        )
    return described


def normal_copy(run: Run) -> float:
    """Words of the longest copied span that still counts as normal."""
    columns = ["sample_id", "copied_words"]
    copied = known_of_references(run, "text_measures", columns).set_index("sample_id")
    groups = run.read("references", ["sample_id", "group"])
    real = groups.loc[groups["group"] == REAL, "sample_id"]
    return float(copied.loc[real, "copied_words"].quantile(MEMORISED))


def cell_blocks(_: Run, workshop: Place) -> list[str]:
    """Names of the blocks of the second step: one for each cell."""
    cells = read_table(part_of_table(workshop, CELLS, CELLS), ["group"])
    return list(map(_name, range(len(cells))))


def measure_cell(run: Run, workshop: Place, block: str) -> Tables:
    """The values of the metrics of diversity in the part of a cell."""
    texts = read_table(part_of_table(workshop, block, TEXTS))["text"].tolist()
    cell = read_table(part_of_table(workshop, CELLS, CELLS)).iloc[int(block.rpartition("-")[2])]
    settings, tokens = run.configuration, run.outputs("tokenise")["tokens"]["sha256"]
    wanted, longest = settings.score.references, settings.generate.max_tokens
    values = values_of(texts, _training_texts(run.folder, wanted, longest, tokens)).of
    compared = distinct_pairs(texts, int(cell["block_words"]))
    rows = [
        (metric, value)
        for metric, found in {**values, DIVERSITY: compared}.items()
        for value in found
    ]
    return {VALUES: pd.DataFrame(rows, columns=["metric", "value"])}


@kept
def _training_texts(folder: Place, wanted: int, longest: int, _: str) -> list[str]:
    """Training recipes, the first ``wanted`` by their identifier, cut to the length of samples."""
    # The hash is part of the cache key, so a table that was made again is read again.
    run = Run(folder)
    first = pd.DataFrame(columns=["recipe_id", "token_ids"])
    for rows in run.frames("tokens", ["recipe_id", "split", "token_ids"]):
        training = rows.loc[rows["split"] == "train", ["recipe_id", "token_ids"]]
        first = pd.concat([first, training]).sort_values("recipe_id").head(wanted)
    decode = vocabulary_of(run).decode
    return [decode(ids[:longest]) for ids in first["token_ids"]]


def summarise(run: Run, workshop: Place, progress: Progress) -> None:
    """Write the tables by temperature, from what was summed up over the blocks."""
    progress(0.0, "sums")
    values, diversity = _values(run, workshop)
    summary = summary_of(
        add_up(_sums(run, workshop)),
        values,
        diversity,
        _pairs(run, workshop),
        curves_of(table_arrays(run.read("ingredient_model"))),
        run.configuration.summarise,
        labels_of(run),
    )
    for name, frame in summary._asdict().items():
        run.write(name, frame)


def _sums(run: Run, workshop: Place) -> Iterator[Mapping[Cell, Sums]]:
    for block in text_blocks(run, workshop):
        sums, titles = (
            read_table(part_of_table(workshop, block, table)) for table in (SUMS, TITLES)
        )
        yield sums_from(sums, titles)


def _pairs(run: Run, workshop: Place) -> pd.DataFrame:
    whole = pd.DataFrame(columns=[*PAIR_KEYS, "sample_count"])
    for block in text_blocks(run, workshop):
        both = pd.concat([whole, read_table(part_of_table(workshop, block, PAIRS))])
        whole = both.groupby(PAIR_KEYS, dropna=False)["sample_count"].sum().reset_index()
    return whole


def _values(run: Run, workshop: Place) -> tuple[dict[Cell, Values], dict[Cell, Sequence[float]]]:
    """The values of the metrics of diversity in each cell, and those that generators share."""
    cells = read_table(part_of_table(workshop, CELLS, CELLS))
    values: dict[Cell, Values] = {}
    diversity: dict[Cell, Sequence[float]] = {}
    for row, block in zip(cells.to_dict("records"), cell_blocks(run, workshop), strict=True):
        found = read_table(part_of_table(workshop, block, VALUES))
        by_metric = {str(metric): own["value"].tolist() for metric, own in found.groupby("metric")}
        cell = cell_of(*(row[name] for name in Cell._fields))
        diversity[cell] = by_metric.pop(DIVERSITY, [])
        values[cell] = Values(int(row["texts"]), by_metric)
    return values, diversity
