"""The code does what the documents say."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest

from recipegen.cli import command_line
from recipegen.config import configure, read_configuration
from recipegen.corpus.collections import collections
from recipegen.evaluation.metrics import METRICS
from recipegen.running.stage_names import STAGE_NAMES
from recipegen.tables import TABLES
from tests.docs import data_dictionary

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_data_dictionary_is_up_to_date() -> None:
    page = data_dictionary.PAGE.read_text(encoding="utf-8")
    assert page == data_dictionary.page(), "`make tables` writes docs/tables.md again"


def test_every_command_is_documented() -> None:
    (commands,) = (
        action
        for action in command_line()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    assert set(STAGE_NAMES) < set(commands.choices or ())
    assert all(f"`{name}`" in README or f"recipegen {name}" in README for name in commands.choices)


def test_every_table_stands_in_the_design() -> None:
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    assert [name for name in TABLES if f"`{name}`" not in design] == []


def test_every_metric_is_defined_in_the_page_on_evaluation() -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    rows = [f"| `{m.name}` | {m.unit} | {m.definition} |" for m in METRICS.values()]
    lacking = [row for row in rows if row not in page]
    assert not lacking, "add to the metrics in docs/evaluation.md:\n" + "\n".join(lacking)


def test_every_known_corpus_stands_in_the_page_on_corpora() -> None:
    page = (ROOT / "docs" / "corpora.md").read_text(encoding="utf-8")
    rows = [
        f"| [{c.title}]({c.home}) | `{c.name}` | {c.size} | {c.format} | {c.licence} |"
        for c in collections().values()
    ]
    assert [row for row in rows if row not in page] == []


def test_the_tests_that_the_page_on_security_names_exist() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    files = list((ROOT / "tests").rglob("*.py"))
    known = {file.name for file in files} | {
        name
        for file in files
        for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))
    }
    named = set(re.findall(r"\b(test_\w+(?:\.py)?)", page))
    assert len(named) > 50
    assert sorted(named - known) == []


def test_the_settings_of_the_demo_are_valid() -> None:
    demo = configure(read_configuration(ROOT / "data" / "demo.toml"))
    assert demo.generate.samples * len(demo.generate.temperatures) >= 2100


@pytest.mark.parametrize(
    "path", sorted((ROOT / "data" / "presets").glob("*")), ids=lambda p: p.stem
)
def test_the_presets_are_valid_and_documented(path: Path) -> None:
    configure(read_configuration(path))
    assert f"`{path.stem}`" in README


DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("docs/*/*.md")])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = [part.split(")")[0] for part in text.split("](")[1:]]
    local = [target for target in targets if "://" not in target]
    lost = []
    for target in local:
        file, _, heading = target.partition("#")
        found = path.parent / file if file else path
        if not found.exists() or (heading and heading not in headings(found)):
            lost.append(target)
    assert lost == []


def headings(path: Path) -> set[str]:
    """The headings of a document, in the form in which links name them."""
    found = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in found}


def test_the_site_is_built_without_a_warning_and_loads_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    done = subprocess.run(
        [*command, str(ROOT / "docs"), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = re.compile(r"""<(?:script|link|img)[^>]+(?:src|href)="(https?:)?//""")
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 30
    assert [page.name for page in pages if loaded.search(page.read_text(encoding="utf-8"))] == []


def test_the_links_of_the_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*.md")]:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
