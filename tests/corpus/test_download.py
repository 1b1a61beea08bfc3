"""A file from the web arrives whole or not at all, whatever the server does."""

import hashlib
import io
import json
import socket
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from recipegen.cli import main
from recipegen.corpus.collections import check_archive, collections
from recipegen.corpus.corpus_files import read_corpus
from recipegen.corpus.download import Patience, fetch, hash_of
from recipegen.corpus.recipe import Recipe
from recipegen.errors import RunError
from recipegen.storage.locks import alone

CONTENT = bytes(range(256)) * 4096
HALF = len(CONTENT) // 2
OTHER = CONTENT[::-1]
HASTE = Patience(connect=10.0, silence=10.0, attempts=3, pause=0.001, redirects=3)


class Request(BaseHTTPRequestHandler):
    """A request, with methods to answer it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.asked.append(dict(self.headers))
        answers = self.server.answers
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def head(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)


class Server(ThreadingHTTPServer):
    """Answers each request with the next of ``answers``; the last one is used again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answers: list[Callable[[Request], None]] = []
        self.asked: list[dict[str, str]] = []
        self.gone = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore it if the client hangs up, because in these tests it often must."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def address(self, path: str = "/recipes.tar.gz") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.gone.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "corpora" / "recipes.tar.gz"


Answer = Callable[[Request], None]


def whole(content: bytes = CONTENT, **headers: object) -> Answer:
    """An answer with the whole file and its true length."""

    def answer(request: Request) -> None:
        request.head(200, Content_Length=len(content), **headers)
        request.wfile.write(content)

    return answer


