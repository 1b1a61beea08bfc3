"""What is done with finished runs: they are listed, compared and verified."""
