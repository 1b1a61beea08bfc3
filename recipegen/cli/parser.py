"""What the arguments of several commands have in common."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from recipegen.errors import UsageError
from recipegen.storage.files import Place, place

if TYPE_CHECKING:
    from recipegen.storage.run_folder import Run


Command = Callable[[argparse.Namespace], None]
"""What a command does with its arguments."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message: str) -> NoReturn:
        """One line, where argparse prints the usage as well."""
        self.exit(2, f"{self.prog}: error: {message}; see `{self.prog} --help`\n")


class Commands:
    """The commands of a command line, or those below a command."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        """Commands that a parser is going to have."""
        self._parsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(self, name: str, command: Command, summary: str) -> argparse.ArgumentParser:
        """A command, with what every command takes; its own help begins with the summary."""
        added = self.under(name, command, summary)
        added.description = summary
        return added

    def below(self, name: str, summary: str) -> Commands:
        """The commands below a command, such as ``recipegen label draw``."""
        return Commands(self._parsers.add_parser(name, help=summary))

    def under(self, name: str, command: Command, summary: str) -> argparse.ArgumentParser:
        """The same for a command below another, whose own help leaves the summary out."""
        added = self._parsers.add_parser(name, help=summary)
        _add_common(added, command)
        return added


def _add_common(parser: argparse.ArgumentParser, command: Command) -> None:
    parser.set_defaults(command=command)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--quiet", action="store_true", help="say nothing but warnings and errors")
    much.add_argument("--verbose", action="store_true", help="say more of what is being done")


def level(options: argparse.Namespace) -> int:
    """From which level on log lines are shown."""
    if options.debug or options.verbose:
        return logging.DEBUG
    return logging.WARNING if options.quiet else logging.INFO


def folder(address: str) -> Place:
    """A folder of this machine, or one in a store."""
    try:
        return place(address)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def add_run(parser: argparse.ArgumentParser, required: bool = True) -> None:
    """The argument ``--run``; without it, the built-in judge may answer."""
    meaning = "the run's folder" if required else "the run's folder, else the built-in judge"
    parser.add_argument("--run", type=folder, required=required, metavar="DIR", help=meaning)


def run_or_judge(folder: Place | None) -> Run | None:
    """The run in a folder; None, for the built-in judge, where no folder is named."""
    from recipegen.storage.run_folder import Run

    return Run.open(folder) if folder else None
