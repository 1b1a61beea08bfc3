"""The errors of recipegen, and the exit codes of its commands.

::

    RecipegenError          one line says what is wrong, where, and what to do
    ├── UsageError          the arguments or the configuration are wrong      exit code 2
    │   └── SettingError    a setting is unknown, of the wrong type or out of its bounds
    ├── GateFailed          recipes were judged, and are not good enough      exit code 3
    └── RunError            the arguments are fine, the work failed           exit code 1
        ├── CorpusError     a corpus file cannot be read as what it claims to be
        ├── MissingTable    a stage is asked to run before a stage whose tables it reads
        └── CorruptFile     a file of a run is damaged, or of another version of recipegen

An unusable *record* of a corpus is not an error. It becomes a row of the table ``rejects``.
"""

import re

_LOGIN = re.compile(r"://[^/\s]*@")


def one_line(message: str) -> str:
    """The message on one line, without the users and passwords in its addresses."""
    return _LOGIN.sub("://", " ".join(message.split()))


def printable(text: str) -> str:
    """The text, with U+FFFD in place of each character that a terminal could act on."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


class RecipegenError(Exception):
    """An error that a user can act on; its message is a single line."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        """Keep ``message`` on one line and free of passwords, even if it comes from a library."""
        super().__init__(one_line(message))


class UsageError(RecipegenError):
    """The arguments or the configuration are wrong; nothing was started."""

    exit_code = 2


class SettingError(UsageError):
    """A setting is unknown, of the wrong type or out of its bounds."""


class GateFailed(RecipegenError):
    """Recipes are worse than a gate allows (``recipegen score --fail-over``)."""

    exit_code = 3


class RunError(RecipegenError):
    """The run failed. What was finished before is kept; the same command goes on from there."""


class CorpusError(RunError):
    """A corpus file cannot be read as what it claims to be."""


class MissingTable(RunError):
    """A stage was asked to run before the stage that writes what it reads."""


class CorruptFile(RunError):
    """A file of a run, such as a table, is damaged or of another version of recipegen."""
