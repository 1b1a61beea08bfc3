"""Tells the foods in the names of parts of an ingredient list from its ingredients.

"For the chicken:" names a part, and so do "**Peanut Sauce**" and the first words of "Marinade: 2
tbsp soy sauce".
"""

from __future__ import annotations

import re

_DRESS = r"[\s*_#>\"',]*"
_LABEL = re.compile(rf".*:{_DRESS}", re.DOTALL)
_FOR = re.compile(rf"{_DRESS}(?:[-+\u2022]\s*)?{_DRESS}for (?:the|your)\b[^\d]*", re.IGNORECASE)
_MARKED = re.compile(r"\s*(?:#+\s[^\d]*|(\*\*|__)[^\d*_]*\1\s*)")
_REST = re.compile(r"[^:\n]{0,40}:[\s*_]*(?P<rest>[^\n]*)")
_LISTED = re.compile(r"\d.*[,;]")


def is_label(text: str, start: int, end: int) -> bool:
    """Whether a food, ``text[start:end]``, of an ingredient list names a part of the list."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)]
    if any(pattern.fullmatch(line) for pattern in (_LABEL, _FOR, _MARKED)):
        return True
    behind = _REST.match(line, end - first)
    return behind is not None and _LISTED.search(behind["rest"]) is not None
