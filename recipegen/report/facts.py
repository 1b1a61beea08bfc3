"""Facts about a run that a report needs and that no table holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class EarlierRun:
    """The last earlier run that a run can be compared with."""

    run: str
    """Its name."""
    finished: str
    """When it ended, as ISO 8601."""
    rates: Sequence[Mapping[Any, Any]]
    """Its rows of ``temperature_summary`` for the headline metric."""


@dataclass(frozen=True)
class RunFacts:
    """The identity of a run, from its configuration and its manifest."""

    run: str
    """Name of the run."""
    title: str
    """Title of the page."""
    configuration: Mapping[str, Any]
    """Every setting, section by section, as ``Configuration.model_dump(mode="json")``."""
    corpus: str
    """Name of the corpus."""
    credit: Mapping[str, str | None]
    """``source``, ``licence`` and ``note`` of the corpus, each a text or None."""
    stage_seconds: Mapping[str, float]
    """Seconds that each finished stage took, in the order of the stages."""
    row_counts: Mapping[str, int]
    """Number of rows of each table that was written."""
    version: str
    """Version of recipegen."""
    finished: str
    """When the last stage before the report ended, as ISO 8601."""
    failure: str | None = None
    """Why the run is partial, or None."""
    previous: EarlierRun | None = None
    """The last earlier run of the same corpus and grid, or None."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 of files that identify a run, such as its recipes and checkpoint, by name."""

    def setting(self, section: str, name: str) -> Any:
        """The value of a setting, or None if the configuration lacks it."""
        return self.configuration.get(section, {}).get(name)


@dataclass(frozen=True)
class RunEntry:
    """A line of the index of runs."""

    run: str
    """Name of the run."""
    title: str
    """Title of its page."""
    finished: str
    """When it ended, as ISO 8601. The index is sorted by it."""
    state: str
    """``finished``, ``partial`` or ``failed``."""
    headline: str | None = None
    """The finding in a sentence, or None."""
    error: str | None = None
    """Why the run is partial or failed, or None."""
    report: str | None = None
    """Address of its report, relative to the index page, or None."""
    samples: str | None = None
    """Address of its sample browser, relative to the index page, or None."""
    comparable: str | None = None
    """A key that comparable runs share, those of the same corpus and grid; or None."""
    corpus: str | None = None
    """Name of the corpus, or None."""
    change: Mapping[str, str] | None = None
    """The change since the last comparable run, as a sentence: ``start``, ``run``, ``end``."""
    rates: Sequence[Mapping[Any, Any]] = ()
    """Its rows of ``temperature_summary`` for the headline metric."""


def moment(time: str) -> str:
    """An ISO 8601 time in a readable form, to the minute; any other text is returned as it is."""
    return _formatted(time, "%Y-%m-%d %H:%M %Z")


def day(time: str) -> str:
    """The date of an ISO 8601 time; any other text is returned as it is."""
    return _formatted(time, "%Y-%m-%d")


def clock(time: str) -> str:
    """The hours and minutes of an ISO 8601 time; any other text is returned as it is."""
    return _formatted(time, "%H:%M")


def _formatted(time: str, form: str) -> str:
    try:
        return datetime.fromisoformat(time).strftime(form).strip()
    except ValueError:
        return time
