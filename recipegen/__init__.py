"""Measure how a recipe language model behaves as sampling temperature rises.

Start reading at :mod:`recipegen.stages`: the whole pipeline on one page.
"""

__version__ = "0.1.0"
