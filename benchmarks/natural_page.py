"""Pitch that is dragged on the page with the published natural voices, measured in the sound that comes of it.

    python -m benchmarks.natural_page [--drags 6]

A mixture of two natural voices is made with the page's sliders and speaks a text. The pitch of a word is dragged in the
editor by several distances, up and down; each time the text is put together, and the pitch of every word is tracked in
the sound before and after. At last the same edit goes along with commercial use on. Printed: what was asked, what
came, and the most that another word of the sentence moved, in semitones. The way through the page is that of
``tests/browser/test_natural.py``. Needs the natural voices installed, requirements/test.txt and a Chromium
(``CHROMIUM``, /usr/bin/chromium-headless-shell unless given).
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Final

import httpx
from playwright.sync_api import Page, expect, sync_playwright

from indextts.platform.config import load_config
from tests.browser import test_natural as way
from tests.browser.conftest import FLAGS, WAIT_MS
from tests.browser.test_editor import CHONG, cell, edit, sentence
from tests.support.services import application, make_service, serving
from tests.support.waiting import page_ready

DRAGS: Final = (-20, -40, -60, 20, 40, 60)
"""Pixels downwards."""


def main() -> None:
    """Start a server with the installed voices, measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drags", type=int, default=len(DRAGS), help="how many of the distances")
    given = parser.parse_args()
    shipped = load_config()
    with tempfile.TemporaryDirectory(prefix="natural-page-") as folder:
        home = Path(folder)
        (home / "models").symlink_to(shipped.models_path.resolve())
        engines = shipped.engines.model_copy(update={"order": ("kokoro", "embedded")})
        config = shipped.model_copy(update={"cache_dir": home, "engines": engines})
        service = make_service(config, rate_limit="100000/minute")
        with serving(application(service)) as url:
            page_ready(url)
            measure(url, DRAGS[: given.drags])


def measure(url: str, drags: tuple[int, ...]) -> None:
    """Go through the page of the server at ``url`` in a browser."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(url)
        page.wait_for_selector("#status[data-state=ready]")
        way.pick_and_mix(page)
        edit(page)
        print("| asked | in the sound | another word, at most |\n|---|---|---|")
        whole = 0.0
        for pixels in drags:
            asked = way.drag_pitch(page, pixels)
            tell(asked - whole, way.put_together(page, url))
            whole = asked
        way.generate_for_commercial_use(page)
        tell(float(cell(sentence(page, 1), "pitch", CHONG).input_value()), way.put_together(page, url))
        print(f"\ncommercial: {rights(page, url)}")
        browser.close()


def tell(asked: float, moved: dict[int, float]) -> None:
    """Print one row of the table for a finished drag."""
    came = moved.pop(CHONG, float("nan"))
    print(f"| {asked:+.2f} | {came:+.2f} | {max(map(abs, moved.values())):.2f} |", flush=True)


def rights(page: Page, url: str) -> str:
    """Whether the shown take may be used commercially, as the server has it."""
    take = page.get_attribute("#take-data", "data-take")
    return str(httpx.get(f"{url}/v1/jobs/{take}", timeout=60).json()["commercial"])


if __name__ == "__main__":
    main()
