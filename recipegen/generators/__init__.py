"""Recipe generators besides the LSTM: endpoints, transformers, functions and files of texts.

All are asked for the same samples, the grid of temperatures, cut-offs and titles, and all give rows
of the table ``samples``.
"""
