"""Opens pages from disk in a real browser without network, and says what they do and show."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, Playwright

SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def launch(playwright: Playwright) -> Browser:
    """The system's Chromium, else the one that Playwright has installed.

    Raises:
        playwright.sync_api.Error: there is neither, or it does not start.
    """
    found = next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)
    return playwright.chromium.launch(executable_path=found)


class Reader:
    """Opens pages from disk, without network, each on a fresh load.

    At the end of a visit, the test fails if the page requested anything but itself, or printed to
    the console, or showed a dialog or an error.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: dict[tuple[bool, bool], tuple[Page, list[str]]] = {}

    @contextmanager
    def opens(
        self,
        path: Path,
        fragment: str = "",
        *,
        dark: bool = False,
        width: int = 1280,
        height: int = 900,
        script: bool = True,
        policy: bool = True,
    ) -> Iterator[Page]:
        """Open a page.

        Args:
            path: the path of the page.
            fragment: the fragment of the address with its ``#``, if any.
            dark: whether the reader prefers dark pages.
            width: the width of the window, in pixels.
            height: the height of the window, in pixels.
            script: whether scripts run.
            policy: whether the browser obeys the page's Content Security Policy.
        """
        page, said = self._page(script, policy)
        page.goto("about:blank")
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        said.clear()
        page.goto(path.as_uri() + fragment)
        if script and page.locator("#browser").count():
            page.wait_for_selector("#browser:not([hidden])")
        yield page
        assert said == [f"request for {path.as_uri()}"]

    @contextmanager
    def fresh(self) -> Iterator[BrowserContext]:
        """A browser without network, as it is when it has just been installed."""
        context = self._browser.new_context(offline=True)
        yield context
        context.close()

    def _page(self, script: bool, policy: bool) -> tuple[Page, list[str]]:
        """A tab, kept for the next page, because opening a tab takes longer than loading a page."""
        if (script, policy) not in self._pages:
            context = self._browser.new_context(
                java_script_enabled=script, bypass_csp=not policy, offline=True
            )
            page = context.new_page()
            self._pages[script, policy] = page, listen(page)
        return self._pages[script, policy]


def listen(page: Page) -> list[str]:
    """What the page requests and prints from now on, as a list that grows."""
    said: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("request", lambda request: said.append(f"request for {request.url.split('#')[0]}"))
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("dialog", dismiss)
    return said


class Look(NamedTuple):
    """The colours of a picture."""

    paper: tuple[int, ...]
    """The colour that most pixels have."""
    ink: float
    """The share of pixels that differ from it."""
    vivid: float
    """The share of coloured pixels. Lines, bands, bars and marks are coloured; words are grey."""
    colours: int
    """The number of colours, in steps of 32, that at least one pixel in 2,000 has."""


