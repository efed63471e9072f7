"""axe-core finds nothing on any tab, in any state that clicks lead to, in either theme, on a desk or a phone."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from indextts.model.i18n.messages import Language
from indextts.reading.lexicon import Lexicon
from indextts.studio.strings import STRINGS
from indextts.voices.cloning.library import CloneLibrary
from tests.browser.conftest import REFUSED, Open, settle
from tests.browser.test_page import generate
from tests.support.recordings import noise, prepared, speech, wav
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser

TEXT = "今天天气很好，我们在重庆住了3天。Hello! 你也去吗？"
DIALOGUE = "小明：今天去哪里？\n小红：我们去公园。\n小明：好！"

AXE = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = """async ({ only, more }) => {
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    ...(only ? { runOnly: only } : { rules: more }),
  });
  return violations.map(({ id, impact, help, nodes }) => ({
    id, impact, help, nodes: nodes.map((one) => `${one.target.join(" ")}  ${one.html.slice(0, 160)}  ${
      one.any.concat(one.all, one.none).map((check) => check.message).join("; ").slice(0, 200)}`),
  }));
}"""
DARK = "() => document.documentElement.classList.contains('dark')"
MORE = {"target-size": {"enabled": True}}
"""Rules that axe leaves out by itself, although they are in WCAG 2.2 AA."""


@pytest.fixture(autouse=True)
def libraries(engine: HeldEngine) -> Iterator[CloneLibrary]:
    """The server's own cloned voices and words, none before and after."""
    config = engine.config  # type: ignore[attr-defined]
    clones, words = CloneLibrary(config), Lexicon(config.library_path)

    def clear() -> None:
        for voice in clones.voices():
            clones.remove(voice.id)
        for entry in words.entries():
            words.remove(entry.id)

    clear()
    yield clones
    clear()
    clones.close()
    words.close()


