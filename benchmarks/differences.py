"""How often the interval of the difference of two models holds the truth, on simulated recipes.

    python -m benchmarks.differences [--repetitions 300]

Two models answer the same 100 prompts, some of which are hard for both: the chance of an
implausible pair varies from prompt to prompt by a beta distribution with mean 5 %. The second model
is as good as the first, or 1.4 times as bad. The difference is estimated from matched and from
unmatched recipes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from recipegen.config import Summarise
from recipegen.evaluation.per_group.matching import differences, match
from recipegen.pairing.exchange_equivalent import ExchangeCurve

PROMPTS, RATE, SPREAD, RESAMPLES = 100, 0.05, 0.4, 400
CURVE = ExchangeCurve(real=1.0, random=0.0, power=2.0)


def recipes(
    chances: npt.NDArray[np.float64],
    pairs: npt.NDArray[np.int64],
    copies: int,
    draws: np.random.Generator,
) -> pd.DataFrame:
    """Several recipes for each prompt, with the given chance that a pair is implausible."""
    count = len(chances) * copies
    judged = np.repeat(pairs, copies)
    return pd.DataFrame(
        {
            "sample_id": [str(at) for at in range(count)],
            "prompt": [str(at // copies) for at in range(count)],
            "title": "",
            "group": "all",
            "judged_pair_count": judged,
            "implausible_pair_count": draws.binomial(judged, np.repeat(chances, copies)),
            "origin": "lines",
        }
    )


def intervals(
    factor: float, copies: int, repetitions: int
) -> Iterator[tuple[float, pd.Series, pd.Series]]:
    """The true difference, and what is estimated from matched and from unmatched recipes."""
    draws = np.random.default_rng(1)
    for repetition in range(repetitions):
        chances = np.minimum(draws.beta(SPREAD, SPREAD * (1 / RATE - 1), PROMPTS), 1 / factor)
        pairs = draws.integers(5, 40, PROMPTS)
        own = recipes(factor * chances, pairs, copies, draws)
        other = recipes(chances, pairs, copies, draws)
        apart = other.assign(prompt="", sample_id="x" + other["sample_id"])
        found = (
            differences(
                match(own, baseline),
                ["implausible_pair_rate"],
                {"lines": CURVE},
                Summarise(resamples=RESAMPLES),
                repetition,
            ).iloc[0]
            for baseline in (other, apart)
        )
        yield (factor - 1) * RATE, *found


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=300)
    repetitions = parser.parse_args().repetitions
    print("| times as bad | recipes a prompt | matched, % | unmatched, % | ratio of widths |")
    print("|---|---|---|---|---|")
    for factor in (1.0, 1.4):
        for copies in (1, 4):
            truths, matched, apart = zip(*intervals(factor, copies, repetitions), strict=True)
            held, widths = [], []
            for found in (pd.DataFrame(matched), pd.DataFrame(apart)):
                inside = found["low"].le(pd.Series(truths)) & found["high"].ge(pd.Series(truths))
                held.append(f"{100 * inside.mean():.1f}")
                widths.append((found["high"] - found["low"]).mean())
            ratio = f"{widths[0] / widths[1]:.2f}"
            print(f"| {factor:g} | {copies} | {' | '.join(held)} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
