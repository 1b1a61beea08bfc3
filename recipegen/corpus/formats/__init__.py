"""A reader for each format of a corpus file."""
