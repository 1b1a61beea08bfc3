"""Measurements; each prints a table, the last ones are in RESULTS.md."""
