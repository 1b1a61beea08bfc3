"""Measure how a recipe language model behaves as sampling temperature rises.

Start reading at :mod:`recipegen.stages`: the whole pipeline on one page.
"""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recipegen.api import Generator as Generator
    from recipegen.api import Judge as Judge
    from recipegen.api import Results as Results
    from recipegen.api import open_run as open_run

__all__ = ["Generator", "Judge", "Results", "open_run"]
__version__ = "0.4.0"

# Read when torch is imported, so it stands here. Threads of OpenMP that wait for work spin; beside
# another busy process they take its cores and are slowed down ten-fold themselves. This many turns
# (some microseconds) are as fast as endless ones on an idle machine.
os.environ.setdefault("GOMP_SPINCOUNT", "2000")


def __getattr__(name: str) -> Any:
    """The interface for programs, which imports torch and spaCy: only when it is asked for."""
    if name in __all__:
        from recipegen import api

        return getattr(api, name)
    raise AttributeError(f"module 'recipegen' has no attribute {name!r}")
