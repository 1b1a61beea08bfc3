"""Any content of a corpus file gives recipes, rejects or one clear error, with little memory."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from recipegen.corpus import archives, byte_streams, json_stream
from recipegen.corpus.byte_streams import Meter, TooMuch, as_utf8, chunks_of, lines_of
from recipegen.corpus.corpus_files import read_corpus
from recipegen.corpus.csv_rows import ROW_LENGTH, read_rows
from recipegen.corpus.recipe import RAW_LENGTH, Recipe, Reject
from recipegen.errors import CorpusError
from tests.corpus.probes import peak_of

SOUP = {"title": "Pea Soup", "ingredients": ["1 cup peas"], "directions": ["Boil peas."]}
LINE = json.dumps(SOUP).encode()
HEADER = b"title,ingredients,directions\n"
ROW = b'Pea Soup,"[""1 cup peas""]","[""Boil peas.""]"\n'


def outline(corpus: Path, **options: str) -> list[str]:
    return [
        record.title if isinstance(record, Recipe) else record.reason
        for record in read_corpus(str(corpus), **options)  # type: ignore[arg-type]
    ]


def written(folder: Path, content: bytes, name: str = "corpus") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# Archives


def tar_of(members: list[tuple[tarfile.TarInfo, bytes]], mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def tar_member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def zip_of(members: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


GOOD = ("recipes/pea.json", LINE)


@pytest.mark.parametrize(
    "packed",
    [
        tar_of([(tar_member(GOOD[0]), LINE)]),
        tar_of([(tar_member(GOOD[0]), LINE)], "w"),
        zip_of([GOOD, ("README.md", b"no recipe")]),
    ],
    ids=["tar.gz", "tar", "zip"],
)
def test_an_archive_is_read_by_its_content(tmp_path: Path, packed: bytes) -> None:
    path = written(tmp_path, packed)
    recipe, *passed_over = read_corpus(str(path))
    assert (recipe.source, recipe.position) == ("corpus/recipes/pea.json", 0)
    assert isinstance(recipe, Recipe)
    assert [record.reason for record in passed_over if isinstance(record, Reject)] in (
        [],
        ["1 file passed over: files with .md hold no recipes"],
    )


def test_a_csv_in_a_zip_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, zip_of([("full_dataset.csv", HEADER + ROW + ROW)]))
    assert [record.position for record in read_corpus(str(path))] == [0, 1]


OUTSIDE = [
    "../pea.json",
    "/etc/pea.json",
    "recipes/../../pea.json",
    "..\\pea.json",
    "C:\\pea.json",
    "\\\\server\\pea.json",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_names_that_lead_out_of_a_tar_are_rejects(tmp_path: Path, name: str) -> None:
    members = [(tar_member(name), LINE), (tar_member(GOOD[0]), LINE)]
    found = outline(written(tmp_path, tar_of(members)))
    assert found == ["its name leads out of the archive", "Pea Soup"]
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_names_that_lead_out_of_a_zip_are_rejects(tmp_path: Path, name: str) -> None:
    found = outline(written(tmp_path, zip_of([(name, LINE), GOOD])))
    assert found == ["its name leads out of the archive", "Pea Soup"]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_rejects(tmp_path: Path, kind: bytes) -> None:
    secret = written(tmp_path, LINE, "secret.json")
    link = tar_member("link.json", kind, str(secret))
    path = written(tmp_path, tar_of([(link, b""), (tar_member(GOOD[0]), LINE)]))
    assert outline(path) == ["a link or device, not a file", "Pea Soup"]


def test_links_in_a_zip_are_rejects(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("link.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert outline(written(tmp_path, file.getvalue())) == ["a link or device, not a file"]


def test_an_archive_in_an_archive_is_read_and_one_deeper_is_a_reject(tmp_path: Path) -> None:
    inner = zip_of([("once.json.gz", gzip.compress(LINE)), ("more.zip", zip_of([GOOD]))])
    path = written(tmp_path, zip_of([("inner.zip", inner), ("x.tar.gz", b""), GOOD]))
    twice = "packed more than twice; unpack the archive first"
    never = "a kind of file that is not read inside of archives; unpack the archive first"
    assert outline(path) == [twice, twice, never, "Pea Soup"]
    path = written(
        tmp_path,
        zip_of([("a.zip", zip_of([GOOD])), ("b.gz", b""), ("c.jsonl.gz", gzip.compress(LINE))]),
    )
    first, second, passed_over = read_corpus(str(path))
    assert (first.source, second.source) == ("corpus/a.zip/recipes/pea.json", "corpus/c.jsonl.gz")
    assert isinstance(passed_over, Reject)
    assert passed_over.reason == "1 file passed over: files with .gz hold no recipes"


def test_a_large_archive_in_an_archive_is_a_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST_INSIDE", 1 << 20)
    inner = zip_of([("a.json", np.random.default_rng(0).bytes(1 << 20))])
    reasons = outline(written(tmp_path, zip_of([("a.zip", inner), GOOD])))
    assert reasons == ["an archive of more than 1 MiB in an archive; unpack it", "Pea Soup"]


def test_a_damaged_archive_in_an_archive_is_a_reject(tmp_path: Path) -> None:
    inner = zip_of([("a.json", LINE)])[:-30]
    reasons = outline(written(tmp_path, zip_of([("a.zip", inner), GOOD])))
    assert reasons[0].startswith("damaged or cut-off zip file")
    assert reasons[1:] == ["Pea Soup"]


def test_a_bad_file_among_many_is_a_reject(tmp_path: Path) -> None:
    members = [("a.json", b"{oops"), ("b.json", b""), ("c.csv", b"user,rating\n1,2\n"), GOOD]
    reasons = outline(written(tmp_path, zip_of(members)))
    assert [reason.split(" ")[0] for reason in reasons] == ["not", "the", "text", "Pea"]
    for name, content in members:
        written(tmp_path, content, name.replace("/", "-"))
    (tmp_path / "corpus").unlink()
    assert outline(tmp_path) == reasons


def test_a_name_that_is_no_text_can_be_written(tmp_path: Path) -> None:
    path = written(tmp_path, tar_of([(tar_member("p\udce9a.json"), LINE)]))
    (recipe,) = read_corpus(str(path))
    assert recipe.source.encode() == b"corpus/p?a.json"


def bomb(size: int) -> Iterator[bytes]:
    yield LINE + b"\n"
    for _ in range(size >> 16):
        yield b" " * (1 << 16)


@pytest.fixture
def low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_streams, "FREE_BYTES", 1 << 20)


@pytest.mark.usefixtures("low_limits")
@pytest.mark.parametrize("pack", ["gzip", "tar.gz", "zip"])
def test_a_bomb_is_stopped_long_before_it_is_unpacked(tmp_path: Path, pack: str) -> None:
    content = b"".join(bomb(1 << 24))
    packed = {
        "gzip": lambda: gzip.compress(content),
        "tar.gz": lambda: tar_of([(tar_member("a.jsonl"), content)]),
        "zip": lambda: zip_of([("a.jsonl", content)]),
    }[pack]()
    with pytest.raises(TooMuch, match="unpacks to more than 200 times its size"):
        outline(written(tmp_path, packed))


@pytest.mark.usefixtures("low_limits")
def test_many_members_are_a_bomb_together(tmp_path: Path) -> None:
    content = b"".join(bomb(1 << 19))
    path = written(tmp_path, zip_of([(f"{number}.jsonl", content) for number in range(64)]))
    with pytest.raises(TooMuch):
        outline(path)


def test_a_meter_lets_honest_files_pass() -> None:
    meter = Meter("x", 1 << 20)
    meter.spend(200 << 20)
    with pytest.raises(TooMuch):
        meter.spend(1)


def test_a_tar_header_that_claims_to_be_huge_is_not_read(tmp_path: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 1 << 32
    path = written(tmp_path, info.tobuf() + bytes(1024))
    with pytest.raises(CorpusError, match="header of 4,294,967,296 bytes"):
        outline(path)


def test_a_damaged_header_in_the_middle_of_a_tar_is_not_its_end(tmp_path: Path) -> None:
    content = bytearray(tar_of([(tar_member(f"{n}.json"), LINE) for n in range(3)], "w"))
    content[1024 + 3] ^= 0xFF
    with pytest.raises(CorpusError, match="damaged or cut-off tar file"):
        outline(written(tmp_path, bytes(content)))


@pytest.mark.parametrize("pack", ["tar", "tar.gz", "zip"])
def test_an_archive_that_is_cut_off_is_one_clear_line(tmp_path: Path, pack: str) -> None:
    members = [(f"{number}.json", LINE) for number in range(50)]
    packed = {
        "tar": lambda: tar_of([(tar_member(name), line) for name, line in members], "w"),
        "tar.gz": lambda: tar_of([(tar_member(name), line) for name, line in members]),
        "zip": lambda: zip_of(members),
    }[pack]()
    with pytest.raises(CorpusError, match="damaged or cut-off"):
        outline(written(tmp_path, packed[: len(packed) // 2 + 100]))


def test_an_encrypted_member_is_a_reject(tmp_path: Path) -> None:
    content = bytearray(zip_of([("a.json", LINE), GOOD]))
    directory = content.find(b"PK\x01\x02")
    content[6] |= 1
    content[directory + 8] |= 1
    first, second = outline(written(tmp_path, bytes(content)))
    assert "encrypted" in first
    assert second == "Pea Soup"


# CSV


def test_nul_bytes_in_csv_are_dropped(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + ROW.replace(b"Pea", b"P\0ea") + b"\0\0\n" + ROW)
    assert outline(path) == ["Pea Soup", "1 columns where the header has 3", "Pea Soup"]


def test_a_giant_field_costs_its_row(tmp_path: Path) -> None:
    giant = ROW.replace(b"Pea", b"x" * 200_000)
    longer = ROW.replace(b"Pea", b"x" * (ROW_LENGTH + 1))
    found = outline(written(tmp_path, HEADER + giant + ROW + longer + ROW))
    assert found == [
        "not valid CSV: field larger than field limit (131072)",
        "Pea Soup",
        "the row is longer than 1,048,576 characters",
        "Pea Soup",
    ]


@pytest.mark.parametrize("stray", [b'"oops\n', b'a,"b,c\n', b'"a"b",c,d\n'])
def test_a_stray_quote_costs_its_row_alone(tmp_path: Path, stray: bytes) -> None:
    found = outline(written(tmp_path, HEADER + ROW + stray + ROW * 3 + stray + ROW))
    assert [title == "Pea Soup" for title in found] == [True, False, True, True, True, False, True]


def test_a_quote_that_is_never_closed_costs_its_row_in_a_long_file() -> None:
    content = HEADER + b'"oops\n' + ROW * (2 * ROW_LENGTH // len(ROW))
    rows = list(read_rows(as_utf8(io.BytesIO(content)), "x"))
    assert len(rows) == 1 + 2 * ROW_LENGTH // len(ROW)
    assert sum(isinstance(row, Reject) for row in rows) == 1


@pytest.mark.parametrize(
    ("layout", "content", "says"),
    [
        ("recipenlg", LINE, r'no column \'title\'; there are: {"title": "Pea Soup"'),
        ("recipenlg", b"name,ingredients\na,b\n", r"no column 'title'; there are: name, ingred"),
        ("foodcom", b"name,steps,n_steps\na,b,2\n", r"no column 'ingredients'; there are: name, s"),
        ("foodcom", b"x" * ROW_LENGTH * 2, r"no column 'name'; there are: x{40}; name one with"),
        ("csv", b"x," * 9_999, r"as the title; there are: (x, ){20}\.\.\.; name one with ingest"),
        ("csv", b"\x1b[31mnom,\xff\n", r"there are: \ufffd\[31mnom, \ufffd;"),
    ],
    ids=["json", "other names", "one missing", "endless", "many", "escapes"],
)
def test_columns_that_are_missing_are_named(
    tmp_path: Path, layout: str, content: bytes, says: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(CorpusError, match=says):
        outline(path, layout=layout)


def test_a_file_without_the_columns_costs_itself_alone(tmp_path: Path) -> None:
    written(tmp_path, b"name,ingredients\na,b\n", "a.csv")
    written(tmp_path, HEADER + ROW, "b.csv")
    first, second = outline(tmp_path, layout="recipenlg")
    assert first.startswith("no column 'title'; there are: name, ingredients")
    assert second == "Pea Soup"


def test_mixed_line_ends(tmp_path: Path) -> None:
    rows = HEADER.replace(b"\n", b"\r\n") + ROW + ROW.replace(b"\n", b"\r") + ROW[:-1]
    assert outline(written(tmp_path, rows)) == ["Pea Soup"] * 3
    assert (
        outline(written(tmp_path, LINE + b"\r\n" + LINE + b"\r" + LINE + b"\n")) == ["Pea Soup"] * 3
    )


# JSON


def deep(levels: int) -> bytes:
    return b'{"title": "Deep", "directions": ' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize("levels", [900, 10_000])
def test_deep_nesting_costs_its_record(tmp_path: Path, levels: int) -> None:
    array = b"[" + LINE + b"," + deep(levels) + b"," + LINE + b"]"
    lines = LINE + b"\n" + deep(levels) + b"\n" + LINE
    for content in (array, lines):
        found = outline(written(tmp_path, content))
        assert found[0] == found[2] == "Pea Soup"
        assert found[1] in ("not valid JSON", "no directions")
        assert peak_of(lambda: outline(tmp_path / "corpus")) < 8 << 20


def test_nesting_without_end_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="not valid JSON after 0 records"):
        outline(written(tmp_path, b"[" * 1_000_000))


def test_brackets_too_deep_are_empty_however_the_bytes_arrive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_stream, "DEEPEST", 2)
    content = b'[1, {"a": [2, "]", {"b": [3]}], "c": {"\\"": 4}}, [[], [5, [6]]], "[[["]'
    for size in range(1, 30):
        chunks = (content[at : at + size] for at in range(0, len(content), size))
        pruned = json.loads(b"".join(json_stream.cut_short(chunks)))
        assert pruned == [1, {"a": [], "c": {}}, [[], []], "[[["]


def test_numbers_as_texts_and_odd_items_of_lists_cost_nothing(tmp_path: Path) -> None:
    odd = [
        {**SOUP, "rating": "4.5", "calories": "426"},
        {**SOUP, "ingredients": [1.5, "peas", None, True, {}]},
    ]
    first, second = read_corpus(str(written(tmp_path, json.dumps(odd).encode())))
    assert isinstance(first, Recipe)
    assert isinstance(second, Recipe)
    assert second.ingredients == ("1.5", "peas")


@pytest.mark.parametrize(
    "number", ["9223372036854775808", "1e999", "-" + "9" * 5000, "0." + "1" * 5000]
)
def test_numbers_of_any_size_cost_nothing(tmp_path: Path, number: str) -> None:
    odd = LINE[:-1] + b', "id": ' + number.encode() + b"}"
    assert outline(written(tmp_path, b"[" + odd + b"," + LINE + b"]")) == ["Pea Soup", "Pea Soup"]


def test_decimals_in_a_reject_stay_numbers(tmp_path: Path) -> None:
    (rejected,) = read_corpus(
        str(written(tmp_path, b'[{"rating": 4.375, "id": 92233720368547758080}]'))
    )
    assert isinstance(rejected, Reject)
    assert rejected.raw == '{"rating": 4.375, "id": 92233720368547758080}'


def test_a_quote_inside_of_a_cell_is_a_letter(tmp_path: Path) -> None:
    row = ROW.replace(b"Pea Soup", b'12" Pizza')
    assert outline(written(tmp_path, HEADER + row + ROW)) == ['12" Pizza', "Pea Soup"]


def giant(size: int, before: bytes, after: bytes) -> Iterator[bytes]:
    yield b"[" + LINE + b"," + before
    for _ in range(size >> 16):
        yield b"\xc2\xbd\\u00bd" * (1 << 13)
    yield after + b"," + LINE + b"]"


def test_a_title_of_100_mb_is_cut_and_costs_its_record() -> None:
    chunks = giant(100 << 20, b'{"title": "', b'", "directions": []}')

    def read() -> None:
        records = list(json_stream.array_items(byte_streams.as_file(chunks), "x"))
        assert [records[0], records[2]] == [SOUP, SOUP]
        (title,) = {len(str(records[1]["title"]))}  # type: ignore[index]
        assert 250_000 < title < 600_000

    assert peak_of(read) < 16 << 20


@pytest.mark.parametrize("end", ["", "\\", "é", "\\u00e9", '\\"'])
@pytest.mark.parametrize("length", [5, 6, 7, 8, 9, 10, 11, 12, 13])
def test_a_cut_leaves_valid_json(monkeypatch: pytest.MonkeyPatch, end: str, length: int) -> None:
    monkeypatch.setattr(json_stream, "LONGEST_TEXT", 4)
    text = json.dumps(["a" * length + end * 4 + '"b"' + end, "short"], ensure_ascii=False)
    content = text.replace("\\\\u", "\\u").encode()
    for size in range(1, 9):
        chunks = (content[at : at + size] for at in range(0, len(content), size))
        cut = b"".join(json_stream.cut_short(chunks))
        first, second = json.loads(cut)
        assert json.loads(content)[0].startswith(first)
        assert second == "short"[: len(second)]


def test_texts_that_are_not_giant_are_untouched() -> None:
    content = json.dumps([SOUP, {"a\\": '\\"\\', "b": ["é", "½", "\n"]}]).encode()
    for size in range(1, 9):
        chunks = (content[at : at + size] for at in range(0, len(content), size))
        assert b"".join(json_stream.cut_short(chunks)) == content


def test_a_record_without_end_is_one_clear_line(tmp_path: Path) -> None:
    path = written(tmp_path, b"[" + LINE + b", [" + b"0," * 3_000_000 + b"0]]")
    with pytest.raises(CorpusError, match="after 1 records comes one that is longer than 4 MiB"):
        outline(path)


def test_a_line_without_end_costs_little_memory_and_one_record(tmp_path: Path) -> None:
    path = written(tmp_path, LINE + b"\n" + b'{"title": "' + b"x" * (20 << 20) + b'"}\n' + LINE)
    assert outline(path) == ["Pea Soup", "the line is longer than 4 MiB", "Pea Soup"]
    assert peak_of(lambda: outline(path)) < 40 << 20


@pytest.mark.parametrize("length", [4, 5, 9])
def test_lines_around_the_limit(length: int) -> None:
    lines = ["x" * length, "yy", "", "zz"]
    file = io.BytesIO("\n".join(lines).encode())
    found = [(line.rstrip("\n"), whole) for line, whole in lines_of(file, 5)]
    assert found == [("x" * min(length, 5), length <= 5), ("yy", True), ("", True), ("zz", True)]


# Letters


def test_lone_surrogates_and_marks_of_direction_are_dropped(tmp_path: Path) -> None:
    odd = {**SOUP, "title": "\u202ePea\u200f \ud800Soup\ufeff"}
    path = written(
        tmp_path, json.dumps(odd).encode() + b"\n" + json.dumps({"title": "\ud800"}).encode()
    )
    recipe, rejected = read_corpus(str(path))
    assert isinstance(recipe, Recipe)
    assert recipe.title == "Pea Soup"
    assert isinstance(rejected, Reject)
    assert rejected.raw.encode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{**SOUP, "title": "Crème"}], ensure_ascii=False),
        'title,ingredients,directions\nCrème,"[""peas""]","[""Boil.""]"\n',
    ],
    ids=["json", "csv"],
)
def test_a_byte_order_mark_names_the_encoding(tmp_path: Path, encoding: str, text: str) -> None:
    assert outline(written(tmp_path, text.encode(encoding))) == ["Crème"]


def test_a_wrong_encoding_costs_the_records_that_need_it(tmp_path: Path) -> None:
    creme = json.dumps({**SOUP, "title": "Crème"}, ensure_ascii=False)
    content = f"[{creme},{json.dumps(SOUP)}]".encode("latin-1")
    bad, good = read_corpus(str(written(tmp_path, content)))
    assert isinstance(bad, Reject)
    assert bad.reason == "not UTF-8"
    assert "Cr\ufffdme" in bad.raw
    assert isinstance(good, Recipe)


def test_bytes_that_are_no_text_outside_of_the_recipe_cost_nothing(tmp_path: Path) -> None:
    assert outline(written(tmp_path, LINE[:-1] + b', "note": "\xff\xfe"}')) == ["Pea Soup"]


def test_marks_stand_where_the_damage_was_however_the_bytes_arrive() -> None:
    text = "½ crème \ud83c\udf70".encode("utf-8", "surrogatepass") + b"\xff\xe2\x82"
    for size in (1, 2, 3, 100):
        chunks = (text[at : at + size] for at in range(0, len(text), size))
        read = as_utf8(byte_streams.as_file(chunks)).read().decode()
        assert read.replace(byte_streams.DAMAGED, "").startswith("½ crème ")
        assert read.endswith(byte_streams.DAMAGED)
    assert b"".join(chunks_of(io.BytesIO(text))) == text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": "x" * 1001}, "title is longer than 1,000 characters"),
        ({"directions": ["x" * 60_000] * 2}, "directions is longer than 100,000 characters"),
        ({"ingredients": ["x"] * 100_001}, "ingredients is longer than 100,000 characters"),
    ],
)
def test_what_is_too_long_for_a_recipe_is_rejected(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    (rejected,) = read_corpus(str(written(tmp_path, json.dumps({**SOUP, **change}).encode())))
    assert isinstance(rejected, Reject)
    assert rejected.reason == reason
    assert len(rejected.raw) <= RAW_LENGTH
