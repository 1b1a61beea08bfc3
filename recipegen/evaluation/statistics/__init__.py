"""How sure a figure is: sums over texts, intervals and tests."""
