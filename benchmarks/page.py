"""The page in a real browser, beside the server's own API: how soon it sounds, how fast one seeks, what is lost.

    python -m benchmarks.page [--rounds 5] [--only sentence|ten_minutes|gaps|seek|editor|longest]

Both sides speak texts that were never spoken before, by turns and of the same length. The first sound is the player's
``playing`` event after the click on Generate, 1.5 s after the text was written (the page has its first sentence spoken
ahead meanwhile); its peer is the first byte of ``POST /v1/audio/speech`` on an open connection. ``gaps`` decodes what
the player has given its audio element and compares it with the whole. Needs requirements/test.txt and a Chromium
(``CHROMIUM``, /usr/bin/chromium unless given).
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
import numpy as np
import soundfile
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import processes
from benchmarks.prosody_speech import SENTENCES

LONG_CHARS: Final = 3000
LONGEST_CHARS: Final = 10_000
"""What the configuration allows for one text."""
SEEKS: Final = 20
PARTS: Final = ("sentence", "ten_minutes", "gaps", "seek", "editor", "longest")
SENTENCES_FEW: Final = 126
SENTENCES_MANY: Final = 500
EDITOR_ROUNDS: Final = 3
DRAG_STEPS: Final = 120
ON_S: Final = 40.0
"""So far the player is moved on at a time: less than what it fetches ahead."""
_WATCH: Final = """
window.heard = {};
document.addEventListener("click", ({target}) => {
  if (target.closest?.("#generate")) window.heard = {click: performance.now(), waits: 0, stalls: 0};
}, true);
document.addEventListener("playing", () => { window.heard.playing ??= performance.now(); }, true);
document.addEventListener("waiting", () => { if (window.heard.playing) window.heard.waits += 1; }, true);
document.addEventListener("stalled", () => { if (window.heard.playing) window.heard.stalls += 1; }, true);
window.given = null;
const append = SourceBuffer.prototype.appendBuffer;
SourceBuffer.prototype.appendBuffer = function (bytes) {
  window.given?.set(this.timestampOffset, bytes.slice(0));
  return append.call(this, bytes);
};
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
_ALL_GIVEN: Final = "(near) => near.every((at) => [...window.given.keys()].some((one) => Math.abs(one - at) < 1e-4))"
_DECODED: Final = """async ([place, rate]) => {
  const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(window.given.get(place).slice(0));
  const samples = Int16Array.from(sound.getChannelData(0), (sample) => Math.round(32768 * sample));
  const parts = [], bytes = new Uint8Array(samples.buffer);
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return btoa(parts.join(""));
}"""

_EDIT: Final = """async () => {
  const began = performance.now(), picture = () => new Promise(requestAnimationFrame);
  document.querySelector("#header [data-tab=edit]").click();
  while (!document.querySelector("#editor .sentence.open svg.curve [data-drag]")) await picture();
  await picture();
  return performance.now() - began;
}"""
_PICTURES: Final = """() => {
  window.pictures = [];
  const draw = (now) => { if (window.pictures) { window.pictures.push(now); requestAnimationFrame(draw); } };
  requestAnimationFrame(draw);
}"""
_EDGE: Final = """() => {
  const grip = document.querySelector("#editor .sentence.open [data-drag=length]");
  grip.scrollIntoView({block: "center"});
  const {x, y, width, height} = grip.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}"""


def text_of(chars: int, source: random.Random) -> str:
    """At least so many characters of sentences in an order that was not there before, each with a number of its own."""
    return texts_of(chars, source, 1)[0]


def texts_of(chars: int, source: random.Random, count: int) -> list[str]:
    """So many texts that were never spoken: the same sentences, with other numbers that take as long to say."""
    said: list[str] = []
    while sum(len(one) + 8 for one in said) < chars:
        said.append(source.choice(SENTENCES))

    def number() -> str:
        return str(source.randrange(2, 10)) + "".join(str(source.randrange(1, 10)) for _ in range(5))

    return ["".join(f"第{number()}句，{one}" for one in said) for _ in range(count)]


@contextmanager
def served() -> Iterator[str]:
    """The server's address, once it and its page are ready."""
    port = processes.free_port()
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
    page.set_default_timeout(1_200_000)
    page.goto(url)
    page.wait_for_selector("#status[data-state=ready]")
    page.wait_for_timeout(3000)
    return page


def first_byte_s(client: httpx.Client, url: str, text: str) -> float:
    body = {"model": "tts-1", "input": text, "response_format": "pcm"}
    began = time.perf_counter()
    with client.stream("POST", f"{url}/v1/audio/speech", json=body) as answer:
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


def measure(rounds: int, only: str = "") -> dict[str, Any]:
    """All figures of the page, or those of one part."""
    source = random.Random(time.time_ns())
    result: dict[str, Any] = {}
    parts: dict[str, Callable[[Page, str], dict[str, Any]]] = {
        "sentence": lambda page, url: _first_sounds(page, url, source, 20, rounds),
        "ten_minutes": lambda page, url: _first_sounds(page, url, source, LONG_CHARS, rounds),
        "gaps": lambda page, url: _gaps(page, url, source),
        "seek": lambda page, url: _seeks(page, url, source),
        "editor": lambda page, url: _editor(page, url, source, min(rounds, EDITOR_ROUNDS)),
        "longest": lambda page, url: _longest(page, url, source),
    }
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        page = opened(browser, url)
        result["layout_shift_loading"] = page.evaluate("window.shift")
        httpx.post(f"{url}/tts", json={"text": "你好，世界。"}, timeout=60)
        first_sound_s(page, text_of(10, source))
        for name in [only] if only else parts:
            result[name] = parts[name](page, url)
        browser.close()
    return result


