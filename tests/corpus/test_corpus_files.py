"""A corpus is read by its content; damaged content gives one clear error."""

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.corpus.byte_streams import Gauge, as_utf8
from recipegen.corpus.corpus_files import corpus_files, hash_corpus, read_corpus
from recipegen.corpus.field_names import ANY_NAME, named_recipes
from recipegen.corpus.formats.records import read_json_array, read_json_lines
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.errors import CorpusError, UsageError
from tests.corpus.probes import json_values, peak_of

SOUP = {"title": "Pea Soup", "directions": ["Boil peas."], "ingredients": ["1 cup peas"]}
CAKE = {"title": "Cake", "directions": ["Bake."], "ingredients": ["flour"], "rating": 4.5}
ARRAY = json.dumps([SOUP, {}, CAKE]).encode()
LINES = b"\n".join([json.dumps(SOUP).encode(), b"", b"{broken", json.dumps(CAKE).encode(), b""])


def outline(corpus: Path, limit: int | None = None) -> list[str]:
    return [
        record.title if isinstance(record, Recipe) else record.reason
        for record in read_corpus(str(corpus), limit)
    ]


@pytest.mark.parametrize("content", [ARRAY, gzip.compress(ARRAY)], ids=["plain", "packed"])
@pytest.mark.parametrize("name", ["soups.json", "soups.json.gz", "soups.txt"])
def test_whether_a_file_is_packed_is_seen_by_its_content(
    tmp_path: Path, name: str, content: bytes
) -> None:
    corpus = tmp_path / name
    corpus.write_bytes(content)
    assert outline(corpus) == ["Pea Soup", "no title", "Cake"]


def test_json_lines_lose_one_record_for_a_broken_line(tmp_path: Path) -> None:
    corpus = tmp_path / "soups.jsonl"
    corpus.write_bytes(LINES)
    assert outline(corpus) == ["Pea Soup", "not valid JSON", "Cake"]
    broken = list(read_corpus(str(corpus)))[1]
    assert isinstance(broken, Reject)
    assert (broken.position, broken.raw) == (2, "{broken\n")


def test_a_line_that_is_not_utf8_is_rejected(tmp_path: Path) -> None:
    corpus = tmp_path / "soups.jsonl"
    corpus.write_bytes(json.dumps(SOUP).encode() + b'\n{"title": "\xff", "steps": "x"}\n')
    assert outline(corpus) == ["Pea Soup", "not UTF-8"]


