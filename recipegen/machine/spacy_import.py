"""Imports spaCy quickly, for commands that do not need torch."""

from __future__ import annotations

import importlib
import sys


def import_spacy_alone() -> None:
    """Import spaCy without torch, which its library of networks, thinc, imports where it can.

    The pipelines here have no network, and torch takes longer to import than all else together.
    """
    if "torch" in sys.modules:
        return
    sys.modules["torch"] = None  # type: ignore[assignment] # a name that cannot be imported
    try:
        importlib.import_module("spacy")
    finally:
        del sys.modules["torch"]
