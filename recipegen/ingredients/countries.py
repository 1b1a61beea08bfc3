"""Tells the countries Turkey and Chile from foods that are written like them.

A country has a capital letter, and the words around it say that it is one: "from Turkey", "Greece
and Turkey", "Turkey is known for".
"""

from __future__ import annotations

import re

COUNTRIES = frozenset(("turkey", "chile"))

_NEIGHBOURS = (
    r"(?:Greece|Lebanon|Syria|Iran|Iraq|Israel|Egypt|Armenia|Cyprus|Georgia|Bulgaria|Romania"
    r"|Russia|Azerbaijan|Albania|Jordan|Tunisia|Morocco|Algeria|Italy|Spain|France|Germany|India"
    r"|China|Japan|Korea|Thailand|Vietnam|Ukraine|Poland|Portugal|Mexico|Argentina|Peru|Bolivia"
    r"|Brazil|Colombia|Ecuador|Uruguay|Venezuela"
    r"|(?:the )?(?:Balkans|Levant|Mediterranean|Middle East|Caucasus))"
)
_JOIN = r"(?:, (?:and |or )?| and | or | & |/)"
_PREPOSITION = r"(?:[Ii]n|[Ff]rom|[Aa]cross|[Tt]hroughout|[Vv]isit(?:ing)?)"
_OF = (
    r"(?:cuisine|cooking|food|flavou?rs?|tastes?|kitchens?|streets?|regions?|parts|dish(?:es)?"
    r"|version|heart|coast|people|south|north|east|west|culture|traditions?|Republic) of"
)
_PART = (
    r"(?:[Mm]odern(?:-day)?|(?:[Ss]outh|[Nn]orth|[Ee]ast|[Ww]est)(?:east|west)?(?:ern)?|[Cc]entral)"
)
_CUT = (
    r"(?!\s+(?:breasts?|legs?|wings?|thighs?|meat|stock|broth|bacon|sausages?|burgers?|peppers?"
    r"|powder)\b)"
)
_SAYS = (
    r"(?:['’]s\b| (?:is|was|has been) (?:a country|famous|known|home|renowned|where)"
    r"|, (?:where|a country|which))"
)
_COUNTRY = re.compile(
    rf"\b(?:(?:{_PREPOSITION}|{_OF}|{_PART}) |{_NEIGHBOURS}{_JOIN}(?:\w+, )?)"
    rf"(?P<after>Turkey|Chile)\b{_CUT}"
    rf"|\b(?P<before>Turkey|Chile)(?={_JOIN}{_NEIGHBOURS}\b|{_SAYS})"
)


def countries_in(text: str) -> set[int]:
    """Where the names of countries start that are also foods."""
    return {found.start(found.lastgroup or 0) for found in _COUNTRY.finditer(text)}
