"""The built-in judge, which was learned once from about a hundred thousand recipes."""
