"""Reads the results of other tools: inspect_ai, promptfoo, lm-evaluation-harness, and tables.

Each tool has a module. It yields what a model has answered, and
:func:`recipegen.texts.results.answers.as_text` turns that into a text or a reject.
"""
