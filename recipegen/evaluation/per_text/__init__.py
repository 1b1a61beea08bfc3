"""What is measured of a single text."""
