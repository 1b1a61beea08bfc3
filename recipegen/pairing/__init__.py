"""Which ingredients belong together: counts, plausibility, validation."""
