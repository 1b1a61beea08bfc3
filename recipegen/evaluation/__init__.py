"""Scores of single texts, and statistics over the texts of each temperature."""
