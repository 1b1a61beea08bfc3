"""Feeds random input to every reader. ``make fuzz`` runs this; the tests do not.

Each input is a fixture with bytes changed at random, or is made of values that hypothesis invents.
The only error that may come out is a CorpusError of one line. If an independent parser can still
parse the input, there must be as many recipes and rejects as that parser finds records.

``RECIPEGEN_FUZZ_INPUTS`` (100,000) is the number of inputs for each reader.
``RECIPEGEN_FUZZ_SEED`` makes a run repeatable. A failure names its seed and shows its input.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import tarfile
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recipegen.corpus.byte_streams import as_utf8
from recipegen.corpus.corpus_files import read_corpus
from recipegen.corpus.formats.known_formats import FORMATS, PARQUET
from recipegen.corpus.recipe import RAW_LENGTH, Recipe, Reject
from recipegen.errors import CorpusError, UsageError
from recipegen.texts.feed import read_texts
from tests.corpus.test_formats import EXAMPLES
from tests.texts.results.writing import (
    inspect_log,
    inspect_sample,
    lm_eval_line,
    promptfoo_file,
    promptfoo_row,
)

INPUTS = int(os.environ.get("RECIPEGEN_FUZZ_INPUTS", "100000"))
SEED = int(os.environ.get("RECIPEGEN_FUZZ_SEED", random.SystemRandom().randrange(10**6)))

CORPORA = Path(__file__).parents[1] / "data" / "corpora"
TOKENS = [
    *(
        b'"',
        b"'",
        b"\\",
        b"\\u00",
        b"\\ud800",
        b"\0",
        b"\n",
        b"\r",
        b"\r\n",
        b",",
        b":",
        b"[",
        b"]",
    ),
    *(
        b"{",
        b"}",
        b"[" * 200,
        b'"""',
        b"null",
        b"1e999",
        b"1e99999999999999999999",
        b"-",
        b"NaN",
        b"9" * 5000,
        b"\xef\xbb\xbf",
    ),
    *(
        b"\xff\xfe",
        b"\xff",
        b"\xc2",
        b"\xe2\x80\xae",
        b"\xed\xa0\x80",
        b"&amp;",
        b"<p>",
        b"{{",
        b"ustar",
    ),
    *(
        b'"title"',
        b'"@type"',
        b'"@graph"',
        b'"steps"',
        b"<li>",
        b"<!DOCTYPE a [",
        b"&b;",
        b'c("',
        b"['",
        b"@a{",
        b"MMMMM",
        b"../",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"PAR1",
        b"",
    ),
]


def _from_another(_: bytes, others: list[bytes], chance: random.Random) -> bytes:
    other = chance.choice(others)
    start = chance.randrange(len(other) + 1)
    return other[start : start + chance.choice((1, 10, 300))]


CHANGES: list[Callable[[bytes, list[bytes], random.Random], bytes]] = [
    lambda piece, _, chance: chance.randbytes(len(piece)),
    lambda _, __, chance: chance.choice(TOKENS),
    lambda *_: b"",
    lambda piece, _, chance: piece * chance.choice((2, 3, 50)),
    lambda piece, _, chance: bytes(byte ^ 1 << chance.randrange(8) for byte in piece),
    _from_another,
]
"""The ways to change a piece of an input."""


