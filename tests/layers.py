"""Which modules import which, and the picture of it: ``make layers`` writes ``docs/layers.svg``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from pathlib import Path

import networkx

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "layers.svg"
BOX, ROW, GAP, EDGE = (118, 26), 64, 14, 20
"""Sizes in the picture, in pixels: a box, the height of a layer, between boxes, at the edge."""


@cache
def imports(path: Path) -> set[str]:
    """The modules that a file imports, at any place in the file."""
    return set(_imported(ast.walk(ast.parse(path.read_text(encoding="utf-8")))))


def imports_at_once(path: Path) -> set[str]:
    """The modules that are imported when a file is imported, except the packages it lies in."""
    found = set(_imported(ast.parse(path.read_text(encoding="utf-8")).body))
    packages = {name.rpartition(".")[0] for name in found}
    module = module_of(path)
    return {name for name in found | packages if name and not f"{module}.".startswith(f"{name}.")}


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
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


LIBRARY = sorted((ROOT / "recipegen").rglob("*.py"))
MODULES = {module_of(path): path for path in [*LIBRARY, *sorted((ROOT / "flows").rglob("*.py"))]}


def within(module: str, names: set[str]) -> bool:
    """Whether a module is one of the named packages and modules, or is in one of them."""
    return any(f"{module}.".startswith(f"recipegen.{name}.") for name in names)


def packages() -> networkx.DiGraph:
    """What is directly below recipegen: an edge leads from each to those it imports from."""
    graph = networkx.DiGraph()
    for module, path in MODULES.items():
        # The package itself hands out what the layers above it have.
        if module not in ("recipegen", "recipegen.__main__"):
            here = module.split(".")[1]
            graph.add_node(here)
            others = {name.split(".")[1] for name in imports(path) & MODULES.keys() - {"recipegen"}}
            graph.add_edges_from((here, other) for other in others - {here})
    return graph


def layers(graph: networkx.DiGraph) -> list[list[str]]:
    """The packages from the top layer to the lowest; each imports from lower layers only."""
    upwards = graph.reverse()
    return [sorted(layer) for layer in networkx.topological_generations(upwards)][::-1]


def picture() -> str:
    """The layers as SVG. A line leads from a package down to one that it needs.

    What it needs through another one has no line of its own.
    """
    graph = packages()
    rows = layers(graph)
    width = 2 * EDGE + max(map(len, rows)) * (BOX[0] + GAP) - GAP
    places = dict(_places(rows, width))
    lines = [
        f'<line x1="{places[one][0]}" y1="{places[one][1] + BOX[1] // 2}" '
        f'x2="{places[other][0]}" y2="{places[other][1] - BOX[1] // 2}"/>'
        for one, other in sorted(networkx.transitive_reduction(graph).edges)
    ]
    boxes = [_box(name, x, y) for name, (x, y) in sorted(places.items())]
    height = 2 * EDGE + (len(rows) - 1) * ROW + BOX[1]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="sans-serif" font-size="13" '
            'text-anchor="middle">',
            "<title>The packages of recipegen in layers</title>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *("<g stroke='#8a94a0'>", *lines, "</g>"),
            *boxes,
            "</svg>\n",
        ]
    )


def _places(rows: list[list[str]], width: int) -> Iterator[tuple[str, tuple[int, int]]]:
    for number, row in enumerate(rows):
        first = width // 2 - (len(row) - 1) * (BOX[0] + GAP) // 2
        for at, name in enumerate(row):
            yield name, (first + at * (BOX[0] + GAP), EDGE + BOX[1] // 2 + number * ROW)


def _box(name: str, x: int, y: int) -> str:
    document = ast.get_docstring(ast.parse(MODULES[f"recipegen.{name}"].read_text("utf-8")))
    meaning = escape((document or "").split("\n\n")[0])
    return (
        f"<g><title>{meaning}</title>"
        f'<rect x="{x - BOX[0] // 2}" y="{y - BOX[1] // 2}" width="{BOX[0]}" height="{BOX[1]}" '
        f'rx="4" fill="#e8f1f8" stroke="#0072b2"/>'
        f'<text x="{x}" y="{y + 5}">{name}</text></g>'
    )


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    print(f"layers: {PICTURE}")  # noqa: T201
