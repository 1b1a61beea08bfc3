"""What is done with finished runs: list, compare, verify and label them, publish their reports."""