@pytest.mark.parametrize("content", [ARRAY, LINES])
def test_a_byte_order_mark_and_leading_blanks_are_passed_over(
    tmp_path: Path, content: bytes
) -> None:
    corpus = tmp_path / "soups.json"
    corpus.write_bytes(b"\xef\xbb\xbf \n" + content)
    assert outline(corpus)[0] == "Pea Soup"


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(json.dumps([CAKE]).encode())
    (tmp_path / "a.jsonl").write_bytes(json.dumps(SOUP).encode())
    (tmp_path / "._a.jsonl").write_bytes(b"\0")
    (tmp_path / "notes.txt").write_text("not a corpus")
    for name in ("full.jpg", "thumb.JPG", "Makefile"):
        (tmp_path / name).write_bytes(b"\xff\xd8\xff")
    titles = outline(tmp_path)
    assert titles[:2] == ["Pea Soup", "Cake"]
    assert titles[2].startswith("text that begins with 'not a corpus'. recipegen reads")
    assert titles[3:] == [
        "2 files passed over: files with .jpg hold no recipes",
        "1 file passed over: files with no ending hold no recipes",
    ]
    sources = [record.source for record in read_corpus(str(tmp_path))]
    assert sources == ["a.jsonl", "b.json", "notes.txt", tmp_path.name, tmp_path.name]
    passed_over = list(read_corpus(str(tmp_path)))[3]
    assert isinstance(passed_over, Reject)
    assert sorted(passed_over.raw.split(", ")) == ["full.jpg", "thumb.JPG"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_how_much_of_a_corpus_has_been_read_is_known(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    """Two files of nearly a megabyte each. Their words are random, so packed they are long too."""
    words = np.random.default_rng(0).bytes(400_000).hex()
    lines = [{**SOUP, "directions": [words[at : at + 800]]} for at in range(0, len(words), 800)]
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(pack(json.dumps(lines).encode()))
    gauge = Gauge()
    shares = [gauge.share()]
    shares += [gauge.share() for _ in read_corpus(str(tmp_path), gauge=gauge)]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0 < shares[100] < 0.2
    assert shares[len(lines)] == pytest.approx(0.5, abs=0.01)
    assert 0.5 < shares[len(lines) + 100] < 0.7
    assert gauge.share() == 1


def test_a_limit_stops_early(tmp_path: Path) -> None:
    corpus = tmp_path / "soups.json"
    corpus.write_bytes(ARRAY)
    assert outline(corpus, 1) == ["Pea Soup"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.json", b"", "empty"),
        ("blank.json", b" \n ", "empty"),
        (
            "picture.json",
            b"\x89PNG\r\n",
            r"a picture \(PNG\)\. recipegen reads JSON, .* name it with ingest\.format",
        ),
        ("table.csv", b"foo,bar\n", r"columns: foo, bar.* ingest\.columns\.title"),
        ("half.csv", b"name,bar\n", r"recognised as the directions; there are: name, bar"),
        ("book.pdf", b"%PDF-1.7", "a PDF document. Save its text"),
        ("soup.txt", b"Boil the peas\n", "text that begins with 'Boil the peas'"),
        ("news.xml", b'<?xml version="1.0"?><rss/>', "XML of another kind"),
        ("cut.json.gz", gzip.compress(ARRAY * 100)[:-40], "cut-off gzip"),
        ("broken.json", b'[{"title": "a"}, {"title": oops}, {}]', "not valid JSON after 1 records"),
        ("huge.json", b'[{"title": 1e99999999999999999999}]', "not valid JSON after 0 records"),
        ("object.json", b'{"title": [1, 2', "not valid JSON after 0 records"),
        ("open.json", ARRAY[:-1], "not valid JSON after 3 records"),
    ],
)
def test_a_damaged_file_gives_one_clear_line(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    corpus = tmp_path / name
    corpus.write_bytes(content)
    with pytest.raises(CorpusError, match=says) as caught:
        outline(corpus)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_a_missing_corpus_is_a_wrong_argument(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such corpus"):
        corpus_files(str(tmp_path / "none.json"))
    (tmp_path / "soup.png").touch()
    with pytest.raises(
        UsageError, match=r"ending of a recipe file \(\.json, .*; there are: 1 \.png"
    ):
        corpus_files(str(tmp_path))


def test_the_hash_of_a_corpus_follows_its_content(tmp_path: Path) -> None:
    corpus = tmp_path / "soups.json"
    corpus.write_bytes(ARRAY)
    before = hash_corpus(str(corpus))
    corpus.write_bytes(ARRAY + b" ")
    assert hash_corpus(str(corpus)) != before


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(recipes: int) -> int:
        file = io.BytesIO(b"[" + b",".join([json.dumps(SOUP).encode()] * recipes) + b"]")

        def read() -> None:
            found = named_recipes(read_json_array(file, "x"), "x", ANY_NAME)
            assert sum(isinstance(record, Recipe) for record in found) == recipes

        return peak_of(read)

    peak(10)
    assert peak(20_000) < 2 * peak(2_000) + 100_000


records = json_values | st.fixed_dictionaries({"title": json_values, "directions": json_values})


@given(st.lists(records))
def test_every_record_of_an_array_is_accepted_or_rejected(values: list[object]) -> None:
    file = io.BytesIO(json.dumps(values).encode())
    found = named_recipes(read_json_array(file, "x"), "x", ANY_NAME)
    positions = [record.position for record in found]
    assert positions == list(range(len(values)))


@given(st.lists(st.binary().map(lambda line: b"".join(line.splitlines()))))
def test_every_line_is_accepted_rejected_or_blank(lines: list[bytes]) -> None:
    # A first line that is blank keeps any of them from being taken for a byte order mark.
    lines = [b" ", *lines]
    file = as_utf8(io.BytesIO(b"\n".join(lines)))
    found = named_recipes(read_json_lines(file, "x"), "x", ANY_NAME)
    positions = {record.position for record in found}
    texts = [as_utf8(io.BytesIO(b" " + line)).read().decode() for line in lines]
    assert positions == {number for number, text in enumerate(texts) if text.strip()}
