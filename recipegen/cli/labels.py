"""``recipegen label``: people label what the judge has judged."""

from __future__ import annotations

import argparse
from pathlib import Path

from recipegen.cli.parser import Commands, add_run, folder
from recipegen.errors import printable


def add_label(commands: Commands) -> None:
    """The commands below ``label``."""
    label = commands.below("label", "have people label what the judge has judged")
    draw = label.under(
        "draw", draw_for_labelling, "draw pairs or texts, and write a page to label them on"
    )
    draw.add_argument(
        "--unit",
        choices=("pair", "text"),
        default="pair",
        help="what is labelled; pair if not given",
    )
    draw.add_argument("--count", type=int, default=200, metavar="N", help="how many are drawn; 200")
    draw.add_argument(
        "--groups",
        nargs="+",
        default=[],
        metavar="GROUP",
        help="groups of texts to draw from; all but the control",
    )
    draw.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="seed of the draw; the run's seed. A second draw with another seed adds items",
    )
    draw.add_argument(
        "--implausible-share",
        type=float,
        default=1 / 3,
        metavar="SHARE",
        help="share of items that the judge calls implausible; a third",
    )
    draw.add_argument(
        "--page", type=folder, metavar="FILE", help="where the page is written; labels/ in the run"
    )
    read = label.under("read", read_labels_of_files, "take in labels that the page has saved")
    read.add_argument("files", nargs="+", type=Path, metavar="FILE", help="saved by the page")
    for each in (draw, read):
        add_run(each)


def draw_for_labelling(options: argparse.Namespace) -> None:
    """Draw items of a run for labelling, and print from where, and where the page is."""
    from recipegen.console import print_table
    from recipegen.labels.drawing import Plan
    from recipegen.labels.labelling import draw_labels
    from recipegen.labels.wording import STRATA, strata_rows
    from recipegen.storage.run_folder import Run

    run = Run.open(options.run)
    plan = Plan(
        options.unit,
        options.count,
        tuple(dict.fromkeys(options.groups)),
        run.configuration.seed if options.seed is None else options.seed,
        options.implausible_share,
    )
    with run.locked():
        drawn = draw_labels(run, plan, options.page)
    print_table(STRATA, strata_rows(drawn.rows), left=2)
    what = "was made before; its page is written again" if drawn.again else "is new"
    print(f"draw {drawn.number} of {len(drawn.rows):,} {plan.unit}s {what}")
    print(f"page: {drawn.page}")
    print(f"take in what it saves with: recipegen label read FILE --run {run.folder}")


def read_labels_of_files(options: argparse.Namespace) -> None:
    """Take in labels, and print what they say and how far labellers agree."""
    from recipegen.labels.labelling import read_labels
    from recipegen.labels.wording import agreement_lines, change_lines, label_lines
    from recipegen.storage.run_folder import Run

    run = Run.open(options.run)
    with run.locked():
        found = read_labels(run, options.files)
    lines = [
        *change_lines(found.changes),
        *label_lines(found.labels, found.sample),
        *agreement_lines(found.agreement),
    ]
    print("\n".join(map(printable, lines)))