class Tour:
    """One walk through the whole page: at each stop axe looks in both themes."""

    def __init__(self, page: Page, language: Language, *, phone: bool) -> None:
        self.page, self.language, self.phone = page, language, phone
        self.found: list[str] = []
        page.evaluate(AXE)

    def look(self, where: str, *, covered: bool = False) -> None:
        """Everything in the theme that is on, the contrast in the other one too.

        Where something lies over the page, a button that is ``covered`` by half is no target, whatever its size.
        """
        self._ask(where, None, covered=covered)
        dark = self.page.evaluate(DARK)
        self.page.emulate_media(color_scheme="light" if dark else "dark")
        self.page.wait_for_function(f"({DARK})() === {'false' if dark else 'true'}")  # the page hears of it in a frame
        self._ask(where, ["color-contrast"])

    def _ask(self, where: str, only: list[str] | None, *, covered: bool = False) -> None:
        settle(self.page)
        found: list[dict[str, Any]] = self.page.evaluate(RUN, {"only": only, "more": {} if covered else MORE})
        theme = "dark" if self.page.evaluate(DARK) else "light"
        for one in found:
            self.found += [
                f"{where}, {theme}: {one['impact']} {one['id']} ({one['help']}): {at}" for at in one["nodes"]
            ]

    def word(self, key: str) -> str:
        return STRINGS[key].of(self.language)

    def tab(self, name: str, content: str) -> None:
        self.page.click(f"#header [data-tab={name}]")
        expect(self.page.locator(content).first).to_be_visible()

    # -------------------------------------------------------------- to speak

    def empty(self) -> None:
        page = self.page
        expect(page.locator("#reading .tour")).to_be_visible()
        self.look("empty, with the first steps")
        page.click("#help-switch")
        expect(page.locator("#help")).to_be_visible()
        self.look("help")
        page.keyboard.press("Escape")
        page.click("#project-switch")
        expect(page.locator("[role=menu]")).to_be_visible()
        self.look("the project's menu", covered=True)
        page.keyboard.press("Escape")

    def settings(self) -> None:
        page = self.page
        page.fill("#text textarea", DIALOGUE)
        if self.phone:
            page.click("#settings-open")
        expect(page.locator("#speakers .speaker")).to_have_count(2)
        page.click("#settings-head summary")
        page.fill("#settings-head [name=name]", "一")
        page.click("#settings-head [type=submit]")
        page.click("#settings-head [data-do=remove]")
        expect(page.locator("#settings-head [data-do=undo]")).to_be_visible()
        for fold in ("#delivery > button", "#advanced > button", "#licence summary"):
            page.click(fold)
        expect(page.locator("#vocoder")).to_be_visible()
        self.look("a dialogue; all settings unfolded, a preset removed")
        for name in ("mix", "text", "reference"):
            page.click("#emotion input")
            page.locator(f"#picker-list [data-id={name}]").click()
            self.look(f"emotion by {name}")
        for name in ("voice", "engine", "emotion"):
            page.click(f"#{name} input")
            expect(page.locator("#picker-list")).to_be_visible()
            self.look(f"list of {name}", covered=True)
            if name != "emotion":
                page.keyboard.press("Escape")
        page.locator("#picker-list [data-id=happy]").click()
        for fold in ("#delivery > button", "#advanced > button", "#settings-head summary"):
            page.click(fold)
        if self.phone:
            page.click("#settings [data-sheet=close]")

    def runs(self, engine: HeldEngine) -> None:
        page = self.page
        engine.hold()
        page.fill("#text textarea", f"{self.word('help')}，这是第一句。这是第二句。")  # nobody has spoken it yet
        page.click("#generate")
        expect(page.locator("#notice .busy")).to_be_visible()
        expect(page.locator("#cancel")).to_be_enabled()
        self.look("running")
        page.click("#cancel")
        expect(page.locator("#notice .plain")).to_be_visible()
        self.look("cancelled")
        engine.release()
        page.fill("#text textarea", "坏<标|zzz9>记。")
        page.click("#generate")
        expect(page.locator("#notice .error")).to_be_visible()
        self.look("refused")
        page.uncheck("#play-as-made-yes")
        generate(page, TEXT)
        page.click("#timings summary")
        if self.phone:
            page.click("#player .player-more")
        self.look("done")
        page.locator("#reading .token[data-at]", has_text="重").first.click()
        expect(page.locator("#fix .fix-option").first).to_be_visible()
        self.look("a word's popover", covered=True)
        page.keyboard.press("Escape")
        page.click("#plots > button")
        expect(page.locator("#plot .js-plotly-plot .annotation").first).to_be_visible()
        self.look("plots")
        page.click("#plots > button")

    def offline(self) -> None:
        page = self.page
        page.route("**/healthz", lambda route: route.fulfill(status=502, body="bad gateway"))
        expect(page.locator("#notice [data-code=offline]")).to_be_visible()
        self.look("offline")
        page.unroute("**/healthz")
        expect(page.locator("#status")).to_have_attribute("data-state", "ready")

    # -------------------------------------------------------------- the other tabs

    def editor(self) -> None:
        page = self.page
        self.tab("edit", "#editor svg.curve")
        row = page.locator("#editor .sentence.open")
        row.locator("[data-do=again]").click()
        expect(row.locator(".version")).to_have_count(2)
        page.click("#editor [data-do=more]")
        self.look("editor: the menu of what is needed less often", covered=True)
        page.click(".sheet [data-do=find]")
        page.keyboard.type("天")
        expect(page.locator(".edit-find .edit-found")).not_to_be_empty()
        self.look("editor: a line open, two takes of it, find and replace")
        page.click("#editor .tempo summary")
        self.look("editor: the whole text's delivery", covered=True)
        page.click("#editor .tempo summary")
        page.click("#editor [data-do=more]")
        page.click(".sheet [data-do=beside]")
        expect(page.locator("#editor .edit-beside")).to_be_visible()
        row.locator("[data-do=write]").click()
        row.locator(".s-text").fill("坏<标|zzz9>记。")
        page.keyboard.press("Enter")
        expect(row.locator(".s-write .told")).not_to_be_empty()
        self.look("editor: a line is written and refused, before and now")
        page.keyboard.press("Escape")
        row.locator("[data-read]").first.click()
        expect(page.locator("#fix")).to_be_visible()
        self.look("editor: a word's popover", covered=True)
        page.keyboard.press("Escape")
        page.locator("#editor .sentence").last.locator("[data-do=lock]").click()
        expect(page.locator("#editor .sentence.locked")).to_have_count(1)
        self.look("editor: a line is locked")

    def voices(self) -> None:
        page = self.page
        self.tab("voices", "#voice-rows li")
        self.look("voices")
        files: Any = [
            {"name": name, "mimeType": "audio/wav", "buffer": wav(sound)}
            for name, sound in (("good.wav", speech(6)), ("silence.wav", noise(3, 0.0)))
        ]
        page.set_input_files("#clonebook [name=recordings]", files)
        expect(page.locator("#clonebook .clone-file.bad")).to_have_count(1)
        page.click("#clonebook [type=submit]")
        expect(page.locator("#clonebook .told")).not_to_be_empty()
        page.fill("#voicebook .voice-form [name=name]", "我")
        page.click("#voicebook .voice-form [type=submit]")
        expect(page.locator("#voice-rows [data-do=edit]").first).to_be_visible()
        page.click("#voice-rows [data-do=edit] >> nth=0")
        expect(page.locator("#voicebook [data-do=leave]")).to_be_visible()
        self.look("voices: a cloning that is refused, a voice of one's own")
        page.click("#voicebook [data-do=leave]")
        page.click("#voice-rows [data-do=remove] >> nth=0")
        expect(page.locator("#project-said [data-do=undo]")).to_be_visible()
        page.click("#clone-rows [data-do=remove]")
        expect(page.locator("#project-said [data-do=undo]")).to_be_visible()
        self.look("voices: removed, with undo")

    def dictionary(self) -> None:
        page = self.page
        self.tab("dictionary", "#lexicon-rows .empty")
        self.look("dictionary, empty")
        page.click("#lexicon-rows [data-do=first]")
        for word, reading in (("重庆", "chong2 qing4"), ("银行", "yin2 hang2"), ("行", "zzz9")):
            page.fill("#lexicon-add [name=word]", word)
            page.fill("#lexicon-add [name=reading]", reading)
            page.keyboard.press("Enter")
            if reading != "zzz9":
                expect(page.locator("#lexicon-add [name=word]")).to_have_value("")
        expect(page.locator("#lexicon-add .told")).not_to_be_empty()
        page.locator("#lexicon-rows [data-do=toggle]").last.uncheck()
        expect(page.locator("#lexicon-rows tr.off")).to_have_count(1)
        page.click("#lexicon-rows [data-do=edit] >> nth=0")
        expect(page.locator("#lexicon-rows .editing")).to_be_visible()
        self.look("dictionary: words, one of them being changed, and one refused")
        page.keyboard.press("Escape")
        page.click("#lexicon-rows [data-do=remove] >> nth=0")
        expect(page.locator("#lexicon [data-do=undo]")).to_be_visible()
        self.look("dictionary: removed, with undo")

    def history(self) -> None:
        page = self.page
        self.tab("history", "#history-rows .history-take")
        self.look("history")
        done = page.locator("#history-rows .history-take[data-state=done]").first
        for action in ("download", "more"):
            done.locator(f"[data-do={action}]").click()
            expect(page.locator("[role=menu]")).to_be_visible()
            self.look(f"history: {action}", covered=True)
            if action == "download":
                page.keyboard.press("Escape")
        page.get_by_role("menuitem", name=self.word("project_rename"), exact=True).click()
        expect(page.locator(".sheet-name")).to_be_visible()
        self.look("history: a name is asked for", covered=True)
        page.keyboard.press("Escape")
        done.locator("[data-do=more]").click()
        page.get_by_role("menuitem", name=self.word("project_remove"), exact=True).click()
        expect(page.locator("#project-said [data-do=undo]")).to_be_visible()
        self.look("history: removed, with undo")

    def models(self) -> None:
        page = self.page
        self.tab("models", "#model-rows .model-row")
        for fold in page.locator("#model-rows details > summary").all():
            fold.click()
        self.look("models, with all that can be unfolded")
        told: dict[str, Any] = page.evaluate("fetch('/v1/store').then((answer) => answer.json())")
        states = ("fetching", "failed", "damaged", "stopped", "installed", "checking")
        for model, state in zip(told["models"], states, strict=False):
            progress = {"state": state, "done": 1_000_000_000, "total": 4_000_000_000, "rate": 1e6, "file": "gpt.pth"}
            model.update(state=state, bytes=4_000_000_000, kept=1_000_000_000, packages=["torch"], progress=progress)
            model["wrong"] = ["gpt.pth"] if state == "damaged" else []
            model["error"] = {"message": "No connection.", "hint": "Try again."} if state == "failed" else None
        told["restart"] = True
        page.route(re.compile("/v1/store$"), lambda route: route.fulfill(json=told))
        page.click("#header [data-tab=speak]")
        page.click("#header [data-tab=models]")
        expect(page.locator("#model-rows [data-state=fetching] .bar")).to_be_visible()
        self.look("models: fetched, failed, damaged, stopped, there")
        page.unroute_all()

    def system(self) -> None:
        page = self.page
        self.tab("system", "#system .system-chart")
        page.click("#system summary")
        self.look("system, with its numbers")
        told: dict[str, Any] = page.evaluate("fetch('/v1/system').then((answer) => answer.json())")
        told["findings"] = [{"code": "system_disk", "message": "The disk is nearly full.", "hint": "Make room."}]
        told["hour"] = [{**told["now"], "cpu": step / 20, "rtf": None} for step in range(20)]
        page.route(re.compile("/v1/system$"), lambda route: route.fulfill(json=told))
        page.click("#header [data-tab=speak]")
        page.click("#header [data-tab=system]")
        expect(page.locator("#system .system-found[data-state=bad]")).to_be_visible()
        page.click("#system [data-do=bundle]")
        expect(page.locator("#system .system-bundle .system-said")).not_to_be_empty()
        self.look("system: something is wrong, a bundle was saved")
        page.unroute_all()


@pytest.mark.parametrize(
    ("language", "locale", "width", "height"),
    [("zh", "zh-CN", 1440, 900), ("en", "en-US", 390, 844)],
    ids=["zh-desk", "en-phone"],
)
def test_axe_finds_nothing_in_either_theme(
    open_page: Open,
    engine: HeldEngine,
    libraries: CloneLibrary,
    forgiven: list[str],
    language: Language,
    locale: str,
    width: int,
    height: int,
) -> None:
    forgiven += [REFUSED, "502", "AbortError", "Connection errored out"]
    libraries.add("老王", [prepared()], consent="本人", tags=["讲师"])
    tour = Tour(open_page(width=width, height=height, language=locale), language, phone=width < 720)
    tour.empty()
    tour.settings()
    tour.runs(engine)
    tour.editor()
    tour.voices()
    tour.dictionary()
    tour.history()
    tour.models()
    tour.system()
    tour.page.click("#header [data-tab=speak]")
    tour.offline()
    assert tour.found == []
