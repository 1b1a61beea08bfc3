"""Tables to a summary, summary to charts, both to a page through templates.

Everything here is a function from data frames or dictionaries to strings; only the templates are
read from disk. :mod:`.summary` computes every figure, :mod:`.charts` draws, :mod:`.page` sets.
"""
