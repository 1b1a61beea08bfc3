"""The page about the tables: ``make tables`` writes ``docs/tables.md``."""

from __future__ import annotations

from pathlib import Path

from recipegen.tables import data_dictionary

PAGE = Path(__file__).parents[2] / "docs" / "tables.md"


def page() -> str:
    """The page: its introduction as it is, then every table and its columns as declared."""
    introduction = PAGE.read_text(encoding="utf-8").partition("### ")[0]
    return introduction + data_dictionary()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"tables: {PAGE}")  # noqa: T201
