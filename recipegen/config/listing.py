"""All settings in a readable form: a list for the terminal, JSON, and a file to start from."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from recipegen.config import MODEL_KINDS, Configuration, configure
from recipegen.errors import UsageError

GENERATORS = "generate.models"
"""The section under which the settings of generators are shown."""

_INDENT = "      "


class Setting(NamedTuple):
    """A setting: its section, its name, its default and its meaning."""

    section: str
    """Empty for a setting outside of all sections."""
    name: str
    default: str
    """As JSON; ``needed`` if there is no default."""
    meaning: str


def all_settings() -> list[Setting]:
    """Every setting of a run, and those of each kind of generator."""
    seed = Configuration.model_fields["seed"]
    found = [Setting("", "seed", json.dumps(configure().seed), seed.description or "")]
    for section, values in configure():
        if section != "seed":
            found += _settings_in(section, "", values)
    for kind, model in MODEL_KINDS.items():
        found += [
            Setting(f"{GENERATORS}, kind {kind}", name, _default(field), field.description or "")
            for name, field in model.model_fields.items()
            if name != "kind"
        ]
    return found


def _settings_in(section: str, before: str, values: BaseModel) -> Iterator[Setting]:
    """The settings of a section; those of a nested section have its name in front."""
    shown = values.model_dump(mode="json")
    for name, field in type(values).model_fields.items():
        value = getattr(values, name)
        if isinstance(value, BaseModel):
            yield from _settings_in(section, f"{before}{name}.", value)
        else:
            default = json.dumps(shown[name], ensure_ascii=False)
            yield Setting(section, before + name, default, field.description or "")


def settings_of(section: str | None) -> list[Setting]:
    """The settings of a section, or of all sections.

    Raises:
        UsageError: there is no such section.
    """
    wanted = all_settings()
    if section is None:
        return wanted
    name = section.replace("-", "_")
    found = [each for each in wanted if name in (each.section, each.section.partition(",")[0])]
    if not found:
        sections = dict.fromkeys(each.section.partition(",")[0] for each in wanted if each.section)
        raise UsageError(f"settings {section}: no such section; there are {', '.join(sections)}")
    return found


def in_lines(settings: list[Setting], width: int) -> Iterator[str]:
    """Lines that show settings on a terminal of ``width`` columns.

    Each setting is shown with its default, and below it is its meaning.
    """
    before: str | None = None
    for each in settings:
        if each.section != before:
            yield from ("", f"[{each.section}]") if each.section else ()
            before = each.section
        default = "none" if each.default == "null" else each.default
        yield from _wrapped(f"{each.name} = {default}", width, "  ", _INDENT)
        yield from _wrapped(each.meaning, width, _INDENT, _INDENT)


def as_json(settings: list[Setting]) -> str:
    """Settings for other programs: a list of objects with ``setting``, ``default``, ``meaning``."""
    shown = [
        {
            "setting": f"{each.section}.{each.name}" if each.section else each.name,
            "default": None if each.default == "needed" else json.loads(each.default),
            "needed": each.default == "needed",
            "meaning": each.meaning,
        }
        for each in settings
    ]
    return json.dumps(shown, indent=2, ensure_ascii=False)


def template() -> str:
    """A TOML file with every setting as a comment, ready to be changed."""
    lines = [
        "# Settings of a recipegen run: recipegen run --config THIS_FILE",
        "# Lines that begin with # are comments. Remove the # to change a setting.",
    ]
    before = ""
    for each in all_settings():
        if each.section.startswith(GENERATORS):
            continue
        if each.section != before:
            lines += ["", f"[{each.section}]"]
            before = each.section
        # TOML has no null, so a setting that is none has no valid value to show.
        value = "...  (none, unless it is set)" if each.default == "null" else each.default
        lines += ["", *_wrapped(each.meaning, 96, "# ", "# "), f"# {each.name} = {value}"]
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    return "needed" if field.is_required() else json.dumps(field.get_default())


def _wrapped(text: str, width: int, first: str, others: str) -> list[str]:
    return textwrap.wrap(
        text,
        max(40, min(width, 110)),
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
