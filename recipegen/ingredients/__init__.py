"""Finds ingredients: a lexicon learned from ingredient lines, and a spaCy component."""
