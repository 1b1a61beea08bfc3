"""``recipegen settings`` and ``recipegen config``: the settings of a run."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from recipegen.cli.parser import Commands
from recipegen.errors import UsageError


def add_settings_commands(commands: Commands) -> None:
    """The command ``settings``, and those below ``config``."""
    settings = commands.add(
        "settings", show_settings, "list every setting with its default and meaning"
    )
    settings.add_argument("section", nargs="?", metavar="SECTION", help="only those of a section")
    settings.add_argument("--json", action="store_true", help="print JSON, for other programs")
    config = commands.below("config", "begin a file of settings")
    begin = config.under(
        "init", begin_configuration, "write a file with every setting as a comment"
    )
    begin.add_argument("file", nargs="?", type=Path, default=Path("recipegen.toml"), metavar="FILE")


def show_settings(options: argparse.Namespace) -> None:
    """Print settings: name, default, meaning."""
    from recipegen.config.listing import as_json, in_lines, settings_of

    found = settings_of(options.section)
    width = shutil.get_terminal_size().columns
    print(as_json(found) if options.json else "\n".join(in_lines(found, width)).strip("\n"))


def begin_configuration(options: argparse.Namespace) -> None:
    """Write a file with every setting as a comment."""
    from recipegen.config.listing import template

    path: Path = options.file
    if path.exists():
        raise UsageError(f"{path}: is there already; name another file")
    path.write_text(template(), encoding="utf-8")
    print(f"{path}: every setting as a comment; use it with: recipegen run --config {path}")
