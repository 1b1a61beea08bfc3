"""How work is done exactly once: what a stage is, what is finished, and what is still to do."""
