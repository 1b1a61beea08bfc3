"""Text of others in Markdown."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&-])")


def escape(text: str) -> str:
    """Text escaped for Markdown, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
