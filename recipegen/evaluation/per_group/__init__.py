"""What is said of groups of texts: their metrics, and how they differ."""
