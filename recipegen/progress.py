"""The progress of long work, which is reported to a terminal, a log or the Prefect UI."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A function that is told, again and again, how much of a piece of work is done."""

    def __call__(self, share: float, note: str = "") -> None:
        """``share`` of the work, 0 to 1, is done. ``note`` says more in a few words."""


def silent(share: float, note: str = "") -> None:
    """Ignore the progress."""


def part_of(progress: Progress, done: int, parts: int) -> Progress:
    """The progress of one of ``parts`` equal parts, when ``done`` of them are already done."""

    def told(share: float, note: str = "") -> None:
        progress((done + share) / parts, note)

    return told
