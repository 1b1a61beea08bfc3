"""How fast the sample browser of a large run loads, filters and sorts, and its page elements.

The page holds invented texts of 120 words, and as many real and control recipes as there are
samples at a temperature. It is opened from disk in headless Chromium. Each round is a fresh load
in a fresh profile. Times are measured by the page's own clock and end with the frame that shows
the result. The time of the first list starts with the navigation, that of a filter or sort with
its event.

    python -m benchmarks.pages [--samples N ...] [--rounds N]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from recipegen.config import Configuration
from recipegen.report.facts import RunFacts
from recipegen.report.page import samples_page
from tests.report.browsing import launch, many_texts

LIST_SHOWN = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("#rows li")) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.listShown = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""
"""Notes when the first frame with rows of the list has been drawn."""

MEASURED = """async () => {
  const frame = () => new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn)));
  const after = async (change) => {
    await frame();
    const began = performance.now();
    change();
    document.getElementById("filters").dispatchEvent(new Event("input"));
    await frame();
    return performance.now() - began;
  };
  const set = (id, value) => () => { document.getElementById(id).value = value; };
  const paints = performance.getEntriesByName("first-contentful-paint");
  const found = { "first paint, ms": paints[0].startTime, "list, ms": window.listShown };
  const word = document.querySelector(".text").textContent.split(" ")[7];
  found["word, ms"] = await after(set("q", word));
  found["pair, ms"] = await after(set("q", document.querySelector(".pairs li").textContent));
  found["temperature, ms"] = await after(() => { set("q", "")(); set("temperature", "1")(); });
  found["sort, ms"] = await after(() => { set("temperature", "")(); set("sort", "worst")(); });
  found["sort by title, ms"] = await after(set("sort", "title"));
  found["elements"] = document.querySelectorAll("*").length;
  return found;
}"""


def write_page(samples: int, folder: Path) -> Path:
    """A sample browser of that many invented samples."""
    nothing: dict[str, Any] = {"credit": {}, "stage_seconds": {}, "row_counts": {}}
    facts = RunFacts(
        run="benchmark",
        title="Invented texts",
        configuration=Configuration().model_dump(mode="json"),
        corpus="none",
        version="0",
        finished="2026-01-01T00:00:00+00:00",
        **nothing,
    )
    path = folder / f"{samples}.html"
    path.write_text(samples_page(**many_texts(samples), facts=facts), encoding="utf-8")
    return path


def measure(browser: Browser, path: Path) -> dict[str, float]:
    """One fresh load: what it took, by the name of the measure."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    context.add_init_script(LIST_SHOWN)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("#rows li")
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn)))")
    found: dict[str, float] = page.evaluate(MEASURED)
    context.close()
    return found


def main() -> None:
    """Print a table: a row a size of run, the median of all rounds in each cell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, nargs="+", default=[1_400, 14_000, 28_000])
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        print(f"Chromium {browser.version}, {options.rounds} rounds\n")
        for place, samples in enumerate(options.samples):
            path = write_page(samples, Path(folder))
            rounds = [measure(browser, path) for _ in range(options.rounds)]
            row = {"samples": f"{samples:,}", "page, MB": f"{path.stat().st_size / 1e6:.1f}"}
            row |= {
                name: f"{statistics.median(each[name] for each in rounds):,.0f}"
                for name in rounds[0]
            }
            if not place:
                print("|".join(["", *row, ""]) + "\n" + "|".join(["", *["---"] * len(row), ""]))
            print("|".join(["", *row.values(), ""]))
        browser.close()


if __name__ == "__main__":
    main()
