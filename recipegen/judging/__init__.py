"""Judges recipes that belong to no run, and lets them pass or fail."""
