"""Settings that are given on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from recipegen.config import EMBEDDED_CORPUS, merge, parse_assignments, read_configuration
from recipegen.resources import settings_file


def add_settings(parser: argparse.ArgumentParser) -> None:
    """The arguments that set something."""
    parser.add_argument(
        "--config", metavar="FILE", help="settings, TOML or JSON; or a preset: book, fast, best"
    )
    parser.add_argument("--corpus", metavar="PATH", help="the same as --set ingest.corpus=PATH")
    parser.add_argument("--format", metavar="NAME", help="the same as --set ingest.format=NAME")
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="section.key=value",
        help="settings, over those of the file; see `recipegen settings`",
    )


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """What the arguments set: the file, over it the corpus, over both the single settings."""
    settings = read_configuration(settings_file(options.config)) if options.config else {}
    given = {"corpus": options.corpus, "format": options.format}
    settings = merge(settings, {"ingest": {name: value for name, value in given.items() if value}})
    settings = merge(settings, parse_assignments(options.set))
    corpus = settings.get("ingest", {}).get("corpus")
    if isinstance(corpus, str) and corpus != EMBEDDED_CORPUS:
        # A run is found again, and goes on, from whichever folder it is called.
        settings["ingest"]["corpus"] = str(Path(corpus).absolute())
    generate = settings.get("generate", {})
    if isinstance(generate.get("others"), list):
        generate["others"] = [str(Path(str(file)).absolute()) for file in generate["others"]]
    if isinstance(generate.get("models"), list):
        generate["models"] = list(map(_with_whole_paths, generate["models"]))
    return settings


def _with_whole_paths(model: Any) -> Any:
    """A generator whose file or folder is found from everywhere; anything else as it is."""
    if not isinstance(model, dict):
        return model
    name = {"file": "path", "transformers": "model"}.get(str(model.get("kind")), "")
    path = model.get(name)
    is_path = isinstance(path, str) and (name == "path" or Path(path).is_dir())
    return {**model, name: str(Path(str(path)).absolute())} if is_path else model
