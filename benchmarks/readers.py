"""Records a second and peak memory of each reader, at two sizes of corpus.

Other work on the machine slows the wall clock, so records a second of CPU time are given as well.

Each synthetic recipe has nine ingredient lines and about a hundred words of directions; one in ten
has letters beyond ASCII. The recipes are written in each layout to a temporary folder. A process of
its own reads each file. Its peak resident memory is reported, which includes the interpreter and
the libraries (Linux only).

    python benchmarks/readers.py [--small 10000] [--large 1000000] [--formats NAME ...]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import itertools
import json
import random
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recipegen.corpus.corpus_files import read_corpus
from recipegen.corpus.recipe import Recipe

WORDS = (
    "add the of and in to a with until stir heat cook over medium bake pan oil salt butter "
    "onion garlic flour sugar mix bowl water simmer minutes cover serve top chicken pepper cheese"
).split()

Record = dict[str, object]


def synthetic(count: int) -> Iterator[Record]:
    """Recipes made of a stock of sentences and lines; each title is its own."""
    chance = random.Random(1)
    steps = [" ".join(chance.choices(WORDS, k=16)).capitalize() + "." for _ in range(2000)]
    steps += [step.replace("of", "½ of").replace("a ", "à ") for step in steps[:40]]
    lines = [
        f"{chance.randint(1, 9)} cups {' '.join(chance.choices(WORDS, k=3))}" for _ in range(500)
    ]
    for number in range(count):
        yield {
            "title": f"{' '.join(chance.choices(WORDS, k=3))} {number}",
            "ingredients": chance.choices(lines, k=9),
            "directions": chance.choices(steps, k=6),
        }


def _json_array(path: Path, records: Iterator[Record], change: Callable[[Record], object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for comma, record in zip(
            itertools.chain("[", itertools.repeat(",\n")), records, strict=False
        ):
            file.write(comma + json.dumps(change(record)))
        file.write("]")


def _json_object(path: Path, records: Iterator[Record], change: Callable[[Record], Record]) -> None:
    with path.open("w", encoding="utf-8") as file:
        commas = itertools.chain("{", itertools.repeat(",\n"))
        for number, (comma, record) in enumerate(zip(commas, records, strict=False)):
            changed = change(record)
            name = f"Cookbook:{number}" if "steps" in changed else f"r{number}"
            file.write(f'{comma}"{name}": {json.dumps(changed)}')
        file.write("}")


def _json_lines(path: Path, records: Iterator[Record], change: Callable[[Record], object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(change(record)) + "\n" for record in records)


def _csv(path: Path, records: Iterator[Record], change: Callable[[Record], Record]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = map(change, records)
        first = next(rows)
        table = csv.DictWriter(file, list(first))
        table.writeheader()
        table.writerow(first)
        table.writerows(rows)


def _parquet(path: Path, records: Iterator[Record], _: Callable[[Record], object]) -> None:
    text = pa.list_(pa.string())
    schema = pa.schema([("title", pa.string()), ("ingredients", text), ("directions", text)])
    with pq.ParquetWriter(path, schema) as file:
        while batch := list(itertools.islice(records, 10_000)):
            file.write_table(pa.Table.from_pylist(batch, schema))


def _tar(path: Path, records: Iterator[Record], change: Callable[[Record], object]) -> None:
    with (
        gzip.open(path, "wb", compresslevel=1) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        for number, record in enumerate(records):
            content = json.dumps(change(record), indent=2).encode()
            info = tarfile.TarInfo(f"{number // 1000}/{number}.json")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
            archive.members.clear()  # type: ignore[attr-defined]


def _zip(path: Path, records: Iterator[Record], change: Callable[[Record], object]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, record in enumerate(records):
            content = json.dumps(change(record), indent=2)
            archive.writestr(f"{number // 1000}/{number}.json", content)


def _pages(path: Path, records: Iterator[Record], change: Callable[[Record], object]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, record in enumerate(records):
            script = f'<script type="application/ld+json">{json.dumps(change(record))}</script>'
            page = (
                f"<!doctype html><html><head>{script}</head><body>{'<p>text' * 300}</body></html>"
            )
            archive.writestr(f"{number // 1000}/{number}.html", page)


def _text(path: Path, records: Iterator[Record], change: Callable[[Record], object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(str(change(record)) for record in records)


def _xml(path: Path, records: Iterator[Record], change: Callable[[Record], object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("<recipeml>")
        file.writelines(str(change(record)) for record in records)
        file.write("</recipeml>")


def _as_it_is(record: Record) -> Record:
    return record


def _plain_cells(record: Record) -> Record:
    cells = {name: "\n".join(record[name]) for name in ("ingredients", "directions")}  # type: ignore[arg-type]
    return {"recipe_name": record["title"], **cells}


def _mealmaster(record: Record) -> str:
    lines = "".join(f"      1 c  {line[2:30]}\n" for line in record["ingredients"])  # type: ignore[attr-defined]
    steps = "\n\n".join(record["directions"])  # type: ignore[arg-type]
    return f"MMMMM-- Meal-Master\n\n Title: {record['title']}\n\n{lines}\n{steps}\nMMMMM\n"


def _recipe_ml(record: Record) -> str:
    lines = "".join(f"<ing><item>{line}</item></ing>" for line in record["ingredients"])  # type: ignore[attr-defined]
    steps = "".join(f"<step>{step}</step>" for step in record["directions"])  # type: ignore[attr-defined]
    head = f"<head><title>{record['title']}</title></head><ingredients>{lines}</ingredients>"
    return f"<recipe>{head}<directions>{steps}</directions></recipe>"


def _foodcom(record: Record) -> Record:
    lists = {"steps": repr(record["directions"]), "ingredients": repr(record["ingredients"])}
    return {"name": record["title"], "id": 1, "tags": "['easy']", "n_steps": 6, **lists}


def _recipenlg(record: Record) -> Record:
    lists = {name: json.dumps(record[name]) for name in ("ingredients", "directions")}
    return {"": 1, "title": record["title"], **lists, "source": "Gathered", "NER": "[]"}


def _recipe1m(record: Record) -> Record:
    return {
        "ingredients": [{"text": line} for line in record["ingredients"]],  # type: ignore[attr-defined]
        "partition": "train",
        "title": record["title"],
        "instructions": [{"text": step} for step in record["directions"]],  # type: ignore[attr-defined]
    }


def _eight_portions(record: Record) -> Record:
    lines = [f"{line} ADVERTISEMENT" for line in record["ingredients"]]  # type: ignore[attr-defined]
    return {
        "instructions": "\n".join(record["directions"]),  # type: ignore[arg-type]
        "ingredients": lines,
        "picture_link": None,
        "title": record["title"],
    }


def _schema_org(record: Record) -> Record:
    return {
        "@context": "https://schema.org",
        "@type": "Recipe",
        "name": record["title"],
        "recipeIngredient": record["ingredients"],
        "recipeInstructions": [
            {"@type": "HowToStep", "text": step}
            for step in record["directions"]  # type: ignore[attr-defined]
        ],
    }


def _wikibooks(record: Record) -> Record:
    return {**record, "steps": record["directions"]}


LAYOUTS: dict[str, tuple[Callable[..., None], Callable[[Record], Record]]] = {
    "json-array": (_json_array, _as_it_is),
    "foodcom": (_csv, _foodcom),
    "recipenlg": (_csv, _recipenlg),
    "recipe1m": (_json_array, _recipe1m),
    "eight-portions": (_json_object, _eight_portions),
    "json in tar.gz": (_tar, _as_it_is),
    "json in zip": (_zip, _as_it_is),
    "schema.org": (_json_array, _schema_org),
    "schema.org-lines": (_json_lines, _schema_org),
    "json-lines": (_json_lines, _as_it_is),
    "parquet": (_parquet, _as_it_is),
    "wikibooks": (_json_object, _wikibooks),
    "csv, plain cells": (_csv, _plain_cells),
    "web pages in zip": (_pages, _schema_org),
    "mealmaster": (_text, _mealmaster),
    "recipe-ml": (_xml, _recipe_ml),
}
"""How each layout is written, and what it makes of a record."""


def read(path: Path) -> None:
    """Read a corpus in this process and print what that took, as JSON."""
    began, busy = time.perf_counter(), time.process_time()
    accepted = [0, 0]
    for record in read_corpus(str(path)):
        accepted[isinstance(record, Recipe)] += 1
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    # What getrusage calls the peak of this process includes that of the one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    found = {"rejects": accepted[0], "recipes": accepted[1], "mib": peak}
    print(json.dumps({**found, "seconds": seconds, "busy": busy}))


def measure(layout: str, count: int) -> dict[str, float]:
    """Write ``count`` records in a layout, and read them in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus"
        write, change = LAYOUTS[layout]
        write(path, synthetic(count), change)
        command = [sys.executable, __file__, "--read", str(path)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        found = json.loads(done.stdout)
        if (found["recipes"], found["rejects"]) != (count, 0):
            raise SystemExit(f"{layout}: {count} records were written, and read: {found}")
        return {"megabytes": path.stat().st_size / 1e6, **found}


def main() -> None:
    """Print a table with a row for each layout and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--formats", nargs="+", choices=LAYOUTS, default=list(LAYOUTS))
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.read)
        return
    print("| format | records | file, MB | records/s | records/s of CPU time | peak memory, MiB |")
    print("|---|---|---|---|---|---|")
    for layout in options.formats:
        for count in (options.small, options.large):
            row = measure(layout, count)
            cells = [row["megabytes"], count / row["seconds"], count / row["busy"], row["mib"]]
            figures = " | ".join(f"{cell:,.0f}" for cell in cells)
            print(f"| {layout} | {count:,} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
