"""From a corpus to clean recipes: one record, a small reader a format, cleaning, split."""