def broken_off(content: bytes = CONTENT, **headers: object) -> Answer:
    """An answer with the length of the whole file, but only its first half; then it hangs up."""

    def answer(request: Request) -> None:
        request.head(200, Content_Length=len(content), **headers)
        request.wfile.write(content[: len(content) // 2])
        request.hang_up()

    return answer


def resuming(content: bytes = CONTENT, version: str = '"1"') -> Answer:
    """An answer that obeys Range and If-Range, by RFC 9110."""

    def answer(request: Request) -> None:
        asked = request.headers.get("Range")
        if asked is None or request.headers.get("If-Range") != version:
            whole(content, ETag=version)(request)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(content):
            request.head(416, Content_Range=f"bytes */{len(content)}", Content_Length=0)
            return
        part(content, start, f"bytes {start}-{len(content) - 1}/{len(content)}", version)(request)

    return answer


def part(content: bytes, start: int, content_range: str, version: str) -> Answer:
    def answer(request: Request) -> None:
        rest = content[start:]
        request.head(206, Content_Range=content_range, Content_Length=len(rest), ETag=version)
        request.wfile.write(rest)

    return answer


def status(code: int) -> Answer:
    return lambda request: request.head(code, Content_Length=0)


def to(address: str) -> Answer:
    return lambda request: request.head(302, Location=address, Content_Length=0)


def left(target: Path) -> list[str]:
    """The names of the files in the folder of the target."""
    return sorted(file.name for file in target.parent.glob("*"))


def got(server: Server, target: Path) -> bytes:
    """Fetch a file that must arrive, and return its content."""
    digest = fetch(server.address(), target, patience=HASTE)
    assert left(target) == [target.name]
    assert digest == hash_of(target)
    return target.read_bytes()


def refused(server: Server, target: Path, **given: object) -> str:
    """Fetch a file that must not arrive, and return the message of the error."""
    with pytest.raises(RunError) as caught:
        fetch(server.address(), target, patience=HASTE, **given)  # type: ignore[arg-type]
    assert not target.exists()
    return str(caught.value)


# Well-behaved servers ----------------------------------------------------------------------------


def test_a_file_arrives_whole(server: Server, target: Path) -> None:
    server.answers = [whole()]
    told: list[float] = []
    digest = fetch(
        server.address(), target, progress=lambda share, _="": told.append(share), patience=HASTE
    )
    assert target.read_bytes() == CONTENT
    assert digest == hashlib.sha256(CONTENT).hexdigest()
    assert left(target) == ["recipes.tar.gz"]
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_file_of_unknown_length_arrives_whole(server: Server, target: Path) -> None:
    def in_chunks(request: Request) -> None:
        request.head(200, Transfer_Encoding="chunked")
        for chunk in (CONTENT[:HALF], CONTENT[HALF:]):
            request.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        request.wfile.write(b"0\r\n\r\n")

    server.answers = [in_chunks]
    assert got(server, target) == CONTENT


def test_the_bytes_are_kept_as_they_are_packed(server: Server, target: Path) -> None:
    server.answers = [whole(b"not even gzip", Content_Encoding="gzip")]
    assert got(server, target) == b"not even gzip"
    assert server.asked[0]["Accept-Encoding"] == "identity"


def test_a_redirect_is_followed(server: Server, target: Path) -> None:
    server.answers = [to("/elsewhere"), whole()]
    assert got(server, target) == CONTENT


# Servers that fail and get another chance -------------------------------------------------------


def test_a_busy_server_is_asked_again(server: Server, target: Path) -> None:
    server.answers = [status(503), whole()]
    assert got(server, target) == CONTENT
    assert len(server.asked) == 2


def test_a_server_that_stays_busy_is_given_up(server: Server, target: Path) -> None:
    server.answers = [status(503)]
    assert "answered 503 Service Unavailable, 3 times; try again later" in refused(server, target)
    assert len(server.asked) == 3
    assert left(target) == []


def test_what_is_not_there_is_asked_for_once(server: Server, target: Path) -> None:
    server.answers = [status(404)]
    assert refused(server, target).endswith("answered 404 Not Found")
    assert len(server.asked) == 1


def test_a_server_that_falls_silent_is_given_up(server: Server, target: Path) -> None:
    def stall(request: Request) -> None:
        request.head(200, Content_Length=len(CONTENT))
        request.wfile.write(CONTENT[:HALF])
        assert isinstance(request.server, Server)
        request.server.gone.wait()

    server.answers = [stall]
    with pytest.raises(RunError, match=r"the server said nothing for 0\.1 s, 3 times"):
        fetch(server.address(), target, patience=replace(HASTE, silence=0.1))
    assert left(target) == []


def test_a_machine_that_does_not_answer_is_named_with_what_to_do(target: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RunError, match="could not be reached") as caught:
        fetch(f"http://127.0.0.1:{port}/", target, patience=HASTE)
    assert f"download it by other means to {target} and run `recipegen ingest" in str(caught.value)
    assert left(target) == []


# Going on from what has arrived -----------------------------------------------------------------


def test_a_broken_connection_goes_on_where_it_broke(server: Server, target: Path) -> None:
    server.answers = [broken_off(ETag='"1"'), resuming()]
    assert got(server, target) == CONTENT
    start = int(server.asked[1]["Range"].removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= HALF
    assert server.asked[1]["If-Range"] == '"1"'


def test_the_next_call_goes_on_from_what_has_arrived(server: Server, target: Path) -> None:
    server.answers = [broken_off(ETag='"1"'), status(404)]
    refused(server, target)
    assert left(target) == ["recipes.tar.gz.partial", "recipes.tar.gz.partial.version"]
    server.answers = [resuming()]
    assert got(server, target) == CONTENT
    assert "Range" in server.asked[-1]


def test_all_but_the_name_may_have_arrived(server: Server, target: Path) -> None:
    target.parent.mkdir()
    target.with_name("recipes.tar.gz.partial").write_bytes(CONTENT)
    target.with_name("recipes.tar.gz.partial.version").write_text('"1"')
    server.answers = [resuming()]
    assert got(server, target) == CONTENT
    assert len(server.asked) == 1


def test_a_time_of_change_is_a_version_where_there_is_no_tag(server: Server, target: Path) -> None:
    changed = "Wed, 25 Nov 2026 10:00:00 GMT"
    server.answers = [
        broken_off(ETag='W/"1"', Last_Modified=changed),
        resuming(version=changed),
    ]
    assert got(server, target) == CONTENT
    assert server.asked[1]["If-Range"] == changed


def test_without_a_version_nothing_is_kept(server: Server, target: Path) -> None:
    server.answers = [broken_off(), whole()]
    assert got(server, target) == CONTENT
    assert "Range" not in server.asked[1]


def test_a_file_that_changed_is_not_glued_together(server: Server, target: Path) -> None:
    server.answers = [broken_off(ETag='"1"'), resuming(OTHER, '"2"')]
    assert got(server, target) == OTHER


def test_a_changed_file_is_seen_where_the_server_overlooks_if_range(
    server: Server, target: Path
) -> None:
    rest = part(OTHER, HALF, f"bytes {HALF}-{len(OTHER) - 1}/{len(OTHER)}", '"2"')
    server.answers = [broken_off(ETag='"1"'), rest, whole(OTHER)]
    assert got(server, target) == OTHER
    assert "Range" not in server.asked[2]


def test_a_server_that_overlooks_range_sends_it_all_again(server: Server, target: Path) -> None:
    server.answers = [broken_off(ETag='"1"'), whole(ETag='"1"')]
    assert got(server, target) == CONTENT


@pytest.mark.parametrize("said", ["bytes 7-99/100", "bytes */100", "nonsense"])
def test_another_part_than_was_asked_for_is_not_taken(
    server: Server, target: Path, said: str
) -> None:
    server.answers = [broken_off(ETag='"1"'), part(CONTENT, 7, said, '"1"'), whole()]
    assert got(server, target) == CONTENT


def test_a_part_that_nobody_asked_for_is_not_taken(server: Server, target: Path) -> None:
    server.answers = [part(CONTENT, 0, f"bytes 0-9/{len(CONTENT)}", '"1"')]
    assert "another part of the file than was asked for" in refused(server, target)
    assert left(target) == []


def test_a_file_that_has_shrunk_is_fetched_anew(server: Server, target: Path) -> None:
    def shorter(request: Request) -> None:
        request.head(416, Content_Range="bytes */9", Content_Length=0)

    server.answers = [broken_off(ETag='"1"'), shorter, whole(b"123456789")]
    assert got(server, target) == b"123456789"


# Servers that lie ---------------------------------------------------------------------------------


def test_less_than_the_length_says_is_found(server: Server, target: Path) -> None:
    server.answers = [broken_off()]
    assert "the connection broke off" in refused(server, target)
    assert left(target) == []


def test_more_than_the_length_says_is_found_by_the_checksum(server: Server, target: Path) -> None:
    def too_short(request: Request) -> None:
        request.head(200, Content_Length=HALF)
        request.wfile.write(CONTENT)
        request.hang_up()

    server.answers = [too_short]
    wrong = refused(server, target, sha256=hashlib.sha256(CONTENT).hexdigest())
    assert f"its SHA-256 is {hashlib.sha256(CONTENT[:HALF]).hexdigest()}, not" in wrong
    assert left(target) == []


def test_a_part_that_is_shorter_than_it_says_is_found(server: Server, target: Path) -> None:
    total = len(CONTENT)
    short = part(CONTENT[:-9], HALF, f"bytes {HALF}-{total - 1}/{total}", '"1"')
    server.answers = [broken_off(ETag='"1"'), short, resuming()]
    target.parent.mkdir()
    target.with_name("recipes.tar.gz.partial").write_bytes(CONTENT[:HALF])
    target.with_name("recipes.tar.gz.partial.version").write_text('"1"')
    server.answers = [short, resuming()]
    assert got(server, target) == CONTENT
    assert server.asked[1]["Range"] == f"bytes={total - 9}-"


def test_a_part_that_is_longer_than_it_says_is_refused(server: Server, target: Path) -> None:
    target.parent.mkdir()
    target.with_name("recipes.tar.gz.partial").write_bytes(CONTENT[:HALF])
    target.with_name("recipes.tar.gz.partial.version").write_text('"1"')
    server.answers = [part(CONTENT, HALF, f"bytes {HALF}-{HALF + 8}/{HALF + 9}", '"1"')]
    assert f"sends more than {HALF + 9:,} bytes" in refused(server, target)
    assert left(target) == []


def test_a_wrong_checksum_is_refused(server: Server, target: Path) -> None:
    server.answers = [whole(OTHER, ETag='"1"')]
    assert "not the file that is meant" in refused(
        server, target, sha256=hashlib.sha256(CONTENT).hexdigest()
    )
    assert left(target) == []


def test_a_file_that_never_ends_is_given_up(server: Server, target: Path) -> None:
    def endless(request: Request) -> None:
        request.head(200, Transfer_Encoding="chunked")
        try:
            while True:
                request.wfile.write(b"400\r\n" + bytes(1024) + b"\r\n")
        except OSError:
            request.close_connection = True

    server.answers = [endless]
    with pytest.raises(RunError, match="sends more than 100,000 bytes"):
        fetch(server.address(), target, patience=Patience(size=100_000))
    assert left(target) == []


@pytest.mark.parametrize(
    ("size", "says"), [(1 << 40, "too large for a collection"), (1 << 36, "are free, and")]
)
def test_a_length_that_no_disk_holds_is_refused_before_a_byte_is_read(
    server: Server, target: Path, size: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def huge(request: Request) -> None:
        request.head(200, Content_Length=size)
        request.hang_up()

    free = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("recipegen.corpus.download.shutil.disk_usage", lambda _: free)
    server.answers = [huge]
    assert says in refused(server, target)


# Redirects ----------------------------------------------------------------------------------------


def test_redirects_in_a_loop_end(server: Server, target: Path) -> None:
    server.answers = [to("/recipes.tar.gz")]
    assert refused(server, target).endswith("redirected more than 3 times")
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("file:///etc/passwd", "of the kind file:"),
        ("ftp://127.0.0.1/x", "of the kind ftp:"),
        ("data:,x", "leads to an invalid address"),
        ("http://127.0.0.1:port/", "Invalid URL"),
    ],
)
def test_a_redirect_leads_to_the_web_alone(
    server: Server, target: Path, place: str, says: str
) -> None:
    server.answers = [to(place)]
    assert says in refused(server, target)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_nothing_but_the_web_is_fetched(target: Path, address: str) -> None:
    with pytest.raises(RunError, match="only https is followed"):
        fetch(address, target, patience=HASTE)


def test_the_body_of_a_redirect_is_not_read(server: Server, target: Path) -> None:
    def heavy(request: Request) -> None:
        request.head(302, Location="/elsewhere", Content_Length=1 << 40)
        assert isinstance(request.server, Server)
        request.server.gone.wait()

    server.answers = [heavy, whole()]
    assert got(server, target) == CONTENT


def test_a_proxy_of_the_environment_is_asked(
    server: Server, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.address(""))
    monkeypatch.setenv("http_proxy", server.address(""))
    server.answers = [whole()]
    fetch("http://recipes.invalid/all.tar.gz", target, patience=HASTE)
    assert server.asked[0]["Host"] == "recipes.invalid"
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("proxy", ["http://joe:pass/word@proxy.invalid:1", "foo://joe:pass@x"])
def test_a_proxy_that_cannot_be_used_is_not_repeated(
    target: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(RunError, match="a proxy of the environment") as caught:
        fetch("https://recipes.invalid/", target, patience=HASTE)
    assert "pass" not in str(caught.value)


# Archives, and the command ------------------------------------------------------------------------


def archive(*recipes: dict[str, object], suffix: str = "json") -> bytes:
    """A packed tar file with one file for each recipe, like those that GitHub makes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for number, recipe in enumerate(recipes):
            content = json.dumps(recipe).encode()
            info = tarfile.TarInfo(f"recipes-516be98/index/{number}.{suffix}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


SOUP: dict[str, object] = {"title": "Pea Soup", "ingredients": ["peas"], "directions": ["Boil."]}
ARCHIVE = archive(SOUP, {**SOUP, "title": "Bean Soup"})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (ARCHIVE[:-30], "cut-off gzip"),
        (b"<html>Please log in", "not an archive"),
        (b"", "not an archive"),
        (archive(SOUP, suffix="md"), "without a file that may hold recipes"),
    ],
    ids=["cut", "page", "empty", "none"],
)
def test_a_file_that_is_no_archive_of_recipes_is_not_kept(
    server: Server, target: Path, content: bytes, says: str
) -> None:
    server.answers = [whole(content, ETag='"1"')]
    assert says in refused(server, target, check=check_archive)
    assert left(target) == []


@pytest.fixture
def known(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A catalogue with one collection, which is on the server."""
    catalogue = tmp_path / "collections.toml"
    catalogue.write_text(
        f"""
        [soups]
        title = "Soups"
        size = "two"
        format = "json"
        licence = "none"
        home = "{server.address("/")}"
        address = "{server.address()}"
        file = "soups.tar.gz"
        """
    )
    monkeypatch.setattr("recipegen.corpus.collections.COLLECTIONS_FILE", catalogue)
    monkeypatch.chdir(tmp_path)
    collections.cache_clear()
    server.answers = [whole(ARCHIVE)]
    yield catalogue
    collections.cache_clear()


@pytest.mark.usefixtures("known")
def test_a_collection_is_fetched_and_read(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert main(["corpus", "fetch", "soups"]) == 0
        first, command = capsys.readouterr().out.splitlines()
        digest = hashlib.sha256(ARCHIVE).hexdigest()
        assert first.startswith(f"data/corpora/soups.tar.gz: SHA-256 {digest}, no other is known")
        assert command.endswith("--run data/runs/soups --corpus data/corpora/soups.tar.gz")
    assert len(server.asked) == 1
    assert main(command.split("recipegen ")[1].split()) == 0
    found = read_corpus("data/corpora/soups.tar.gz")
    assert [recipe.title for recipe in found if isinstance(recipe, Recipe)] == [
        "Pea Soup",
        "Bean Soup",
    ]


@pytest.mark.usefixtures("known")
def test_a_collection_that_is_being_fetched_is_left_to_the_other_process(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with alone(Path("data/corpora/.soups.lock"), "held"):
        assert main(["corpus", "fetch", "soups"]) == 1
    assert "soups: another process downloads it; wait" in capsys.readouterr().err
    assert not server.asked
    assert main(["corpus", "fetch", "soups"]) == 0


@pytest.mark.parametrize(
    ("sha256", "code"),
    [(hashlib.sha256(ARCHIVE).hexdigest(), 0), ("0", 1)],
    ids=["its own", "another"],
)
def test_the_checksum_of_the_catalogue_is_compared(
    known: Path, capsys: pytest.CaptureFixture[str], sha256: str, code: int
) -> None:
    known.write_text(f'{known.read_text()}\nsha256 = "{sha256}"')
    for _ in range(2):
        assert main(["corpus", "fetch", "soups", "--into", "here"]) == code
        printed = capsys.readouterr()
        assert ("as it should be" in printed.out) == (code == 0)
        assert ("not the file that is meant" in printed.err) == (code == 1)
        Path("here").mkdir(exist_ok=True)
        Path("here/soups.tar.gz").write_bytes(ARCHIVE)


@pytest.mark.usefixtures("known")
def test_a_collection_that_cannot_be_reached_costs_one_line(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [status(404)]
    assert main(["corpus", "fetch", "soups"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("recipegen: error: http://127.0.0.1:")


def test_the_real_catalogue_can_be_listed_and_fetched_where_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["corpus", "list"]) == 0
    listed = capsys.readouterr().out
    for one in collections().values():
        assert f"{one.name}: {one.title}\n" in listed
        assert one.licence in listed
        assert bool(one.address) == bool(one.file) == (one.way.startswith("recipegen "))
        assert not one.address or one.address.startswith("https://")
        if one.by_hand:
            assert main(["corpus", "fetch", one.name, "--into", str(tmp_path)]) == 2
            assert f"get it at {one.home}" in capsys.readouterr().err
    assert main(["corpus", "fetch", "soups"]) == 2
    assert "there are wikibooks, github-recipes" in capsys.readouterr().err
    assert main(["corpus", "fetch", "wikibooks"]) == 0
    assert capsys.readouterr().out.endswith("--run data/runs/wikibooks --corpus wikibooks\n")
    assert list(tmp_path.iterdir()) == []
