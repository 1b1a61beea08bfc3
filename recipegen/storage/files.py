"""Reads and writes whole files on a local disk or in an object store.

The functions here work for both, so their callers need not know the difference. A place is a plain
:class:`pathlib.Path`, or the address of a file or folder in any fsspec file system, such as
``s3://bucket/runs/one``.

A file is either missing or complete. On a disk, a file is written under a temporary name beside its
place, flushed and renamed. For a store, it is written to a temporary file on this machine and then
sent as a whole. The endpoint and the keys of a store come from the environment and the
configuration of fsspec. An address never contains them.
"""

from __future__ import annotations

import atexit
import glob
import hashlib
import io
import json
import os
import platform
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from filelock import FileLock, Timeout

from recipegen.errors import CorruptFile, RecipegenError, UsageError, one_line

if TYPE_CHECKING:
    from upath import UPath

Place: TypeAlias = "Path | UPath"
"""Where a file or folder is: on this machine, or in a store."""

PARTIAL = ".partial"

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

CONTACT_LIMIT = 10.0
"""Seconds in which a store must answer the first request."""

READ_AHEAD = 4 * 2**20
"""Bytes that are read from a store at a time, even if less is asked for."""

EXTRAS = {"s3": "s3", "s3a": "s3"}
"""The extra to install, ``recipegen[...]``, for each kind of address."""


def place(address: str | Place) -> Place:
    """The place of a file or folder: a path of this machine, or the address of a store.

    Raises:
        UsageError: the package for such addresses is not installed, or the address is unusable.
    """
    if not isinstance(address, str):
        return address
    if not ADDRESS.match(address):
        return Path(address)
    kind, _, rest = address.partition("://")
    if kind.lower() in ("file", "local"):
        return Path(rest)
    return _place_in_store(address, kind.lower())


def whole_place(address: str | Place) -> Place:
    """The absolute place without ``..``, so that its last part is the name of the folder."""
    found = place(address)
    if isinstance(found, Path):
        return Path(os.path.abspath(found))  # noqa: PTH100 - a link to a folder keeps its name
    return found.absolute()


def _place_in_store(address: str, kind: str) -> UPath:
    from fsspec import get_filesystem_class
    from upath import UPath

    try:
        get_filesystem_class(kind)
    except ImportError as error:
        extra = f"pip install 'recipegen[{EXTRAS[kind]}]'" if kind in EXTRAS else str(error)
        raise UsageError(
            f"{kind}://...: the package for such addresses is not installed: {extra}"
        ) from error
    except ValueError as error:
        raise UsageError(f"{kind}://...: fsspec knows no such kind of address") from error
    found = UPath(address)
    bucket = address.partition("://")[2].partition("/")[0]
    if found.storage_options or not found.name or glob.has_magic(found.path) or "@" in bucket:
        # The address is written to the manifest and shown in reports, so it must hold no secret.
        raise UsageError(
            f"{kind}://...: not the address of a folder in a store, such as s3://bucket/runs/one, "
            "without * ? [ in it; user, password and other options belong in the environment or "
            "the configuration of fsspec"
        )
    # Without a cache of listings, files that other machines write are seen at once.
    return UPath(address, use_listings_cache=False)


def reach(folder: Place) -> None:
    """Find out soon whether a store answers.

    Raises:
        UsageError: the store does not answer, or it refuses access.
    """
    if isinstance(folder, Path):
        return
    from fsspec.asyn import AsyncFileSystem, sync

    try:
        with reaching(folder):
            store = folder.fs
            if isinstance(store, AsyncFileSystem):
                sync(store.loop, store._exists, folder.path, timeout=CONTACT_LIMIT)
    except ConnectionError as error:
        late = isinstance(error.__cause__, TimeoutError)
        what = f"{folder}: no answer in {CONTACT_LIMIT:.0f} s" if late else str(error)
        raise UsageError(
            f"{what}; check the address, and the endpoint and keys in the environment or in the "
            "configuration of fsspec"
        ) from error


@contextmanager
def reaching(file: Place) -> Iterator[None]:
    """Raise every failure to reach a store as a ConnectionError, whatever its library raises.

    Raises:
        ConnectionError: the store cannot be reached, or it refuses access.
    """
    try:
        yield
    except (FileNotFoundError, RecipegenError):
        raise
    except Exception as error:
        if isinstance(file, Path):
            raise
        what = one_line(str(error)) or type(error).__name__
        raise ConnectionError(f"{file}: {what}") from error


# What is there ----------------------------------------------------------------------------------


def is_file(file: Place) -> bool:
    """Whether there is such a file.

    Raises:
        ConnectionError: the store cannot be reached, so it is not known if the file exists.
    """
    return file.is_file() if isinstance(file, Path) else _size_in_store(file) is not None


def size(file: Place) -> int | None:
    """The number of bytes of a file; None if there is no such file."""
    if isinstance(file, Path):
        return file.stat().st_size if file.is_file() else None
    return _size_in_store(file)


def _size_in_store(file: UPath) -> int | None:
    with reaching(file):
        try:
            found = file.fs.info(file.path)
        except FileNotFoundError:
            return None
    return int(found["size"]) if found["type"] == "file" else None


def listing(folder: Place, pattern: str) -> list[Place]:
    """The files and folders in a folder that match a pattern, sorted; empty without the folder."""
    if isinstance(folder, Path):
        return list[Place](sorted(folder.glob(pattern)))
    with reaching(folder):
        found = folder.fs.glob(f"{folder.path}/{pattern}")
    return [folder / name.removeprefix(folder.path).lstrip("/") for name in sorted(found)]


def make_folder(folder: Place) -> None:
    """Make a folder on a disk; a store needs none."""
    if isinstance(folder, Path):
        folder.mkdir(parents=True, exist_ok=True)


