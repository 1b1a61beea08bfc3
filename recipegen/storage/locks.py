"""Lets only one process at a time work on a run.

On a local disk the operating system keeps a lock, and frees it when the process dies. In a store,
recipegen uses flags. A flag is an object in the run folder that belongs to one process.

A process that wants a run first writes its flag and then looks for other flags. If it finds one, it
removes its own. So two processes never both go on, however close together they start. The only
condition is that the store lists an object as soon as it is written.

While a process lives, it renews its flag. The flag of a dead process is removed by other processes:
at once on the same machine, and elsewhere when it has not been renewed for some minutes. Ages are
measured by the clock of the store alone.
"""

from __future__ import annotations

import json
import logging
import os
import random
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from recipegen.errors import RunError
from recipegen.storage.files import Place, is_file, listing, reaching, read_text

if TYPE_CHECKING:
    from upath import UPath

LOCK = ".lock"

RENEW_EVERY = 20.0
"""Seconds between two renewals of a flag."""

SILENCE_LIMIT = 180.0
"""Seconds without a renewal after which other processes remove a flag."""

TRIES = 5
"""How often a process tries to get a run that others want at the same moment."""

logger = logging.getLogger(__name__)


@contextmanager
def locked(folder: Place) -> Iterator[None]:
    """Keep every other process out of a run folder.

    Raises:
        RunError: another process works on this run, or may have taken it over meanwhile.
    """
    if not isinstance(folder, Path):
        with _Flag(folder).flying():
            yield
        return
    busy = f"{folder}: another process works on this run; wait for it or stop it"
    with alone(folder / LOCK, busy):
        yield


@contextmanager
def alone(lock: Path, busy: str) -> Iterator[None]:
    """Keep out every other process of this machine that asks for the same lock.

    Args:
        lock: the file that is locked; it stays behind, empty.
        busy: the message of the error if another process holds the lock.

    Raises:
        RunError: another process holds the lock.
    """
    try:
        with FileLock(lock).acquire(timeout=0):
            yield
    except Timeout as error:
        raise RunError(busy) from error


def check(folder: Place) -> None:
    """Make sure that this process has not lost a run that it had locked.

    Raises:
        RunError: it did not renew its flag for so long that others may have taken the run over.
    """
    if flag := _FLYING.get(str(folder)):
        flag.check()


@dataclass(frozen=True)
class _Owner:
    """The process that a flag belongs to."""

    host: str
    machine: str
    process: int
    works: bool
    """True if the process has the run, False if it only wants it."""

    def is_dead(self) -> bool:
        """Whether the process was on this machine and has ended."""
        if self.machine != _machine():
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False


def _machine() -> str:
    """A text that two processes share only if each can see the other's process number."""
    boot, processes = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    try:
        return f"{boot.read_text().strip()} {processes.readlink()}"
    except OSError:
        return f"{uuid.getnode()}"


class _Flag:
    """The flag of this process in a run folder in a store."""

    def __init__(self, folder: UPath) -> None:
        self._folder = folder
        self._object = folder / f"{LOCK}-{uuid.uuid4().hex}"
        self._renewed = 0.0
        self._lost = False

    @contextmanager
    def flying(self) -> Iterator[None]:
        end = threading.Event()
        renewal = threading.Thread(target=self._renew_until, args=(end,), daemon=True)
        try:
            self._take()
            renewal.start()
            _FLYING[str(self._folder)] = self
            yield
            self.check()
        finally:
            if _FLYING.get(str(self._folder)) is self:
                del _FLYING[str(self._folder)]
                end.set()
                renewal.join()
            with suppress(OSError):
                _remove(self._object)

    def check(self) -> None:
        """Raise a RunError if the run has been lost."""
        if self._lost:
            raise RunError(
                f"{self._folder}: another process may have taken this run over, because this one "
                f"did not renew its lock for {SILENCE_LIMIT / 60:.0f} minutes"
            )

    def _take(self) -> None:
        others: list[_Owner] = []
        for _ in range(TRIES):
            self._raise(works=False)
            others = list(self._others())
            if not others:
                self._raise(works=True)
                return
            _remove(self._object)
            if any(other.works for other in others):
                break
            time.sleep(random.uniform(0.1, 1.0))  # noqa: S311 - no secret
        raise RunError(
            f"{self._folder}: another process works on this run, {others[0].process} on "
            f"{others[0].host}; wait for it or stop it (if it has died on another machine, its "
            f"lock ends after {SILENCE_LIMIT / 60:.0f} minutes)"
        )

    def _raise(self, *, works: bool) -> None:
        began = time.time()
        owner = _Owner(socket.gethostname(), _machine(), os.getpid(), works)
        with reaching(self._object):
            self._object.fs.pipe_file(self._object.path, json.dumps(asdict(owner)).encode())
        self._renewed = began

    def _others(self) -> Iterator[_Owner]:
        """The owners of the other flags; flags of dead processes are removed."""
        now = _modified(self._object)
        for other in listing(self._folder, f"{LOCK}-*"):
            if isinstance(other, Path) or other == self._object:
                continue
            try:
                owner, age = _Owner(**json.loads(read_text(other))), now - _modified(other)
            except FileNotFoundError:  # removed just now
                continue
            if owner.is_dead() or age > SILENCE_LIMIT:
                logger.info("%s: a process that worked on this run has died", self._folder)
                _remove(other)
            else:
                yield owner

    def _renew_until(self, end: threading.Event) -> None:
        while not self._lost and not end.wait(RENEW_EVERY):
            try:
                self._renew()
            except OSError as problem:
                logger.warning("%s: the lock could not be renewed: %s", self._folder, problem)

    def _renew(self) -> None:
        # A process that stood still for too long renews no flag: another one may have the run.
        awake = time.time() - self._renewed < SILENCE_LIMIT
        if awake and is_file(self._object):
            self._raise(works=True)
        else:
            self._lost = True


_FLYING: dict[str, _Flag] = {}
"""The flags of this process, by folder."""


def _modified(flag: UPath) -> float:
    with reaching(flag):
        return float(flag.fs.modified(flag.path).timestamp())


def _remove(flag: UPath) -> None:
    with suppress(FileNotFoundError), reaching(flag):
        flag.fs.rm_file(flag.path)
