"""Which samples of a run each source of samples has made: the network, a generator or a file.

Blocks of samples never mix sources. So if a source is added, changed or removed, the blocks of the
others stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from recipegen.running.finished_blocks import records
from recipegen.running.stage import row_blocks, rows_of
from recipegen.stages.generate import source_of
from recipegen.storage.run_folder import Run

SAMPLES = "samples"


class Source(NamedTuple):
    """The samples that one source has made."""

    rows: range
    """Its rows in the table ``samples``."""
    content: str
    """A hash of them."""


def sources(run: Run) -> list[Source]:
    """The sources of a run, in the order of their samples.

    If the run does not tell them apart, all its samples count as one source.
    """
    facts = run.outputs("generate")[SAMPLES]
    made = records(run, "generate")
    made = made[made["table"] == SAMPLES]
    if made["rows"].sum() != facts["rows"]:
        return [Source(range(facts["rows"]), facts["sha256"])]
    blocks = made[["block", "first", "rows", "sha256"]].itertuples(index=False, name=None)
    return list(_told_apart(blocks))


def _told_apart(blocks: Iterable[tuple[str, int, int, str]]) -> Iterator[Source]:
    for _, own in groupby(blocks, key=lambda block: source_of(block[0])):
        parts = list(own)
        first, last = parts[0], parts[-1]
        digests = " ".join(digest for *_, digest in parts)
        content = hashlib.sha256(digests.encode()).hexdigest()
        yield Source(range(first[1], last[1] + last[2]), content)


def blocks_of_samples(run: Run, size: int) -> dict[str, str]:
    """Blocks of at most ``size`` samples, each of one source, with a hash of what is in each.

    The hash is the same if other sources are added or removed.
    """
    return {
        block: f"{source.content} {rows.start - source.rows.start} {len(rows)}"
        for source in sources(run)
        for block in row_blocks(SAMPLES, len(source.rows), size, source.rows.start)
        for rows in [rows_of(block)]
    }