def _first_sounds(page: Page, url: str, source: random.Random, chars: int, rounds: int) -> dict[str, Any]:
    api, clicks, waits = [], [], 0
    with httpx.Client(timeout=300) as client:
        for _ in range(rounds):
            for_api, for_page = texts_of(chars, source, 2)
            api.append(first_byte_s(client, url, for_api))
            sound_s, waited = first_sound_s(page, for_page)
            clicks.append(sound_s)
            waits += waited
    ours, theirs = statistics.median(clicks), statistics.median(api)
    ratio = ours / theirs
    return {"click_to_sound_s": ours, "api_first_byte_s": theirs, "ratio": ratio, "waits": waits}


def _gaps(page: Page, url: str, source: random.Random) -> dict[str, Any]:
    """What the player gave its audio element of ten minutes, against the whole; its waits while it plays fast."""
    page.evaluate("() => { window.given = new Map(); }")
    page.select_option("#player .player-speed", "2")
    _, waits = first_sound_s(page, text_of(LONG_CHARS, source))
    stalls = page.evaluate("window.heard.stalls")
    job = page.evaluate("indexttsStudio.player.job.id")
    told = httpx.get(f"{url}/v1/jobs/{job}?segments=true", timeout=60).json()
    for at in np.arange(0.0, told["duration_s"], ON_S):
        page.evaluate("(to) => indexttsStudio.player.seekTo(to)", float(at))
        near = [one["start_s"] for one in told["segments"] if at <= one["start_s"] < at + ON_S]
        page.wait_for_function(_ALL_GIVEN, arg=near)
    wav = httpx.get(f"{url}/v1/jobs/{job}/result?format=wav", timeout=300).content
    whole, rate = soundfile.read(io.BytesIO(wav), dtype="int16")
    heard, missing = np.zeros_like(whole), np.ones(whole.size, bool)
    for place in sorted(page.evaluate("[...window.given.keys()]")):
        samples = np.frombuffer(base64.b64decode(page.evaluate(_DECODED, [place, rate])), np.int16)
        begin = round(place * rate)
        heard[begin : begin + samples.size] = samples[: whole.size - begin]
        missing[begin : begin + samples.size] = False
    page.evaluate("() => { window.given = null; }")
    page.select_option("#player .player-speed", "1")
    other = np.abs(heard.astype(np.int32) - whole) > 1  # the browser rounds its floats in its own way
    holes = np.flatnonzero(missing)
    stretches = np.split(holes, np.flatnonzero(np.diff(holes) > 1) + 1)
    return {
        "minutes": whole.size / rate / 60,
        "longest_gap_ms": 1000 * max(map(len, stretches)) / rate,
        "other_samples": int(other.sum()),
        "waits": waits,
        "stalls": stalls,
    }


def _editor(page: Page, url: str, source: random.Random, rounds: int) -> dict[str, Any]:
    """Milliseconds until a take of so many sentences can be edited, and pictures a second while a word is drawn out."""
    opens: dict[str, float] = {}
    rates: dict[str, float] = {}
    assert page.context.browser is not None
    for count in (SENTENCES_FEW, SENTENCES_MANY):
        fresh = opened(page.context.browser, url)
        first_sound_s(fresh, "".join(f"说第{source.randrange(10**6)}句话。" for _ in range(count)))
        fresh.evaluate("indexttsStudio.player.pause()")
        times, found = [], []
        for _ in range(rounds):
            fresh.goto(f"{url}/#/")
            fresh.reload()
            fresh.wait_for_selector("#status[data-state=ready]")
            fresh.wait_for_function("document.querySelector('#player audio').duration > 1")
            fresh.wait_for_timeout(3000)
            times.append(fresh.evaluate(_EDIT))
            fresh.wait_for_timeout(1000)
            assert fresh.locator("#editor .sentence").count() >= count
            found.append(_drag_rate(fresh))
        fresh.context.close()
        opens[str(count)], rates[str(count)] = statistics.median(times), statistics.median(found)
    few, many = opens.values()
    return {"open_ms": opens, "ratio": many / few, "drag_pictures_a_second": rates}


def _drag_rate(page: Page) -> float:
    x, y = page.evaluate(_EDGE)
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_PICTURES)
    for step in range(DRAG_STEPS):
        page.mouse.move(x + (step % 40), y)
    pictures = page.evaluate("() => { const all = window.pictures; window.pictures = null; return all; }")
    page.keyboard.press("Escape")
    page.mouse.up()
    return 1000 * (len(pictures) - 1) / float(pictures[-1] - pictures[0])


def _longest(page: Page, url: str, source: random.Random) -> dict[str, Any]:
    """The longest text that is allowed, from the click until it is done."""
    began = time.perf_counter()
    sound_s, waits = first_sound_s(page, text_of(LONGEST_CHARS, source)[:LONGEST_CHARS])
    took_s = time.perf_counter() - began
    job = page.evaluate("indexttsStudio.player.job.id")
    told = httpx.get(f"{url}/v1/jobs/{job}", timeout=60).json()
    minutes = told["duration_s"] / 60
    return {"status": told["status"], "click_to_sound_s": sound_s, "s": took_s, "minutes": minutes, "waits": waits}


def _seeks(page: Page, url: str, source: random.Random) -> dict[str, float]:
    """Seeks in a work of more than an hour: milliseconds until it plays there."""
    # Numbers are long to say for their characters, of which a text has a limit.
    text = "".join(f"第{source.randrange(10**8, 10**9)}句话。" for _ in range(LONGEST_CHARS // 15))
    made = httpx.post(f"{url}/v1/jobs", json={"text": text, "speed": 0.5}, timeout=60).json()
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
    parser.add_argument("--only", default="", choices=PARTS, help="this part alone")
    given = parser.parse_args()
    print(json.dumps(measure(given.rounds, given.only), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
