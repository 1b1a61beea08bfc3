"""How long it takes to draw samples from an endpoint, beyond the time of the endpoint itself.

``python -m benchmarks.endpoint [--samples 2000] [--requests 16] [--delay 0.05]`` measures the
stage ``generate`` of a run of composed recipes. The server is a process of its own, and waits for
``--delay`` seconds before each answer. The benchmark prints the seconds of the stage and the least
possible time.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import time
from multiprocessing.queues import Queue
from pathlib import Path

from recipegen.running.resuming import do_stage
from recipegen.stages import stage_named
from recipegen.storage.run_folder import Run
from tests.composed import compose_recipes
from tests.conftest import SMALL
from tests.generators.serving import serving


def serve(addresses: Queue[str], delay: float) -> None:
    """Serve until killed."""
    with serving(delay=delay) as (address, _):
        addresses.put(address)
        time.sleep(3600)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--requests", type=int, default=16)
    parser.add_argument("--delay", type=float, default=0.05)
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    addresses: Queue[str] = context.Queue()
    server = context.Process(target=serve, args=(addresses, options.delay), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = folder / "composed.json"
        corpus.write_text(json.dumps(compose_recipes(600, seed=2)))
        model = {"kind": "openai", "name": "chef", "address": addresses.get(), "model": "m"}
        generate = {
            "temperatures": [1.0],
            "samples": options.samples,
            "models": [{**model, "requests": options.requests}],
        }
        settings = {**SMALL, "ingest": {"corpus": str(corpus)}, "generate": generate}
        run = Run.prepare(folder / "run", settings, {"execution": {"workers": 2}})
        for stage in ("ingest", "tokenise", "train"):
            do_stage(run, stage_named(stage))
        began = time.monotonic()
        do_stage(run, stage_named("generate"))
        seconds = time.monotonic() - began
    server.kill()
    least = options.samples * options.delay / options.requests
    print("| samples | requests at once | answer, s | stage, s | least possible, s | ratio |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {options.samples:,} | {options.requests} | {options.delay} | {seconds:.1f} "
        f"| {least:.2f} | {seconds / least:.2f} |"
    )


if __name__ == "__main__":
    main()
