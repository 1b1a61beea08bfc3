"""Time of a command, and the memory of all its processes together (Linux only)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path


def _family(process: int) -> list[int]:
    """A process and all that it has started."""
    try:
        tasks = os.listdir(f"/proc/{process}/task")  # noqa: PTH208 - of numbers, not of files
        children = [
            int(child)
            for task in tasks
            for child in Path(f"/proc/{process}/task/{task}/children").read_text().split()
        ]
    except OSError:
        return []
    return [process, *(each for child in children for each in _family(child))]


def _memory(process: int) -> int:
    """Proportional set size in KiB."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def measured(command: list[str]) -> tuple[float, float, int]:
    """Wall seconds, processor seconds and peak MiB of a command."""
    began, before, peak = time.monotonic(), os.times(), 0
    process = subprocess.Popen(command)
    while process.poll() is None:
        peak = max(peak, sum(map(_memory, _family(process.pid))))
        time.sleep(0.5)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: ended with {process.returncode}")
    after = os.times()
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    return time.monotonic() - began, used, peak // 1024
