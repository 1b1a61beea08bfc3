"""Downloads a file from the web. It appears whole or not at all, whatever the server does.

What has arrived so far is in ``NAME.partial`` beside the file. ``NAME.partial.version`` says which
version of the file that is a part of: the server's ETag, or the time of its last change. If both
are there, the next attempt asks for the rest only, on the condition that the server still has that
version (RFC 9110, sections 13.1.5 and 14). If the server names no version, nothing is kept.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

from recipegen.errors import RunError
from recipegen.progress import Progress, silent

PARTIAL = ".partial"

LATER = (408, 425, 429, 500, 502, 503, 504)
"""Status codes after which another attempt can help."""

_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+)")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, how often to try, and how much to accept from it."""

    connect: float = 15.0
    """Seconds in which the server must accept the connection."""
    silence: float = 30.0
    """Seconds without any data after which an attempt has failed."""
    attempts: int = 4
    pause: float = 1.0
    """Seconds before the second attempt. The pause doubles before each further attempt."""
    redirects: int = 5
    size: int = 1 << 36
    """Bytes of the largest file that is accepted."""


PATIENCE = Patience()


class _Again(Exception):
    """An attempt failed, but another one may succeed."""


def fetch(
    address: str,
    target: Path,
    *,
    sha256: str | None = None,
    check: Callable[[Path], None] = lambda _: None,
    progress: Progress = silent,
    patience: Patience = PATIENCE,
) -> str:
    """Download a file, and return its SHA-256 in hexadecimal.

    Args:
        address: the http or https address of the file.
        target: where the file goes when it is complete and has been checked.
        sha256: the SHA-256 that the file must have, if that is known.
        check: inspects the file before it gets its final name; raises a RunError if it is bad.
        progress: told how much has arrived.
        patience: how long to wait, how often to try, and how much to accept.

    Raises:
        RunError: the server cannot be reached, fails in every attempt, or sent another file than
            is expected. If the transfer broke off and the server allows it, the same call goes on
            from what has arrived.
    """
    part = _Part(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _client(patience) as client:
            _receive_at_last(client, address, part, progress, patience)
    except BaseException:
        part.keep_if_it_has_a_version()
        raise
    try:
        digest = _verified(address, part.path, sha256)
        check(part.path)
    except RunError:
        part.drop()
        raise
    part.path.replace(target)
    part.drop()
    return digest


def hash_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _client(patience: Patience) -> httpx.Client:
    """A client that goes through the proxies of the environment.

    Raises:
        RunError: the address of a proxy cannot be used.
    """
    try:
        return httpx.Client(
            timeout=httpx.Timeout(patience.silence, connect=patience.connect),
            headers={"User-Agent": "recipegen", "Accept-Encoding": "identity"},
        )
    except (httpx.InvalidURL, ValueError, ImportError):
        # The message of the library may contain part of the password in the address.
        raise RunError(
            "a proxy of the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY) is not a valid "
            "address; correct or unset it"
        ) from None


def _receive_at_last(
    client: httpx.Client, address: str, part: _Part, progress: Progress, patience: Patience
) -> None:
    """Try until everything has arrived, or until the attempts are used up."""
    for attempt in range(1, patience.attempts + 1):
        try:
            _receive(client, address, part, progress, patience)
        except httpx.InvalidURL as problem:
            raise RunError(f"{address}: leads to an invalid address ({problem})") from problem
        except (_Again, httpx.TransportError) as problem:
            what = _told(problem, patience)
            if attempt == patience.attempts:
                raise RunError(
                    f"{address}: {what}, {attempt} times; try again later, or download it by "
                    f"other means to {part.target} and run `recipegen ingest --run DIR --corpus "
                    f"{part.target}`"
                ) from problem
            pause = patience.pause * 2 ** (attempt - 1)
            logger.info("%s; trying again in %g s", what, pause)
            time.sleep(pause)
        else:
            return


def _told(problem: Exception, patience: Patience) -> str:
    """What happened, in words for people who do not know the HTTP library."""
    if isinstance(problem, httpx.ConnectTimeout):
        return f"could not be reached within {patience.connect:g} s"
    if isinstance(problem, httpx.ConnectError | httpx.ProxyError):
        return f"could not be reached ({problem})"
    if isinstance(problem, httpx.TimeoutException):
        return f"the server said nothing for {patience.silence:g} s"
    if isinstance(problem, httpx.TransportError):
        return f"the connection broke off ({problem})"
    return str(problem)


def _receive(
    client: httpx.Client, address: str, part: _Part, progress: Progress, patience: Patience
) -> None:
    start, version = part.found()
    conditions = {"Range": f"bytes={start}-", "If-Range": version} if start else {}
    with closing(_answer(client, address, conditions, patience)) as response:
        if start and response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            _insist_on_end(response, part, start)
            return
        _insist_on_success(response, address)
        if response.status_code == httpx.codes.PARTIAL_CONTENT:
            total: int | None = _insist_on_rest(response, part, start)
        else:
            start, total = 0, _length(response)
            part.begin(_version(response))
        _insist_on_room(address, part, (total or 0) - start, patience)
        received = _save(response, part, start, total, progress, patience)
    if total is not None and received != total:
        raise _Again(f"the server sent {received:,} of {total:,} bytes")


def _answer(
    client: httpx.Client, address: str, conditions: dict[str, str], patience: Patience
) -> httpx.Response:
    """The response after all redirects, with its body not yet read.

    The library could follow redirects too, but it would read each of their bodies into memory.
    """
    request = client.build_request("GET", address, headers=conditions)
    allowed = {"https", request.url.scheme} & {"http", "https"}
    for _ in range(1 + patience.redirects):
        if request.url.scheme not in allowed:
            raise RunError(
                f"{address}: leads to an address of the kind {request.url.scheme}:, and only "
                f"{' and '.join(sorted(allowed))} is followed"
            )
        response = client.send(request, stream=True)
        if response.next_request is None:
            return response
        response.close()
        request = response.next_request
    raise RunError(f"{address}: redirected more than {patience.redirects} times")


def _insist_on_success(response: httpx.Response, address: str) -> None:
    if response.status_code in LATER:
        raise _Again(f"the server answered {response.status_code} {response.reason_phrase}")
    if response.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        raise RunError(f"{address}: answered {response.status_code} {response.reason_phrase}")


def _insist_on_end(response: httpx.Response, part: _Part, start: int) -> None:
    """Check that what has arrived is the whole file, because the server has nothing after it.

    Otherwise the file has changed on the server. Then drop what has arrived and try again.
    """
    _, total = _content_range(response)
    if total != start:
        part.drop()
        raise _Again("the file has changed on the server")


def _insist_on_rest(response: httpx.Response, part: _Part, start: int) -> int:
    """The size of the whole file, if the response is the part of it that was asked for."""
    first, total = _content_range(response)
    changed = _version(response) not in ("", part.found()[1])
    if total is None or first != start or not start or changed:
        part.drop()
        raise _Again("the server sent another part of the file than was asked for")
    return total


def _insist_on_room(address: str, part: _Part, size: int, patience: Patience) -> None:
    if size > patience.size:
        raise RunError(f"{address}: {size:,} bytes, too large for a collection of recipes")
    free = shutil.disk_usage(part.path.parent).free
    if size > free:
        raise RunError(f"{part.path.parent}: {free:,} bytes are free, and {size:,} are needed")


def _save(
    response: httpx.Response,
    part: _Part,
    start: int,
    total: int | None,
    progress: Progress,
    patience: Patience,
) -> int:
    """Append what arrives to the partial file, and return the number of bytes it has then."""
    received, most = start, total or patience.size
    with part.path.open("ab") as file:
        for chunk in response.iter_raw():
            received += len(chunk)
            if received > most:
                part.drop()
                raise RunError(f"{response.url}: sends more than {most:,} bytes")
            file.write(chunk)
            progress(received / total if total else 0.0, f"{received / 1e6:,.1f} MB")
        file.flush()
        os.fsync(file.fileno())
    return received


def _length(response: httpx.Response) -> int | None:
    text = response.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() else None


def _content_range(response: httpx.Response) -> tuple[int | None, int | None]:
    """Where the part starts and how long the whole file is; None if the response does not say."""
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if not found:
        return None, None
    return (None if found[1] is None else int(found[1])), int(found[2])


def _version(response: httpx.Response) -> str:
    """The mark of this version of the file, byte for byte; empty if the response has none."""
    tag = response.headers.get("ETag", "")
    strong = "" if tag.startswith("W/") else tag
    version: str = strong or response.headers.get("Last-Modified", "")
    return version if version.isascii() and version.isprintable() else ""


def _verified(address: str, path: Path, sha256: str | None) -> str:
    digest = hash_of(path)
    if sha256 not in (None, digest):
        raise RunError(
            f"{address}: the download is not the file that is meant: its SHA-256 is {digest}, not "
            f"{sha256}; nothing was kept"
        )
    return digest


class _Part:
    """The part of a file that has arrived, and the mark of the version that it belongs to."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(target.name + PARTIAL)
        self._version_file = target.with_name(self.path.name + ".version")

    def found(self) -> tuple[int, str]:
        """How many bytes have arrived, and the mark of their version; 0 bytes without a mark."""
        version = self._version_file.read_text("ascii") if self._version_file.is_file() else ""
        size = self.path.stat().st_size if version and self.path.is_file() else 0
        return size, version

    def begin(self, version: str) -> None:
        """Delete what has arrived, and note the version that arrives from now on."""
        self.drop()
        if version:
            self._version_file.write_text(version, "ascii")

    def drop(self) -> None:
        """Delete what has arrived."""
        self.path.unlink(missing_ok=True)
        self._version_file.unlink(missing_ok=True)

    def keep_if_it_has_a_version(self) -> None:
        """Keep what has arrived if the next attempt can go on from it; else delete it."""
        if not self.found()[0]:
            self.drop()
