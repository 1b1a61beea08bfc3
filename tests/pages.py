"""The files, commands and output that a page of the documentation shows."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


class Page:
    """A page of the documentation whose examples are files with names."""

    def __init__(self, name: str) -> None:
        """Read the page ``docs/NAME``."""
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        named = r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?"
        found = re.findall(named, text, re.MULTILINE | re.DOTALL)
        self.files = {name: content for name, content, _ in found}
        self.output = {name: printed for name, _, printed in found if printed}
        self.commands = re.findall(r"^```sh\n(.*?)\n```", text, re.MULTILINE | re.DOTALL)

    def write(self, folder: Path, *names: str) -> None:
        """Write some of its files into a folder."""
        for name in names:
            (folder / name).write_text(self.files[name], encoding="utf-8")


def command_on_path(folder: Path) -> Path:
    """A folder with the command ``recipegen`` of this checkout."""
    folder.mkdir()
    command = folder / "recipegen"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m recipegen "$@"\n')
    command.chmod(0o755)
    return folder
