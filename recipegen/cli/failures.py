"""What a command says when it fails."""

from __future__ import annotations

import argparse
import logging
import select
import sys

from recipegen.errors import one_line, printable

STANDARD_OUTPUT = 1
"""The number of its file."""

logger = logging.getLogger(__name__)


def nobody_reads() -> bool:
    """Whether the program that read our output, such as `head`, has closed the pipe."""
    output = select.poll()
    output.register(STANDARD_OUTPUT, 0)
    return any(event & select.POLLERR for _, event in output.poll(0))


def in_one_line(error: Exception) -> str:
    """What went wrong that is not our own error, and what to do."""
    if "No space left on device" in str(error) or "os error 28" in str(error):
        return (
            "the disk is full; free some space and give the same command again: what is finished "
            "is kept"
        )
    if isinstance(error, MemoryError):
        return (
            "not enough memory; close other programs, or make blocks smaller (docs/scaling.md), "
            "and give the same command again: what is finished is kept"
        )
    if isinstance(error, PermissionError):
        return (
            f"{error.filename or error}: no permission; change its rights, or name another folder"
        )
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return f"unexpected {type(error).__name__}: {error}; --debug shows where it happened"


def failed(options: argparse.Namespace, message: str, exit_code: int) -> int:
    """Say in one line that a command has failed; the exit code."""
    if options.debug:
        logging.getLogger("recipegen").exception("failed")
    # Without passwords in addresses, and without what a terminal would act on.
    print(f"recipegen: error: {printable(one_line(message))}", file=sys.stderr)
    return exit_code
