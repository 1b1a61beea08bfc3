"""The files that come with the package: word lists, presets, the demo's settings."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from recipegen.errors import UsageError

DATA = Path(str(files("recipegen"))) / "data"
"""The folder of these files; in the repository, a link to the folder ``data/`` at its top."""

PRESETS = DATA / "presets"
DEMO = DATA / "demo.toml"


def settings_file(name: str) -> Path:
    """The file of settings with this path, or the one with this name in the package.

    Raises:
        UsageError: there is no such file, neither by path nor by name.
    """
    path = Path(name)
    if path.is_file():
        return path
    known = {"demo": DEMO, **{file.stem: file for file in sorted(PRESETS.glob("*.toml"))}}
    if name in known:
        return known[name]
    raise UsageError(
        f"--config {name}: no such file, and none of the settings that come with recipegen: "
        f"{', '.join(known)}"
    )
