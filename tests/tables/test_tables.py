"""The schemas keep the columns that other programs rely on."""

import hashlib

import pytest

from recipegen.tables import LABELS, SCHEMAS, TABLES, data_dictionary, schema, written_by

RELIED_ON = {
    "recipes": "recipe_id title ingredients directions source split",
    "rejects": "source position reason raw",
    "vocabulary": "token_id token count",
    "training_log": "epoch seconds words words_per_second learning_rate train_perplexity "
    "valid_perplexity",
    "samples": "sample_id prompt temperature text word_count stopped log_probability",
    "mentions": "sample_id start end surface ingredient section",
    "pairings": "ingredient_a ingredient_b count_a count_b count_both expected log_lift "
    "log_lift_low log_lift_high implausible",
    "sample_pairs": "sample_id ingredient_a ingredient_b implausible",
    "sample_scores": "sample_id ingredient_count pair_count implausible_pair_count implausibility",
    "temperature_summary": "temperature group metric estimate low high count",
    "label_sample": "item_id unit sample_id group temperature ingredient_a ingredient_b verdict "
    "implausible stratum stratum_size stratum_drawn inclusion_probability draw seed",
    "labels": "item_id labeller date label note",
}


@pytest.mark.parametrize(("table", "columns"), RELIED_ON.items())
def test_columns_that_other_programs_rely_on(table: str, columns: str) -> None:
    names = {**TABLES, **LABELS}[table].column_names
    assert [name for name in names if name in columns.split()] == columns.split()


def test_every_column_says_what_it_means() -> None:
    for table in [*TABLES.values(), *LABELS.values()]:
        assert len(set(table.column_names)) == len(table.column_names)
        assert all(column.meaning for column in table.columns)
        assert table.schema.metadata[b"table"] == table.name.encode()


def test_the_data_dictionary_names_every_column() -> None:
    text = data_dictionary()
    for table in [*TABLES.values(), *LABELS.values()]:
        assert f"### `{table.name}`" in text
        assert all(f"| `{column}` |" in text for column in table.column_names)


def test_tables_by_stage() -> None:
    assert written_by("tokenise") == ["vocabulary", "tokens"]


NOTED = {
    "SCHEMA_VERSION": (7, "0359b0332ffb5a11"),
    "LABELS_VERSION": (1, "c1e7aff4ccf6b81c"),
}
"""Each version in ``recipegen/tables/schema.py``, and the hash of the tables that have it."""


def hash_of(names: set[str]) -> str:
    """A hash of some tables: the names and types of their columns, in order."""
    lines = [
        f"{name}.{column.name}: {column.type}"
        for name in sorted(names)
        for column in SCHEMAS[name].columns
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("constant", "names"),
    [("SCHEMA_VERSION", {*SCHEMAS} - {*LABELS}), ("LABELS_VERSION", {*LABELS})],
)
def test_columns_change_only_with_the_version(constant: str, names: set[str]) -> None:
    version, columns = getattr(schema, constant), hash_of(names)
    noted, noted_columns = NOTED[constant]
    assert {SCHEMAS[name].version for name in names} == {version}
    assert version != noted or columns == noted_columns, (
        f"columns have changed: increase {constant} in recipegen/tables/schema.py, "
        "and run this test again; it then says which hash to note"
    )
    assert (version, columns) == NOTED[constant], (
        f'note the new hash in NOTED: "{constant}": ({version}, "{columns}"),'
    )
