"""Time that short commands take for a tiny input, which is nearly all start-up.

``python -m benchmarks.start_up``: the fastest of five starts of each command, in seconds. The last
row imports the large libraries alone, for comparison.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

STARTS = 5

RECIPE = {
    "title": "Tomato soup",
    "ingredients": ["2 cups tomatoes", "1 onion", "basil"],
    "directions": ["Cook the tomatoes with the onion.", "Add the basil."],
}

COMMANDS = {
    "--help": "-m recipegen --help",
    "ingest": "-m recipegen ingest --run RUN --corpus CORPUS --force --quiet",
    "extract": "-m recipegen extract TEXTS MENTIONS",
    "score --texts": "-m recipegen score --texts TEXTS --out SCORES",
    "pairings explain": "-m recipegen pairings explain garlic chocolate",
    "pairings suggest": "-m recipegen pairings suggest --with apple,cinnamon",
    "import torch, spacy, pandas": "-c import\0torch,spacy,pandas",
}


def fastest(command: list[str]) -> float:
    """Seconds of the fastest of some starts."""
    seconds = []
    for _ in range(STARTS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, capture_output=True)
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def main() -> None:
    """Print the table."""
    print("| command | s |\n|---|---|")
    with TemporaryDirectory() as folder:
        files = {name: str(Path(folder) / name.lower()) for name in ("RUN", "MENTIONS", "SCORES")}
        files |= {"CORPUS": f"{folder}/corpus.json", "TEXTS": f"{folder}/texts.jsonl"}
        Path(files["CORPUS"]).write_text(json.dumps([RECIPE] * 20))
        Path(files["TEXTS"]).write_text(json.dumps(RECIPE) + "\n")
        for name, written in COMMANDS.items():
            words = [files.get(word, word.replace("\0", " ")) for word in written.split(" ")]
            print(f"| `{name}` | {fastest(words):.2f} |", flush=True)


if __name__ == "__main__":
    main()
