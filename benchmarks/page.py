"""The page in a real browser, beside the server's own API: how soon it sounds, how fast one seeks, what it fetches.

    python -m benchmarks.page [--rounds 5]

Both sides speak texts that were never spoken before, by turns. The first sound is the player's ``playing`` event after
the click on Generate; its peer is the first byte of ``POST /v1/audio/speech``. Needs requirements-test.txt and a
Chromium (``CHROMIUM``, /usr/bin/chromium unless given).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import processes
from benchmarks.prosody_speech import SENTENCES
from benchmarks.server import _free_port

LONG_CHARS: Final = 3000
SEEKS: Final = 20
_WATCH: Final = """
window.heard = {};
document.addEventListener("click", ({target}) => {
  if (target.closest?.("#generate")) window.heard = {click: performance.now(), waits: 0};
}, true);
document.addEventListener("playing", () => { window.heard.playing ??= performance.now(); }, true);
document.addEventListener("waiting", () => { if (window.heard.playing) window.heard.waits += 1; }, true);
window.shift = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.shift += one.value;
}).observe({type: "layout-shift", buffered: true});
"""
_SEEK: Final = """async (to) => {
  const audio = document.querySelector("#player audio"), began = performance.now();
  const there = new Promise((done) => audio.addEventListener("playing", done, {once: true}));
  indexttsStudio.player.seekTo(to);
  await there;
  return performance.now() - began;
}"""


def text_of(chars: int, source: random.Random) -> str:
    """At least so many characters of sentences in an order that was not there before, each with a number of its own."""
    parts: list[str] = []
    while sum(map(len, parts)) < chars:
        parts.append(f"第{source.randrange(10**6)}句，{source.choice(SENTENCES)}")
    return "".join(parts)


@contextmanager
def served() -> Iterator[str]:
    """The server's address, once it and its page are ready."""
    port = _free_port()
    command = [sys.executable, "-m", "indextts", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=processes.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            time.sleep(0.2)
            try:
                ready = httpx.get(f"{url}/readyz").status_code == 200
                if ready and httpx.get(f"{url}/healthz").json()["page"] == "ready":
                    break
            except httpx.HTTPError:
                continue
        yield url
    finally:
        process.terminate()
        process.wait(30)


def opened(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 680}, locale="zh-CN").new_page()
    page.add_init_script(_WATCH)
    page.set_default_timeout(300_000)
    page.goto(url)
    page.wait_for_selector("#status[data-state=ready]")
    page.wait_for_timeout(3000)
    return page


def first_byte_s(url: str, text: str) -> float:
    body = {"model": "tts-1", "input": text, "response_format": "pcm"}
    began = time.perf_counter()
    with httpx.stream("POST", f"{url}/v1/audio/speech", json=body, timeout=300) as answer:
        next(answer.iter_raw())
        return time.perf_counter() - began


def first_sound_s(page: Page, text: str) -> tuple[float, int]:
    """Seconds from the click, and how often the sound waited until the run was done."""
    page.fill("#text textarea", text)
    page.wait_for_timeout(1500)
    page.click("#generate")
    page.wait_for_function("window.heard.playing")
    sound_s = page.evaluate("(window.heard.playing - window.heard.click) / 1000")
    page.wait_for_selector("#notice .done")
    return sound_s, page.evaluate("window.heard.waits")


def measure(rounds: int) -> dict[str, Any]:
    """All figures of the page."""
    source = random.Random(time.time_ns())
    result: dict[str, Any] = {}
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        page = opened(browser, url)
        result["layout_shift_loading"] = page.evaluate("window.shift")
        httpx.post(f"{url}/tts", json={"text": "你好，世界。"}, timeout=60)
        first_sound_s(page, text_of(10, source))
        for name, chars in {"sentence": 20, "ten_minutes": LONG_CHARS}.items():
            api, clicks, waits = [], [], 0
            for _ in range(rounds):
                api.append(first_byte_s(url, text_of(chars, source)))
                sound_s, waited = first_sound_s(page, text_of(chars, source))
                clicks.append(sound_s)
                waits += waited
            ours, theirs = statistics.median(clicks), statistics.median(api)
            result[name] = {"click_to_sound_s": ours, "api_first_byte_s": theirs, "ratio": ours / theirs}
            result[name]["waits"] = waits
        result["seek"] = _seeks(page, url, source)
        browser.close()
    return result


def _seeks(page: Page, url: str, source: random.Random) -> dict[str, float]:
    """Seeks in a work of more than an hour: milliseconds until it plays there."""
    made = httpx.post(f"{url}/v1/jobs", json={"text": text_of(9000, source), "speed": 0.5}, timeout=60).json()
    job = made["id"]
    while (now := httpx.get(f"{url}/v1/jobs/{job}", timeout=60).json())["status"] in ("queued", "running"):
        time.sleep(1)
    page.evaluate("(id) => indexttsStudio.player.open(id, {play: true})", job)
    page.wait_for_function("document.querySelector('#player audio').currentTime > 0.5")
    times = [page.evaluate(_SEEK, source.uniform(0, now["duration_s"] - 10)) for _ in range(SEEKS)]
    return {"minutes": now["duration_s"] / 60, "median_ms": statistics.median(times), "slowest_ms": max(times)}


def main() -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description="The page in a browser.")
    parser.add_argument("--rounds", type=int, default=5, help="repetitions (default 5)")
    print(json.dumps(measure(parser.parse_args().rounds), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
