"""How long work says how far it is, whoever listens: a terminal, a log or the Prefect UI."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told again and again how much of a piece of work is done."""

    def __call__(self, share: float, note: str = "") -> None:
        """``share`` of the work, 0 to 1, is done; ``note`` says more in a few words."""


def silent(share: float, note: str = "") -> None:
    """Listen to nothing."""


def part_of(progress: Progress, done: int, parts: int) -> Progress:
    """A listener for one of several equal parts, of which ``done`` are done."""

    def told(share: float, note: str = "") -> None:
        progress((done + share) / parts, note)

    return told