def remove_folder(folder: Place) -> None:
    """Remove a folder and all that is in it, as far as possible; errors are ignored."""
    if isinstance(folder, Path):
        shutil.rmtree(folder, ignore_errors=True)
        return
    with suppress(OSError), reaching(folder):
        folder.fs.rm(folder.path, recursive=True)


def remove_partial_files(folder: Place) -> None:
    """Remove the partial files that killed writers have left in a folder on a disk."""
    if isinstance(folder, Path):
        for partial in folder.rglob(f"*{PARTIAL}"):
            partial.unlink(missing_ok=True)


# Reading ----------------------------------------------------------------------------------------


@contextmanager
def reading(file: Place) -> Iterator[io.BufferedReader]:
    """A file that is open for reading; from a store it comes piece by piece."""
    if isinstance(file, Path):
        with file.open("rb") as opened:
            yield opened
        return
    with reaching(file):
        remote = file.fs.open(file.path, "rb", block_size=READ_AHEAD)
    with remote:
        yield io.BufferedReader(_Reader(file, remote))


class _Reader(io.RawIOBase):
    """A file in a store; a failure to reach it is raised as a ConnectionError."""

    def __init__(self, file: UPath, remote: BinaryIO) -> None:
        self._file, self._remote = file, remote

    def readinto(self, buffer: Any) -> int:
        with reaching(self._file):
            found = self._remote.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._remote.seek(offset, whence)

    def tell(self) -> int:
        return self._remote.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def read_text(file: Place) -> str:
    """The text in a file, UTF-8.

    Raises:
        FileNotFoundError: the file is missing.
    """
    if isinstance(file, Path):
        return file.read_text(encoding="utf-8")
    with reaching(file):
        content: bytes = file.fs.cat_file(file.path)
    return content.decode()


def read_json(file: Place) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        CorruptFile: the file is missing or holds no JSON object.
    """
    try:
        value = json.loads(read_text(file))
    except ConnectionError:
        raise
    except (OSError, ValueError) as error:
        raise CorruptFile(f"{file}: cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise CorruptFile(f"{file}: not a JSON object")
    return value


def hash_file(file: Place) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with reading(file) as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def on_disk(file: Place) -> Path:
    """The file as a path on this machine, for libraries that need one.

    A file in a store is fetched once. The copy stays until the process ends. Its name depends on
    the version of the file, so a changed file is fetched again.

    Raises:
        FileNotFoundError: the file is missing.
    """
    if isinstance(file, Path):
        return file
    with reaching(file):
        version = hashlib.sha256(f"{file} {file.fs.ukey(file.path)}".encode()).hexdigest()
        copy = _scratch() / f"{version[:16]}-{file.name}"
        with _FETCHING:
            if not copy.exists():
                with whole_file(copy) as partial:
                    file.fs.get_file(file.path, str(partial))
    return copy


_FETCHING = threading.Lock()


# Writing ----------------------------------------------------------------------------------------


@contextmanager
def whole_file(file: Place) -> Iterator[Path]:
    """A path to write to; the file appears only if the ``with`` block ends without an error.

    Each writer has a partial file of its own. So two processes or threads can write the same file
    without a conflict.
    """
    if isinstance(file, Path):
        with _renamed(file) as partial:
            yield partial
    else:
        with _sent(file) as partial:
            yield partial


@contextmanager
def _renamed(file: Path) -> Iterator[Path]:
    file.parent.mkdir(parents=True, exist_ok=True)
    writer = f"{platform.node()}-{os.getpid()}-{threading.get_ident()}"
    partial = file.with_name(f"{file.name}.{writer}{PARTIAL}")
    try:
        yield partial
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _sent(file: UPath) -> Iterator[Path]:
    partial = _scratch() / f"{next(_NUMBERS)}-{file.name}{PARTIAL}"
    try:
        yield partial
        with reaching(file):
            file.fs.put_file(str(partial), file.path)
    finally:
        partial.unlink(missing_ok=True)


_NUMBERS = count()


def write_json(file: Place, value: Any) -> None:
    """Write a JSON value, whole or not at all."""
    write_text(file, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def write_text(file: Place, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all."""
    with whole_file(file) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def share_file(source: Place, target: Place) -> None:
    """Make the file appear at a second place too, whole or not at all.

    The second file is a hard link where that is possible, else a copy. A link is safe: the files of
    a run are replaced and never written into, so neither file changes with the other.
    """
    with whole_file(target) as partial:
        if not isinstance(source, Path):
            with reaching(source):
                source.fs.get_file(source.path, str(partial))
            return
        try:
            partial.hardlink_to(source)
        except OSError:
            shutil.copyfile(source, partial)


# Files on their way between this machine and a store --------------------------------------------

_SCRATCH = "recipegen-"
_LOCK = "in-use"


def _scratch() -> Path:
    """A temporary folder of this process."""
    return _scratch_of(os.getpid())


@cache
def _scratch_of(pid: int) -> Path:
    _clear_scratch()
    new = Path(tempfile.mkdtemp(prefix=f"new-{_SCRATCH}{pid}-"))
    lock = FileLock(new / _LOCK, thread_local=False)
    lock.acquire()
    # It gets its final name once it is locked, so that nobody takes it for one left behind.
    folder = new.rename(new.with_name(new.name.removeprefix("new-")))
    atexit.register(_drop_scratch, folder, lock, pid)
    return folder


def _drop_scratch(folder: Path, lock: FileLock, pid: int) -> None:
    if os.getpid() == pid:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def _clear_scratch() -> None:
    """Remove the temporary folders of processes that have been killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*/{_LOCK}"):
        with suppress(OSError, Timeout), FileLock(folder, timeout=0):
            shutil.rmtree(folder.parent)
