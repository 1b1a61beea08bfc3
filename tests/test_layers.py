"""Dependencies point one way: flows -> stages -> pure packages -> config, tables, errors."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTRACTS = ("config", "tables", "errors", "progress")
USE_STORAGE = {
    *("running", "stages", "finished_runs", "judging", "flows", "cli", "__main__"),
    *("api", "inspect_scorer", "labels.labelling", "report.publishing"),
}
"""Packages and modules that read and write runs. All others get data and return data."""


def imports(path: Path) -> set[str]:
    """The modules that a file imports, at any place in the file."""
    return set(_imported(ast.walk(ast.parse(path.read_text(encoding="utf-8")))))


def imports_at_once(path: Path) -> set[str]:
    """The modules that are imported when a file is imported, except the packages it lies in."""
    found = set(_imported(ast.parse(path.read_text(encoding="utf-8")).body))
    packages = {name.rpartition(".")[0] for name in found}
    module = module_of(path)
    return {name for name in found | packages if name and not f"{module}.".startswith(f"{name}.")}


def _imported(nodes: Iterator[ast.AST] | list[ast.stmt]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(path: Path) -> str:
    """The name by which a file is imported."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    # The folder of flows is a part of the package, by a link.
    return f"recipegen.{name}" if name.startswith("flows") else name


def package_of(module: str) -> str:
    """The package or module directly below recipegen in which a module is."""
    return module.removeprefix("recipegen.").partition(".")[0]


LIBRARY = sorted((ROOT / "recipegen").rglob("*.py"))
MODULES = {module_of(path): path for path in [*LIBRARY, *(ROOT / "flows").rglob("*.py")]}


def within(module: str, names: set[str]) -> bool:
    """Whether a module is one of the named packages and modules, or is in one of them."""
    return any(f"{module}.".startswith(f"recipegen.{name}.") for name in names)


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
    graph: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        # The package itself hands out what the layers above it have.
        if module not in ("recipegen", "recipegen.__main__"):
            used = {package_of(name) for name in imports(path) & MODULES.keys() - {"recipegen"}}
            graph.setdefault(package_of(module), set()).update(used - {package_of(module)})
    TopologicalSorter(graph).prepare()
