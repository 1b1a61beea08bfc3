"""Dependencies point one way: flows -> stages -> pure packages -> config, tables, errors."""

from graphlib import TopologicalSorter

import networkx
import pytest

from tests.layers import MODULES, PICTURE, imports, imports_at_once, packages, picture, within

CONTRACTS = ("config", "tables", "errors", "progress")
USE_STORAGE = {
    *("running", "stages", "finished_runs", "judging", "flows", "cli", "__main__"),
    *("api", "inspect_scorer", "labels.labelling", "report.publishing"),
}
"""Packages and modules that read and write runs. All others get data and return data."""


@pytest.mark.parametrize("module", MODULES)
def test_nothing_but_the_command_line_knows_prefect(module: str) -> None:
    if not within(module, {"cli", "flows"}):
        used = imports(MODULES[module])
        assert not {name for name in used if name.split(".")[0] in ("prefect", "flows")}
        assert not {name for name in used if within(name, {"flows"})}


@pytest.mark.parametrize("module", MODULES)
def test_the_store_is_used_by_the_outer_layers_alone(module: str) -> None:
    if not within(module, USE_STORAGE | {"storage"}):
        used = {name for name in imports(MODULES[module]) if within(name, {"storage"})}
        # A checkpoint is read by a library that needs a file of this machine.
        checkpoint = module == "recipegen.language.checkpoint"
        assert not checkpoint or all(within(name, {"storage.files"}) for name in used)
        assert checkpoint or not used


@pytest.mark.parametrize("module", MODULES)
def test_only_storage_knows_what_a_store_is(module: str) -> None:
    if not within(module, {"storage", "flows"}):
        used = {name.split(".")[0] for name in imports(MODULES[module])}
        assert not used & {"fsspec", "upath", "s3fs", "filelock"}


@pytest.mark.parametrize("name", CONTRACTS)
def test_contracts_depend_on_nothing_but_errors(name: str) -> None:
    of_contract = {module for module in MODULES if within(module, {name})}
    assert of_contract
    ours = {used for module in of_contract for used in imports(MODULES[module]) if used in MODULES}
    assert all(within(used, {name, "errors"}) for used in ours - {"recipegen"})


def test_any_module_can_be_imported_first() -> None:
    graph = {module: imports_at_once(path) & MODULES.keys() for module, path in MODULES.items()}
    TopologicalSorter(graph).prepare()  # a circle is an error that names it


def test_packages_are_in_layers() -> None:
    assert list(networkx.simple_cycles(packages())) == []


def test_the_picture_of_the_layers_is_true() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(), "make layers draws it again"
