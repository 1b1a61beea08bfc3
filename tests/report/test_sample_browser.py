import base64
import gzip
import json
from typing import Any

import pandas as pd

from recipegen.report.sample_browser import packed
from tests.report.conftest import BROWSED, Tables


def unpack(tables: Tables) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        gzip.decompress(base64.b64decode(packed(*(tables[name] for name in BROWSED))))
    )
    return content


def test_every_text_is_there_once_as_it_was_written(tables: Tables) -> None:
    texts = pd.concat([tables["samples"], tables["references"]]).set_index("sample_id")["text"]
    assert {row[0]: row[7] for row in unpack(tables)["samples"]} == texts.to_dict()


def test_mentions_and_flagged_pairs_are_those_of_the_tables(tables: Tables) -> None:
    content = unpack(tables)
    names, roles, mentions, pairs = content["ingredients"], content["roles"], set(), set()
    for row in content["samples"]:
        flagged, marks = row[8], row[9]
        for start, end, name, role in zip(*[iter(marks)] * 4, strict=True):
            mentions.add((row[0], start, end, names[name], roles[role]["name"]))
        for at in range(0, len(flagged), 2):
            pairs.add((row[0], names[flagged[at]], names[flagged[at + 1]]))
    columns = ["sample_id", "start", "end", "ingredient", "role"]
    assert mentions == set(tables["mentions"][columns].itertuples(index=False, name=None))
    bad = tables["sample_pairs"].query("implausible")
    columns = ["sample_id", "ingredient_a", "ingredient_b"]
    assert pairs == set(bad[columns].itertuples(index=False, name=None))


def test_the_same_tables_give_the_same_bytes(tables: Tables) -> None:
    frames = [tables[name] for name in BROWSED]
    assert packed(*frames) == packed(*frames)


def test_tables_without_rows_are_packed_too(tables: Tables) -> None:
    content = unpack({name: tables[name].head(0) for name in BROWSED})
    assert (content["ingredients"], content["samples"]) == ([], [])