def look(picture: Image.Image) -> Look:
    """The colours of a picture."""
    pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3).astype(int)
    values, counts = np.unique(pixels @ [1 << 16, 1 << 8, 1], return_counts=True)
    paper = values[counts.argmax()] >> np.array([16, 8, 0]) & 255
    _, coarse = np.unique(pixels // 32 @ [64, 8, 1], return_counts=True)
    return Look(
        paper=tuple(paper.tolist()),
        ink=float((np.abs(pixels - paper).max(axis=1) > 24).mean()),
        vivid=float((np.ptp(pixels, axis=1) > 48).mean()),
        colours=int((coarse * 2000 >= len(pixels)).sum()),
    )


def pictures(page: Page, elements: list[Locator]) -> list[Image.Image]:
    """A picture of each element, cut out of one picture of the whole page."""
    whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    return [whole.crop(box_on_page(element)) for element in elements]


def box_on_page(element: Locator) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of an element in pixels of the page."""
    box = element.evaluate(
        """element => {
          const box = element.getBoundingClientRect();
          return [box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY];
        }"""
    )
    left, top, right, bottom = map(round, box)
    return left, top, right, bottom


def luminance(colour: tuple[int, ...]) -> float:
    """Relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2)."""
    shares = np.array(colour[:3]) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def texts_drawn(chart: Locator) -> list[dict[str, Any]]:
    """The words of a chart with the box of each on the page, its colour and its size."""
    found: list[dict[str, Any]] = chart.evaluate(
        """svg => [...svg.querySelectorAll("text")].filter(t => t.textContent.trim()).map(t => {
          const box = t.getBoundingClientRect();
          return {
            words: t.textContent, left: box.left + scrollX, right: box.right + scrollX,
            width: box.width, height: box.height, visibility: getComputedStyle(t).visibility,
            colour: getComputedStyle(t).fill.match(/[\\d.]+/g).map(Number),
          };
        })"""
    )
    return found


def found(page: Page) -> list[str]:
    """The texts that the sample browser lists, in order; its count must agree."""
    links = "links => links.map(link => decodeURIComponent(link.hash.slice(1)))"
    listed: list[str] = page.locator("#rows a").evaluate_all(links)
    assert page.locator("output").inner_text().split(" of ")[0] == str(len(listed))
    return listed


def current(page: Page) -> str:
    """The text that is marked in the list, which must be the one that is open."""
    # A new address is followed in a task of its own, which has been done after the next frame.
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    sample, opened = page.evaluate(
        """[
            decodeURIComponent(document.querySelector("#rows a[aria-current]").hash.slice(1)),
            document.querySelector("#detail .meta").innerText,
        ]"""
    )
    assert opened.endswith(f" · {sample}")
    return str(sample)


def many_texts(count: int, words: int = 120, seed: int = 3) -> dict[str, pd.DataFrame]:
    """The tables that the sample browser shows, with ``count`` samples of invented words.

    Args:
        count: the number of samples, spread over seven temperatures. There are as many real and
            control recipes as there are samples at one temperature.
        words: the number of words in a sample.
        seed: the seed of the random words.
    """
    random = np.random.default_rng(seed)
    syllables = ["ba", "co", "di", "fu", "gre", "lin", "mo", "par", "sti", "tor", "ve", "za"]
    lexicon = sorted({"".join(random.choice(syllables, 2 + i % 3)) for i in range(6000)})
    each = count // 7
    heats = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4)
    rows: list[tuple[str, float | None]] = [("generated", heats[i % 7]) for i in range(count)]
    rows += [("real", None)] * each + [("control", None)] * each
    frame = pd.DataFrame(rows, columns=["group", "temperature"])
    frame["sample_id"] = [f"{group}-{i:05d}" for i, group in enumerate(frame["group"])]
    # Words by Zipf's law: the packed page is then about as large as one of real recipes.
    places = np.minimum(random.zipf(1.3, (len(frame), words)) - 1, len(lexicon) - 1)
    drawn = np.array(lexicon)[places]
    drawn[:, 0], drawn[:, 1], drawn[:, 6] = "recipe", "for", "|"
    frame["text"] = [" ".join(row) for row in drawn]
    starts = np.cumsum(np.char.str_len(drawn) + 1, axis=1)
    at = 10 + 10 * np.arange(10)
    mentions = pd.DataFrame(
        {
            "sample_id": frame["sample_id"].repeat(len(at)).to_numpy(),
            "start": starts[:, at - 1].ravel(),
            "end": (starts[:, at] - 1).ravel(),
            "ingredient": drawn[:, at].ravel(),
        }
    )
    bad = frame.index % 3 == 0
    pairs = pd.DataFrame(np.sort(drawn[bad][:, [10, 20]], axis=1), columns=["a", "b"])
    sample_pairs = pairs.rename(columns=lambda side: f"ingredient_{side}").assign(
        sample_id=frame.loc[bad, "sample_id"].to_numpy(), implausible=True, log_lift=-2.0
    )
    scores = frame[["sample_id", "group", "temperature"]].assign(
        pair_count=45,
        implausibility=random.normal(size=len(frame)),
        ingredient_count=10,
        implausible_pair_count=bad.astype(int),
        worst_ingredient=None,
    )
    common = frame.assign(word_count=words, stopped=True)
    generated = common["group"] == "generated"
    return {
        "samples": common[generated],
        "references": common[~generated],
        "mentions": mentions.assign(surface=mentions["ingredient"], role="used"),
        "sample_pairs": sample_pairs,
        "sample_scores": scores,
    }
