"""The built-in judge: what cooks know, learned once from a hundred thousand recipes."""
