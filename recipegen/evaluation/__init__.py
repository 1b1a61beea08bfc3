"""Scores of texts, and statistics over the texts of a temperature."""
