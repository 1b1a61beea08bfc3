"""The network in NumPy is the network that torch has fitted."""

import numpy as np
import pytest
import torch

from recipegen.errors import CorruptFile
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.set_encoder import ORIGINS, PARAMETERS, IngredientModel
from recipegen.pairing.set_encoder_training import Network

SETS = Sets.of([[0, 3, 4], [1, 2], [2], []])


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(5)
    network = Network(5, width=4, hidden=6)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_()
        network.log_share[:] = torch.randn(2, 5).log_softmax(dim=1)
    return network.double()


def test_every_parameter_is_taken_over(network: Network) -> None:
    assert set(network.arrays()) == set(PARAMETERS)


@pytest.mark.parametrize("origin", ORIGINS)
def test_it_finds_what_torch_finds(network: Network, origin: str) -> None:
    model, keep = IngredientModel(network.arrays()), torch.ones(6, dtype=torch.float64)
    place = ORIGINS.index(origin)
    with torch.no_grad():
        logs = network(*network.others(SETS, keep), place).log_softmax(dim=1).numpy()
    own = logs[np.arange(6), SETS.members]
    _, company = model.fits(SETS, origin)
    assert company == pytest.approx(own - np.log(model.shares(origin))[SETS.members])
    assert model.shares(origin).sum() == pytest.approx(1)


def test_completions_leave_out_what_is_there(network: Network) -> None:
    found = np.exp(IngredientModel(network.arrays()).completions(SETS))
    assert found.sum(axis=1) == pytest.approx(1)
    assert (found == 0).nonzero()[1].tolist() == SETS.members.tolist()
    with torch.no_grad():
        nothing = network(torch.zeros(1, 4).double(), torch.zeros(1).double(), 1).softmax(dim=1)
    assert found[3] == pytest.approx(nothing.numpy()[0])


def test_damaged_parameters_are_refused(network: Network) -> None:
    for damaged in (np.nan, np.inf, 1e40):
        arrays = network.arrays()
        arrays["given"] = np.full_like(arrays["given"], damaged)
        with pytest.raises(CorruptFile, match="given"):
            IngredientModel(arrays)
