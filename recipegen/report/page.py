"""Builds the pages: a summary and its charts go into templates, one self-contained HTML file each.

A page loads nothing, not even from disk. Style, script, charts and data are inside the page. The
only markup that passes unescaped is made here and in :mod:`.charts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from recipegen.evaluation.metrics import LABEL_METRICS, METRICS
from recipegen.evaluation.per_group.generators import Judged
from recipegen.report import charts
from recipegen.report.excerpts import ROLES
from recipegen.report.facts import RunEntry, RunFacts
from recipegen.report.rendering import TEMPLATES, rendered
from recipegen.report.run_trends import MOST_SERIES, series_of
from recipegen.report.sample_browser import packed
from recipegen.report.sections.change import HEADLINE_METRIC, rates_frame
from recipegen.report.sections.generators import generators_tables
from recipegen.report.sections.metrics import EXCHANGED, TRADE_OFF, metric_of, readable
from recipegen.report.sections.samples import RULE, chosen_views
from recipegen.report.sections.section import why_missing
from recipegen.report.selection import EACH_PAIR, EXTREMES

SHOWN_WITHOUT_SCRIPT = 3
SAMPLES_PAGE = "samples.html"


def report_page(summary: Mapping[str, Any]) -> str:
    """The report of a run as HTML.

    Args:
        summary: what :func:`~recipegen.report.summary.summarise_run` computed.
    """
    with charts.unchecked():
        drawn = _charts(summary)
    return _page(
        "report.html",
        title=summary["title"],
        s=summary,
        charts=drawn,
        marker=_marker,
        roles=list(ROLES.values()),
    )


def samples_page(
    samples: pd.DataFrame,
    mentions: pd.DataFrame,
    sample_pairs: pd.DataFrame,
    sample_scores: pd.DataFrame,
    references: pd.DataFrame,
    facts: RunFacts,
) -> str:
    """A browser of samples, real and control recipes as HTML; without script it shows a few.

    Args:
        samples: the table of that name; the next four are tables as well.
        mentions: of the samples and the references.
        sample_pairs: of the samples and the references.
        sample_scores: of the samples and the references.
        references: real and control recipes.
        facts: facts about the run.
    """
    tables = {
        "samples": samples,
        "mentions": mentions,
        "sample_pairs": sample_pairs,
        "sample_scores": sample_scores,
    }
    reason = why_missing(tables, ("samples", "sample_scores"))
    temperatures = sorted(float(value) for value in samples["temperature"].unique())
    return _page(
        "samples.html",
        script=_read("markdown.js") + _read("samples.js"),
        title=f"Samples: {facts.title}",
        facts=facts,
        credit_facts={key: facts.credit.get(key) for key in ("source", "licence", "note")},
        reason=reason,
        rule=RULE,
        shown=[] if reason else chosen_views(tables, SHOWN_WITHOUT_SCRIPT),
        temperatures=temperatures,
        groups=sorted({*samples["group"], *references["group"]}),
        roles=list(ROLES.values()),
        total=sum(facts.row_counts.get(name, 0) for name in ("samples", "references")),
        there=len(samples) + len(references),
        strata=STRATA,
        data=packed(samples, mentions, sample_pairs, sample_scores, references),
    )


STRATA = (
    "They were drawn by strata: the same number at random from each group and temperature, the "
    f"{EXTREMES} most implausible and the {EXTREMES} least implausible texts of each, and "
    f"{EACH_PAIR} texts with each implausible pair of the report, or all if there are fewer."
)


def index_page(runs: Sequence[RunEntry]) -> str:
    """The index of runs as HTML, the newest run first."""
    newest = sorted(runs, key=lambda run: (run.finished, run.run), reverse=True)
    series = series_of(runs)
    trends = [each for each in series if not each["reason"]]
    with charts.unchecked():
        drawn = _trend_charts(trends[:MOST_SERIES])
        small = [
            _small_chart(run, f"run-{at}") if at < MOST_SMALL else None
            for at, run in enumerate(newest)
        ]
    return _page(
        "index.html",
        title="Reports of recipegen",
        runs=newest,
        trends=trends[:MOST_SERIES],
        undrawn=len(trends[MOST_SERIES:]),
        alone=[each for each in series if each["reason"]],
        charts=drawn,
        small=small,
    )


MOST_SMALL = 30
"""So many of the newest runs have a small chart in the index."""


def _small_chart(run: RunEntry, name: str) -> Markup | None:
    """A chart of a run's rate by temperature; None if there is nothing to draw."""
    if not run.rates:
        return None
    metric = metric_of(rates_frame(run.rates), HEADLINE_METRIC)
    if not _is_measured(metric):
        return None
    return _svg(charts.temperature_chart(metric, name, charts.SMALL))


