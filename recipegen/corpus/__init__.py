"""From a corpus to clean recipes: the record, a reader for each format, cleaning, the split."""
