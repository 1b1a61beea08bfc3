"""Dependencies point one way: flows -> stages -> pure modules -> config, tables, errors."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTRACTS = {"config", "tables", "errors", "progress"}
APPLICATION = {
    "api",
    "stages",
    "verification",
    "outside",
    "inspect_scorer",
    "history",
    "comparing",
    "gate",
    "pipeline",
    "block_records",
    "publish",
    "judge_making",
    "labelling",
}
"""Modules that bring tables and pure code together. Only they, cli and flows use the store."""
STORAGE = {"files", "locks", "store"}
"""The modules that know what differs between a disk and an object store."""


def imports(path: Path) -> set[str]:
    """The modules that a file imports, at any place in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer(path: Path) -> str:
    """The package or module below recipegen that a file belongs to."""
    return path.relative_to(ROOT / "recipegen").parts[0].removesuffix(".py")


LIBRARY = sorted((ROOT / "recipegen").rglob("*.py"))


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_but_the_command_line_knows_prefect(path: Path) -> None:
    if layer(path) != "cli":
        used = imports(path)
        assert not {name for name in used if name.split(".")[0] in ("prefect", "flows")}
        assert not {name for name in used if name.startswith("recipegen.flows")}


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_store_is_used_by_the_outer_layers_alone(path: Path) -> None:
    if layer(path) not in APPLICATION | STORAGE | {"cli", "__main__"}:
        used = {name.split(".")[1] for name in imports(path) if name.startswith("recipegen.")}
        # A checkpoint is read by a library that needs a file of this machine.
        assert used & STORAGE <= ({"files"} if path.name == "checkpoint.py" else set())


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_storage_knows_what_a_store_is(path: Path) -> None:
    if layer(path) not in STORAGE:
        used = {name.split(".")[0] for name in imports(path)}
        assert not used & {"fsspec", "upath", "s3fs", "filelock"}


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_pure_modules_do_not_know_the_application(path: Path) -> None:
    if layer(path) not in APPLICATION | {"cli", "__main__", "__init__"}:
        used = {name.split(".")[1] for name in imports(path) if name.startswith("recipegen.")}
        assert not used & (APPLICATION | {"cli", "console"})


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_contracts_depend_on_nothing_but_errors(name: str) -> None:
    used = imports(ROOT / "recipegen" / f"{name}.py")
    ours = {module for module in used if module.startswith("recipegen")}
    assert all(module.startswith("recipegen.errors") for module in ours)


def module_of(path: Path) -> str:
    """The name by which a file is imported."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    # The folder of flows is a part of the package, by a link.
    return f"recipegen.{name}" if name.startswith("flows") else name


def imports_at_once(path: Path) -> set[str]:
    """The modules that are imported when a file is imported, except the packages it lies in."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    packages = {name.rpartition(".")[0] for name in found}
    module = module_of(path)
    return {name for name in found | packages if name and not f"{module}.".startswith(f"{name}.")}


def test_any_module_can_be_imported_first() -> None:
    files = {module_of(path): path for path in [*LIBRARY, *(ROOT / "flows").rglob("*.py")]}
    graph = {module: imports_at_once(path) & files.keys() for module, path in files.items()}
    TopologicalSorter(graph).prepare()  # a circle is an error that names it
