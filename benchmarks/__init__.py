"""Measurements. Each one prints a table; the last results are in RESULTS.md."""
