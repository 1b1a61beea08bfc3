"""Recipes as people and models write them: reads files of texts, finds the parts of each text."""
