"""Measure how a recipe language model behaves as sampling temperature rises.

Start reading at :mod:`recipegen.stages`: the whole pipeline on one page.
"""

import os

__version__ = "0.2.0"

# Read when torch is imported, so it stands here. Threads of OpenMP that wait for work spin; beside
# another busy process they take its cores and are slowed down ten-fold themselves. This many turns
# (some microseconds) are as fast as endless ones on an idle machine.
os.environ.setdefault("GOMP_SPINCOUNT", "2000")
