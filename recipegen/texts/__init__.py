"""Recipes as people and models write them: a feed of texts, and what stands where in each."""
