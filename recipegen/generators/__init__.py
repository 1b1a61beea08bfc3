"""Recipe generators besides the LSTM: endpoints, transformers, functions and files of texts.

All give rows of the table ``samples``. All but files are asked for the same samples: the grid of
temperatures, cut-offs and titles.
"""