def mutate(content: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """The content with one to six random changes of bytes, pieces and marks of the syntax."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(changed) + 1)
        end = min(len(changed), start + chance.choice((0, 1, 1, 2, 8, 100)))
        changed[start:end] = chance.choice(CHANGES)(bytes(changed[start:end]), others, chance)
    if chance.random() < 0.05:
        del changed[chance.randrange(len(changed) + 1) :]
    return bytes(changed)


def _pairs(content: bytes) -> int | None:
    found: list[tuple[str, object]] = []

    def note(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found[:] = pairs  # the outermost object is the last to be complete
        return dict(pairs)

    value = json.loads(content, object_pairs_hook=note)
    return len(found) if isinstance(value, dict) else None


def _items(content: bytes) -> int | None:
    value = json.loads(content)
    return len(value) if isinstance(value, list) else None


def _lines(content: bytes) -> int:
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=None)
    return sum(bool(line.strip()) for line in text)


def _rows(content: bytes) -> int:
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=None)
    rows = [row for row in csv.reader(text, strict=True) if row]
    if len({len(row) for row in rows}) > 1 or len(rows[0]) == 1:
        raise ValueError("a row of another width may be one row or several")
    return len(rows) - 1


def _one(content: bytes) -> int:
    json.loads(content)
    return 1


Counter = Callable[[bytes], int | None]
EXAMPLE: tuple[list[str], Counter | None] = (["example"], None)
"""What a format is fed with that ``FIXTURES`` does not name: its example, not counted."""

FIXTURES: dict[str, tuple[list[str], Counter | None]] = {
    "csv": (["foodcom.csv", "recipenlg.csv"], _rows),
    "json-array": (["epicurious.json", "recipe1m.json"], _items),
    "foodcom": (["foodcom.csv"], _rows),
    "recipenlg": (["recipenlg.csv"], _rows),
    "recipe1m": (["recipe1m.json"], _items),
    "eight-portions": (["eight-portions.json"], _pairs),
    "json": (["one-a-file/a/apple-crumble.json", "one-a-file/b/beet-salad.json"], _one),
    "schema.org": (
        ["schema-org-single.json", "schema-org-list.json", "schema-org-graph.json"],
        None,
    ),
    "schema.org-lines": (["schema-org.jsonl"], None),
    "json-lines": (["lines.jsonl", "other-names.jsonl"], _lines),
    "wikibooks": (["wikibooks.json"], _pairs),
    "json-object": (["example"], _pairs),
}
"""For some formats: the fixtures (or its example in the documents), and another record counter."""

NAMES = [known.name for known in FORMATS if known.name != PARQUET]


def read_safely(path: Path, layout: str | None) -> list[Recipe | Reject] | None:
    """Read and check the records of a file; None if reading it is a CorpusError."""
    try:
        records = list(read_corpus(str(path), layout=layout))
    except CorpusError as error:
        assert str(error).isprintable() or "\n" not in str(error)
        assert path.name in str(error)
        return None
    last: dict[str, int] = {}
    for record in records:
        assert record.position >= last.get(record.source, 0)
        last[record.source] = record.position
        record.source.encode()
        if isinstance(record, Recipe):
            assert record.title
            assert all(record.directions)
            assert all(record.ingredients)
            "".join(
                (record.title, *record.directions, *record.ingredients, record.recipe_id)
            ).encode()
        else:
            assert record.reason
            assert len(record.raw.encode()) <= 4 * RAW_LENGTH
    return records


def expected(content: bytes, count: Callable[[bytes], int | None] | None) -> int | None:
    """How many records another parser finds; None if it cannot parse the input."""
    try:
        return count(as_utf8(io.BytesIO(content)).read()) if count else None
    except (ValueError, RecursionError, csv.Error):
        return None


def packed_fixtures() -> dict[str, list[bytes]]:
    contents = {path.name: path.read_bytes() for path in sorted(CORPORA.glob("*.*"))[:4]}
    tar, packed_tar, packed_zip = io.BytesIO(), io.BytesIO(), io.BytesIO()
    for file, mode in ((tar, "w"), (packed_tar, "w:gz")):
        with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
            for name, content in contents.items():
                info = tarfile.TarInfo(name * 9)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    with zipfile.ZipFile(packed_zip, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    table = pa.table({"title": ["Soup", None], "directions": [["Boil."], []], "x": [1.5, 2.5]})
    parquet = io.BytesIO()
    pq.write_table(table, parquet)
    return {
        "gzip": [gzip.compress(content) for content in contents.values()],
        "tar": [tar.getvalue()],
        "tar.gz": [packed_tar.getvalue()],
        "zip": [packed_zip.getvalue()],
        "parquet": [parquet.getvalue()],
    }


PACKED = packed_fixtures()
TEXTS = [
    b'{"id": "a", "text": "Boil the peas.", "temperature": 0.5}\n{"id": "b", "text": "Bake."}',
    b'{"id": "a", "ingredients": ["1 cup peas", "salt"], "prompt": "recipe"}\n\n{"id": 1}\n',
    "recipe for peas | boil the peas .\nrecipe for crème | ...\n".encode(),
]


def fixtures_of(kind: str) -> list[bytes]:
    if kind == "texts":
        return TEXTS
    if kind in RESULTS:
        return [RESULTS[kind]]
    if kind in PACKED:
        return PACKED[kind]
    names, _ = FIXTURES.get(kind, EXAMPLE)
    if names == ["example"]:
        return [EXAMPLES[kind][1].encode()]
    return [(CORPORA / name).read_bytes() for name in names]


def check_reader(path: Path, kind: str, content: bytes, named: bool) -> None:
    """Check that a changed fixture is read safely; ``named`` says whether its format is given."""
    records = read_safely(path, kind if named else None)
    if named and records is not None:
        _, count = FIXTURES.get(kind, EXAMPLE)
        wanted = expected(content, count)
        assert wanted is None or len(records) == wanted


def check_texts(path: Path, content: bytes) -> None:
    with suppress(UsageError):
        texts, rejects = read_texts(path)
        assert len(texts) + len(rejects) == _lines(as_utf8(io.BytesIO(content)).read())
        "".join(text.id + text.text + text.prompt for text in texts).encode()
        "".join(rejected.raw for rejected in rejects).encode()


RESULTS: dict[str, bytes] = {
    "inspect_ai": json.dumps(inspect_log([inspect_sample("a"), inspect_sample("b")])).encode(),
    "promptfoo": json.dumps(
        promptfoo_file([promptfoo_row({"id": "m"})] * 2, [{"id": "m", "config": {}}], columns=1)
    ).encode(),
    "promptfoo-lines": json.dumps(promptfoo_row({"id": "m"})).encode(),
    "lm-eval": json.dumps(lm_eval_line(0, ["Peas.", "Ham."])).encode(),
    "table": b"model,temperature,prompt,output\na,0.2,A soup.,Peas.\na,0.9,A soup.,Ham.\n",
}
"""The results of other tools."""


def check_results(path: Path) -> None:
    with suppress(UsageError):
        texts, rejects = read_texts(path)
        "".join(text.id + text.text + text.prompt + text.model for text in texts).encode()
        "".join(rejected.reason + rejected.raw for rejected in rejects).encode()


def shake(kind: str, seed: int, numbers: range, folder: Path) -> None:
    """Check a reader with inputs that can be made again from their numbers and the seed."""
    contents, path = fixtures_of(kind), folder / f"corpus-{numbers.start}"
    for number in numbers:
        chance = random.Random(seed * 1_000_003 + number)
        content = mutate(chance.choice(contents), contents, chance)
        path.write_bytes(content)
        try:
            if kind == "texts":
                check_texts(path, content)
            elif kind in RESULTS:
                check_results(path)
            else:
                check_reader(path, kind, content, kind in NAMES and chance.random() < 0.5)
        except BaseException as error:
            error.add_note(f"{kind}, seed {seed}, input {number}: {content!r}")
            raise


@pytest.mark.parametrize("kind", [*NAMES, *PACKED, "texts", *RESULTS])
def test_changed_fixtures(tmp_path: Path, kind: str) -> None:
    processes = os.cpu_count() or 1
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        parts = (range(start, INPUTS, processes) for start in range(processes))
        done = [pool.submit(shake, kind, SEED, numbers, tmp_path) for numbers in parts]
        for part in done:
            part.result()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "text",
                    "name",
                    "@type",
                    "@graph",
                    "itemListElement",
                    "title",
                    "directions",
                    "steps",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
texts = st.text(min_size=1, max_size=20) | json_values
lists = st.lists(texts, max_size=3) | json_values
inventions = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("title", "name"), texts),
        **dict.fromkeys(("ingredients", "directions", "instructions", "steps"), lists),
        **dict.fromkeys(("recipeIngredient", "recipeInstructions"), lists),
        "@type": st.sampled_from(["Recipe", ["Recipe"], "Person"]) | json_values,
    },
)
records = inventions | json_values


def as_csv(values: list[object], columns: list[str]) -> bytes:
    file = io.StringIO(newline="")
    rows = csv.writer(file)
    rows.writerow(columns)
    for value in values:
        value = value if isinstance(value, dict) else {}
        rows.writerow([value.get(name, "") for name in columns])
    return file.getvalue().encode("utf-8", "surrogatepass")


def as_members(values: list[object]) -> bytes:
    return json.dumps({str(number): value for number, value in enumerate(values)}).encode()


RECIPENLG = ["", "title", "ingredients", "directions", "link", "source", "NER"]
FOODCOM = ["name", "id", "n_steps", "steps", "description", "ingredients"]
WRITERS: dict[str, Callable[[list[object]], bytes]] = {
    "json-array": lambda values: json.dumps(values).encode(),
    "recipe1m": lambda values: json.dumps(values, ensure_ascii=False).encode("utf-8", "replace"),
    "eight-portions": as_members,
    "wikibooks": as_members,
    "json": lambda values: "\n".join(json.dumps(value, indent=1) for value in values).encode(),
    "json-lines": lambda values: "\n".join(map(json.dumps, values)).encode(),
    "foodcom": lambda values: as_csv(values, FOODCOM),
    "recipenlg": lambda values: as_csv(values, RECIPENLG),
}


INVENTED = settings(
    max_examples=max(10, INPUTS // 50),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
"""The number of files with invented records for each format."""


@pytest.mark.parametrize("layout", WRITERS)
def test_invented_records_are_all_accepted_or_rejected(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "corpus"

    @INVENTED
    @given(st.lists(records, min_size=1, max_size=4))
    def check(values: list[object]) -> None:
        path.write_bytes(WRITERS[layout](values))
        found = read_safely(path, layout)
        assert found is not None
        assert len(found) == len(values)

    check()


@pytest.mark.parametrize("layout", ["schema.org", "schema.org-lines"])
def test_invented_linked_data_gives_a_record_for_each_document_at_least(
    tmp_path: Path, layout: str
) -> None:
    path = tmp_path / "corpus"

    @INVENTED
    @given(st.lists(records, min_size=1, max_size=4))
    def check(values: list[object]) -> None:
        write = WRITERS["json-array" if layout == "schema.org" else "json-lines"]
        path.write_bytes(write(values))
        found = read_safely(path, layout)
        assert found is not None
        assert len(found) >= len(values)

    check()
