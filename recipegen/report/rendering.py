"""Puts values into a template: one HTML page that loads nothing, not even from disk.

A Content Security Policy with the hashes of the page's style and script lets nothing else run.
Every text is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from recipegen.report.wording import FILTERS

TEMPLATES = Path(__file__).parent / "templates"


def rendered(template: Path, title: str, style: str, script: str = "", **context: Any) -> str:
    """A page as HTML.

    Args:
        template: its file; it may extend and import those of the reports.
        title: the title of the page.
        style: its style sheet.
        script: its script, if any.
        context: values for the template.
    """
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader([template.parent, TEMPLATES]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    return environment.get_template(template.name).render(
        title=title,
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        **context,
    )


def _policy(style: str, script: str) -> str:
    scripts = _hash(script) if script else "'none'"
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
