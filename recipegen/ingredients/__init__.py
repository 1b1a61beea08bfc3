"""What is an ingredient: a lexicon learned from ingredient lines, and a spaCy component."""
