"""``recipegen probabilities``: the likely next words."""

from __future__ import annotations

import argparse

from recipegen.cli.parser import Commands, add_run
from recipegen.errors import UsageError


def add_probabilities(commands: Commands) -> None:
    """The command ``probabilities``."""
    words = commands.add(
        "probabilities", show_probabilities, "show the likely next words after a prompt"
    )
    add_run(words)
    words.add_argument("--prompt", required=True, help="the words to continue")
    words.add_argument("--temperature", type=float, nargs="+", required=True, metavar="T")
    words.add_argument("--top-k", type=int, default=10, metavar="K", help="words to show")
    words.add_argument("--steps", type=int, default=5, help="words to draw, one table each")


def show_probabilities(options: argparse.Namespace) -> None:
    """Print the likely next words, with their percentages, for each step and temperature."""
    from recipegen.console import print_table
    from recipegen.judging.next_words import next_words
    from recipegen.storage.run_folder import Run

    if any(not 0 <= temperature <= 100 for temperature in options.temperature):
        raise UsageError("--temperature: a number from 0 to 100")
    if options.top_k < 1 or options.steps < 1:
        raise UsageError("--top-k and --steps: a number from 1 on")
    run = Run.open(options.run)
    for temperature in options.temperature:
        steps = next_words(run, options.prompt, temperature, options.top_k, options.steps)
        for text, rows in steps:
            print(f"\nT = {temperature:g}  {text}")
            shown = [(str(row["word"]) or "(stop)", f"{row['probability']:.2%}") for row in rows]
            print_table(("next word", "probability"), shown)
