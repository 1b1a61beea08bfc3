"""Tells water that a cook pours away from water that stays in the dish.

Water for boiling pasta, for soaking, rinsing and steaming is poured away, and so is what a cook
squeezes out. The signs are words
around it in its sentence, or that it boils and something is drained soon after.
"""

from __future__ import annotations

import re

REACH = 70
"""Most characters before the water that are searched for signs."""

DRAINED_WITHIN = 300
"""Characters after boiling water within which something is drained."""

_BEFORE = re.compile(
    r"\b(?:pot|pan|saucepan|stockpot|bowl|kettle|basin)s?\s+(?:full\s+)?(?:of|with)\s+[\w\s-]*$"
    r"|\b(?:soak|rins|wash|submerg|plung|immers|blanch|hydrat)\w*\b[^:]*"
    r"\b(?:in|under|with|using)\s+[\w\s-]*$"
    r"|\bover\s+(?:\w+\s+)?(?:boiling|simmering|hot)\s+$"
    r"|\b(?:squeez|wring|press|drain|discard|releas|remov)\w*\s+(?:out\s+|off\s+|away\s+)?"
    r"(?:(?:any|all|the|their|its|as|much|of|excess|extra|remaining|liquid|and|salty)\s+)*$"
    r"|\bexcess\s+$"
    r"|\b(?:ice|iced|salted|running|soaking|rinsing)\s+$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s*(?:bath\b|runs? clear\b|,?\s*\(?(?:for|to) (?:boil|soak|rins|blanch|steam)(?:ing|e)?\b"
    r"|,?\s*\(?for cooking (?:the )?(?:pasta|noodles))",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?;\n](?=\s|$)")
_BOILS = re.compile(r"\bboil", re.IGNORECASE)
_DRAINED = re.compile(r"\b(?:drain|colander|strain)", re.IGNORECASE)
_SPOON = re.compile(r"\b(?:tablespoon|tbsp|teaspoon|tsp)s?\.?\s[^.,;]*$", re.IGNORECASE)
_KEPT = re.compile(r"\bsoak\w* (?:liquid|water)", re.IGNORECASE)


def is_poured_away(text: str, start: int, end: int) -> bool:
    """Whether the water ``text[start:end]`` leaves the dish again."""
    before = _END.split(text[max(0, start - REACH) : start])[-1]
    if _SPOON.search(before) or ("soak" in before.lower() and _KEPT.search(text, end)):
        return False
    if _BEFORE.search(before) or _BEHIND.match(text, end):
        return True
    behind = text[end : end + DRAINED_WITHIN]
    near = before + _END.split(behind)[0]
    return _BOILS.search(near) is not None and _DRAINED.search(behind) is not None
