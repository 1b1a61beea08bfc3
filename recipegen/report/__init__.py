"""Makes the report: tables become a summary, the summary charts, and templates set both as a page.

The functions here turn data frames or dictionaries into strings. Only the templates are read from
disk. :mod:`.summary` computes every figure, :mod:`.charts` draws the charts, and :mod:`.page` fills
the templates. :mod:`.publishing` alone knows runs: it reads their tables and writes the pages.
"""
