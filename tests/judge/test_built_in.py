"""The judge that comes with the package: its file holds numbers, and it judges without a run."""

import json

import numpy as np
import pandas as pd

from recipegen.judge.built_in import JUDGE_FILE, judge_hash, load_judge, read_card
from recipegen.judge.lexicon import judge_lexicon
from recipegen.pairing.verdicts import VERDICTS

MEGABYTES = 6


def test_the_card_tells_of_this_file() -> None:
    card = read_card()
    assert card["sha256"] == judge_hash()
    assert card["bytes"] == JUDGE_FILE.stat().st_size < MEGABYTES * 1_000_000
    assert card["ingredients"] == len(load_judge().names)
    assert sum(card["pairs"].values()) == len(load_judge().prior.verdict)
    assert card["recipes"] > 60_000


def test_no_recipe_can_be_read_from_it() -> None:
    """The file of the judge holds only numbers and short names of ingredients."""
    words = JUDGE_FILE.read_bytes()[8:].split(b"}}", 1)[0].decode()
    names = load_judge().names
    assert max(map(len, names)) < 40
    assert "preheat" not in words.lower()


def test_what_every_cook_knows() -> None:
    judge = load_judge().plausibility
    verdicts = {
        (pair.a, pair.b): pair.verdict
        for names in (["anchovy", "marshmallow"], ["apple", "cinnamon"], ["basil", "tomato"])
        for pair in judge.judge(names).pairs
    }
    assert verdicts[("anchovy", "marshmallow")] == "implausible"
    assert verdicts[("apple", "cinnamon")] == verdicts[("basil", "tomato")] == "plausible"


def test_no_plausible_pair_is_spoken_against() -> None:
    judge = load_judge()
    _, pairings = judge.tables_about(judge.names)
    plausible = pairings[pairings["verdict"] == "plausible"]
    # Its lifts are kept in single precision.
    assert (plausible["log_lift_high"] > -1e-6).all()
    unmet = plausible["count_both"] == 0
    assert (plausible.loc[unmet, "expected"] >= 0.01).all()


def test_its_tables_say_what_its_matrices_say() -> None:
    judge = load_judge()
    ingredients, pairings = judge.tables_about(judge.names)
    assert ingredients["ingredient"].tolist() == judge.names
    places = {name: place for place, name in enumerate(judge.names)}
    rows = pairings.sample(500, random_state=1)
    a, b = (rows[f"ingredient_{side}"].map(places) for side in "ab")
    codes = judge.plausibility.pairs.verdict[a, b]
    assert rows["verdict"].tolist() == [VERDICTS[code] for code in codes]
    assert np.allclose(judge.plausibility.pairs.log_lift[a, b], rows["log_lift"], atol=1e-4)
    assert np.allclose(judge.objection[:5], judge.plausibility.pairs.objection[0, 1:6])


def test_its_lexicon_names_what_it_judges() -> None:
    lexicon = judge_lexicon()
    assert set(load_judge().names) <= set(lexicon["ingredient"].dropna())
    assert pd.Series(lexicon["variant"]).is_unique


def test_reading_it_runs_no_code() -> None:
    """The file is in the format safetensors: a length, a header in JSON, and arrays of numbers."""
    head = JUDGE_FILE.read_bytes()
    size = int.from_bytes(head[:8], "little")
    header = json.loads(head[8 : 8 + size])
    assert {each["dtype"] for name, each in header.items() if name != "__metadata__"} <= {
        *("F16", "F32", "F64", "U8", "U16", "U32"),
    }


def test_it_is_read_once() -> None:
    assert load_judge() is load_judge()


def test_the_tables_about_some_ingredients_are_a_part_of_all() -> None:
    judge = load_judge()
    whole, all_pairs = judge.tables_about(judge.names)
    asked = ["anchovy", "marshmallow"]
    ingredients, pairs = judge.tables_about(asked)
    about = all_pairs[["ingredient_a", "ingredient_b"]].isin(asked).any(axis=1)
    pd.testing.assert_frame_equal(pairs, all_pairs[about].reset_index(drop=True))
    for name in asked:
        row = whole["ingredient"] == name
        assert whole.loc[row, "companions"].item()
        assert ingredients.loc[row, "companions"].item() == whole.loc[row, "companions"].item()
