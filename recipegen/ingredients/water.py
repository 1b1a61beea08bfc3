"""Tells water that a cook pours away from water that stays in the dish.

Water for boiling pasta, for soaking, rinsing and steaming is poured away. The signs are words
around it in its sentence, or that it boils and something is drained soon after.
"""

from __future__ import annotations

import re

REACH = 70
"""Characters before the water that are searched for signs."""

DRAINED_WITHIN = 300
"""Characters after boiling water within which something is drained."""

_BEFORE = re.compile(
    r"\b(?:pot|pan|saucepan|stockpot|bowl|kettle|basin|dish|cooker|oven)s?\s+"
    r"(?:full\s+)?(?:of|with)\s+[\w\s-]*$"
    r"|\b(?:soak|rins|wash|submerg|plung|immers|blanch|cover|clean|hydrat)\w*\b[^.;:!?\n]*"
    r"\b(?:in|under|with|using)\s+[\w\s-]*$"
    r"|\bover\s+(?:\w+\s+)?(?:boiling|simmering|hot)\s+$"
    r"|\b(?:ice|iced|salted|running|soaking|rinsing|boiling salted)\s+$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s*(?:bath\b|runs? clear\b|for (?:boiling|soaking|rinsing|blanching|steaming))"
)
_FOR = re.compile(
    r"[\w\s]*,?\s*\(?(?:for|to) (?:boil|soak|rins|blanch|steam|cook|poach)", re.IGNORECASE
)
_BOILS = re.compile(r"\bboil", re.IGNORECASE)
_DRAINED = re.compile(r"\b(?:drain|colander|strain)", re.IGNORECASE)


_SPOON = re.compile(r"\b(?:tablespoon|tbsp|teaspoon|tsp)s?\.?\s[^.,;]*$", re.IGNORECASE)
_KEPT = re.compile(r"\bsoak\w* (?:liquid|water)", re.IGNORECASE)


def is_poured_away(text: str, start: int, end: int) -> bool:
    """Whether the water ``text[start:end]`` leaves the dish again."""
    before = text[max(0, start - REACH) : start]
    if _SPOON.search(before[-30:]) or ("soak" in before and _KEPT.search(text, end)):
        return False
    if _BEFORE.search(before) or _BEHIND.match(text, end) or _FOR.match(text, end):
        return True
    behind = text[end : end + DRAINED_WITHIN]
    near = before[-20:] + behind[:30]
    return _BOILS.search(near) is not None and _DRAINED.search(behind) is not None
