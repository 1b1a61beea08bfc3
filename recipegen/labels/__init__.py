"""Items of a run for people to label: drawing, the page, reading labels, agreement."""
