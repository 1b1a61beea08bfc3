"""Where to find the corpora and annotations that are not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]


def find_shared(name: str) -> Path | None:
    """A file or folder in ``../shared``, else in ``$RECIPEGEN_SHARED``; None if in neither."""
    places = (ROOT.parent / "shared", Path(os.environ.get("RECIPEGEN_SHARED", "/nonexistent")))
    return next((place / name for place in places if (place / name).exists()), None)
