"""How well the members of a set fit, if some of its pairs do not meet."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from recipegen.pairing.counts import Floats
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.set_encoder import IngredientModel


def fits_within(model: IngredientModel, sets: Sets, origin: str) -> tuple[Floats, Floats]:
    """Fit and company of each member, as :meth:`IngredientModel.fits` gives them.

    Each member is judged among the others that it meets: yeast among those of its dough, and the
    filling without the yeast.
    """
    fits, company = model.fits(sets, origin)
    if len(sets.apart):
        mates: defaultdict[int, set[int]] = defaultdict(set)
        for a, b in sets.apart.tolist():
            mates[a].add(b)
            mates[b].add(a)
        owners = sets.owners
        alike: defaultdict[tuple[int, frozenset[int]], list[int]] = defaultdict(list)
        for place, unmet in mates.items():
            alike[int(owners[place]), frozenset(unmet)].append(place)
        for (number, others), places in alike.items():
            first = int(sets.starts[number])
            kept = [at for at in range(first, first + int(sets.sizes[number])) if at not in others]
            if len(kept) > 1:
                found = model.fits(Sets.of([sets.members[kept]]), origin)
                own = np.searchsorted(kept, places)
                fits[places], company[places] = found[0][own], found[1][own]
    return fits, company