def comparison_page(found: pd.DataFrame, judged: Judged, answer: str, judge: str) -> str:
    """A comparison of runs with the first of them as HTML: the answer, then metric by metric.

    Args:
        found: rows of
            :func:`~recipegen.evaluation.per_group.run_differences.compare_summaries`, with the
            names of the runs as ``run_a`` and ``run_b``, and ``same``: whether the texts are the
            same.
        judged: the tables about the generators of all runs.
        answer: which generator is better, in words; may be empty.
        judge: by what the texts were judged, in words.
    """
    rows = found.astype(object).where(found.notna(), None).to_dict("records")
    metrics = [
        {
            "name": readable(key),
            "unit": metric.unit,
            "rows": [row for row in rows if row["metric"] == key],
        }
        for key, metric in METRICS.items()
        if key in set(found["metric"])
    ]
    first, others = str(found["run_a"].iloc[0]), list(dict.fromkeys(found["run_b"]))
    return _page(
        "comparison.html",
        title=f"{', '.join(others)} against {first}",
        first=first,
        answer=answer,
        judge=judge,
        generators=generators_tables(*judged),
        metrics=metrics,
        changed=sum(bool(row["changed"]) for row in rows),
        total=len(rows),
    )


def _page(template: str, title: str, script: str = "", **context: Any) -> str:
    return rendered(
        TEMPLATES / template,
        title,
        _read("style.css"),
        script,
        samples_page=SAMPLES_PAGE,
        **context,
    )


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


# Charts


def _charts(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The charts of the report, as markup, in a fixed order."""
    return {
        **_metric_charts(summary["metrics"]),
        "heat": _heat_charts(summary["heat"]),
        "next_words": _next_word_charts(summary["next_words"]),
        "training": _training_chart(summary["training"]),
    }


def _metric_charts(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The headline metric in two sizes, and the other metrics as small multiples."""
    if metrics["reason"]:
        return {"exchanged": None, "trade_off": None, "wide": None, "narrow": None, "small": {}}
    rows = {row["key"]: row for row in metrics["rows"] if _is_measured(row)}
    main, diversity = rows.pop(HEADLINE_METRIC, None), rows.get(TRADE_OFF)
    trade_off = (
        main and diversity and charts.trade_off_chart(main, diversity, "trade-off", charts.CURVE)
    )
    exchanged = rows.pop(EXCHANGED, None) if main else None
    # A corrected rate is never shown without the raw one; a section of its own shows both.
    for key in LABEL_METRICS:
        rows.pop(key, None)
    return {
        "exchanged": exchanged
        and _svg(charts.temperature_chart(exchanged, "exchanged-share", charts.CURVE)),
        "trade_off": trade_off and _svg(trade_off),
        "wide": main and _svg(charts.temperature_chart(main, "rate-wide", charts.WIDE)),
        "narrow": main and _svg(charts.temperature_chart(main, "rate-narrow", charts.NARROW)),
        "small": {
            key: _svg(charts.temperature_chart(row, f"metric-{key}", charts.SMALL))
            for key, row in rows.items()
        },
    }


def _is_measured(metric: Mapping[str, Any]) -> bool:
    """Whether a metric has any estimate to draw."""
    series = [metric["generated"], *(each["rows"] for each in metric["others"])]
    return any(row["estimate"] is not None for rows in series for row in rows)


def _heat_charts(heat: Mapping[str, Any]) -> dict[str, Markup]:
    """The heat map in two sizes; empty if there is no pair."""
    if heat["reason"] or not heat["rows"]:
        return {}
    sizes = {"wide": charts.HEAT_WIDE, "narrow": charts.HEAT_NARROW}
    return {
        name: _svg(charts.heat_chart(heat, f"heat-{name}", grid)) for name, grid in sizes.items()
    }


def _trend_charts(trends: Sequence[Mapping[str, Any]]) -> list[dict[str, Markup]]:
    """Each series of runs in two sizes."""
    sizes = {"wide": charts.WIDE, "narrow": charts.NARROW}
    return [
        {
            name: _svg(charts.trend_chart(series, f"trend-{at}-{name}", size))
            for name, size in sizes.items()
        }
        for at, series in enumerate(trends)
    ]


def _next_word_charts(next_words: Mapping[str, Any]) -> list[list[Markup]]:
    """For each prompt a row of charts, one per temperature."""
    prompts = [] if next_words["reason"] else next_words["prompts"]
    return [
        [
            _svg(
                charts.next_word_chart(
                    distribution,
                    f"next-{at}-{place}",
                    f"Next words after “{prompt['prompt']}” at temperature "
                    f"{distribution['temperature']:g}",
                    charts.BARS,
                )
            )
            for place, distribution in enumerate(prompt["distributions"])
        ]
        for at, prompt in enumerate(prompts)
    ]


def _training_chart(training: Mapping[str, Any]) -> Markup | None:
    if training["reason"]:
        return None
    return _svg(charts.training_chart(training["epochs"], "training-curve", charts.CURVE))


def _svg(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - drawn by vl-convert, which escapes the words of the data


def _marker(count: int, most: int) -> int:
    """How dark a cell is, from 0 to 4."""
    return min(4, -(-4 * count // most)) if most else 0
