"""The command line: nothing but arguments, and what is called with them.

Each command has a module that declares its arguments and says what is done. Those modules import
what they need when the command is called, since torch and spaCy take seconds that --help need not.

Exit codes: 0 done, 1 the run failed, 2 arguments or configuration wrong, 3 a gate was not passed
(``recipegen score --fail-over``).
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import shtab

import recipegen
from recipegen.cli.corpora import add_corpus
from recipegen.cli.failures import STANDARD_OUTPUT, failed, in_one_line, nobody_reads
from recipegen.cli.finished_runs import add_finished_runs, add_open
from recipegen.cli.judging import add_extract, add_pairings, add_texts
from recipegen.cli.labels import add_label
from recipegen.cli.parser import Commands, Parser
from recipegen.cli.running import add_demo, add_run_commands
from recipegen.cli.serving import add_serve
from recipegen.cli.settings import add_settings_commands
from recipegen.cli.words import add_probabilities
from recipegen.errors import RecipegenError
from recipegen.machine.memory import few_arenas

DESCRIPTION = (
    "Measure how a recipe language model behaves as the sampling temperature rises, and when it "
    "starts to put together ingredients that do not belong together. `recipegen demo` shows it; "
    "`recipegen run --corpus FILE` does it with your recipes; `recipegen score --texts FILE --out "
    "DIR` judges recipes of any model."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; the exit code."""
    # Tens of thousands of objects that stay are made at the start; looking through them takes time.
    gc.set_threshold(100_000, 20, 20)
    few_arenas()
    options = command_line().parse_args(arguments)
    try:
        options.command(options)
        sys.stdout.flush()
    except RecipegenError as error:
        return failed(options, str(error), error.exit_code)
    except BrokenPipeError as error:
        if not nobody_reads():
            return failed(options, in_one_line(error), 1)
        # Python flushes the output once more at the end, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), STANDARD_OUTPUT)
        return 1
    except KeyboardInterrupt:
        return failed(options, "stopped; the same command goes on from here", 130)
    except Exception as error:
        return failed(options, in_one_line(error), 1)
    return 0


def command_line() -> Parser:
    """The parser of all commands, in the order in which ``--help`` lists them."""
    parser = Parser(prog="recipegen", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=recipegen.__version__)
    shtab.add_argument_to(parser, help="print a script for the completion of commands in a shell")
    commands = Commands(parser)
    stage_score = add_run_commands(commands)
    add_texts(stage_score)
    add_extract(commands)
    add_probabilities(commands)
    add_pairings(commands)
    add_label(commands)
    add_corpus(commands)
    add_finished_runs(commands)
    add_settings_commands(commands)
    add_demo(commands)
    add_serve(commands)
    add_open(commands)
    return parser
