"""The spread of figures over networks that were trained alike, worked by hand."""

import math

import pandas as pd
import pytest
from scipy.stats import norm, t

from recipegen.evaluation.per_group.networks import across_networks, family

COLUMNS = ["temperature", "group", "metric", "estimate", "low", "high", "count"]


def summary(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def rates(*values: float, half: float = 0.01) -> pd.DataFrame:
    """The rates of several networks at T = 1, one value for each network."""
    groups = ["generated", *(f"generated, network {n}" for n in range(2, len(values) + 1))]
    return summary(
        *(
            (1.0, group, "rate", value, value - half, value + half, 50)
            for group, value in zip(groups, values, strict=True)
        )
    )


def test_the_family_of_a_group() -> None:
    assert family("generated, top-p 0.9, network 12") == "generated, top-p 0.9"
    assert family("generated") == "generated"
    assert family("my network 2") == "my network 2"


def test_three_networks_by_hand() -> None:
    (row,) = across_networks(rates(0.02, 0.05, 0.08), 0.95).to_dict("records")
    # Mean 5 %, standard deviation 3 points, standard error 3 / sqrt 3.
    half = t.ppf(0.975, 2) * 0.03 / math.sqrt(3)
    error = 0.01 / norm.ppf(0.975)
    assert (row["group"], row["temperature"], row["networks"]) == ("generated", 1.0, 3)
    assert row["estimate"] == pytest.approx(0.05)
    assert (row["low"], row["high"]) == pytest.approx((0.05 - half, 0.05 + half))
    assert (row["lowest"], row["highest"]) == (0.02, 0.08)
    assert row["training_sd"] == pytest.approx(math.sqrt(0.03**2 - error**2))


def test_what_the_drawing_explains_is_not_put_down_to_the_training() -> None:
    (row,) = across_networks(rates(0.050, 0.051, half=0.02), 0.95).to_dict("records")
    assert row["training_sd"] == 0


def test_a_single_network_says_nothing() -> None:
    assert across_networks(rates(0.05), 0.95).empty
    two = pd.concat([rates(0.05), summary((1.0, "real", "rate", 0.01, 0.0, 0.02, 50))])
    assert across_networks(two, 0.95).empty


def test_what_was_not_measured_is_left_aside() -> None:
    found = rates(0.02, math.nan, 0.08)
    (row,) = across_networks(found, 0.95).to_dict("records")
    assert (row["networks"], row["estimate"]) == (2, pytest.approx(0.05))
    assert math.isnan(across_networks(rates(0.02, 0.08, half=math.nan), 0.95)["training_sd"][0])
