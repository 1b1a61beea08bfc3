"""What can go wrong, and what the caller is told.

::

    RecipegenError          one line: what, where, what to do
    ├── UsageError          the arguments or the configuration are wrong      exit code 2
    │   └── SettingError    a setting is unknown, of the wrong type or out of bounds
    └── RunError            the arguments are fine, the work failed           exit code 1
        ├── CorpusError     a corpus file cannot be read as what it claims to be
        ├── MissingTable    a stage is asked to run before the stage that feeds it
        └── CorruptFile     a table or checkpoint is not what was written

One unusable *record* is not an error: it is a row in the table ``rejects``.
"""

import re

_LOGIN = re.compile(r"://[^/\s]*@")


def one_line(message: str) -> str:
    """A message on one line, without user and password in the addresses that it names."""
    return _LOGIN.sub("://", " ".join(message.split()))


def printable(text: str) -> str:
    """A text without anything that a terminal would act on."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


class RecipegenError(Exception):
    """An error that a user can act on; its message is a single line."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        """Keep ``message`` on one line, and free of passwords, whatever a library put into it."""
        super().__init__(one_line(message))


class UsageError(RecipegenError):
    """The arguments or the configuration are wrong; nothing was started."""

    exit_code = 2


class SettingError(UsageError):
    """A setting is unknown, of the wrong type or out of its bounds."""


class RunError(RecipegenError):
    """The run failed; what finished before is kept and the same command goes on from there."""


class CorpusError(RunError):
    """A corpus file cannot be read as what it claims to be."""


class MissingTable(RunError):
    """A stage was asked to run before the stage that writes what it reads."""


class CorruptFile(RunError):
    """A table or checkpoint is not what was written."""
