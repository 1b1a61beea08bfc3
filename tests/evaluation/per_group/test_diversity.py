"""The part of the texts on which diversity is measured is the same however the texts are cut."""

import numpy as np
import pandas as pd

from recipegen.evaluation.per_group.diversity import PART, Draw, parts_of, place_of, values_of
from recipegen.evaluation.statistics.sums import ALL, Cell


def test_the_same_texts_are_drawn_from_any_pieces() -> None:
    ids = [f"s{at}" for at in range(500)]
    whole, pieces = Draw[str](20), Draw[str](20)
    whole.add("all", ids)
    for start in range(499, -1, -7):
        pieces.add("all", ids[max(0, start - 6) : start + 1])
    assert whole.chosen() == pieces.chosen()
    assert whole.chosen()["all"] == sorted(ids, key=place_of)[:20]


def test_a_part_is_at_random_and_at_most_so_large() -> None:
    frame = pd.DataFrame(
        {
            "sample_id": [f"s{at}" for at in range(5000)],
            "group": "generated",
            "temperature": 1.0,
            "prompt_group": ["open", "title"] * 2500,
            "text": [f"text {at}" for at in range(5000)],
        }
    )
    parts = parts_of(frame)
    assert {cell.prompts: len(part) for cell, part in parts.items()} == {
        ALL: PART,
        "open": PART,
        "title": PART,
    }
    numbers = [int(text.split()[1]) for text in parts[Cell("generated", 1.0, ALL)]]
    assert len(set(numbers)) == PART
    assert abs(np.mean(numbers) - 2500) < 4 * 5000 / np.sqrt(12 * PART)
    few = parts_of(frame.head(3))
    assert sorted(few[Cell("generated", 1.0, ALL)]) == ["text 0", "text 1", "text 2"]


def test_values_come_from_whole_blocks() -> None:
    words = " ".join(f"w{at}" for at in range(2500))
    found = values_of([words] * 5, [])
    assert found.texts == 5
    assert found.of["distinct_1"] == [0.5, 0.5]
    assert found.of["self_bleu"] == [1.0] * 4
    assert found.of["mauve"] == []
